/**
 * The locality kernel (ours): how alike two architectures are expected to be in accuracy.
 *
 * k(a, b) = prod_d s_d(a_d, b_d), where for an unordered dimension s_d(u, v) = exp(-(w_du + w_dv)) when u != v and 1 otherwise:
 * every choice has a weight of its own, the price of leaving it or arriving at it, so that two convolutions can be close
 * while "none" is far from both. For an ordered dimension s_d(u, v) = exp(-|sum of the weights of the steps between u and v|),
 * where w_du is the price of the step from u to u + 1. Both are positive definite for all weights >= 0.
 */
import type { SearchSpace } from '../spaces/space.js';

/** The numbers that a fit finds. */
export interface KernelParameters {
  /** weights[d][choice] >= 0; for an ordered dimension the last one is unused and 0 */
  readonly weights: readonly (readonly number[])[];
  /** variance of the measurement noise over the variance of the accuracies that the kernel explains */
  readonly noise: number;
}

/** The distance -ln s_d of every pair of choices: `tables[d][u * choices + v]`. */
export function distanceTables(space: SearchSpace, weights: readonly ArrayLike<number>[]): Float64Array[] {
  return space.dimensions.map(({ choices, ordered }, d) => {
    const count = choices.length;
    const own = weights[d]!;
    const table = new Float64Array(count * count);
    for (let u = 0; u < count; u++) {
      for (let v = u + 1; v < count; v++) {
        let distance = 0;
        if (ordered) for (let step = u; step < v; step++) distance += own[step]!;
        else distance = own[u]! + own[v]!;
        table[u * count + v] = distance;
        table[v * count + u] = distance;
      }
    }
    return table;
  });
}
