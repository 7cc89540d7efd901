import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile, studentTCdf, studentTQuantile } from './distributions.js';
import { createRandom } from './random.js';
import { averageRanks, spearman } from './ranks.js';
import {
  bootstrapInterval,
  isConstant,
  mean,
  meanInterval,
  median,
  pearson,
  quantile,
  variance,
} from './statistics.js';

// Reference numbers: scipy.stats.norm.cdf/ppf, t.cdf/ppf, numpy.quantile, scipy.stats.spearmanr/pearsonr/rankdata, scipy 1.10.1
describe('distributions', () => {
  it.each([
    [-30, 4.906713927147908e-198],
    [-8, 6.22096057427174e-16],
    [-3.6, 0.00015910859015753364],
    [-3.5, 0.00023262907903552502],
    [-1.96, 0.024997895148220435],
    [-0.3, 0.3820885778110474],
    [0, 0.5],
    [0.7, 0.758036347776927],
    [2.5, 0.9937903346742238],
    [6, 0.9999999990134123],
  ])('normalCdf(%d)', (x, p) => expect(Math.abs(normalCdf(x) / p - 1)).toBeLessThan(1e-11));
  it.each([
    [1e-12, -7.034483825301131],
    [0.0001, -3.7190164854556804],
    [0.025, -1.9599639845400545],
    [0.3, -0.5244005127080409],
    [0.5, 0.0],
    [0.8, 0.8416212335729143],
    [0.975, 1.959963984540054],
    [0.999, 3.090232306167813],
  ])('normalQuantile(%d)', (p, x) => expect(Math.abs(normalQuantile(p) - x)).toBeLessThan(1e-11));
  it.each([
    [0.975, 1, 12.706204736432095],
    [0.975, 2, 4.302652729911275],
    [0.975, 4, 2.7764451051977987],
    [0.975, 9, 2.2621571627409915],
    [0.975, 19, 2.093024054408263],
    [0.95, 3, 2.3533634348018264],
    [0.005, 7, -3.499483297350504],
    [0.999, 1.5, 52.184430008992784],
    [0.975, 1000, 1.9623390808264074],
  ])('studentTQuantile(%d, %d)', (p, degrees, x) =>
    expect(Math.abs(studentTQuantile(p, degrees) / x - 1)).toBeLessThan(1e-10));

  it('inverts itself', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
        fc.integer({ min: 1, max: 200 }),
        (p, degrees) => {
          expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12);
          expect(studentTCdf(studentTQuantile(p, degrees), degrees)).toBeCloseTo(p, 10);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('answers the ends and refuses what is no probability', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(normalQuantile(1.1)).toBeNaN();
    expect(studentTQuantile(0.5, 3)).toBe(0);
    expect(studentTQuantile(0, 3)).toBeNaN();
    expect(studentTQuantile(0.9, 0)).toBeNaN();
    expect(normalCdf(Number.NaN)).toBeNaN();
  });
});

describe('statistics', () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6];
  const others = [2, 7, 1, 8, 2, 8, 1, 8];

  it('gives the numbers of numpy and scipy', () => {
    expect(mean(values)).toBe(3.875);
    expect(variance(values)).toBeCloseTo(7.553571428571429, 12);
    expect(quantile(values, 0.3)).toBeCloseTo(2.1, 12);
    expect(median(values)).toBe(3.5);
    expect(pearson(values, others)).toBeCloseTo(0.20965531907301216, 12);
    expect(spearman(values, others)).toBeCloseTo(0.19885368120992467, 12);
    expect([...averageRanks(others)]).toEqual([3.5, 5.0, 1.5, 7.0, 3.5, 7.0, 1.5, 7.0]);
  });

  it('gives the t interval of scipy.stats.t.interval (good to 1e-9 itself), and none for one value', () => {
    const interval = meanInterval(values);
    expect(interval.low).toBeCloseTo(1.5773000437252445, 8);
    expect(interval.high).toBeCloseTo(6.172699956274755, 8);
    expect(meanInterval([7])).toEqual({ mean: 7, low: Number.NaN, high: Number.NaN, n: 1 });
    expect(meanInterval([]).mean).toBeNaN();
  });

  it('answers NaN where nothing can be said, and throws on NaN ranks and unequal lengths', () => {
    expect(variance([1])).toBeNaN();
    expect(quantile([], 0.5)).toBeNaN();
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeNaN();
    expect(isConstant([])).toBe(true);
    expect(() => averageRanks([1, Number.NaN])).toThrow(RangeError);
    expect(() => pearson([1], [1, 2])).toThrow(RangeError);
  });

  it('covers the true mean about as often as promised by the bootstrap', () => {
    const random = createRandom(1);
    let covered = 0;
    const repeats = 200;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const sample = Float64Array.from({ length: 40 }, () => random.normal());
      const interval = bootstrapInterval(
        sample.length,
        (weights) => weights.reduce((sum, weight, i) => sum + weight * sample[i], 0) / sample.length,
        { random: random.split(repeat), resamples: 200 },
      );
      if (interval.low <= 0 && interval.high >= 0) covered++;
    }
    expect(covered / repeats).toBeGreaterThan(0.88);
    expect(covered / repeats).toBeLessThan(0.99);
  });
});
