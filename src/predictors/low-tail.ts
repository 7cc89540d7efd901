/** Keeps failed and chance-level networks from wrecking a fit, without throwing them away. */
import { quantile } from '../math/statistics.js';

/**
 * Compresses the values below the median logarithmically (ours): v = m - w ln(1 + (m - y) / w), m the median and w the distance from it
 * to the 90th percentile. Values at or above the median are untouched, so predictions of good networks stay in the user's unit,
 * and the order of all values stays as it is.
 */
export function compressLowTail(values: ArrayLike<number>): Float64Array {
  const median = quantile(values, 0.5);
  const width = quantile(values, 0.9) - median;
  return Float64Array.from(values, (value) =>
    value >= median || width <= 0 ? value : median - width * Math.log1p((median - value) / width),
  );
}
