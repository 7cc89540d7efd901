import { describe, expect, it } from 'vitest';
import { createNkLandscape } from './nk-landscape.js';

/** Every point of a small product, with its base point's index running over all. */
function everyPoint(choices: readonly number[]): number[][] {
  return choices.reduce<number[][]>(
    (points, count) => points.flatMap((point) => Array.from({ length: count }, (_, choice) => [...point, choice])),
    [[]],
  );
}

function changed(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, choice, i) => sum + (choice === b[i] ? 0 : 1), 0);
}

/** Products about the mean `centre`, averaged over landscapes, by distance, over the variance at distance 0. */
function measuredByDistance(
  choices: number[],
  k: number,
  neighbourhood: 'random' | 'adjacent',
  seeds: number,
  ownMean: boolean,
): { measured: number[]; expected: number[] } {
  const points = everyPoint(choices);
  const n = choices.length;
  const sums = new Float64Array(n + 1);
  const counts = new Float64Array(n + 1);
  const expected = new Float64Array(n + 1);
  for (let randomSeed = 0; randomSeed < seeds; randomSeed++) {
    const landscape = createNkLandscape({ choices, k, randomSeed, neighbourhood });
    const values = points.map((point) => landscape.fitness(point));
    const centre = ownMean ? values.reduce((sum, value) => sum + value, 0) / values.length : 0.5;
    points.forEach((a, i) => {
      points.forEach((b, j) => {
        const distance = changed(a, b);
        sums[distance] += (values[i] - centre) * (values[j] - centre);
        counts[distance] += 1;
      });
    });
    for (let d = 0; d <= n; d++) {
      expected[d] += landscape.correlationAtDistance(d, ownMean ? 'landscape' : 'ensemble') / seeds;
    }
  }
  const products = sums.map((sum, d) => sum / counts[d]);
  return { measured: [...products.map((product) => product / products[0])], expected: [...expected] };
}

