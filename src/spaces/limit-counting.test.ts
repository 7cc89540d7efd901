import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { additiveCost } from './additive-cost.js';
import { type DimensionDefinition, defineSpace } from './define.js';
import { forEachArchitecture } from './enumerate.js';
import { countLimits, rangeOfSum } from './limit-counting.js';
import type { Cost, SearchSpace } from './space.js';

/** Coarse, so that much that is beyond the limits comes in. */
const CELLS = 20_000;

/** A small space with rules that tie dimensions, and costs of which some tie two dimensions and some are not known of a choice. */
function randomCase(randomSeed: number): { space: SearchSpace; costs: Cost[]; limits: { cost: Cost; max: number }[] } {
  const random = createRandom(randomSeed);
  const dimensions = Array.from(
    { length: 3 + random.integer(4) },
    (_, d): DimensionDefinition => ({
      name: `d${d}`,
      choices: Array.from({ length: 1 + random.integer(4) }, (_, c) => `c${c}`),
    }),
  );
  const D = dimensions.length;
  const counts = dimensions.map(({ choices }) => choices.length);
  const label = (d: number) => `c${random.integer(counts[d]!)}`;
  const forbidden = Array.from({ length: random.integer(4) }, () => {
    const [a, b] = [random.integer(D), random.integer(D)];
    return { [`d${a}`]: label(a), [`d${b}`]: label(b) };
  }).filter((rule) => Object.keys(rule).length > 1 && Object.values(rule).some((own) => own !== 'c0')); // all c0 is allowed
  const space = defineSpace({ name: 'small', dimensions, forbidden });
  const isWhole = random.integer(2) === 0;
  const number = () => (isWhole ? random.integer(6) - 1 : 10 * random.float() - 1);
  const costs = Array.from({ length: 1 + random.integer(4) }, (_, i): Cost => {
    const alone = counts.map((count, d) => ({ dimensions: [d], values: Array.from({ length: count }, number) }));
    if (random.integer(6) === 0) alone[0]!.values[0] = Number.NaN;
    const [a, b] = [random.integer(D), random.integer(D)];
    const pair =
      a === b || random.integer(2) === 0
        ? []
        : [{ dimensions: [a, b], values: Array.from({ length: counts[a]! * counts[b]! }, number) }];
    const of = additiveCost(counts, number(), [...alone, ...pair], 1 + random.integer(3));
    return { name: `cost${i}`, unit: '', of, sum: () => of.sum };
  });
  const some = space.sample(random);
  const limits = costs.map((cost) => ({
    cost,
    max: (cost.of(some) || 0) + (isWhole ? random.integer(3) : random.float()),
  }));
  return { space, costs, limits };
}

const sumsOf = (limits: readonly { cost: Cost; max: number }[]) =>
  limits.map(({ cost, max }) => ({ sum: cost.sum!()!, max }));

function within(space: SearchSpace, limits: readonly { cost: Cost; max: number }[]): Set<string> {
  const found = new Set<string>();
  forEachArchitecture(space, (codes) => {
    if (limits.every(({ cost, max }) => cost.of(codes) <= max)) found.add(codes.join());
  });
  return found;
}

