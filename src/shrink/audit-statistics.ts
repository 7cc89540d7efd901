/** From the measures of repeated runs to intervals, paired differences and verdicts. */
import { normalQuantile } from '../math/distributions.js';
import { type Interval, meanInterval } from '../math/statistics.js';

/** What the paired runs show about the audited shrinker beside a baseline, at 95 %. */
export type Verdict = 'better' | 'worse' | 'no difference shown';

/** One measure of two methods on the same random seeds. */
export interface Comparison {
  /** audited method minus baseline, with its paired t interval */
  readonly difference: Interval;
  readonly verdict: Verdict;
  /** whether the 95 % intervals of the two methods do not overlap, which is harder to reach than a verdict */
  readonly apart: boolean;
}

/** Mean and 95 % t interval of values, those that cannot be told left out. */
export function intervalOf(values: readonly number[]): Interval {
  return meanInterval(values.filter((value) => !Number.isNaN(value)));
}

/** Share of ones among zeros and ones with its 95 % interval (Wilson 1927), which stays within 0 and 1. */
export function wilsonInterval(outcomes: readonly number[]): Interval {
  const known = outcomes.filter((outcome) => !Number.isNaN(outcome));
  const n = known.length;
  const share = known.reduce((sum, outcome) => sum + outcome, 0) / n;
  const z = normalQuantile(0.975);
  const centre = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + (z / (2 * n)) ** 2);
  return {
    mean: share,
    low: share === 0 ? 0 : Math.max(0, centre - half),
    high: share === 1 ? 1 : Math.min(1, centre + half),
    n,
  };
}

/** Compares paired values: the t interval of the differences decides. `direction` 1: more is better; -1: less is better. */
export function compare(
  own: readonly number[],
  other: readonly number[],
  direction: 1 | -1,
  intervals: { readonly own: Interval; readonly other: Interval },
): Comparison {
  const difference = intervalOf(own.map((value, i) => value - (other[i] ?? Number.NaN)));
  const verdict = verdictOf(difference, direction);
  const apart = intervals.own.low > intervals.other.high || intervals.own.high < intervals.other.low;
  return { difference, verdict, apart };
}

function verdictOf({ low, high }: Interval, direction: 1 | -1): Verdict {
  if (low > 0) return direction === 1 ? 'better' : 'worse';
  if (high < 0) return direction === 1 ? 'worse' : 'better';
  return 'no difference shown';
}
