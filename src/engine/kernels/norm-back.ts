/** Batch norm backward, in two passes over the map: sums of the gradient, then the gradient to the input. */
import { Activation, Code, HardSigmoid, HardSwish, Identity, Relu, Relu6, Sigmoid, Swish } from './activation-functions';
import { total } from './norm';
import { addDoubles, groupBytes, highDoubles, loadLanes, lowDoubles, multiplyAdd, put } from './simd';

/** `normBackStatistics` of instructions.ts. */
export function normBackStatistics(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  dy: usize, dyImage: i32, dyRow: i32, dyPixel: i32,
  images: i32, height: i32, width: i32, channels: i32, factor: usize, offset: usize, mean: usize, activation: i32,
  partial: usize, partials: i32,
): void {
  const bytes = groupBytes(channels);
  for (let item = begin; item < end; item++) {
    const sums = partial + item * bytes * 4;
    memory.fill(sums, 0, bytes * 4);
    const last = (images * (item + 1)) / partials;
    for (let n = (images * item) / partials; n < last; n++) {
      for (let c = 0; c < bytes; c += 16) {
        const p = x + n * xImage + c;
        const q = dy + n * dyImage + c;
        const f = v128.load(factor + c);
        const o = v128.load(offset + c);
        // the table of means ends with the channels
        const m = loadLanes(mean + c, channels - (c >> 2));
        const to = sums + 2 * c;
        const next = 2 * bytes;
        switch (activation) {
          case Code.RELU: image<Relu>(p, xRow, xPixel, q, dyRow, dyPixel, height, width, f, o, m, to, next); break;
          case Code.RELU6: image<Relu6>(p, xRow, xPixel, q, dyRow, dyPixel, height, width, f, o, m, to, next); break;
          case Code.SIGMOID: image<Sigmoid>(p, xRow, xPixel, q, dyRow, dyPixel, height, width, f, o, m, to, next); break;
          case Code.SWISH: image<Swish>(p, xRow, xPixel, q, dyRow, dyPixel, height, width, f, o, m, to, next); break;
          case Code.HARD_SIGMOID: image<HardSigmoid>(p, xRow, xPixel, q, dyRow, dyPixel, height, width, f, o, m, to, next); break;
          case Code.HARD_SWISH: image<HardSwish>(p, xRow, xPixel, q, dyRow, dyPixel, height, width, f, o, m, to, next); break;
          default: image<Identity>(p, xRow, xPixel, q, dyRow, dyPixel, height, width, f, o, m, to, next);
        }
      }
    }
  }
}

/** Four channels of one image: dy becomes dz, its sums are added to the f64 at `sums`, those of dz * (x - mean) `next` bytes further. */
function image<F extends Activation>(
  x: usize, xRow: i32, xPixel: i32, dy: usize, dyRow: i32, dyPixel: i32, height: i32, width: i32, factor: v128,
  offset: v128, mean: v128, sums: usize, next: i32,
): void {
  const f = changetype<F>(0);
  let low = f64x2.splat(0);
  let high = low;
  let lowProducts = low;
  let highProducts = low;
  for (let h = 0; h < height; h++) {
    let p = x + h * xRow;
    let q = dy + h * dyRow;
    for (let w = 0; w < width; w++, p += xPixel, q += dyPixel) {
      const v = v128.load(p);
      const dz = f.back(multiplyAdd(v, factor, offset), v128.load(q));
      v128.store(q, dz);
      const product = f32x4.mul(dz, f32x4.sub(v, mean));
      low = f64x2.add(low, lowDoubles(dz));
      high = f64x2.add(high, highDoubles(dz));
      lowProducts = f64x2.add(lowProducts, lowDoubles(product));
      highProducts = f64x2.add(highProducts, highDoubles(product));
    }
  }
  addDoubles(sums, low, high);
  addDoubles(sums + next, lowProducts, highProducts);
}

/** `normBackCoefficients` of instructions.ts. */
export function normBackCoefficients(
  begin: i32, end: i32,
  partial: usize, partials: i32, count: i32, channels: i32, factor: usize, epsilon: f32, mean: usize,
  variance: usize, scaleGradient: usize, shiftGradient: usize, slope: usize, level: usize, weight: f32,
): void {
  if (begin >= end) return;
  const bytes = groupBytes(channels);
  memory.fill(slope, 0, bytes);
  memory.fill(level, 0, bytes);
  for (let c = 0; c < channels << 2; c += 4) {
    const sum = total(partial + 2 * c, partials, bytes * 4);
    const products = total(partial + 2 * bytes + 2 * c, partials, bytes * 4);
    const r = 1 / sqrt<f64>(<f64>load<f32>(variance + c) + <f64>epsilon);
    const f = <f64>load<f32>(factor + c);
    const s = (-f * r * r * products) / count;
    store<f32>(scaleGradient + c, load<f32>(scaleGradient + c) + weight * <f32>(products * r));
    store<f32>(shiftGradient + c, load<f32>(shiftGradient + c) + weight * <f32>sum);
    store<f32>(slope + c, <f32>s);
    store<f32>(level + c, <f32>(-s * <f64>load<f32>(mean + c) - (f * sum) / count));
  }
}

/** `normBackApply` of instructions.ts. */
export function normBackApply(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  dz: usize, dzImage: i32, dzRow: i32, dzPixel: i32,
  dx: usize, dxImage: i32, dxRow: i32, dxPixel: i32,
  height: i32, width: i32, channels: i32, factor: usize, slope: usize, level: usize, add: i32,
): void {
  const bytes = groupBytes(channels);
  for (let n = begin; n < end; n++) {
    for (let h = 0; h < height; h++) {
      let p = x + n * xImage + h * xRow;
      let d = dz + n * dzImage + h * dzRow;
      let q = dx + n * dxImage + h * dxRow;
      for (let w = 0; w < width; w++, p += xPixel, d += dzPixel, q += dxPixel) {
        for (let c = 0; c < bytes; c += 16) {
          const line = multiplyAdd(v128.load(p + c), v128.load(slope + c), v128.load(level + c));
          put(q + c, multiplyAdd(v128.load(d + c), v128.load(factor + c), line), add);
        }
      }
    }
  }
}
