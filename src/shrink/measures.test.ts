import { expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { defineSpace } from '../spaces/define.js';
import { editDistance } from '../spaces/edits.js';
import {
  bestKept,
  choicesAlive,
  diversity,
  meanAccuracy,
  measureQuality,
  measureShape,
  optimumKept,
  regret,
  retained,
  retention,
  shrinkIndex,
} from './measures.js';

const space = defineSpace({
  name: 'mixed',
  dimensions: [
    { name: 'op', choices: ['a', 'b', 'c'] },
    { name: 'width', choices: [16, 24, 32, 48, 64], ordered: true },
    { name: 'fixed', choices: ['x'] },
  ],
});

const setOf = (...members: number[][]) => ArchitectureSet.fromPacked(Uint8Array.from(members.flat()), 3);

it('works a small case as by hand', () => {
  const accuracies = [90, 70, 80, 95, 60];
  const kept = [0, 3, 1];
  expect(meanAccuracy(kept, accuracies)).toBe(85);
  expect(bestKept(kept, accuracies)).toBe(95);
  expect(regret(kept, accuracies)).toBe(0);
  expect(optimumKept(kept, accuracies)).toBe(true);
  expect(regret([0, 2], accuracies)).toBe(5);
  expect(optimumKept([0, 2], accuracies)).toBe(false);
  expect(retained(kept, accuracies, 3)).toBe(2); // 95 and 90, not 80
  expect(retention(kept, accuracies, 3)).toBeCloseTo(2 / 3, 15);
});

it('knows what nothing kept means', () => {
  expect(meanAccuracy([], [1])).toBeNaN();
  expect(optimumKept([], [1])).toBe(false);
  expect(retained([], [1, 2], 1)).toBe(0);
});

it('shares the last place among those that tie for it', () => {
  const accuracies = [9, 8, 8, 8, 7]; // top 2: the 9 and a third of each 8
  expect(retained([1], accuracies, 2)).toBeCloseTo(1 / 3, 15);
  expect(retained([0, 1, 2], accuracies, 2)).toBeCloseTo(1 + 2 / 3, 15);
  expect(retained([0, 1, 2, 3, 4], accuracies, 2)).toBe(2);
  expect(retained([4], accuracies, 99)).toBe(1);
  // mean over random tie-breaks
  const random = createRandom(5);
  let found = 0;
  for (let i = 0; i < 20_000; i++) found += random.integer(3) < 2 ? 1 : 0; // members 1 and 2 of the tied three
  expect(retained([1, 2], accuracies, 2)).toBeCloseTo(found / 20_000, 1);
});

it('gives the shrink index of the formula', () => {
  const terms = { meanShrunk: 85, meanWhole: 80, bestWhole: 90, shrunk: 10, whole: 1000 };
  expect(shrinkIndex(terms)).toBeCloseTo(0.5 * (1 - 1 / 3), 15);
  expect(shrinkIndex({ ...terms, shrunk: 1, meanShrunk: 90 })).toBe(1);
  expect(shrinkIndex({ ...terms, shrunk: 1000 })).toBe(0);
  expect(shrinkIndex({ ...terms, meanShrunk: 79 })).toBeLessThan(0);
  expect(shrinkIndex({ ...terms, shrunk: 10n ** 200n, whole: 10n ** 600n })).toBeCloseTo(0.5 * (1 - 1 / 3), 12);
});

it('gives the diversity of a hand-worked case', () => {
  // distances: 1 + 4 = 5, 1 + 2 = 3, 0 + 2 = 2
  expect(diversity(space, setOf([0, 0, 0], [1, 4, 0], [1, 2, 0]))).toBeCloseTo((5 + 3 + 2) / 3 / 3, 15);
  expect(diversity(space, setOf([0, 0, 0]))).toBe(0);
  expect(diversity(space, new ArchitectureSet(3))).toBe(0);
});

it('gives the diversity that all pairs give', () => {
  const random = createRandom(2);
  for (let size = 2; size < 15; size++) {
    const members = new ArchitectureSet(3);
    while (members.size < size) members.add(space.sample(random));
    let sum = 0;
    let pairs = 0;
    for (let a = 0; a < size; a++) {
      for (let b = a + 1; b < size; b++) {
        sum += editDistance(space, members.codesAt(a), members.codesAt(b));
        pairs++;
      }
    }
    expect(diversity(space, members)).toBeCloseTo(sum / pairs / 3, 12);
  }
});

it('counts the choices alive and the pockets', () => {
  const members = setOf([0, 0, 0], [2, 0, 0], [2, 3, 0]);
  expect(choicesAlive(space, members)).toEqual([2, 2, 1]);
  expect(measureShape(space, members)).toMatchObject({ size: 3, pockets: 2, choicesAlive: [2, 2, 1] });
});

it('measures against a truth that does not know every member', () => {
  const architectures = setOf([0, 0, 0], [1, 0, 0], [2, 0, 0]);
  const quality = measureQuality(setOf([2, 0, 0], [2, 4, 0]), { architectures, accuracies: [50, 60, 90] }, [1, 2]);
  expect(quality).toEqual({
    known: 1,
    meanAccuracy: 90,
    bestKept: 90,
    regret: 0,
    optimumKept: true,
    shrinkIndex: 1,
    retained: [
      { k: 1, count: 1 },
      { k: 2, count: 1 },
    ],
  });
});
