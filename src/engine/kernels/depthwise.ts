/**
 * Depthwise convolution: four channels of four pixels at a time. Also the gradient to its input. Where taps follow each other as the pixels
 * do, three of the four values that a tap needs have been read for the tap before it.
 */
import { tileOfThread } from './current-thread';
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
  const run = runLength(offsets, taps, xPixel);
  const isSquare = isThreeByThree(offsets, taps) && !add;
  const own = tileOfThread();
  for (let n = begin; n < end; n++) {
    for (let h = 0; h < height; h++) {
      for (let c = 0; c < bytes; c += 16) {
        const p = x + n * xImage + h * xRow + c;
        const q = y + n * yImage + h * yRow + c;
        const weights = packed + c;
        if (isSquare) {
          threeByThree(p, xPixel, q, yPixel, width, offsets, weights, bytes);
          continue;
        }
        if (width < 4) {
          for (let w = 0; w < width; w++) onePixel(p + w * xPixel, q + w * yPixel, offsets, taps, weights, bytes, add);
          continue;
        }
        for (let done = 0; done < width; done += 4) {
          const w = min(done, width - 4); // the last four may overlap those before them, and these are not written again
          const skip = done - w;
          const from = p + w * xPixel;
          const to = q + w * yPixel;
          const isPlain = skip == 0 && !add;
          const result = isPlain ? to : own;
          const step = isPlain ? yPixel : 16;
          if (run == 5) fiveTaps(from, xPixel, result, step, offsets, taps, weights, bytes);
          else if (run > 1) runs(from, xPixel, result, step, offsets, taps, run, weights, bytes);
          else fourPixels(from, xPixel, result, step, offsets, taps, weights, bytes);
          if (!isPlain) for (let i = skip; i < 4; i++) put(to + i * yPixel, v128.load(own + (i << 4)), add);
        }
      }
    }
  }
}

/** How many taps follow each other at the distance of two pixels, over and over; 1 where they do not. */
export function runLength(offsets: usize, taps: i32, pixel: i32): i32 {
  let run = 1;
  while (run < taps && follows(offsets, run, pixel)) run++;
  for (let tap = run; tap < taps; tap++) if (follows(offsets, tap, pixel) != (tap % run != 0)) return 1;
  return taps % run == 0 ? run : 1;
}

function follows(offsets: usize, tap: i32, pixel: i32): bool {
  return load<i32>(offsets + (tap << 2)) == load<i32>(offsets + (tap << 2) - 4) + pixel;
}

/** Whether there are three runs of three taps, at whatever distances. */
export function isThreeByThree(offsets: usize, taps: i32): bool {
  return taps == 9 && runLength(offsets, taps, load<i32>(offsets, 4) - load<i32>(offsets)) == 3;
}

/** A row of three runs of three taps each: nine weights fit into registers. */
function threeByThree(
  p: usize, xPixel: i32, q: usize, yPixel: i32, width: i32, offsets: usize, weights: usize, stride: i32,
): void {
  const w0 = v128.load(weights);
  const w1 = v128.load(weights + stride);
  const w2 = v128.load(weights + 2 * stride);
  const w3 = v128.load(weights + 3 * stride);
  const w4 = v128.load(weights + 4 * stride);
  const w5 = v128.load(weights + 5 * stride);
  const w6 = v128.load(weights + 6 * stride);
  const w7 = v128.load(weights + 7 * stride);
  const w8 = v128.load(weights + 8 * stride);
  const next = load<i32>(offsets, 4) - load<i32>(offsets);
  let a = p + load<i32>(offsets);
  let b = p + load<i32>(offsets, 12);
  let c = p + load<i32>(offsets, 24);
  const last = q + width * yPixel;
  for (; q < last; q += yPixel, a += xPixel, b += xPixel, c += xPixel) {
    let first = f32x4.mul(v128.load(a), w0);
    let second = f32x4.mul(v128.load(b), w3);
    let third = f32x4.mul(v128.load(c), w6);
    first = multiplyAdd(v128.load(a + next), w1, first);
    second = multiplyAdd(v128.load(b + next), w4, second);
    third = multiplyAdd(v128.load(c + next), w7, third);
    first = multiplyAdd(v128.load(a + 2 * next), w2, first);
    second = multiplyAdd(v128.load(b + 2 * next), w5, second);
    third = multiplyAdd(v128.load(c + 2 * next), w8, third);
    v128.store(q, f32x4.add(f32x4.add(first, second), third));
  }
}

