/** Gradients to the weights of depthwise convolutions: nine taps of four channels stand in registers while the pixels go by. */
import { groupBytes, multiplyAdd } from './simd';

/** `depthwiseWeights` of instructions.ts. */
export function depthwiseWeights(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  dy: usize, dyImage: i32, dyRow: i32, dyPixel: i32,
  images: i32, height: i32, width: i32, channels: i32, offsets: usize, taps: i32, partial: usize, partials: i32,
): void {
  const bytes = groupBytes(channels);
  for (let item = begin; item < end; item++) {
    const sums = partial + item * taps * bytes;
    const first = (images * item) / partials;
    const last = (images * (item + 1)) / partials;
    memory.fill(sums, 0, taps * bytes);
    for (let n = first; n < last; n++) {
      for (let c = 0; c < bytes; c += 16) {
        for (let tap = 0; tap < taps; tap += 9) {
          nineTaps(
            x + n * xImage + c,
            xRow,
            xPixel,
            dy + n * dyImage + c,
            dyRow,
            dyPixel,
            height,
            width,
            offsets + (tap << 2),
            min(9, taps - tap),
            sums + tap * bytes + c,
            bytes,
          );
        }
      }
    }
  }
}

/** Up to nine taps over one image; the last one stands for those that are missing. */
function nineTaps(
  x: usize, xRow: i32, xPixel: i32, dy: usize, dyRow: i32, dyPixel: i32, height: i32, width: i32, offsets: usize,
  taps: i32, sums: usize, stride: i32,
): void {
  const o0 = load<i32>(offsets);
  const o1 = load<i32>(offsets + (min(1, taps - 1) << 2));
  const o2 = load<i32>(offsets + (min(2, taps - 1) << 2));
  const o3 = load<i32>(offsets + (min(3, taps - 1) << 2));
  const o4 = load<i32>(offsets + (min(4, taps - 1) << 2));
  const o5 = load<i32>(offsets + (min(5, taps - 1) << 2));
  const o6 = load<i32>(offsets + (min(6, taps - 1) << 2));
  const o7 = load<i32>(offsets + (min(7, taps - 1) << 2));
  const o8 = load<i32>(offsets + (min(8, taps - 1) << 2));
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  let s4 = f32x4.splat(0);
  let s5 = f32x4.splat(0);
  let s6 = f32x4.splat(0);
  let s7 = f32x4.splat(0);
  let s8 = f32x4.splat(0);
  for (let h = 0; h < height; h++) {
    let p = x + h * xRow;
    let q = dy + h * dyRow;
    for (let w = 0; w < width; w++, p += xPixel, q += dyPixel) {
      const d = v128.load(q);
      s0 = multiplyAdd(v128.load(p + o0), d, s0);
      s1 = multiplyAdd(v128.load(p + o1), d, s1);
      s2 = multiplyAdd(v128.load(p + o2), d, s2);
      s3 = multiplyAdd(v128.load(p + o3), d, s3);
      s4 = multiplyAdd(v128.load(p + o4), d, s4);
      s5 = multiplyAdd(v128.load(p + o5), d, s5);
      s6 = multiplyAdd(v128.load(p + o6), d, s6);
      s7 = multiplyAdd(v128.load(p + o7), d, s7);
      s8 = multiplyAdd(v128.load(p + o8), d, s8);
    }
  }
  addTo(sums, s0);
  if (taps > 1) addTo(sums + stride, s1);
  if (taps > 2) addTo(sums + 2 * stride, s2);
  if (taps > 3) addTo(sums + 3 * stride, s3);
  if (taps > 4) addTo(sums + 4 * stride, s4);
  if (taps > 5) addTo(sums + 5 * stride, s5);
  if (taps > 6) addTo(sums + 6 * stride, s6);
  if (taps > 7) addTo(sums + 7 * stride, s7);
  if (taps > 8) addTo(sums + 8 * stride, s8);
}

function addTo(address: usize, v: v128): void {
  v128.store(address, f32x4.add(v128.load(address), v));
}

/** `unpackDepthwise` of instructions.ts. */
export function unpackDepthwise(
  begin: i32, end: i32,
  w: usize, partial: usize, partials: i32, channels: i32, taps: i32, order: usize, kernelTaps: i32, weight: f32,
): void {
  if (begin >= end) return;
  const bytes = groupBytes(channels);
  for (let tap = 0; tap < taps; tap++) {
    for (let c = 0; c < channels; c++) {
      let sum: f64 = 0;
      for (let p = 0; p < partials; p++) sum += <f64>load<f32>(partial + (p * taps + tap) * bytes + (c << 2));
      const to = w + ((c * kernelTaps + load<i32>(order + (tap << 2))) << 2);
      store<f32>(to, load<f32>(to) + weight * <f32>sum);
    }
  }
}
