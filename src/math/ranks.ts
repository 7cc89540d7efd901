/** Ranks and rank correlation. */
import { pearson } from './statistics.js';

/** Rank of every value, 1 for the smallest; equal values share the mean of their ranks. @throws RangeError on NaN */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  refuseNaN(values);
  const order = sortedOrder(values);
  const ranks = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let next = first + 1;
    while (next < order.length && values[order[next]] === values[order[first]]) next++;
    for (let i = first; i < next; i++) ranks[order[i]] = (first + 1 + next) / 2;
    first = next;
  }
  return ranks;
}

/** Spearman's rank correlation with average ranks for ties; NaN for fewer than two values or where one vector is constant. @throws RangeError on NaN */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return pearson(averageRanks(x), averageRanks(y));
}

/** Indices in ascending order of value; equal values keep their order. */
export function sortedOrder(values: ArrayLike<number>): Uint32Array {
  const order = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => (values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : a - b));
}

/** @throws RangeError naming the first NaN, which has no place in an order */
export function refuseNaN(values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) throw new RangeError(`value ${i} is NaN and has no rank`);
  }
}
