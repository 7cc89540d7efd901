/** How well kernel parameters explain the measurements: the log marginal likelihood of a Gaussian process, with its gradient. */
import { choleskyInPlace, inverseFromCholesky, logDeterminant, solveCholesky } from '../math/linear-algebra.js';
import type { SearchSpace } from '../spaces/space.js';
import { distanceTables, type KernelParameters } from './locality-kernel.js';

/** Standard deviations of the log-normal priors (ours): choices about their dimension, dimensions about the space, the space about 1 / (2 D). */
const CHOICE_SPREAD = 0.7;
const DIMENSION_SPREAD = 0.7;
const SPACE_SPREAD = 1;
/** The noise is about 0.3 % of the variance, give or take a factor of exp(2). */
const NOISE_MEDIAN = 3e-3;
const NOISE_SPREAD = 2;

/** Measured architectures (packed, n x D bytes) and their standardized accuracies (n). */
export interface TrainingSet {
  readonly space: SearchSpace;
  readonly inputs: Uint8Array;
  readonly targets: Float64Array;
}

/** The solved system at one setting of the parameters. */
export interface Solution {
  /** Cholesky factor of K + noise I, n x n */
  readonly factor: Float64Array;
  /** constant mean by generalized least squares, in standardized units */
  readonly mean: number;
  /** (K + noise I)^-1 (y - mean), n */
  readonly weights: Float64Array;
  /** maximum-likelihood variance of the process */
  readonly variance: number;
}

/** The parameters as one vector of logarithms: the free weights of all dimensions in order, then the noise. */
export function toLogVector(space: SearchSpace, kernel: KernelParameters): Float64Array {
  const logs = space.dimensions.flatMap((_, d) => freeChoices(space, d).map((c) => Math.log(kernel.weights[d]![c]!)));
  return Float64Array.from([...logs, Math.log(kernel.noise)]);
}

/** The inverse of `toLogVector`; weights that mean nothing are 0. */
export function fromLogVector(space: SearchSpace, logs: Float64Array): KernelParameters {
  let next = 0;
  const weights = space.dimensions.map(({ choices }, d) => {
    const own = new Array<number>(choices.length).fill(0);
    for (const c of freeChoices(space, d)) own[c] = Math.exp(logs[next++]!);
    return own;
  });
  return { weights, noise: Math.exp(logs[next]!) };
}

/** Where a fit starts: the centre of the prior of the weights, and noise of 1 % of the variance. */
export function priorKernel(space: SearchSpace): KernelParameters {
  return {
    weights: space.dimensions.map(({ choices }, d) => {
      const own = new Array<number>(choices.length).fill(0);
      for (const c of freeChoices(space, d)) own[c] = priorWeight(space);
      return own;
    }),
    noise: 1e-2,
  };
}

/** Which weights of a dimension mean anything: none of a one-choice dimension, the steps of an ordered one. */
function freeChoices(space: SearchSpace, d: number): number[] {
  const { choices, ordered } = space.dimensions[d]!;
  const count = choices.length === 1 ? 0 : ordered ? choices.length - 1 : choices.length;
  return Array.from({ length: count }, (_, c) => c);
}

/** Such that two random architectures are expected about one unit of -ln k apart. */
function priorWeight(space: SearchSpace): number {
  return 0.5 / space.dimensions.length;
}

/** The kernel matrix of the training set, n x n, without noise. */
export function kernelMatrix({ space, inputs }: TrainingSet, kernel: KernelParameters): Float64Array {
  const D = space.dimensions.length;
  const n = inputs.length / D;
  const tables = distanceTables(space, kernel.weights);
  const counts = space.dimensions.map(({ choices }) => choices.length);
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let distance = 0;
      for (let d = 0; d < D; d++) distance += tables[d]![inputs[i * D + d]! * counts[d]! + inputs[j * D + d]!]!;
      const value = Math.exp(-distance);
      matrix[i * n + j] = value;
      matrix[j * n + i] = value;
    }
    matrix[i * n + i] = 1;
  }
  return matrix;
}

/** Solves the process at these parameters; undefined where the matrix is numerically singular. */
export function solve(training: TrainingSet, matrix: Float64Array, noise: number): Solution | undefined {
  const { targets } = training;
  const n = targets.length;
  const factor = Float64Array.from(matrix);
  for (let i = 0; i < n; i++) factor[i * n + i] = factor[i * n + i]! + noise;
  if (!choleskyInPlace(factor, n)) return undefined;
  const ones = solveCholesky(factor, n, new Float64Array(n).fill(1));
  const solved = solveCholesky(factor, n, targets);
  const mean = sum(solved) / sum(ones);
  const weights = solved.map((value, i) => value - mean * ones[i]!);
  let quadratic = 0;
  for (let i = 0; i < n; i++) quadratic += (targets[i]! - mean) * weights[i]!;
  return { factor, mean, weights, variance: Math.max(quadratic / n, 1e-12) };
}

/**
 * Log posterior of the parameters, up to a constant: the marginal likelihood with the process's mean and variance profiled out
 * (Rasmussen and Williams 2006, section 5.4.1), plus the log-normal priors. `gradient` is by the logs.
 */
