import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { connectedComponents } from '../shrink/components.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { editDistance } from '../spaces/edits.js';
import type { Architecture, Cost } from '../spaces/space.js';
import { spaceOf } from '../spaces/testing/space-of.js';
import { memberRegion, type PathRegion, productRegion, wholeRegion } from './path-region.js';
import { createPathSampler, type PathSampler, type PathSamplerName, pathSamplers } from './sampling.js';

const space = spaceOf([5, 3, 2, 5, 1]);
const sum: Cost = { name: 'sum', unit: '', of: (codes) => Array.from(codes).reduce((a, b) => a + b, 0) };

/** One large pocket, a pair and a single architecture. */
function threePockets(): PathRegion {
  const members = new ArchitectureSet(5);
  for (let d0 = 0; d0 < 5; d0++) for (let d3 = 0; d3 < 3; d3++) members.add([d0, 0, 0, d3, 0]);
  for (const codes of [
    [4, 1, 1, 4, 0],
    [3, 1, 1, 4, 0],
    [0, 2, 1, 4, 0],
  ])
    members.add(codes);
  const { componentOf, count } = connectedComponents(space, members);
  return memberRegion({ space, members, pocketOf: componentOf, pocketCount: count });
}

const limited = () => wholeRegion(space, [{ cost: sum, max: 5 }]);
const regions: Record<string, () => PathRegion> = {
  whole: () => wholeRegion(space),
  'within limits': limited,
  members: threePockets,
  product: () => productRegion(space, [], keptOf([[0, 2, 4], [1, 2], [0], [0, 1, 2, 3], [0]])),
  'product within limits': () =>
    productRegion(space, [{ cost: sum, max: 5 }], keptOf([[0, 2, 4], [1, 2], [0], [0, 1], [0]])),
};
const keptOf = (alive: number[][]) =>
  space.dimensions.map(({ choices }, d) => choices.map((_, c) => alive[d]!.includes(c)));
const options = { paths: 3, cost: sum, costBins: 4 };
const names = Object.keys(pathSamplers) as PathSamplerName[];
const pathsOf = (sampler: PathSampler, steps: number) =>
  Array.from({ length: steps }, (_, step) => sampler(step)).flat();

/** How often each choice of each dimension occurs. */
function counts(paths: readonly Architecture[]): number[][] {
  return space.dimensions.map(({ choices }, d) => choices.map((_, c) => paths.filter((path) => path[d] === c).length));
}

describe.each(names)('%s sampling', (name) => {
  it.each(Object.keys(regions))('depends on origin and step alone (%s)', (region) => {
    const make = (randomSeed = 1) => createPathSampler(name, regions[region]!(), createRandom(randomSeed), options);
    const inOrder = Array.from({ length: 80 }, (_, step) => step).map(make());
    const sampler = make();
    const backwards = Array.from({ length: 80 }, (_, i) => sampler(79 - i)).reverse();
    expect(backwards).toEqual(inOrder);
    expect(make()(41)).toEqual(inOrder[41]);
    expect(pathsOf(make(2), 80)).not.toEqual(inOrder.flat());
  });

  it('gives members only', () => {
    const member = (region: PathRegion) => pathsOf(createPathSampler(name, region, createRandom(3), options), 100);
    for (const path of member(limited())) expect(sum.of(path)).toBeLessThanOrEqual(5);
    for (const path of member(threePockets())) {
      expect(
        path[1] === 0
          ? path[3]! < 3
          : [
              [4, 1],
              [3, 1],
              [0, 2],
            ].some(([a, b]) => path[0] === a && path[1] === b),
      ).toBe(true);
    }
  });
});

describe('uniform sampling', () => {
  it('draws every member equally often', () => {
    const paths = pathsOf(createPathSampler('uniform', wholeRegion(space), createRandom(1), { paths: 2 }), 3000);
    for (const [d, own] of counts(paths).entries()) {
      const expected = 6000 / space.dimensions[d]!.choices.length;
      for (const count of own) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected)); // 5 deviations
    }
  });
});

describe('pocket sampling', () => {
  it('visits pockets in turn, however large they are', () => {
    const region = threePockets();
    expect(region.pocketCount).toBe(3);
    const paths = pathsOf(createPathSampler('pockets', region, createRandom(1), { paths: 2 }), 150);
    for (let i = 0; i < 300; i += 3) {
      const turn = paths.slice(i, i + 3).map((path) => (path[1] === 0 ? 'large' : path[1] === 1 ? 'pair' : 'single'));
      expect(turn.sort()).toEqual(['large', 'pair', 'single']);
    }
    expect(new Set(paths.map(String)).size).toBe(18);
  });
});

