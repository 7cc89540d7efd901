/**
 * One dimension of Winograd's convolution F(4, 3): four outputs of three taps from six products (Lavin and Gray, arXiv 1509.09308).
 * Taps and inputs become values of polynomials at 0, a, -a, b, -b and infinity, which are multiplied and turned back:
 *
 *   taps     g(0), g(p) / (2 p^2 (p^2 - q^2)) at p = +-a and +-b, where q is the other of a and b, and the last tap at infinity
 *   inputs   by the coefficients of (x^2 - a^2)(x^2 - b^2) at 0, x (x + p)(x^2 - q^2) at p, x (x^2 - a^2)(x^2 - b^2) at infinity
 *   outputs  number k: the sum of p^k times the product at p; the last has infinity's too
 *
 * a = 1 / sqrt 2 and b = sqrt 2: for 64 channels the rounding errors of f32 are then half of those at the usual 1 and 2, and twice those of
 * adding up directly. Each function transforms `lines` lines of vectors that lie `stride` bytes apart, the next line `line` bytes further,
 * to lines that lie likewise in another place, which may be the same.
 */
import { multiplyAdd } from './simd';

const A: f32 = <f32>Math.SQRT1_2;
const B: f32 = <f32>Math.SQRT2;

/** Three taps to six. */
export function transformTaps(
  lines: i32, from: usize, line: i32, stride: i32, to: usize, toLine: i32, toStride: i32,
): void {
  for (; lines > 0; lines--, from += line, to += toLine) {
    const g0 = v128.load(from);
    const g1 = v128.load(from + stride);
    const g2 = v128.load(from + 2 * stride);
    const evenA = f32x4.mul(multiplyAdd(g2, f32x4.splat(0.5), g0), f32x4.splat(<f32>(-2.0 / 3)));
    const oddA = f32x4.mul(g1, f32x4.splat(<f32>(-2.0 / 3) * A));
    const evenB = f32x4.mul(multiplyAdd(g2, f32x4.splat(2), g0), f32x4.splat(<f32>(1.0 / 6)));
    const oddB = f32x4.mul(g1, f32x4.splat(<f32>(1.0 / 6) * B));
    v128.store(to, g0);
    storePair(to + toStride, toStride, evenA, oddA);
    storePair(to + 3 * toStride, toStride, evenB, oddB);
    v128.store(to + 5 * toStride, g2);
  }
}

/** Six inputs to six. */
export function transformInputs(
  lines: i32, from: usize, line: i32, stride: i32, to: usize, toLine: i32, toStride: i32,
): void {
  for (; lines > 0; lines--, from += line, to += toLine) {
    const d0 = v128.load(from);
    const d1 = v128.load(from + stride);
    const d2 = v128.load(from + 2 * stride);
    const d3 = v128.load(from + 3 * stride);
    const d4 = v128.load(from + 4 * stride);
    const d5 = v128.load(from + 5 * stride);
    const sumOfSquares = f32x4.splat(-2.5);
    v128.store(to, f32x4.add(multiplyAdd(d2, sumOfSquares, d4), d0));
    const evenA = multiplyAdd(d2, f32x4.splat(-2), d4);
    const oddA = f32x4.mul(multiplyAdd(d1, f32x4.splat(-2), d3), f32x4.splat(A));
    storePair(to + toStride, toStride, evenA, oddA);
    const evenB = multiplyAdd(d2, f32x4.splat(-0.5), d4);
    const oddB = f32x4.mul(multiplyAdd(d1, f32x4.splat(-0.5), d3), f32x4.splat(B));
    storePair(to + 3 * toStride, toStride, evenB, oddB);
    v128.store(to + 5 * toStride, f32x4.add(multiplyAdd(d3, sumOfSquares, d5), d1));
  }
}