export function logPosterior(
  training: TrainingSet,
  logs: Float64Array,
): { value: number; gradient: Float64Array; solution: Solution } | undefined {
  const { space, targets } = training;
  const n = targets.length;
  const kernel = fromLogVector(space, logs);
  const matrix = kernelMatrix(training, kernel);
  const solution = solve(training, matrix, kernel.noise);
  if (solution === undefined) return undefined;
  const prior = logPrior(space, logs);
  const value = -0.5 * n * Math.log(solution.variance) - 0.5 * logDeterminant(solution.factor, n) + prior.value;
  const gradient = prior.gradient;
  addLikelihoodGradient(training, kernel, matrix, solution, gradient);
  return { value, gradient, solution };
}

/** d/dp of the profiled likelihood is the sum over pairs of (w_i w_j / variance - (K + noise I)^-1_ij) / 2 dK_ij/dp. */
function addLikelihoodGradient(
  { space, inputs }: TrainingSet,
  kernel: KernelParameters,
  matrix: Float64Array,
  { factor, weights, variance }: Solution,
  gradient: Float64Array,
): void {
  const D = space.dimensions.length;
  const n = weights.length;
  const inverse = inverseFromCholesky(factor, n);
  const counts = space.dimensions.map(({ choices }) => choices.length);
  const pulls = counts.map((count) => new Float64Array(count * count)); // by the pair of choices
  let noisePull = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const pull = ((weights[i]! * weights[j]!) / variance - inverse[i * n + j]!) * matrix[i * n + j]!;
      for (let d = 0; d < D; d++) {
        const cell = inputs[i * D + d]! * counts[d]! + inputs[j * D + d]!;
        pulls[d]![cell] = pulls[d]![cell]! + pull;
      }
    }
    noisePull += (weights[i]! * weights[i]!) / variance - inverse[i * n + i]!;
  }
  let next = 0;
  for (let d = 0; d < D; d++) {
    const byWeight = pullsByWeight(pulls[d]!, counts[d]!, space.dimensions[d]!.ordered);
    for (const c of freeChoices(space, d)) {
      gradient[next] = gradient[next]! - byWeight[c]! * kernel.weights[d]![c]!;
      next++;
    }
  }
  gradient[next] = gradient[next]! + 0.5 * noisePull * kernel.noise;
}

/** For every weight of a dimension the sum over the pairs of choices whose distance holds it. */
function pullsByWeight(pulls: Float64Array, count: number, ordered: boolean): Float64Array {
  const sums = new Float64Array(count);
  for (let u = 0; u < count; u++) {
    for (let v = 0; v < count; v++) {
      if (u === v) continue;
      const pull = pulls[u * count + v]!;
      // all steps from the lower choice up to the higher one hold it: what enters there leaves here, summed up below
      sums[ordered ? Math.min(u, v) : u]! += pull;
      sums[ordered ? Math.max(u, v) : v]! += ordered ? -pull : pull;
    }
  }
  if (ordered) for (let c = 1; c < count; c++) sums[c]! += sums[c - 1]!;
  return sums;
}

/** Hierarchical log-normal prior: log weight ~ its dimension's mean, that ~ the space's mean, that ~ ln(1 / (2 D)). */
function logPrior(space: SearchSpace, logs: Float64Array): { value: number; gradient: Float64Array } {
  const gradient = new Float64Array(logs.length);
  const groups: { start: number; count: number; mean: number }[] = [];
  let start = 0;
  for (let d = 0; d < space.dimensions.length; d++) {
    const count = freeChoices(space, d).length;
    if (count > 0) groups.push({ start, count, mean: sum(logs.subarray(start, start + count)) / count });
    start += count;
  }
  let value = 0;
  const spaceMean = groups.reduce((total, { mean }) => total + mean, 0) / Math.max(1, groups.length);
  if (groups.length > 0) value -= 0.5 * ((spaceMean - Math.log(priorWeight(space))) / SPACE_SPREAD) ** 2;
  const spacePull = (spaceMean - Math.log(priorWeight(space))) / SPACE_SPREAD ** 2 / groups.length;
  for (const { start: first, count, mean } of groups) {
    value -= 0.5 * ((mean - spaceMean) / DIMENSION_SPREAD) ** 2;
    const dimensionPull = (mean - spaceMean) / DIMENSION_SPREAD ** 2;
    for (let i = first; i < first + count; i++) {
      const deviation = logs[i]! - mean;
      value -= 0.5 * (deviation / CHOICE_SPREAD) ** 2;
      gradient[i] = gradient[i]! - deviation / CHOICE_SPREAD ** 2 - (dimensionPull + spacePull) / count;
    }
  }
  const noise = logs.length - 1;
  const deviation = logs[noise]! - Math.log(NOISE_MEDIAN);
  value -= 0.5 * (deviation / NOISE_SPREAD) ** 2;
  gradient[noise] = gradient[noise]! - deviation / NOISE_SPREAD ** 2;
  return { value, gradient };
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}