describe('createNkLandscape', () => {
  it('is a pure function of its options and differs between random seeds', () => {
    const choices = new Array<number>(20).fill(3);
    const point = choices.map((_, i) => i % 3);
    const make = (randomSeed: number) => createNkLandscape({ choices, k: 4, randomSeed }).fitness(point);
    expect(make(1)).toBe(make(1));
    expect(make(1)).not.toBe(make(2));
  });

  it('links every position to itself and k different others', () => {
    for (const neighbourhood of ['random', 'adjacent'] as const) {
      const { links } = createNkLandscape({
        choices: new Array<number>(9).fill(2),
        k: 5,
        randomSeed: 7,
        neighbourhood,
      });
      links.forEach((own, position) => {
        expect(own[0]).toBe(position);
        expect(new Set(own).size).toBe(6);
      });
    }
  });

  it('draws contributions that look uniform and independent', () => {
    const landscape = createNkLandscape({ choices: [200, 200], k: 1, randomSeed: 5 });
    const single = createNkLandscape({ choices: [40_000], k: 0, randomSeed: 5 });
    const bins = new Float64Array(100);
    let serial = 0;
    for (let i = 0; i < 40_000; i++) {
      const value = single.fitness([i]);
      bins[Math.floor(value * 100)] += 1;
      serial += (value - 0.5) * (single.fitness([(i + 1) % 40_000]) - 0.5);
    }
    const chiSquare = bins.reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0);
    expect(chiSquare).toBeGreaterThan(60); // chi-square with 99 degrees of freedom: 4 deviations either way
    expect(chiSquare).toBeLessThan(160);
    expect(Math.abs(serial / 40_000) * 12).toBeLessThan(4 / Math.sqrt(40_000));
    const values = everyPoint([200, 200]).map((point) => landscape.fitness(point));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance * 24).toBeCloseTo(1, 1);
  });

  it('has the published correlation by distance when all positions have equally many choices', () => {
    for (const neighbourhood of ['random', 'adjacent'] as const) {
      const n = 30;
      const k = 4;
      const landscape = createNkLandscape({ choices: new Array<number>(n).fill(5), k, randomSeed: 3, neighbourhood });
      for (const d of [0, 1, 2, 7, 26, 30]) {
        let published = 1 - d / n;
        for (let i = 1; i <= k; i++) published *= Math.max(0, 1 - d / (n - i));
        expect(landscape.correlationAtDistance(d)).toBeCloseTo(published, 12);
      }
      expect(landscape.autocorrelation(1)).toBeCloseTo(1 - (k + 1) / n, 12);
    }
  });

  // 400 landscapes: the deviation of a measured correlation is below 1/sqrt(400 n), 4 of them are the tolerance
  it.each([
    { choices: [2, 2, 2, 2, 2, 2], k: 2, neighbourhood: 'adjacent' as const },
    { choices: [3, 3, 3, 3], k: 1, neighbourhood: 'random' as const },
    { choices: [2, 4, 1, 3, 2], k: 2, neighbourhood: 'random' as const },
    { choices: [2, 3, 2, 3], k: 3, neighbourhood: 'adjacent' as const },
  ])('has the expected correlation on $choices with k = $k', ({ choices, k, neighbourhood }) => {
    for (const ownMean of [false, true]) {
      const { measured, expected } = measuredByDistance(choices, k, neighbourhood, 400, ownMean);
      expected.forEach((correlation, d) => {
        if (Number.isNaN(correlation)) expect(measured[d]).toBeNaN();
        else expect(Math.abs(measured[d] - correlation)).toBeLessThan(0.1);
      });
      expect(expected[0]).toBeCloseTo(1, 12);
    }
  });

  it('has the expected autocorrelation: the walk of one landscape, powered up exactly', () => {
    const choices = [2, 3, 4, 2];
    const points = everyPoint(choices);
    const degree = choices.reduce((sum, count) => sum + count - 1, 0);
    const adjacent = points.map((a) => points.flatMap((b, j) => (changed(a, b) === 1 ? [j] : [])));
    for (const centre of ['ensemble', 'landscape'] as const) {
      const products = new Float64Array(6);
      const expected = new Float64Array(6);
      for (let randomSeed = 0; randomSeed < 600; randomSeed++) {
        const landscape = createNkLandscape({ choices, k: 1, randomSeed });
        const values = points.map((point) => landscape.fitness(point));
        const middle = centre === 'ensemble' ? 0.5 : values.reduce((sum, value) => sum + value, 0) / values.length;
        const start = values.map((value) => value - middle);
        let moved = start;
        for (let lag = 0; lag < 6; lag++) {
          products[lag] += start.reduce((sum, value, i) => sum + value * moved[i], 0);
          expected[lag] += landscape.autocorrelation(lag, centre) / 600;
          moved = adjacent.map((row) => row.reduce((sum, j) => sum + moved[j], 0) / degree);
        }
      }
      expected.forEach((correlation, lag) => {
        expect(Math.abs(products[lag] / products[0] - correlation)).toBeLessThan(0.06);
      });
    }
  });

  it('is white noise at k = n - 1, works beyond 2^53 points, and says what it refuses', () => {
    const noise = createNkLandscape({ choices: new Array<number>(40).fill(5), k: 39, randomSeed: 1 });
    expect(noise.correlationAtDistance(1)).toBe(0);
    expect(noise.fitness(new Uint8Array(40))).toBeGreaterThan(0);
    expect(() => createNkLandscape({ choices: [], k: 0, randomSeed: 1 })).toThrow(RangeError);
    expect(() => createNkLandscape({ choices: [2, 0], k: 0, randomSeed: 1 })).toThrow(RangeError);
    expect(() => createNkLandscape({ choices: [2, 2], k: 2, randomSeed: 1 })).toThrow(RangeError);
  });
});
