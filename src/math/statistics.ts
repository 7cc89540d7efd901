/** Means, spreads, quantiles, correlation and their uncertainty. */
import { studentTQuantile } from './distributions.js';
import type { Random } from './random.js';

/** A number with its confidence bounds; `low` and `high` are NaN where `n` values cannot give any. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** how many values it rests on */
  readonly n: number;
}

/** Arithmetic mean; NaN when empty. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Sample variance (divides by n - 1); NaN for fewer than two values. */
export function variance(values: ArrayLike<number>): number {
  if (values.length < 2) return Number.NaN;
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - centre) ** 2;
  return sum / (values.length - 1);
}

/** Square root of the sample variance. */
export function standardDeviation(values: ArrayLike<number>): number {
  return Math.sqrt(variance(values));
}

/** The `p` quantile, 0 <= p <= 1, interpolating linearly between order statistics (type 7 of Hyndman and Fan); NaN when empty. */
export function quantile(values: ArrayLike<number>, p: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), p);
}

/** As `quantile`, for values already in ascending order. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0 || !(p >= 0 && p <= 1)) return Number.NaN;
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  const share = position - below;
  return share === 0 ? sorted[below] : sorted[below] * (1 - share) + sorted[above] * share;
}

/** The middle value. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Pearson correlation of two equally long vectors, in [-1, 1]; NaN for fewer than two values or where one is constant. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length) throw new RangeError(`vectors of ${x.length} and ${y.length} values cannot be correlated`);
  if (x.length < 2 || isConstant(x) || isConstant(y)) return Number.NaN;
  const meanX = mean(x);
  const meanY = mean(y);
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = x[i] - meanX;
    const dy = y[i] - meanY;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
}

/** Whether all values are equal (rounding in a computed variance cannot hide it). */
export function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

/** Mean with its Student t interval at `level`, for independent, roughly normal values; the bounds are NaN for one value. */
export function meanInterval(values: ArrayLike<number>, level = 0.95): Interval {
  const n = values.length;
  const centre = mean(values);
  if (n < 2) return { mean: centre, low: Number.NaN, high: Number.NaN, n };
  const half = studentTQuantile((1 + level) / 2, n - 1) * Math.sqrt(variance(values) / n);
  return { mean: centre, low: centre - half, high: centre + half, n };
}

/** How `bootstrapInterval` works. */
export interface BootstrapOptions {
  readonly random: Random;
  /** how many resamples; 1,000 unless told */
  readonly resamples?: number;
  /** two-sided coverage; 0.95 unless told */
  readonly level?: number;
}

/**
 * Percentile bootstrap of `statistic`, a function of how often each of `n` units was drawn (`weights`, summing to n).
 * `mean` is the statistic with every unit once. Resamples that give NaN are left out; bounds are NaN when n < 2 or none is left.
 */
export function bootstrapInterval(
  n: number,
  statistic: (weights: Float64Array) => number,
  options: BootstrapOptions,
): Interval {
  const { random, resamples = 1000, level = 0.95 } = options;
  const weights = new Float64Array(n).fill(1);
  const centre = statistic(weights);
  if (n < 2) return { mean: centre, low: Number.NaN, high: Number.NaN, n };
  const found: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    drawWeights(weights, random);
    const value = statistic(weights);
    if (!Number.isNaN(value)) found.push(value);
  }
  const [low, high] = percentileBounds(found, level);
  return { mean: centre, low, high, n };
}

/** Fills `weights` with how often each unit occurs in one resample with replacement. */
export function drawWeights(weights: Float64Array, random: Random): void {
  weights.fill(0);
  for (let draw = 0; draw < weights.length; draw++) weights[random.integer(weights.length)] += 1;
}

/** The central `level` of the values, as [low, high]; NaN when empty. */
export function percentileBounds(values: ArrayLike<number>, level = 0.95): [low: number, high: number] {
  const sorted = Float64Array.from(values).sort();
  return [quantileOfSorted(sorted, (1 - level) / 2), quantileOfSorted(sorted, (1 + level) / 2)];
}
