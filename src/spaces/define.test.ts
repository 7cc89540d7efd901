import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { createRandom, sampleInPlace } from '../math/random.js';
import { defineSpace } from './define.js';
import type { ForbiddenRule } from './space.js';
import { allCodes } from './testing/contract.js';

const ab = (names: string) => Array.from(names, (name) => ({ name, choices: ['0', '1'] }));

describe('the size with forbidden rules', () => {
  it('equals a plain count for random small spaces and rules', () => {
    const spaces = fc.record({
      counts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 6 }),
      rules: fc.array(fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 15 })), { minLength: 1, maxLength: 4 }), {
        minLength: 1,
        maxLength: 12,
      }),
    });
    fc.assert(
      fc.property(spaces, ({ counts, rules }) => {
        const sets = rules.map((rule) => new Map(rule.map(([d, bits]) => [d % counts.length, bits] as const)));
        const inSet = (bits: number, choice: number) => ((bits >> choice) & 1) === 1;
        const listed = sets.map(
          (rule) =>
            new Map(
              [...rule].map(([d, bits]) => [
                `d${d}`,
                Array.from({ length: counts[d]! }, (_, choice) => choice).filter((choice) => inSet(bits, choice)),
              ]),
            ),
        );
        fc.pre(listed.every((rule) => [...rule.values()].every((choices) => choices.length > 0)));
        const dimensions = counts.map((count, d) => ({
          name: `d${d}`,
          choices: Array.from({ length: count }, (_, choice) => choice),
        }));
        const valid = allCodes(defineSpace({ name: 'free', dimensions })).filter(
          (codes) => !sets.some((rule) => [...rule].every(([d, bits]) => inSet(bits, codes[d]!))),
        );
        const make = () => defineSpace({ name: 'random', dimensions, forbidden: listed });
        if (valid.length === 0) expect(make).toThrow(/leave no architecture/);
        else {
          expect(make().size).toBe(BigInt(valid.length));
          const draw = make().sample(createRandom(counts.length));
          expect(valid.map((codes) => codes.join())).toContain(draw.join());
        }
      }),
      { numRuns: 300 },
    );
  });

  it('has the closed form of a chain: no two neighbouring ones (Fibonacci)', () => {
    const names = Array.from({ length: 80 }, (_, i) => `x${i}`);
    const space = defineSpace({
      name: 'chain',
      dimensions: names.map((name) => ({ name, choices: [0, 1] })),
      forbidden: names.slice(1).map((name, i) => ({ [names[i]!]: 1, [name]: 1 })),
    });
    expect(space.size).toBe(61_305_790_721_611_591n); // F(82)
  });

  it('counts 34 dimensions with 36 random rules in seconds, and agrees with the share of valid random points', () => {
    const random = createRandom(5);
    const names = Array.from({ length: 34 }, (_, i) => `d${i}`);
    const dimensions = names.map((name) => ({ name, choices: ['a', 'b', 'c', 'd', 'e'] }));
    const forbidden: ForbiddenRule[] = Array.from({ length: 36 }, () =>
      Object.fromEntries(
        sampleInPlace([...names.slice(0, 32)], 2 + random.integer(2), random).map((name) => [
          name,
          sampleInPlace(['a', 'b', 'c', 'd', 'e'], 1 + random.integer(2), random),
        ]),
      ),
    );
    const before = performance.now();
    const space = defineSpace({ name: 'entangled', dimensions, forbidden });
    expect(performance.now() - before).toBeLessThan(10_000); // generous on a busy machine
    expect(space.size % 25n).toBe(0n); // the last two dimensions are free
    const free = defineSpace({ name: 'free', dimensions });
    const draws = 20_000;
    let accepted = 0;
    for (let i = 0; i < draws; i++) if (space.isValid(free.sample(random))) accepted++;
    const share = Number(space.size) / Number(free.size);
    const deviation = Math.sqrt((share * (1 - share)) / draws);
    expect(Math.abs(accepted / draws - share)).toBeLessThan(5 * deviation);
  });

  it('gives up in words when rules are hopelessly entangled', () => {
    const random = createRandom(1);
    const names = Array.from({ length: 100 }, (_, i) => `d${i}`);
    const forbidden = Array.from({ length: 300 }, () =>
      Object.fromEntries(sampleInPlace([...names], 3, random).map((name) => [name, random.integer(2)])),
    );
    const make = () =>
      defineSpace({ name: 'knot', dimensions: names.map((name) => ({ name, choices: [0, 1] })), forbidden });
    expect(make).toThrow(/too entangled/);
  });
});

