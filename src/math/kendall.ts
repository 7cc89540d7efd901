/** Kendall's tau-b in O(n log n). */
import { refuseNaN } from './ranks.js';

/**
 * Kendall's tau-b of two equally long vectors, in [-1, 1]: (concordant - discordant) pairs over the geometric mean of
 * the pairs untied in x and the pairs untied in y. NaN for fewer than two values or where one vector is constant.
 * Knight, "A computer method for calculating Kendall's tau with ungrouped data", JASA 61 (1966).
 * @throws RangeError for NaN or unequal lengths
 */
export function kendallTau(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length)
    throw new RangeError(`vectors of ${x.length} and ${y.length} values cannot be ranked against each other`);
  refuseNaN(x);
  refuseNaN(y);
  const n = x.length;
  const order = orderByBoth(x, y);

  const inOrderX = Float64Array.from(order, (i) => x[i]);
  const inOrderY = Float64Array.from(order, (i) => y[i]);
  const tiedInX = tiedPairs(n, (i) => inOrderX[i] === inOrderX[i - 1]);
  const tiedInBoth = tiedPairs(n, (i) => inOrderX[i] === inOrderX[i - 1] && inOrderY[i] === inOrderY[i - 1]);
  const discordant = sortCountingInversions(inOrderY);
  const tiedInY = tiedPairs(n, (i) => inOrderY[i] === inOrderY[i - 1]);

  const pairs = (n * (n - 1)) / 2;
  if (n < 2 || tiedInX === pairs || tiedInY === pairs) return Number.NaN;
  const surplus = pairs - tiedInX - tiedInY + tiedInBoth - 2 * discordant;
  const untiedX = pairs - tiedInX;
  const untiedY = pairs - tiedInY;
  // equal counts need no root, so that a perfect ranking is exactly 1
  return untiedX === untiedY ? surplus / untiedX : surplus / Math.sqrt(untiedX) / Math.sqrt(untiedY);
}

/** Indices by ascending x, equal x by ascending y. Infinities compare by sign, as their difference would be NaN. */
function orderByBoth(x: ArrayLike<number>, y: ArrayLike<number>): Uint32Array {
  const order = new Uint32Array(x.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => compare(x[a], x[b]) || compare(y[a], y[b]));
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Pairs within runs of equal neighbours, where `sameAsBefore(i)` says that item i equals item i - 1. */
function tiedPairs(n: number, sameAsBefore: (i: number) => boolean): number {
  let pairs = 0;
  let before = 0;
  for (let i = 1; i < n; i++) {
    before = sameAsBefore(i) ? before + 1 : 0;
    pairs += before;
  }
  return pairs;
}

/** Merge sort in place; returns how many pairs stood strictly in the wrong order. */
function sortCountingInversions(values: Float64Array): number {
  let inversions = 0;
  let from: Float64Array = values;
  let to: Float64Array = new Float64Array(values.length);
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let left = start;
      let right = middle;
      for (let slot = start; slot < end; slot++) {
        if (left < middle && (right >= end || from[left] <= from[right])) {
          to[slot] = from[left++];
        } else {
          inversions += middle - left;
          to[slot] = from[right++];
        }
      }
    }
    [from, to] = [to, from];
  }
  if (from !== values) values.set(from);
  return inversions;
}
