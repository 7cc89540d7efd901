import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { fitLocalityModel, type LocalityModel } from '../predictors/gaussian-process.js';
import type { ArchitectureSet } from '../spaces/architecture-set.js';
import { neighbours } from '../spaces/edits.js';
import { forEachArchitecture } from '../spaces/enumerate.js';
import type { Architecture, Limit, SearchSpace } from '../spaces/space.js';
import { type GrowthTask, growPockets } from './pockets.js';
import { growRadius } from './radius.js';
import { costBins, ONE_BIN, Region } from './region.js';
import { selectSeeds } from './seeds.js';
import { landscapeOf, listOf, spaceOf, weight } from './testing/problems.js';

const cases: [string, SearchSpace, Limit[]][] = [
  ['unordered', spaceOf([4, 4, 4, 4, 4]), []],
  ['ordered and one choice', spaceOf([-6, 1, -5, 3, -4]), []],
  [
    'forbidden and limited',
    spaceOf([4, 4, -5, 4], {
      forbidden: [
        { d0: [0], d1: [1] },
        { d2: [2], d3: [3] },
      ],
    }),
    [{ cost: weight, max: 8 }],
  ],
];

function taskOf(space: SearchSpace, limits: readonly Limit[], size: number, bins?: number): GrowthTask {
  const region = new Region(space, limits);
  const accuracy = landscapeOf(space, 1, 3);
  const random = createRandom(7);
  const measured = [
    ...new Map(Array.from({ length: 60 }, () => region.sample(random)).map((a) => [a.join(), a])).values(),
  ];
  const accuracies = measured.map(accuracy);
  const model = fitLocalityModel(space, measured, accuracies);
  const cost = bins === undefined ? ONE_BIN : costBins(region, { cost: weight, count: bins }, random);
  const { seeds, reserve } = selectSeeds(region, cost, measured, accuracies, model);
  return { region, model, seeds, reserve, size, bins: cost };
}

/** Flood fill by definition: of everything that touches what is kept, the best predicted next. */
function floodFill({ region, model, seeds, size }: GrowthTask): string[] {
  const kept = new Map<string, Architecture>();
  const open = new Map(seeds.filter((a) => region.allows(a)).map((a) => [a.join(), a]));
  while (kept.size < size && open.size > 0) {
    const best = [...open.values()].reduce((a, b) => (model.mean(b) > model.mean(a) ? b : a));
    open.delete(best.join());
    kept.set(best.join(), best);
    for (const other of neighbours(region.space, best)) {
      if (region.allows(other) && !kept.has(other.join())) open.set(other.join(), other);
    }
  }
  return [...kept.keys()];
}

/** Groups of members that single edits join, by search from each. */
function groupsOf(space: SearchSpace, members: ArchitectureSet): Set<string>[] {
  const left = new Set(listOf(members));
  const groups: Set<string>[] = [];
  for (const first of left) {
    const group = new Set([first]);
    for (const text of group) {
      for (const other of neighbours(space, text.split(',').map(Number))) {
        if (left.has(other.join())) group.add(other.join());
      }
    }
    for (const text of group) left.delete(text);
    groups.push(group);
  }
  return groups;
}

describe.each(cases)('growing pockets: %s', (_, space, limits) => {
  it.each([1, 7, 60, 150])('keeps what a plain flood fill keeps, size %i', async (size) => {
    const task = taskOf(space, limits, size);
    const { members, predicted, border } = await growPockets(task);
    expect(members.size).toBe(size);
    const expected = floodFill(task);
    // equal up to the order of predictions that differ by rounding alone
    expect(new Set(listOf(members))).toEqual(new Set(expected));
    const means = listOf(members).map((text) => task.model.mean(text.split(',').map(Number)));
    means.forEach((mean, i) => {
      expect(predicted[i]).toBeCloseTo(mean, 8);
    });
    expect(border).toBe(Math.min(...predicted));
    for (const codes of listOf(members).map((text) => text.split(',').map(Number))) {
      expect(space.isValid(codes) && task.region.allows(codes)).toBe(true);
    }
    const seeds = new Set(task.seeds.map((a) => a.join()));
    for (const group of groupsOf(space, members)) expect([...group].some((text) => seeds.has(text))).toBe(true);
  });

  it('fills cost bins equally', async () => {
    const task = taskOf(space, limits, 40, 3);
    const { members, border, predicted } = await growPockets(task);
    const filled = new Array<number>(task.bins.count).fill(0);
    for (const text of listOf(members)) filled[task.bins.of(text.split(',').map(Number))]!++;
    expect(filled.reduce((a, b) => a + b)).toBe(40);
    expect(Math.max(...filled) - Math.min(...filled)).toBeLessThanOrEqual(1);
    expect(border).toBe(Math.min(...predicted));
  });

  it('stops where the region is exhausted', async () => {
    const task = taskOf(space, limits, 10_000);
    const { members, predicted } = await growPockets(task);
    let reachable = 0;
    forEachArchitecture(space, (codes) => {
      if (task.region.allows(codes)) reachable++;
    });
    expect(members.size).toBe(reachable);
    expect(predicted).toHaveLength(reachable);
  });
});