describe('sampling with forbidden rules', () => {
  it('is uniform where nearly everything is forbidden', () => {
    const names = Array.from('abcdefghijkl');
    const space = defineSpace({
      name: 'rare',
      dimensions: names.map((name) => ({ name, choices: [0, 1, 2, 3] })),
      // all dimensions must agree: 4 of 16,777,216
      forbidden: names
        .slice(1)
        .flatMap((name, i) =>
          [0, 1, 2, 3].map((own) => ({ [names[i]!]: own, [name]: [0, 1, 2, 3].filter((other) => other !== own) })),
        ),
    });
    expect(space.size).toBe(4n);
    const random = createRandom(2);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 4_000; i++) counts[space.sample(random)[0]!]!++;
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(5 * Math.sqrt(750));
  });
});

describe('a definition', () => {
  const cases: [string, () => unknown, RegExp][] = [
    ['no dimensions', () => defineSpace({ name: 's', dimensions: [] }), /no dimensions/],
    ['no choices', () => defineSpace({ name: 's', dimensions: [{ name: 'a', choices: [] }] }), /"a" has no choices/],
    ['repeated dimension', () => defineSpace({ name: 's', dimensions: ab('aa') }), /dimension "a" twice/],
    [
      'labels that read the same',
      () => defineSpace({ name: 's', dimensions: [{ name: 'a', choices: [1, '1'] }] }),
      /choice "1" twice/,
    ],
    [
      '257 choices',
      () => defineSpace({ name: 's', dimensions: [{ name: 'a', choices: Array.from({ length: 257 }, (_, i) => i) }] }),
      /257 choices; at most 256/,
    ],
    [
      'a label with a comma',
      () => defineSpace({ name: 's', dimensions: [{ name: 'a', choices: ['x,y'] }] }),
      /"x,y" of dimension "a" must not/,
    ],
    ['a name with =', () => defineSpace({ name: 's', dimensions: [{ name: 'a=b', choices: [1] }] }), /"a=b" must not/],
    [
      'a rule about an unknown dimension',
      () => defineSpace({ name: 's', dimensions: ab('ab'), forbidden: [{ c: '0' }] }),
      /rule 1 mentions the unknown dimension "c"/,
    ],
    [
      'a rule about an unknown choice',
      () => defineSpace({ name: 's', dimensions: ab('ab'), forbidden: [{ a: '0', b: '1' }, { a: '7' }] }),
      /rule 2 mentions the unknown choice "7" of dimension "a"; its choices are 0, 1/,
    ],
    ['an empty rule', () => defineSpace({ name: 's', dimensions: ab('ab'), forbidden: [{}] }), /mentions no dimension/],
    [
      'a rule without choices',
      () => defineSpace({ name: 's', dimensions: ab('ab'), forbidden: [{ a: [] }] }),
      /lists no choice/,
    ],
    [
      'rules that leave nothing',
      () => defineSpace({ name: 's', dimensions: ab('ab'), forbidden: [{ a: '0' }, { a: '1' }] }),
      /leave no architecture/,
    ],
  ];
  it.each(cases)('is refused with a reason: %s', (_, make, reason) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(reason);
  });
});

describe('the default notation', () => {
  const space = defineSpace({
    name: 's',
    dimensions: [
      { name: 'kernel', choices: [3, 5] },
      { name: 'op', choices: ['conv', 'skip'] },
      { name: 'head', choices: ['linear'] },
    ],
    forbidden: [{ kernel: 5, op: 'skip' }],
  });

  it('reads labels in order and names in any order, and lets a fixed dimension out', () => {
    expect(space.parse(' 5, conv,linear ')).toEqual([1, 0, 0]);
    expect(space.parse('op=skip,kernel=3')).toEqual([0, 1, 0]);
    expect(space.format([1, 0, 0])).toBe('5,conv,linear');
  });

  it.each([
    ['5,conv', /2 choices, but the space has 3/],
    ['7,conv,linear', /"7" is no choice of dimension "kernel"; its choices are 3, 5/],
    ['op=conv,kernal=3', /unknown dimension "kernal"; did you mean "kernel"/],
    ['op=conv', /dimension "kernel" is missing/],
    ['op=conv,op=conv,kernel=3', /"op" is given twice/],
    ['5,skip,linear', /kernel=5 with op=skip is forbidden/],
    ['', /1 choices/],
    ['__proto__=3,op=conv', /unknown dimension "__proto__"/],
  ])('refuses %j with a reason', (text, reason) => {
    expect(() => space.parse(text)).toThrow(InputError);
    expect(() => space.parse(text)).toThrow(reason);
  });
});
