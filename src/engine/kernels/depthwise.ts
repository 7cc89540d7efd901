/** Depthwise convolution: four channels of four pixels at a time. Also the gradient to its input. */
import { groupBytes, multiplyAdd, put } from './simd';

/** `packDepthwise` of instructions.ts. */
export function packDepthwise(
  begin: i32, end: i32,
  w: usize, packed: usize, channels: i32, taps: i32, order: usize, kernelTaps: i32,
): void {
  if (begin >= end) return;
  const padded = groupBytes(channels) >> 2;
  for (let tap = 0; tap < taps; tap++) {
    const from = w + (load<i32>(order + (tap << 2)) << 2);
    const to = packed + ((tap * padded) << 2);
    for (let c = 0; c < padded; c++) {
      store<f32>(to + (c << 2), c < channels ? load<f32>(from + ((c * kernelTaps) << 2)) : 0);
    }
  }
}

/** `depthwise` of instructions.ts. */
export function depthwise(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32,
  height: i32, width: i32, channels: i32, offsets: usize, taps: i32, packed: usize, add: i32,
): void {
  const bytes = groupBytes(channels);
  for (let n = begin; n < end; n++) {
    for (let h = 0; h < height; h++) {
      for (let c = 0; c < bytes; c += 16) {
        let p = x + n * xImage + h * xRow + c;
        let q = y + n * yImage + h * yRow + c;
        let left = width;
        for (; left >= 4; left -= 4, p += xPixel << 2, q += yPixel << 2) {
          fourPixels(p, xPixel, q, yPixel, offsets, taps, packed + c, bytes, add);
        }
        for (; left > 0; left--, p += xPixel, q += yPixel) onePixel(p, q, offsets, taps, packed + c, bytes, add);
      }
    }
  }
}

function fourPixels(
  p: usize, xPixel: i32, q: usize, yPixel: i32, offsets: usize, taps: i32, weights: usize, stride: i32, add: i32,
): void {
  const q1 = q + yPixel;
  const q2 = q1 + yPixel;
  const q3 = q2 + yPixel;
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  for (let tap = 0; tap < taps; tap++, weights += stride) {
    const weight = v128.load(weights);
    const p0 = p + load<i32>(offsets + (tap << 2));
    const p1 = p0 + xPixel;
    const p2 = p1 + xPixel;
    s0 = multiplyAdd(v128.load(p0), weight, s0);
    s1 = multiplyAdd(v128.load(p1), weight, s1);
    s2 = multiplyAdd(v128.load(p2), weight, s2);
    s3 = multiplyAdd(v128.load(p2 + xPixel), weight, s3);
  }
  put(q, s0, add);
  put(q1, s1, add);
  put(q2, s2, add);
  put(q3, s3, add);
}

function onePixel(p: usize, q: usize, offsets: usize, taps: i32, weights: usize, stride: i32, add: i32): void {
  let s = f32x4.splat(0);
  for (let tap = 0; tap < taps; tap++, weights += stride) {
    s = multiplyAdd(v128.load(p + load<i32>(offsets + (tap << 2))), v128.load(weights), s);
  }
  put(q, s, add);
}