describe('what limits leave', () => {
  it('holds everything within them, each once, as often as it says', () => {
    fc.assert(
      fc.property(fc.integer(), (randomSeed) => {
        const { space, limits } = randomCase(randomSeed);
        const counted = countLimits(space, sumsOf(limits), undefined, CELLS)!;
        const visited: string[] = [];
        const inside: string[] = [];
        counted.forEach((codes) => {
          visited.push(codes.join());
          if (space.isValid(codes) && limits.every(({ cost, max }) => cost.of(codes) <= max)) inside.push(codes.join());
        });
        expect(new Set(visited).size).toBe(visited.length);
        expect(counted.count).toBe(visited.length);
        expect(inside.sort()).toEqual([...within(space, limits)].sort());
      }),
      { numRuns: 300 },
    );
  });

  it('is drawn uniformly', () => {
    let [statistic, freedom] = [0, 0];
    for (let randomSeed = 0; freedom < 300; randomSeed++) {
      const { space, limits } = randomCase(randomSeed);
      const counted = countLimits(space, sumsOf(limits), undefined, CELLS)!;
      const set = within(space, limits);
      if (set.size < 5 || set.size > 60) continue;
      const counts = new Map([...set].map((key) => [key, 0]));
      const random = createRandom(1000 + randomSeed);
      const codes: number[] = [];
      for (let drawn = 0; drawn < 40 * set.size; ) {
        counted.sampleInto(codes, random);
        const key = codes.join();
        if (!set.has(key)) continue;
        counts.set(key, counts.get(key)! + 1);
        drawn++;
      }
      for (const count of counts.values()) statistic += (count - 40) ** 2 / 40;
      freedom += set.size - 1;
    }
    // chi-square: its mean is its degrees of freedom, its variance twice that
    expect(Math.abs(statistic - freedom)).toBeLessThan(4 * Math.sqrt(2 * freedom));
  }, 30_000);

  it('is counted exactly in a space of 10^18 where costs are whole', () => {
    const counts = Array<number>(30).fill(4);
    const space = defineSpace({
      name: 'big',
      dimensions: counts.map((_, d) => ({ name: `d${d}`, choices: [0, 1, 2, 3] })),
    });
    const tables = counts.map((_, d) => ({ dimensions: [d], values: [0, 1, 2, 3] }));
    const { sum } = additiveCost(counts, 100, tables);
    // the coefficients of (1 + x + x^2 + x^3)^30
    let ways = [1n];
    for (const _ of counts) {
      ways = Array.from({ length: ways.length + 3 }, (_, n) =>
        [0, 1, 2, 3].reduce((total, k) => total + (ways[n - k] ?? 0n), 0n),
      );
    }
    for (const most of [0, 1, 7, 20, 45, 90]) {
      const expected = ways.slice(0, most + 1).reduce((total, own) => total + own, 0n);
      expect(countLimits(space, [{ sum, max: 100 + most }])!.count / Number(expected)).toBeCloseTo(1, 12);
    }
    expect(countLimits(space, [{ sum, max: 99.9 }])!.count).toBe(0);
    const together = [
      { sum, max: 107 },
      { sum, max: 120 },
      { sum, max: 1e9 },
    ];
    expect(countLimits(space, together)!.count).toBe(Number(ways.slice(0, 8).reduce((total, own) => total + own, 0n)));
  });

  it('cannot be counted where a cost ties too many dimensions together', () => {
    const counts = Array<number>(14).fill(2);
    const space = defineSpace({ name: 'tied', dimensions: counts.map((_, d) => ({ name: `d${d}`, choices: [0, 1] })) });
    const pairs = counts.slice(1).map((_, d) => ({ dimensions: [d, d + 1], values: [0, 1, 1, 3] }));
    expect(countLimits(space, [{ sum: additiveCost(counts, 0, pairs).sum, max: 4 }])).toBeUndefined();
  });

  it('leaves rules that tie too much to the caller', () => {
    const counts = Array<number>(20).fill(2);
    const names = counts.map((_, d) => `d${d}`);
    const space = defineSpace({
      name: 'chained',
      dimensions: names.map((name) => ({ name, choices: ['off', 'on'] })),
      forbidden: names.slice(1).map((name, d) => ({ [names[d]!]: 'off', [name]: 'on' })),
    });
    const { sum } = additiveCost(
      counts,
      0,
      counts.map((_, d) => ({ dimensions: [d], values: [0, 1] })),
    );
    const valid = new Set<string>();
    countLimits(space, [{ sum, max: 2 }])!.forEach((codes) => {
      if (space.isValid(codes)) valid.add(codes.join());
    });
    expect(valid.size).toBe(3);
    expect(rangeOfSum(space, sum)).toBeUndefined();
  });
});

it('the range of a sum is that of all architectures', () => {
  fc.assert(
    fc.property(fc.integer(), (randomSeed) => {
      const { space, costs } = randomCase(randomSeed);
      const values: number[] = [];
      forEachArchitecture(space, (codes) => values.push(costs[0]!.of(codes)));
      const known = values.filter((value) => !Number.isNaN(value));
      const { least, most } = rangeOfSum(space, costs[0]!.sum!()!)!;
      if (known.length === 0) return;
      expect(least).toBeCloseTo(Math.min(...known), 9);
      expect(most).toBeCloseTo(Math.max(...known), 9);
    }),
    { numRuns: 200 },
  );
});
