/** Batch norm forward: statistics in double precision, then one multiplication and addition per value together with the activation. */
import { Activation, Code, HardSigmoid, HardSwish, Identity, Relu, Relu6, Sigmoid, Swish } from './activation-functions';
import { groupBytes, highDoubles, lowDoubles, multiplyAdd } from './simd';

/** So many pixels at most are summed up in single precision before their sum is added in double precision. */
export const SINGLE_PIXELS = 256;

/** `normStatistics` of instructions.ts. */
export function normStatistics(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  images: i32, height: i32, width: i32, channels: i32, partial: usize, partials: i32,
): void {
  const bytes = groupBytes(channels);
  const rows = max(1, SINGLE_PIXELS / width);
  for (let item = begin; item < end; item++) {
    const sums = partial + item * bytes * 4;
    memory.fill(sums, 0, bytes * 4);
    const last = (images * (item + 1)) / partials;
    for (let n = (images * item) / partials; n < last; n++) {
      for (let h = 0; h < height; h += rows) {
        const from = x + n * xImage + h * xRow;
        const count = min(rows, height - h);
        for (let c = 0; c < bytes; c += 16) addMoments(from + c, xRow, xPixel, count, width, sums + 2 * c, 2 * bytes);
      }
    }
  }
}

/**
 * Adds the sums of v and v * v of four channels to f64 at `sums` and `next` bytes further. The values are summed up as differences from the
 * first of them, so that a mean far from 0 costs no digits; pixels are taken in pairs, for an addition takes longer than it keeps the machine busy.
 */
function addMoments(x: usize, xRow: i32, xPixel: i32, height: i32, width: i32, sums: usize, next: i32): void {
  const origin = v128.load(x);
  let even = f32x4.splat(0);
  let odd = even;
  let evenSquares = even;
  let oddSquares = even;
  for (let h = 0; h < height; h++) {
    let p = x + h * xRow;
    for (let pairs = width >> 1; pairs > 0; pairs--, p += xPixel << 1) {
      const a = f32x4.sub(v128.load(p), origin);
      const b = f32x4.sub(v128.load(p + xPixel), origin);
      even = f32x4.add(even, a);
      odd = f32x4.add(odd, b);
      evenSquares = multiplyAdd(a, a, evenSquares);
      oddSquares = multiplyAdd(b, b, oddSquares);
    }
    if (width & 1) {
      const a = f32x4.sub(v128.load(p), origin);
      even = f32x4.add(even, a);
      evenSquares = multiplyAdd(a, a, evenSquares);
    }
  }
  const differences = f32x4.add(even, odd);
  const squares = f32x4.add(evenSquares, oddSquares);
  const count = f64x2.splat(height * width);
  const low = lowDoubles(origin);
  const high = highDoubles(origin);
  addMomentPair(sums, next, low, lowDoubles(differences), lowDoubles(squares), count);
  addMomentPair(sums + 16, next, high, highDoubles(differences), highDoubles(squares), count);
}

/** With v = origin + d: sum v = n origin + sum d, sum v v = n origin origin + 2 origin sum d + sum d d. */
function addMomentPair(sums: usize, next: i32, origin: v128, differences: v128, squares: v128, count: v128): void {
  const offsets = f64x2.mul(count, origin);
  const products = f64x2.mul(origin, f64x2.add(offsets, f64x2.add(differences, differences)));
  v128.store(sums, f64x2.add(v128.load(sums), f64x2.add(offsets, differences)));
  v128.store(sums + next, f64x2.add(v128.load(sums + next), f64x2.add(products, squares)));
}

/** The sum over all partials of one of their f64; `stride` is the bytes of a partial. */
export function total(partial: usize, partials: i32, stride: i32): f64 {
  let sum: f64 = 0;
  for (let p = 0; p < partials; p++, partial += stride) sum += load<f64>(partial);
  return sum;
}

/** `normFromStatistics` of instructions.ts. */
export function normFromStatistics(
  begin: i32, end: i32,
  partial: usize, partials: i32, count: i32, channels: i32, scale: usize, shift: usize, epsilon: f32, mean: usize,
  variance: usize, factor: usize, offset: usize,
): void {
  if (begin >= end) return;
  const bytes = groupBytes(channels);
  for (let c = 0; c < channels; c++) {
    const average = total(partial + (c << 3), partials, bytes * 4) / count;
    const squares = total(partial + 2 * bytes + (c << 3), partials, bytes * 4) / count;
    store<f32>(mean + (c << 2), <f32>average);
    store<f32>(variance + (c << 2), <f32>max(0, squares - average * average));
  }
  normCoefficients(begin, end, channels, scale, shift, epsilon, mean, variance, factor, offset);
}

/** `normCoefficients` of instructions.ts. */
export function normCoefficients(
  begin: i32, end: i32,
  channels: i32, scale: usize, shift: usize, epsilon: f32, mean: usize, variance: usize, factor: usize,
  offset: usize,
): void {
  if (begin >= end) return;
  memory.fill(factor, 0, groupBytes(channels));
  memory.fill(offset, 0, groupBytes(channels));
  for (let c = 0; c < channels << 2; c += 4) {
    const f = <f64>load<f32>(scale + c) / sqrt<f64>(<f64>load<f32>(variance + c) + <f64>epsilon);
    store<f32>(factor + c, <f32>f);
    store<f32>(offset + c, <f32>(<f64>load<f32>(shift + c) - <f64>load<f32>(mean + c) * f));
  }
}

/** `normApply` of instructions.ts. */
export function normApply(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32,
  height: i32, width: i32, channels: i32, factor: usize, offset: usize, activation: i32,
): void {
  const bytes = groupBytes(channels);
  for (let n = begin; n < end; n++) {
    for (let h = 0; h < height; h++) {
      const p = x + n * xImage + h * xRow;
      const q = y + n * yImage + h * yRow;
      switch (activation) {
        case Code.RELU: row<Relu>(p, xPixel, q, yPixel, width, bytes, factor, offset); break;
        case Code.RELU6: row<Relu6>(p, xPixel, q, yPixel, width, bytes, factor, offset); break;
        case Code.SIGMOID: row<Sigmoid>(p, xPixel, q, yPixel, width, bytes, factor, offset); break;
        case Code.SWISH: row<Swish>(p, xPixel, q, yPixel, width, bytes, factor, offset); break;
        case Code.HARD_SIGMOID: row<HardSigmoid>(p, xPixel, q, yPixel, width, bytes, factor, offset); break;
        case Code.HARD_SWISH: row<HardSwish>(p, xPixel, q, yPixel, width, bytes, factor, offset); break;
        default: row<Identity>(p, xPixel, q, yPixel, width, bytes, factor, offset);
      }
    }
  }
}

function row<F extends Activation>(
  x: usize, xPixel: i32, y: usize, yPixel: i32, width: i32, bytes: i32, factor: usize, offset: usize,
): void {
  const f = changetype<F>(0);
  for (let c = 0; c < bytes; c += 16) {
    const a = v128.load(factor + c);
    const b = v128.load(offset + c);
    let p = x + c;
    let q = y + c;
    for (let w = 0; w < width; w++, p += xPixel, q += yPixel) {
      v128.store(q, f.value(multiplyAdd(v128.load(p), a, b)));
    }
  }
}
