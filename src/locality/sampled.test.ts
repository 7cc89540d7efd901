import { describe, expect, it } from 'vitest';
import { createNkLandscape } from '../math/nk-landscape.js';
import { createRandom } from '../math/random.js';
import { editDistance } from '../spaces/edits.js';
import { correlationByDistance, exactCorrelationByDistance } from './by-distance.js';
import { rowDistances } from './distances.js';
import { pairsByDistance } from './pairs.js';
import { listed, productSpace } from './testing/spaces.js';

const counts = [3, 3, 3, 3, 3, 3];
const space = productSpace(counts);
const landscape = createNkLandscape({ choices: counts, k: 1, randomSeed: 2 });

describe('correlationByDistance', () => {
  it('estimates the exact curve, and its intervals hold it most of the time', () => {
    const truth = exactCorrelationByDistance(space, listed(space, landscape.fitness)) ?? [];
    const repeats = 40;
    const errors = new Float64Array(counts.length);
    let covered = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const random = createRandom(repeat);
      const architectures = Array.from({ length: 120 }, () => space.sample(random));
      const accuracies = architectures.map(landscape.fitness);
      const found = correlationByDistance(space, { architectures, accuracies }, { random, resamples: 100 });
      found.forEach(({ correlation, low, high }, i) => {
        errors[i] += (correlation - truth[i].correlation) / repeats;
        if (low <= truth[i].correlation && truth[i].correlation <= high) covered++;
      });
    }
    for (const error of errors) expect(Math.abs(error)).toBeLessThan(0.06);
    expect(covered / repeats / counts.length).toBeGreaterThan(0.85);
  });

  it('leaves out failed networks and gives the same numbers for the same stream', () => {
    const random = createRandom(1);
    const architectures = Array.from({ length: 60 }, () => space.sample(random));
    const accuracies = architectures.map(landscape.fitness);
    const options = () => ({ random: createRandom(9), resamples: 20 });
    const found = correlationByDistance(space, { architectures, accuracies }, options());
    const withFailures = {
      architectures: [...architectures, ...architectures.slice(0, 5)],
      accuracies: [...accuracies, ...new Array<number>(5).fill(Number.NaN)],
    };
    expect(correlationByDistance(space, withFailures, options())).toEqual(found);
  });

  it('answers NaN for constant accuracies, distances never met and too few rows', () => {
    const architectures = [
      [0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 1],
      [0, 0, 0, 0, 1, 1],
    ].map(space.architecture);
    const run = (accuracies: number[]) =>
      correlationByDistance(
        space,
        { architectures: architectures.slice(0, accuracies.length), accuracies },
        { random: createRandom(1), resamples: 10 },
      );
    for (const { correlation, low } of run([0.1, 0.1, 0.1]))
      expect([correlation, low]).toEqual([Number.NaN, Number.NaN]);
    const some = run([1, 2, 4]);
    expect(some.map(({ pairs }) => pairs)).toEqual([2, 1, 0, 0, 0, 0]);
    expect(some[2].correlation).toBeNaN();
    expect(run([]).map(({ pairs }) => pairs)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(run([5])[0].correlation).toBeNaN();
    expect(() => correlationByDistance(space, { architectures, accuracies: [1] }, { random: createRandom(1) })).toThrow(
      RangeError,
    );
  });
});

describe('pairsByDistance', () => {
  it('finds every pair of few rows at its distance, ordered dimensions included', () => {
    const mixed = productSpace([4, 3, 5], { ordered: [true, false, true] });
    const random = createRandom(3);
    const architectures = Array.from({ length: 30 }, () => mixed.sample(random));
    const distanceOf = rowDistances(mixed, architectures);
    const lists = pairsByDistance(mixed, architectures, { maxPairs: 1000, random });
    let found = 0;
    lists.forEach(({ first, second, met }, distance) => {
      expect(first).toHaveLength(met);
      first.forEach((row, p) => {
        found++;
        expect(editDistance(mixed, architectures[row], architectures[second[p]])).toBe(distance);
        expect(distanceOf(row, second[p])).toBe(distance);
      });
    });
    let different = 0;
    for (let i = 0; i < 30; i++) for (let j = 0; j < i; j++) if (distanceOf(i, j) > 0) different++;
    expect(found).toBe(different);
  });

  it('keeps an even sample of too many pairs, and still finds neighbours among very many rows', () => {
    const wide = productSpace([20, 20, 20]);
    const { architectures } = listed(wide, () => 0);
    const lists = pairsByDistance(wide, architectures, { maxPairs: 500, random: createRandom(4) });
    expect(lists.map(({ first }) => first.length)).toEqual([0, 500, 500, 500]);
    expect(lists[1].met).toBe(6000 * 57);
    const meanRow = lists[3].first.reduce((sum, row) => sum + row, 0) / 500;
    expect(Math.abs(meanRow - 4000)).toBeLessThan(4 * (8000 / Math.sqrt(12 * 500)));
  });
});
