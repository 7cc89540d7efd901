/** When to stop: the mean accuracy of a round's space, estimated on fresh uniform samples, no longer improves (DESIGN section 3, step 5). */
import { studentTQuantile } from '../math/distributions.js';
import { meanInterval, variance } from '../math/statistics.js';

/** How sure an improvement must be, one-sided. */
const CONFIDENCE = 0.8;

/**
 * Whether the mean of `next` is shown to be above that of `before` (Welch's one-sided t test). Fewer than two samples on
 * either side show nothing either way and count as an improvement, so that thin rounds do not end a run.
 */
export function improves(before: readonly number[], next: readonly number[]): boolean {
  if (before.length < 2 || next.length < 2) return true;
  const gain = meanInterval(next).mean - meanInterval(before).mean;
  const [a, b] = [variance(before) / before.length, variance(next) / next.length];
  if (a + b === 0) return gain > 0;
  const degrees = (a + b) ** 2 / (a ** 2 / (before.length - 1) + b ** 2 / (next.length - 1));
  return gain > studentTQuantile(CONFIDENCE, degrees) * Math.sqrt(a + b);
}
