/** Intervals of what was measured once for each random seed. */
import { createRandom } from '../../src/math/random.js';
import { bootstrapInterval, type Interval, meanInterval } from '../../src/math/statistics.js';

/** A statistic of a sample with its 95 % bootstrap interval; always the same for the same sample. */
export function bootstrapped<T>(sample: readonly T[], statistic: (drawn: readonly T[]) => number): Interval {
  const ofDraw = (weights: Float64Array) =>
    statistic(sample.flatMap((item, i) => new Array<T>(weights[i]!).fill(item)));
  return bootstrapInterval(sample.length, ofDraw, { random: createRandom(0).split('bootstrap') });
}

/** Over random seeds: Student's t interval of their values; of a single one its own interval. */
export function overRandomSeeds(intervals: readonly Interval[]): Interval {
  return intervals.length === 1 ? intervals[0]! : meanInterval(intervals.map(({ mean }) => mean));
}

/** '0.48 (0.31 to 0.62)', or the number alone where nothing is known of its spread. */
export function formatted({ mean, low, high }: Interval, digits: number, sign = false): string {
  const number = (value: number) => `${sign && value > 0 ? '+' : ''}${value.toFixed(digits)}`;
  if (Number.isNaN(mean)) return 'unknown';
  return Number.isNaN(low) ? number(mean) : `${number(mean)} (${number(low)} to ${number(high)})`;
}

/** What an interval of differences says of the first of the two. */
export function verdict({ low, high }: Interval): 'better' | 'worse' | 'no difference shown' {
  return low > 0 ? 'better' : high < 0 ? 'worse' : 'no difference shown';
}