describe('fair sampling', () => {
  it('trains each choice of a product equally often: exactly where numbers divide, and to one at any step', () => {
    const sampler = createPathSampler('fair', wholeRegion(space), createRandom(5));
    const all: Architecture[] = [];
    for (let step = 0; step < 30; step++) {
      const paths = sampler(step);
      expect(paths.length).toBe(5);
      all.push(...paths);
      for (const own of [...counts(paths), ...counts(all)])
        expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(1);
      expect(counts(paths)[0]).toEqual([1, 1, 1, 1, 1]);
      expect(counts(paths)[3]).toEqual([1, 1, 1, 1, 1]);
    }
    expect(counts(all)).toEqual([[30, 30, 30, 30, 30], [50, 50, 50], [75, 75], [30, 30, 30, 30, 30], [150]]);
  });

  it('lets choices of two dimensions meet at random', () => {
    const all = pathsOf(createPathSampler('fair', wholeRegion(space), createRandom(6)), 1000);
    for (let a = 0; a < 5; a++) {
      for (let b = 0; b < 5; b++) {
        const count = all.filter((path) => path[0] === a && path[3] === b).length; // 200 expected, deviation 12.6
        expect(Math.abs(count - 200)).toBeLessThan(65);
      }
    }
  });

  it('is strictly fair over the choices left of a product', () => {
    const sampler = createPathSampler('fair', regions.product!(), createRandom(1));
    expect(sampler(0).length).toBe(4);
    expect(counts(pathsOf(sampler, 6))).toEqual([[8, 0, 8, 0, 8], [0, 12, 12], [24, 0], [6, 6, 6, 6, 0], [24]]);
  });

  it('comes nearer to equal counts than uniform sampling where the region is no product', () => {
    const spread = (paths: readonly Architecture[]) =>
      counts(paths).reduce((total, own) => total + (Math.max(...own) - Math.min(...own)) / paths.length, 0);
    for (const region of [limited(), threePockets()]) {
      const fair = spread(pathsOf(createPathSampler('fair', region, createRandom(1)), 64));
      const uniform = spread(pathsOf(createPathSampler('uniform', region, createRandom(1), { paths: 5 }), 64));
      expect(fair).toBeLessThan(0.75 * uniform);
    }
  });
});

describe('cost-balanced sampling', () => {
  it('gives cheap, middling and costly paths equal shares', () => {
    // sums 0 .. 11 in four bins of width 2.75: 0-2, 3-5, 6-8, 9-11
    const paths = pathsOf(createPathSampler('cost-balanced', wholeRegion(space), createRandom(1), options), 100);
    const shares = [0, 0, 0, 0];
    for (const path of paths) shares[Math.floor(sum.of(path) / 3)]!++;
    expect(shares).toEqual([75, 75, 75, 75]);
  });

  it('takes what it knows of a bin that is hardly ever met, and one bin where all cost the same', () => {
    const rare: Cost = {
      name: 'rare',
      unit: '',
      of: (codes) => (codes[0] === 0 && codes[3] === 0 && codes[1] === 0 ? 1 : 0),
    };
    const paths = pathsOf(createPathSampler('cost-balanced', wholeRegion(space), createRandom(1), { cost: rare }), 50);
    expect(paths.filter((path) => rare.of(path) === 1).length).toBe(25);
    const flat: Cost = { name: 'flat', unit: '', of: () => 7 };
    expect(
      pathsOf(createPathSampler('cost-balanced', wholeRegion(space), createRandom(1), { cost: flat }), 5).length,
    ).toBe(5);
  });
});

it('says what is wrong with options, and refuses empty regions', () => {
  const make = (name: PathSamplerName, given: object) => () =>
    createPathSampler(name, wholeRegion(space), createRandom(1), given);
  expect(make('uniform', { paths: 0 })).toThrow('0 paths a step are not possible');
  expect(make('cost-balanced', {})).toThrow('needs the cost');
  expect(make('cost-balanced', { cost: sum, costBins: 1.5 })).toThrow('1.5 cost bins');
  expect(make('cost-balanced', { cost: { ...sum, of: () => Number.NaN } })).toThrow('no cost "sum" is known');
  const empty = { space, members: new ArchitectureSet(5), pocketOf: new Int32Array(0), pocketCount: 0 };
  expect(() => memberRegion(empty)).toThrow(InputError);
  expect(() => productRegion(space, [{ cost: sum, max: 1 }], keptOf([[4], [0], [0], [4], [0]]))).toThrow(InputError);
});

it('samples a space far too large to list, also where limits leave next to nothing of it', () => {
  const huge = spaceOf(Array.from({ length: 20 }, () => 10));
  const region = wholeRegion(huge, [{ cost: sum, max: 12 }]);
  const sampler = createPathSampler('uniform', region, createRandom(1));
  const [a, b] = [sampler(1)[0]!, sampler(0)[0]!];
  expect([sum.of(a) <= 12, sum.of(b) <= 12, editDistance(huge, a, b) > 0]).toEqual([true, true, true]);
  expect(createPathSampler('uniform', region, createRandom(1))(0)[0]).toEqual(b);
});

it.each(
  Object.keys(pathSamplers) as PathSamplerName[],
)('%s lets one path lead and then goes on as it would have', (name) => {
  const path = space.architecture([4, 2, 1, 4, 0]);
  const options = { cost: sum };
  const led = createPathSampler(name, limited(), createRandom(3), { ...options, lead: { steps: 2, path } });
  const alone = createPathSampler(name, limited(), createRandom(3), options);
  expect([0, 1].map(led)).toEqual([[path], [path]]);
  expect([2, 3, 40].map(led)).toEqual([2, 3, 40].map(alone));
});
