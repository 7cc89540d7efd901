/** The default predictor: a Gaussian process with the locality kernel, fitted by maximum posterior (DESIGN: "measure locality"). */
import { solveLowerInPlace } from '../math/linear-algebra.js';
import type { Codes, SearchSpace } from '../spaces/space.js';
import { distanceTables, type KernelParameters } from './locality-kernel.js';
import { compressLowTail } from './low-tail.js';
import {
  fromLogVector,
  kernelMatrix,
  logPosterior,
  priorKernel,
  type Solution,
  solve,
  type TrainingSet,
  toLogVector,
} from './marginal-likelihood.js';
import type { Prediction, Predictor } from './predictor.js';

const FIRST_STEPS = 25;
const WARM_STEPS = 12;

/** A fitted process. Immutable; `mean` costs O(measured x dimensions), `predict` O(measured^2). */
export class LocalityModel implements Predictor {
  readonly space: SearchSpace;
  readonly kernel: KernelParameters;
  /** measured architectures, packed, n x D bytes */
  readonly inputs: Uint8Array;
  /** mean(x) = offset + sum_j weights[j] k(x, x_j), in the unit of the measurements */
  readonly weights: Float64Array;
  readonly offset: number;
  readonly #similarity: Float64Array[]; // exp(-distance) of every pair of choices
  readonly #counts: number[];
  readonly #factor: Float64Array;
  readonly #variance: number; // of the process, in squared accuracy units

  constructor(training: TrainingSet, kernel: KernelParameters, solution: Solution, scale: Scale) {
    this.space = training.space;
    this.kernel = kernel;
    this.inputs = training.inputs;
    this.weights = solution.weights.map((weight) => weight * scale.deviation);
    this.offset = scale.mean + scale.deviation * solution.mean;
    this.#similarity = distanceTables(training.space, kernel.weights).map((table) => table.map((x) => Math.exp(-x)));
    this.#counts = training.space.dimensions.map(({ choices }) => choices.length);
    this.#factor = solution.factor;
    this.#variance = solution.variance * scale.deviation ** 2;
  }

  /** How many measurements the model knows. */
  get measured(): number {
    return this.weights.length;
  }

  /** Similarities of dimension d: `[u * choices + v]`, 1 on the diagonal. */
  similarity(d: number): Float64Array {
    return this.#similarity[d]!;
  }

  mean(codes: Codes): number {
    const similarities = this.#similaritiesTo(codes);
    let sum = this.offset;
    for (let j = 0; j < similarities.length; j++) sum += this.weights[j]! * similarities[j]!;
    return sum;
  }

