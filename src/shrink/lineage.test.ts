import { expect, it } from 'vitest';
import { fitLocalityModel } from '../predictors/gaussian-process.js';
import { forEachArchitecture } from '../spaces/enumerate.js';
import type { Architecture } from '../spaces/space.js';
import { connectedComponents } from './components.js';
import { pocketsOf, seedsOf } from './lineage.js';
import { growPockets } from './pockets.js';
import { ONE_BIN, Region } from './region.js';
import { selectSeeds } from './seeds.js';
import { spaceOf } from './testing/problems.js';

it('every pocket has a seed: one of the reserve where no selected one lies in it, and parents by where seeds lay', async () => {
  const space = spaceOf([-5, 4, 4], { forbidden: [{ d0: 2 }] }); // two halves that no single edit joins
  const all: Architecture[] = [];
  forEachArchitecture(space, (codes) => all.push(space.architecture(codes)));
  const better = all.filter((a) => a[0]! < 2).slice(0, 25);
  const worse = all.filter((a) => a[0]! > 2).slice(0, 5);
  const measured = [...worse, ...better];
  const accuracies = measured.map((a) => (a[0]! < 2 ? 90 : 50) + a[1]!);
  const model = fitLocalityModel(space, measured, accuracies);
  const region = new Region(space, []);
  const selection = selectSeeds(region, ONE_BIN, measured, accuracies, model);
  expect(selection.seeds).toHaveLength(20);
  expect(selection.seeds.every((a) => a[0]! < 2)).toBe(true);
  const growth = await growPockets({ region, model, ...selection, size: 64, bins: ONE_BIN });
  const grown = { ...growth, ...connectedComponents(space, growth.members) };
  expect(grown.count).toBe(2);
  const measurements = measured.map((architecture, i) => ({
    kind: 'measured' as const,
    architecture,
    accuracy: accuracies[i]!,
    costs: {},
    source: '',
  }));
  const seeds = seedsOf(grown, selection, measurements, model, ONE_BIN);
  expect(seeds.map(({ architecture }) => architecture)).toEqual([
    ...selection.seeds,
    selection.reserve.find((a) => a[0]! > 2),
  ]);
  expect(seeds.map(({ pocket }) => pocket)).toEqual([...Array(20).fill(0), 1]);
  for (const seed of seeds) expect(seed.measured).toBe(accuracies[measured.indexOf(seed.architecture)]);
  const first = pocketsOf(grown, seeds, undefined);
  expect(first).toEqual([
    { size: 32, seeds: Array.from({ length: 20 }, (_, i) => i), parents: [] },
    { size: 32, seeds: [20], parents: [] },
  ]);
  expect(pocketsOf(grown, seeds, grown).map(({ parents }) => parents)).toEqual([[0], [1]]);
});