/** Four pixels with runs of five taps. */
function fiveTaps(
  p: usize, xPixel: i32, q: usize, yPixel: i32, offsets: usize, taps: i32, weights: usize, stride: i32,
): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const last = offsets + (taps << 2);
  for (; offsets < last; offsets += 20) {
    let from = p + load<i32>(offsets);
    const w0 = v128.load(weights);
    const w1 = v128.load(weights + stride);
    const w2 = v128.load(weights + 2 * stride);
    const w3 = v128.load(weights + 3 * stride);
    const w4 = v128.load(weights + 4 * stride);
    weights += 5 * stride;
    let x = v128.load(from);
    s0 = multiplyAdd(x, w0, s0);
    from += xPixel;
    x = v128.load(from);
    s0 = multiplyAdd(x, w1, s0);
    s1 = multiplyAdd(x, w0, s1);
    from += xPixel;
    x = v128.load(from);
    s0 = multiplyAdd(x, w2, s0);
    s1 = multiplyAdd(x, w1, s1);
    s2 = multiplyAdd(x, w0, s2);
    from += xPixel;
    x = v128.load(from);
    s0 = multiplyAdd(x, w3, s0);
    s1 = multiplyAdd(x, w2, s1);
    s2 = multiplyAdd(x, w1, s2);
    s3 = multiplyAdd(x, w0, s3);
    from += xPixel;
    x = v128.load(from);
    s0 = multiplyAdd(x, w4, s0);
    s1 = multiplyAdd(x, w3, s1);
    s2 = multiplyAdd(x, w2, s2);
    s3 = multiplyAdd(x, w1, s3);
    from += xPixel;
    x = v128.load(from);
    s1 = multiplyAdd(x, w4, s1);
    s2 = multiplyAdd(x, w3, s2);
    s3 = multiplyAdd(x, w2, s3);
    from += xPixel;
    x = v128.load(from);
    s2 = multiplyAdd(x, w4, s2);
    s3 = multiplyAdd(x, w3, s3);
    from += xPixel;
    s3 = multiplyAdd(v128.load(from), w4, s3);
  }
  store4(q, yPixel, s0, s1, s2, s3);
}

/** The same for runs of any length. */
function runs(
  p: usize, xPixel: i32, q: usize, yPixel: i32, offsets: usize, taps: i32, run: i32, weights: usize, stride: i32,
): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let first = 0; first < taps; first += run) {
    let from = p + load<i32>(offsets + (first << 2));
    let x0 = v128.load(from);
    let x1 = v128.load(from + xPixel);
    let x2 = v128.load(from + 2 * xPixel);
    from += 3 * xPixel;
    for (let tap = 0; tap < run; tap++, weights += stride, from += xPixel) {
      const weight = v128.load(weights);
      const x3 = v128.load(from);
      s0 = multiplyAdd(x0, weight, s0);
      s1 = multiplyAdd(x1, weight, s1);
      s2 = multiplyAdd(x2, weight, s2);
      s3 = multiplyAdd(x3, weight, s3);
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
  }
  store4(q, yPixel, s0, s1, s2, s3);
}

/** The same for taps that lie anywhere. */
function fourPixels(
  p: usize, xPixel: i32, q: usize, yPixel: i32, offsets: usize, taps: i32, weights: usize, stride: i32,
): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
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
  store4(q, yPixel, s0, s1, s2, s3);
}

function store4(q: usize, yPixel: i32, s0: v128, s1: v128, s2: v128, s3: v128): void {
  v128.store(q, s0);
  v128.store(q + yPixel, s1);
  v128.store(q + 2 * yPixel, s2);
  v128.store(q + 3 * yPixel, s3);
}

function onePixel(p: usize, q: usize, offsets: usize, taps: i32, weights: usize, stride: i32, add: i32): void {
  let sum = f32x4.splat(0);
  for (let tap = 0; tap < taps; tap++, weights += stride) {
    sum = multiplyAdd(v128.load(p + load<i32>(offsets + (tap << 2))), v128.load(weights), sum);
  }
  put(q, sum, add);
}