  predict(codes: Codes): Prediction {
    const similarities = this.#similaritiesTo(codes);
    let mean = this.offset;
    for (let j = 0; j < similarities.length; j++) mean += this.weights[j]! * similarities[j]!;
    solveLowerInPlace(this.#factor, similarities.length, similarities);
    let explained = 0;
    for (const value of similarities) explained += value * value;
    return { mean, deviation: Math.sqrt(this.#variance * Math.max(0, 1 - explained)) };
  }

  /**
   * Which `count` of the architectures to measure to learn most: each in turn the one whose accuracy is least certain given the
   * measurements and those picked before it (pivoted Cholesky decomposition of the posterior covariance). Indices in order of picking.
   */
  mostUncertain(pool: readonly Codes[], count: number): number[] {
    const whitened = pool.map((codes) => {
      const similarities = this.#similaritiesTo(codes);
      solveLowerInPlace(this.#factor, similarities.length, similarities);
      return similarities;
    });
    const left = whitened.map((own) => 1 - dot(own, own)); // variance not yet explained
    const columns: Float64Array[] = [];
    const picked: number[] = [];
    while (picked.length < Math.min(count, pool.length)) {
      let pick = -1;
      for (let i = 0; i < pool.length; i++) {
        if (left[i]! > (pick < 0 ? Number.NEGATIVE_INFINITY : left[pick]!)) pick = i;
      }
      picked.push(pick);
      const pivot = Math.sqrt(Math.max(left[pick]! + this.kernel.noise, 1e-12));
      const column = Float64Array.from(pool, (codes, i) => {
        let covariance = this.#similarityOf(codes, pool[pick]!) - dot(whitened[i]!, whitened[pick]!);
        for (const earlier of columns) covariance -= earlier[i]! * earlier[pick]!;
        return covariance / pivot;
      });
      columns.push(column);
      for (let i = 0; i < pool.length; i++) left[i]! -= column[i]! ** 2;
      left[pick] = Number.NEGATIVE_INFINITY;
    }
    return picked;
  }

  #similarityOf(a: Codes, b: Codes): number {
    let similarity = 1;
    for (let d = 0; d < this.#counts.length; d++) similarity *= this.#similarity[d]![a[d]! * this.#counts[d]! + b[d]!]!;
    return similarity;
  }

  #similaritiesTo(codes: Codes): Float64Array {
    const D = this.#counts.length;
    const similarities = new Float64Array(this.measured).fill(1);
    for (let d = 0; d < D; d++) {
      const table = this.#similarity[d]!;
      const row = codes[d]! * this.#counts[d]!;
      for (let j = 0, at = d; j < similarities.length; j++, at += D) {
        similarities[j] = similarities[j]! * table[row + this.inputs[at]!]!;
      }
    }
    return similarities;
  }
}

/**
 * Fits a model to measured accuracies (n >= 1, any unit). `start`, the kernel of an earlier fit on fewer measurements, saves time.
 * Constant accuracies are legal and give a constant prediction.
 */
export function fitLocalityModel(
  space: SearchSpace,
  architectures: readonly Codes[],
  accuracies: ArrayLike<number>,
  start?: KernelParameters,
): LocalityModel {
  const { training, scale } = prepare(space, architectures, accuracies);
  let logs = toLogVector(space, start ?? priorKernel(space));
  if (architectures.length > 1) logs = ascend(training, logs, start === undefined ? FIRST_STEPS : WARM_STEPS);
  return build(training, scale, fromLogVector(space, logs));
}

/** The model of these measurements at known kernel parameters: the same numbers as the fit that found them. */
export function restoreLocalityModel(
  space: SearchSpace,
  architectures: readonly Codes[],
  accuracies: ArrayLike<number>,
  kernel: KernelParameters,
): LocalityModel {
  const { training, scale } = prepare(space, architectures, accuracies);
  return build(training, scale, kernel);
}

interface Scale {
  readonly mean: number;
  readonly deviation: number;
}

function prepare(
  space: SearchSpace,
  architectures: readonly Codes[],
  accuracies: ArrayLike<number>,
): { training: TrainingSet; scale: Scale } {
  const D = space.dimensions.length;
  const n = architectures.length;
  const inputs = new Uint8Array(n * D);
  architectures.forEach((codes, i) => {
    for (let d = 0; d < D; d++) inputs[i * D + d] = codes[d]!;
  });
  const values = compressLowTail(accuracies);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n) || 1;
  return {
    training: { space, inputs, targets: values.map((value) => (value - mean) / deviation) },
    scale: { mean, deviation },
  };
}

/** Adds noise, should the matrix be singular at the given one (architectures measured twice with different results, say). */
function build(training: TrainingSet, scale: Scale, kernel: KernelParameters): LocalityModel {
  const matrix = kernelMatrix(training, kernel);
  for (let noise = kernel.noise; ; noise = 10 * noise + 1e-9) {
    const solution = solve(training, matrix, noise);
    if (solution !== undefined) return new LocalityModel(training, { ...kernel, noise }, solution, scale);
  }
}

/** Gradient ascent on the log posterior by resilient propagation (Riedmiller and Braun 1993); returns the best point met. */
function ascend(training: TrainingSet, start: Float64Array, steps: number): Float64Array {
  const logs = Float64Array.from(start);
  const stride = new Float64Array(logs.length).fill(0.3);
  const last = new Float64Array(logs.length);
  let best = Float64Array.from(start);
  let bestValue = Number.NEGATIVE_INFINITY;
  for (let step = 0; step <= steps; step++) {
    const here = logPosterior(training, logs);
    if (here === undefined) {
      logs.set(best);
      last.fill(0);
      for (let i = 0; i < stride.length; i++) stride[i] = stride[i]! * 0.3;
      continue;
    }
    if (here.value > bestValue) {
      bestValue = here.value;
      best = Float64Array.from(logs);
    }
    for (let i = 0; i < logs.length; i++) {
      const slope = here.gradient[i]!;
      const agreement = slope * last[i]!;
      if (agreement > 0) stride[i] = Math.min(1, stride[i]! * 1.3);
      else if (agreement < 0) stride[i] = stride[i]! * 0.5;
      logs[i] = Math.max(-12, Math.min(2, logs[i]! + Math.sign(slope) * stride[i]!));
      last[i] = slope;
    }
  }
  return best;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