describe('islands', () => {
  // the middle choice is forbidden for all but one: two halves that no single edit joins
  const space = spaceOf([-5, 4, 4], { forbidden: [{ d0: [2] }] });
  const architectures: Architecture[] = [];
  forEachArchitecture(space, (codes) => architectures.push(space.architecture(codes)));
  const low = architectures.filter((a) => a[0]! < 2);
  const model = fitLocalityModel(
    space,
    architectures.slice(0, 40),
    architectures.slice(0, 40).map(landscapeOf(space, 0, 1)),
  );
  const region = new Region(space, []);
  const grow = (seeds: Architecture[], reserve: Architecture[], size: number) =>
    growPockets({ region, model, seeds, reserve, size, bins: ONE_BIN });

  it('are kept only where a seed lies on them', async () => {
    const { members } = await grow([low[0]!], [], 50);
    expect(new Set(listOf(members))).toEqual(new Set(low.map((a) => a.join())));
  });

  it('are reached from the reserve once the seeds are exhausted, not before', async () => {
    const other = architectures.find((a) => a[0] === 4)!;
    expect(listOf((await grow([low[0]!], [other], 32)).members).every((text) => Number(text[0]) < 2)).toBe(true);
    const { members } = await grow([low[0]!], [other], 50);
    expect(members.size).toBe(50);
    expect(
      listOf(members)
        .slice(32)
        .every((text) => Number(text[0]) > 2),
    ).toBe(true);
  });
});

it('an aborted growth ends with the reason', async () => {
  const space = spaceOf(Array(12).fill(4));
  const task = taskOf(space, [], 30_000);
  await expect(growPockets({ ...task, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

it('equal predictions everywhere grow as quickly as others', async () => {
  const space = spaceOf(Array(12).fill(4));
  const start = space.architecture(Array(12).fill(0));
  const model: LocalityModel = fitLocalityModel(space, [start], [50]);
  const started = performance.now();
  const { members } = await growPockets({
    region: new Region(space, []),
    model,
    seeds: [start],
    reserve: [],
    size: 20_000,
    bins: ONE_BIN,
  });
  expect(members.size).toBe(20_000);
  expect(performance.now() - started).toBeLessThan(3000); // minutes, were ties never forgotten
});

describe('growing by radius', () => {
  it.each(cases)('keeps the seeds in order, each with its neighbours, then theirs: %s', async (_, space, limits) => {
    const task = taskOf(space, limits, 45);
    const { members, predicted, border } = await growRadius(task);
    const order = new Set<string>();
    const keep = (a: Architecture) => task.region.allows(a) && order.add(a.join());
    for (const seed of [...task.seeds, ...task.reserve]) for (const a of [seed, ...neighbours(space, seed)]) keep(a);
    for (const text of order) for (const a of neighbours(space, text.split(',').map(Number))) keep(a);
    expect(listOf(members)).toEqual([...order].slice(0, 45));
    expect(border).toBe(Math.min(...predicted));
    const seeds = new Set(task.seeds.map((a) => a.join()));
    for (const group of groupsOf(space, members)) expect([...group].some((text) => seeds.has(text))).toBe(true);
  });

  it('gives no bin more than its share while others can grow', async () => {
    const task = taskOf(cases[0]![1], [], 60, 3);
    const { members } = await growRadius(task);
    const filled = new Array<number>(3).fill(0);
    for (const text of listOf(members)) filled[task.bins.of(text.split(',').map(Number))]!++;
    expect(filled).toEqual([20, 20, 20]);
  });
});
