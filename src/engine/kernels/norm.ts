/** Batch norm forward: statistics in double precision, then one multiplication and addition per value together with the activation. */
import { Activation, Code, HardSigmoid, HardSwish, Identity, Relu, Relu6, Sigmoid, Swish } from './activation-functions';
import { addDoubles, groupBytes, highDoubles, lowDoubles, multiplyAdd } from './simd';

/** `normStatistics` of instructions.ts. */
export function normStatistics(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  images: i32, height: i32, width: i32, channels: i32, partial: usize, partials: i32,
): void {
  const bytes = groupBytes(channels);
  for (let item = begin; item < end; item++) {
    const sums = partial + item * bytes * 4;
    memory.fill(sums, 0, bytes * 4);
    const last = (images * (item + 1)) / partials;
    for (let n = (images * item) / partials; n < last; n++) {
      for (let c = 0; c < bytes; c += 16) {
        let low = f64x2.splat(0);
        let high = low;
        let lowSquares = low;
        let highSquares = low;
        for (let h = 0; h < height; h++) {
          let p = x + n * xImage + h * xRow + c;
          for (let w = 0; w < width; w++, p += xPixel) {
            const v = v128.load(p);
            const a = lowDoubles(v);
            const b = highDoubles(v);
            low = f64x2.add(low, a);
            high = f64x2.add(high, b);
            lowSquares = f64x2.add(lowSquares, f64x2.mul(a, a));
            highSquares = f64x2.add(highSquares, f64x2.mul(b, b));
          }
        }
        addDoubles(sums + 2 * c, low, high);
        addDoubles(sums + 2 * bytes + 2 * c, lowSquares, highSquares);
      }
    }
  }
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
  for (let w = 0; w < width; w++, x += xPixel, y += yPixel) {
    for (let c = 0; c < bytes; c += 16) {
      v128.store(y + c, f.value(multiplyAdd(v128.load(x + c), v128.load(factor + c), v128.load(offset + c))));
    }
  }
}
