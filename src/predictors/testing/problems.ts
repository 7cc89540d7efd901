/** Spaces and made-up measurements on which the predictors are tested. */
import { createNkLandscape } from '../../math/nk-landscape.js';
import { createRandom, type Random } from '../../math/random.js';
import type { Architecture, SearchSpace } from '../../spaces/space.js';
import type { KernelParameters } from '../locality-kernel.js';

export { spaceOf } from '../../spaces/testing/space-of.js';

/** Unordered, ordered, mixed, with dimensions of one choice, 1 to 40 dimensions. */
export const shapes: readonly (readonly [string, readonly number[]])[] = [
  ['unordered', [3, 4, 2]],
  ['ordered', [-5, -3, -2]],
  ['mixed, with dimensions of one choice', [1, 4, -6, -1, 3, 2]],
  ['one dimension', [7]],
  ['one ordered dimension', [-9]],
  ['200 choices', [200, -150, 3]],
  ['40 dimensions', Array.from({ length: 40 }, (_, d) => [5, -4, 3, 1][d % 4]!)],
];

/** Random weights of 0.02 to 1, and a noise. */
export function randomKernel(space: SearchSpace, random: Random, noise = 0.05): KernelParameters {
  const weights = space.dimensions.map(({ choices, ordered }) =>
    choices.map((_, c) =>
      choices.length === 1 || (ordered && c === choices.length - 1) ? 0 : 0.02 + 0.98 * random.float(),
    ),
  );
  return { weights, noise };
}

/** `n` random architectures (some may repeat) and the percentages that an NK landscape gives them. */
export function measurements(
  space: SearchSpace,
  n: number,
  randomSeed: number,
): { architectures: Architecture[]; accuracies: number[] } {
  const choices = space.dimensions.map((dimension) => dimension.choices.length);
  const landscape = createNkLandscape({ choices, k: Math.min(1, choices.length - 1), randomSeed });
  const random = createRandom(randomSeed);
  const architectures = Array.from({ length: n }, () => space.sample(random));
  return { architectures, accuracies: architectures.map((codes) => 100 * landscape.fitness(codes)) };
}

/** The kernel by its definition, one pair at a time. */
export function kernelOf(
  space: SearchSpace,
  { weights }: KernelParameters,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
) {
  let distance = 0;
  space.dimensions.forEach(({ ordered }, d) => {
    const [low, high] = [Math.min(a[d]!, b[d]!), Math.max(a[d]!, b[d]!)];
    if (low === high) return;
    if (ordered) for (const step of weights[d]!.slice(low, high)) distance += step;
    else distance += weights[d]![low]! + weights[d]![high]!;
  });
  return Math.exp(-distance);
}

/** Inverse by Gauss-Jordan elimination with pivoting: nothing shared with the code under test. */
export function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column; i < n; i++) if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const scale = rows[column]![column]!;
    rows[column] = rows[column]!.map((value) => value / scale);
    for (let i = 0; i < n; i++) {
      const factor = rows[i]![column]!;
      if (i !== column && factor !== 0) rows[i] = rows[i]!.map((value, j) => value - factor * rows[column]![j]!);
    }
  }
  return rows.map((row) => row.slice(n));
}
