import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { defineSpace } from '../spaces/define.js';
import { costBins, ONE_BIN, Region } from './region.js';
import { Sampler, type Source } from './sampling.js';
import { spaceOf, weight } from './testing/problems.js';

const WHOLE: Source = { kind: 'region' };
const anything = {};

describe.each([
  ['listed', spaceOf([2, 3, 4])],
  ['not listed', spaceOf(Array(10).fill(4))],
])('drawing from a space that is %s', (_, space) => {
  it('never repeats', () => {
    const sampler = new Sampler(new Region(space, []), ONE_BIN, anything, createRandom(1));
    const drawn = [10, 10, 10].flatMap((count) => sampler.draw(WHOLE, count)).map((a) => a.join());
    expect(new Set(drawn).size).toBe(drawn.length);
    expect(drawn.length).toBe(Math.min(30, Number(space.size)));
  });

  it('looking marks nothing, taking does', () => {
    const sampler = new Sampler(new Region(space, []), ONE_BIN, anything, createRandom(1));
    const looked = sampler.look(WHOLE, 24);
    expect(sampler.look(WHOLE, 24)).toHaveLength(24);
    sampler.take(looked);
    const rest = sampler.look(WHOLE, 24).map((a) => a.join());
    expect(looked.filter((a) => rest.includes(a.join()))).toEqual([]);
  });

  it('gives every cost bin its part, and the rest where a bin has no more', () => {
    const region = new Region(space, []);
    const bins = costBins(region, { cost: weight, count: 2 }, createRandom(1));
    const sampler = new Sampler(region, bins, anything, createRandom(1));
    const filled = [0, 0];
    for (const architecture of sampler.draw(WHOLE, 9)) filled[bins.of(architecture)]!++;
    expect(filled.sort()).toEqual([4, 5]);
    const members = new ArchitectureSet(space.dimensions.length);
    const cheap = new Sampler(region, ONE_BIN, anything, createRandom(2))
      .draw(WHOLE, 24)
      .filter((a) => bins.of(a) === 0);
    for (const architecture of cheap) members.add(architecture);
    const fresh = new Sampler(region, bins, anything, createRandom(3));
    expect(fresh.draw({ kind: 'list', members }, 6)).toHaveLength(Math.min(6, cheap.length));
  });

  it('asks only for what can be measured', () => {
    const canMeasure = (a: ArrayLike<number>) => a[0] === 1;
    const sampler = new Sampler(new Region(space, []), ONE_BIN, { canMeasure }, createRandom(1));
    const drawn = sampler.draw(WHOLE, 8);
    expect(drawn).toHaveLength(8);
    expect(drawn.every((a) => a[0] === 1)).toBe(true);
    const none = new Sampler(new Region(space, []), ONE_BIN, { canMeasure: () => false }, createRandom(1));
    expect(none.draw(WHOLE, 8)).toEqual([]);
  });
});

it('draws uniformly', () => {
  const space = spaceOf([2, 3, 4]);
  const counts = new Map<string, number>();
  for (let randomSeed = 0; randomSeed < 2400; randomSeed++) {
    const sampler = new Sampler(new Region(space, []), ONE_BIN, anything, createRandom(randomSeed));
    for (const a of sampler.draw(WHOLE, 2)) counts.set(a.join(), (counts.get(a.join()) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
  expect(chiSquare).toBeLessThan(23 + 4 * Math.sqrt(46));
});

describe('cost bins', () => {
  it('are equally full', () => {
    const space = spaceOf([7, 7, 7, 7]);
    const cost = {
      name: 'order',
      unit: '',
      of: (codes: ArrayLike<number>) => codes[0]! * 343 + codes[1]! * 49 + codes[2]! * 7 + codes[3]!,
    };
    const bins = costBins(new Region(space, []), { cost, count: 5 }, createRandom(1));
    const filled = new Array<number>(5).fill(0);
    for (let i = 0; i < 2401; i++)
      filled[bins.of([Math.floor(i / 343), Math.floor(i / 49) % 7, Math.floor(i / 7) % 7, i % 7])]!++;
    expect(filled.every((count) => count === 480 || count === 481)).toBe(true);
  });

  it('none stays empty where many cost the same, and unknown costs are in the first', () => {
    const space = spaceOf([2, 5, 5]);
    const region = new Region(space, []);
    const two = { name: 'two', unit: '', of: (codes: ArrayLike<number>) => codes[0]! };
    const bins = costBins(region, { cost: two, count: 4 }, createRandom(1));
    expect(bins).toMatchObject({ count: 2, edges: [1] });
    expect([bins.of([0, 0, 0]), bins.of([1, 0, 0])]).toEqual([0, 1]);
    const unknown = { ...two, of: (codes: ArrayLike<number>) => (codes[1] === 0 ? Number.NaN : codes[2]!) };
    const known = costBins(region, { cost: unknown, count: 2 }, createRandom(1));
    expect(known).toMatchObject({ count: 2, edges: [2] });
    expect(known.of([0, 0, 4])).toBe(0);
    const never = { ...two, of: () => Number.NaN };
    expect(costBins(region, { cost: never, count: 3 }, createRandom(1)).count).toBe(1);
  });
});

describe('a region', () => {
  it('samples uniformly where the limits leave next to nothing of a huge space', () => {
    const space = spaceOf(Array(20).fill(4)); // 1e12, of which 21 are within the limit
    const region = new Region(space, [{ cost: { ...weight, of: (codes) => 3 * weight.of(codes) }, max: 5 }]);
    const random = createRandom(1);
    const counts = new Map<string, number>();
    for (let i = 0; i < 2100; i++) {
      const key = region.sample(random).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(21);
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(45);
  });

  it('estimates its size, exactly where it can be listed', () => {
    const half = [{ cost: { ...weight, of: (codes: ArrayLike<number>) => codes[0]! }, max: 0 }];
    expect(new Region(spaceOf([2, 3, 4]), half).estimatedSize).toBe(12);
    expect(new Region(spaceOf([2, 3, 4]), half).size).toBe(12n);
    const estimate = new Region(spaceOf(Array(12).fill(4)), half).estimatedSize;
    expect(Math.abs(estimate / 4 ** 11 - 1)).toBeLessThan(0.06);
    expect(new Region(spaceOf(Array(12).fill(4)), []).estimatedSize).toBe(4 ** 12);
  });

  it('does not look at every combination of a space in which nearly all are forbidden', () => {
    const names = Array.from({ length: 30 }, (_, d) => `d${d}`);
    const space = defineSpace({
      name: 'switch',
      dimensions: names.map((name) => ({ name, choices: ['off', 'on'] })),
      // on only where the one before is on: 31 of 1e9
      forbidden: names.slice(1).map((name, d) => ({ [names[d]!]: 'off', [name]: 'on' })),
    });
    expect(space.size).toBe(31n);
    expect(new Region(space, [{ cost: weight, max: 30 }]).list()).toBeUndefined();
    const sampler = new Sampler(new Region(space, []), ONE_BIN, anything, createRandom(1));
    expect(sampler.draw(WHOLE, 40)).toHaveLength(31);
  });
});
