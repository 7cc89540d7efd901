/** Bayesian ridge regression on terms: every term has its own prior variance, estimated from the data. */
import { choleskyInPlace, solveCholesky } from '../math/linear-algebra.js';
import type { Term } from './surrogate-terms.js';

/** Z'Z, Z'y and y'y of some rows, Z being a constant column followed by the columns of `columns` features. */
export interface Moments {
  readonly rows: number;
  /** features with the constant; `gram` is size x size, both triangles filled */
  readonly size: number;
  readonly gram: Float64Array;
  readonly cross: Float64Array;
  readonly square: number;
}

/** Rows handled at once: 64 rows of a few features stay in the fastest cache. */
const BLOCK = 64;

/**
 * Moments of rows whose features `write` gives; `write(row, target)` fills `size - 1` numbers from index 1 on.
 * `known` are moments of the same rows for the first of these features, which are then not computed again.
 */
export function momentsOf(
  rows: readonly number[],
  size: number,
  write: (row: number, target: Float64Array) => void,
  y: ArrayLike<number>,
  known?: Moments,
): Moments {
  const gram = new Float64Array(size * size);
  const cross = new Float64Array(size);
  let square = 0;
  const features = new Float64Array(size);
  const block = new Float64Array(size * BLOCK); // transposed: feature-major
  for (let start = 0; start < rows.length; start += BLOCK) {
    const count = Math.min(BLOCK, rows.length - start);
    block.fill(0);
    for (let r = 0; r < count; r++) {
      const row = rows[start + r];
      features[0] = 1;
      write(row, features);
      const target = y[row];
      square += target * target;
      for (let f = 0; f < size; f++) {
        block[f * BLOCK + r] = features[f];
        cross[f] += features[f] * target;
      }
    }
    addProducts(gram, block, size, known?.size ?? 0);
  }
  if (known !== undefined) {
    for (let i = 0; i < known.size; i++) {
      gram.set(known.gram.subarray(i * known.size, (i + 1) * known.size), i * size);
    }
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) gram[j * size + i] = gram[i * size + j];
  return { rows: rows.length, size, gram, cross, square };
}

/** Adds block x block' to the lower triangle from row `from` on, four columns by one row at a time. */
function addProducts(gram: Float64Array, block: Float64Array, size: number, from: number): void {
  for (let i = from; i < size; i++) {
    const a = i * BLOCK;
    let j = 0;
    for (; j + 3 <= i; j += 4) {
      const b = j * BLOCK;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let k = 0; k < BLOCK; k++) {
        const value = block[a + k];
        s0 += value * block[b + k];
        s1 += value * block[b + BLOCK + k];
        s2 += value * block[b + 2 * BLOCK + k];
        s3 += value * block[b + 3 * BLOCK + k];
      }
      const at = i * size + j;
      gram[at] += s0;
      gram[at + 1] += s1;
      gram[at + 2] += s2;
      gram[at + 3] += s3;
    }
    for (; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < BLOCK; k++) sum += block[a + k] * block[j * BLOCK + k];
      gram[i * size + j] += sum;
    }
  }
}

/** Moments of the rows of all parts together. */
export function sumMoments(parts: readonly Moments[]): Moments {
  const { size } = parts[0];
  const gram = new Float64Array(size * size);
  const cross = new Float64Array(size);
  for (const part of parts) {
    for (let i = 0; i < gram.length; i++) gram[i] += part.gram[i];
    for (let i = 0; i < size; i++) cross[i] += part.cross[i];
  }
  const total = (of: (part: Moments) => number) => parts.reduce((sum, part) => sum + of(part), 0);
  return { rows: total((p) => p.rows), size, gram, cross, square: total((p) => p.square) };
}

/** Only some features of the moments (0, the constant, is always kept and must come first). */
export function selectMoments(moments: Moments, features: readonly number[]): Moments {
  const size = features.length;
  const gram = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const from = features[i] * moments.size;
    for (let j = 0; j < size; j++) gram[i * size + j] = moments.gram[from + features[j]];
  }
  return { ...moments, size, gram, cross: Float64Array.from(features, (f) => moments.cross[f]) };
}

/** Terms with the number of their features and the prior variance of each feature's weight. */
export interface Prior {
  readonly terms: readonly Term[];
  readonly counts: readonly number[];
  readonly variances: readonly number[];
  readonly noise: number;
}

/** A fitted regression. `weights[0]` is the constant, then the terms' weights one after the other. */
export interface Ridge {
  readonly prior: Prior;
  readonly weights: Float64Array;
}

/** The constant is all but free. */
const CONSTANT_VARIANCE = 100;
const LEAST_VARIANCE = 1e-7;
const LEAST_NOISE = 1e-6;

/**
 * Solves for the weights, then `updates` times re-estimates the terms' variances and the noise from them and solves again: the
 * expectation-maximization step of automatic relevance determination (Tipping, JMLR 1, 2001, section 2), with the posterior
 * covariance taken as diagonal, as it nearly is for orthogonal features on scattered rows. `y` should have variance about 1.
 */
export function fitRidge(moments: Moments, start: Prior, updates: number): Ridge {
  let prior = start;
  let weights = solve(moments, prior);
  for (let update = 0; update < updates; update++) {
    prior = reestimated(moments, prior, weights);
    weights = solve(moments, prior);
  }
  return { prior, weights };
}

function precisionsOf({ counts, variances }: Prior): number[] {
  return [1 / CONSTANT_VARIANCE, ...counts.flatMap((count, t) => new Array<number>(count).fill(1 / variances[t]))];
}

function solve({ size, gram, cross }: Moments, prior: Prior): Float64Array {
  const precisions = precisionsOf(prior);
  const system = Float64Array.from(gram);
  for (let i = 0; i < size; i++) system[i * size + i] += prior.noise * precisions[i];
  if (!choleskyInPlace(system, size)) throw new RangeError('the surrogate regression has no unique solution');
  return solveCholesky(system, size, cross);
}

function reestimated({ rows, size, gram, cross, square }: Moments, prior: Prior, weights: Float64Array): Prior {
  const precisions = precisionsOf(prior);
  const spread = weights.map((_, i) => 1 / (gram[i * size + i] / prior.noise + precisions[i]));
  let fitted = 0; // weights that the data, not the prior, have determined
  for (let i = 0; i < size; i++) fitted += 1 - spread[i] * precisions[i];
  let at = 1;
  const variances = prior.counts.map((count) => {
    let sum = 0;
    for (const end = at + count; at < end; at++) sum += weights[at] ** 2 + spread[at];
    return Math.max(sum / count, LEAST_VARIANCE);
  });
  let residual = square;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += gram[i * size + j] * weights[j];
    residual += weights[i] * (sum - 2 * cross[i]);
  }
  const noise = Math.max(residual / Math.max(1, rows - fitted), LEAST_NOISE);
  return { ...prior, variances, noise };
}