/** Six products to four outputs. */
export function transformProducts(
  lines: i32, from: usize, line: i32, stride: i32, to: usize, toLine: i32, toStride: i32,
): void {
  for (; lines > 0; lines--, from += line, to += toLine) {
    const a = v128.load(from + stride);
    const minusA = v128.load(from + 2 * stride);
    const b = v128.load(from + 3 * stride);
    const minusB = v128.load(from + 4 * stride);
    const evenA = f32x4.add(a, minusA);
    const oddA = f32x4.mul(f32x4.sub(a, minusA), f32x4.splat(A));
    const evenB = f32x4.add(b, minusB);
    const oddB = f32x4.mul(f32x4.sub(b, minusB), f32x4.splat(B));
    const half = f32x4.splat(0.5);
    const two = f32x4.splat(2);
    const first = f32x4.add(v128.load(from), f32x4.add(evenA, evenB));
    const last = f32x4.add(v128.load(from + 5 * stride), multiplyAdd(oddA, half, f32x4.mul(oddB, two)));
    v128.store(to, first);
    v128.store(to + toStride, f32x4.add(oddA, oddB));
    v128.store(to + 2 * toStride, multiplyAdd(evenA, half, f32x4.mul(evenB, two)));
    v128.store(to + 3 * toStride, last);
  }
}

/** Four gradients of outputs to six: the transpose of `transformProducts`. */
export function transformGradients(
  lines: i32, from: usize, line: i32, stride: i32, to: usize, toLine: i32, toStride: i32,
): void {
  for (; lines > 0; lines--, from += line, to += toLine) {
    const d0 = v128.load(from);
    const d1 = v128.load(from + stride);
    const d2 = v128.load(from + 2 * stride);
    const d3 = v128.load(from + 3 * stride);
    const half = f32x4.splat(0.5);
    const two = f32x4.splat(2);
    v128.store(to, d0);
    storePair(to + toStride, toStride, multiplyAdd(d2, half, d0), f32x4.mul(multiplyAdd(d3, half, d1), f32x4.splat(A)));
    storePair(to + 3 * toStride, toStride, multiplyAdd(d2, two, d0), f32x4.mul(multiplyAdd(d3, two, d1), f32x4.splat(B)));
    v128.store(to + 5 * toStride, d3);
  }
}

/** Six sums of products to the gradients of three taps: the transpose of `transformTaps`. */
export function transformSums(
  lines: i32, from: usize, line: i32, stride: i32, to: usize, toLine: i32, toStride: i32,
): void {
  for (; lines > 0; lines--, from += line, to += toLine) {
    const a = v128.load(from + stride);
    const minusA = v128.load(from + 2 * stride);
    const b = v128.load(from + 3 * stride);
    const minusB = v128.load(from + 4 * stride);
    const evenA = f32x4.mul(f32x4.add(a, minusA), f32x4.splat(<f32>(-2.0 / 3)));
    const oddA = f32x4.mul(f32x4.sub(a, minusA), f32x4.splat(<f32>(-2.0 / 3) * A));
    const evenB = f32x4.mul(f32x4.add(b, minusB), f32x4.splat(<f32>(1.0 / 6)));
    const oddB = f32x4.mul(f32x4.sub(b, minusB), f32x4.splat(<f32>(1.0 / 6) * B));
    const first = f32x4.add(v128.load(from), f32x4.add(evenA, evenB));
    const ends = multiplyAdd(evenA, f32x4.splat(0.5), multiplyAdd(evenB, f32x4.splat(2), v128.load(from + 5 * stride)));
    v128.store(to, first);
    v128.store(to + toStride, f32x4.add(oddA, oddB));
    v128.store(to + 2 * toStride, ends);
  }
}

/** The sum and the difference of the even and the odd part, for a point and its negative. */
function storePair(to: usize, stride: i32, even: v128, odd: v128): void {
  v128.store(to, f32x4.add(even, odd));
  v128.store(to + stride, f32x4.sub(even, odd));
}
