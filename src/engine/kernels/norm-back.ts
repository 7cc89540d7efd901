/** Batch norm backward, in two passes over the map: sums of the gradient, then the gradient to the input. */
import { Activation, Code, HardSigmoid, HardSwish, Identity, Relu, Relu6, Sigmoid, Swish } from './activation-functions';
import { SINGLE_PIXELS, total } from './norm';
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
  const next = 2 * bytes;
  const group = max(1, SINGLE_PIXELS / width);
  for (let item = begin; item < end; item++) {
    const sums = partial + item * bytes * 4;
    memory.fill(sums, 0, bytes * 4);
    const last = (images * (item + 1)) / partials;
    for (let n = (images * item) / partials; n < last; n++) {
      for (let h = 0; h < height; h += group) {
        const count = min(group, height - h);
        for (let c = 0; c < bytes; c += 16) {
          const p = x + n * xImage + h * xRow + c;
          const q = dy + n * dyImage + h * dyRow + c;
          const f = v128.load(factor + c);
          const o = v128.load(offset + c);
          const m = loadLanes(mean + c, channels - (c >> 2)); // this table ends with the channels
          const to = sums + 2 * c;
          switch (activation) {
            case Code.RELU: rows<Relu>(p, xRow, xPixel, q, dyRow, dyPixel, count, width, f, o, m, to, next); break;
            case Code.RELU6: rows<Relu6>(p, xRow, xPixel, q, dyRow, dyPixel, count, width, f, o, m, to, next); break;
            case Code.SIGMOID: rows<Sigmoid>(p, xRow, xPixel, q, dyRow, dyPixel, count, width, f, o, m, to, next); break;
            case Code.SWISH: rows<Swish>(p, xRow, xPixel, q, dyRow, dyPixel, count, width, f, o, m, to, next); break;
            case Code.HARD_SIGMOID: rows<HardSigmoid>(p, xRow, xPixel, q, dyRow, dyPixel, count, width, f, o, m, to, next); break;
            case Code.HARD_SWISH: rows<HardSwish>(p, xRow, xPixel, q, dyRow, dyPixel, count, width, f, o, m, to, next); break;
            default: rows<Identity>(p, xRow, xPixel, q, dyRow, dyPixel, count, width, f, o, m, to, next);
          }
        }
      }
    }
  }
}

/**
 * Four channels of some rows: dy becomes dz, its sums are added to the f64 at `sums`, those of dz * (x - mean) `next` bytes further.
 * Pixels are taken in pairs, as in `normStatistics`.
 */
function rows<F extends Activation>(
  x: usize, xRow: i32, xPixel: i32, dy: usize, dyRow: i32, dyPixel: i32, height: i32, width: i32,
  factor: v128, offset: v128, mean: v128, sums: usize, next: i32,
): void {
  const f = changetype<F>(0);
  let even = f32x4.splat(0);
  let odd = even;
  let evenProducts = even;
  let oddProducts = even;
  for (let h = 0; h < height; h++) {
    let p = x + h * xRow;
    let q = dy + h * dyRow;
    for (let pairs = width >> 1; pairs > 0; pairs--, p += xPixel << 1, q += dyPixel << 1) {
      const u = v128.load(p);
      const v = v128.load(p + xPixel);
      const a = f.back(multiplyAdd(u, factor, offset), v128.load(q));
      const b = f.back(multiplyAdd(v, factor, offset), v128.load(q + dyPixel));
      v128.store(q, a);
      v128.store(q + dyPixel, b);
      even = f32x4.add(even, a);
      odd = f32x4.add(odd, b);
      evenProducts = multiplyAdd(a, f32x4.sub(u, mean), evenProducts);
      oddProducts = multiplyAdd(b, f32x4.sub(v, mean), oddProducts);
    }
    if (width & 1) {
      const u = v128.load(p);
      const a = f.back(multiplyAdd(u, factor, offset), v128.load(q));
      v128.store(q, a);
      even = f32x4.add(even, a);
      evenProducts = multiplyAdd(a, f32x4.sub(u, mean), evenProducts);
    }
  }
  const sum = f32x4.add(even, odd);
  const products = f32x4.add(evenProducts, oddProducts);
  addDoubles(sums, lowDoubles(sum), highDoubles(sum));
  addDoubles(sums + next, lowDoubles(products), highDoubles(products));
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
      const p = x + n * xImage + h * xRow;
      const d = dz + n * dzImage + h * dzRow;
      const q = dx + n * dxImage + h * dxRow;
      for (let c = 0; c < bytes; c += 16) {
        backRow(p + c, xPixel, d + c, dzPixel, q + c, dxPixel, width, v128.load(factor + c), v128.load(slope + c), v128.load(level + c), add);
      }
    }
  }
}

function backRow(
  x: usize, xPixel: i32, dz: usize, dzPixel: i32, dx: usize, dxPixel: i32, width: i32,
  factor: v128, slope: v128, level: v128, add: i32,
): void {
  for (let w = 0; w < width; w++, x += xPixel, dz += dzPixel, dx += dxPixel) {
    put(dx, multiplyAdd(v128.load(dz), factor, multiplyAdd(v128.load(x), slope, level)), add);
  }
}
