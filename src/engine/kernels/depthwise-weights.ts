/**
 * Gradients to the weights of depthwise convolutions: the sums of nine or five taps stand in registers while a row of pixels goes by. Where taps
 * lie otherwise, four pixels of dy stand in registers while the taps go by.
 */
import { isThreeByThree, runLength } from './depthwise';
import { groupBytes, multiplyAdd } from './simd';

/** `depthwiseWeights` of instructions.ts. */
export function depthwiseWeights(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  dy: usize, dyImage: i32, dyRow: i32, dyPixel: i32,
  images: i32, height: i32, width: i32, channels: i32, offsets: usize, taps: i32, partial: usize, partials: i32,
): void {
  const bytes = groupBytes(channels);
  const run = runLength(offsets, taps, xPixel);
  const isSquare = isThreeByThree(offsets, taps);
  for (let item = begin; item < end; item++) {
    const sums = partial + item * taps * bytes;
    const last = (images * (item + 1)) / partials;
    memory.fill(sums, 0, taps * bytes);
    for (let n = (images * item) / partials; n < last; n++) {
      for (let h = 0; h < height; h++) {
        for (let c = 0; c < bytes; c += 16) {
          const p = x + n * xImage + h * xRow + c;
          const q = dy + n * dyImage + h * dyRow + c;
          if (isSquare) {
            threeByThree(p, xPixel, q, dyPixel, width, offsets, sums + c, bytes);
            continue;
          }
          if (run == 5) {
            for (let first = 0; first < taps; first += 5) {
              fiveTaps(p + load<i32>(offsets + (first << 2)), xPixel, q, dyPixel, width, sums + c + first * bytes, bytes);
            }
            continue;
          }
          if (width < 4) {
            for (let w = 0; w < width; w++) onePixel(p + w * xPixel, v128.load(q + w * dyPixel), offsets, taps, sums + c, bytes);
            continue;
          }
          for (let done = 0; done < width; done += 4) {
            const w = min(done, width - 4); // the last four may overlap those before them, which then count as zeros
            const skip = done - w;
            const from = q + w * dyPixel;
            const d0 = skip > 0 ? f32x4.splat(0) : v128.load(from);
            const d1 = skip > 1 ? f32x4.splat(0) : v128.load(from + dyPixel);
            const d2 = skip > 2 ? f32x4.splat(0) : v128.load(from + 2 * dyPixel);
            const d3 = v128.load(from + 3 * dyPixel);
            if (run > 1) runs(p + w * xPixel, xPixel, d0, d1, d2, d3, offsets, taps, run, sums + c, bytes);
            else fourPixels(p + w * xPixel, xPixel, d0, d1, d2, d3, offsets, taps, sums + c, bytes);
          }
        }
      }
    }
  }
}

/** Adds what a row gives to nine taps in three runs of three. */
function threeByThree(
  p: usize, xPixel: i32, q: usize, dyPixel: i32, width: i32, offsets: usize, sums: usize, stride: i32,
): void {
  let s0 = v128.load(sums);
  let s1 = v128.load(sums + stride);
  let s2 = v128.load(sums + 2 * stride);
  let s3 = v128.load(sums + 3 * stride);
  let s4 = v128.load(sums + 4 * stride);
  let s5 = v128.load(sums + 5 * stride);
  let s6 = v128.load(sums + 6 * stride);
  let s7 = v128.load(sums + 7 * stride);
  let s8 = v128.load(sums + 8 * stride);
  const next = load<i32>(offsets, 4) - load<i32>(offsets);
  let a = p + load<i32>(offsets);
  let b = p + load<i32>(offsets, 12);
  let c = p + load<i32>(offsets, 24);
  const last = q + width * dyPixel;
  for (; q < last; q += dyPixel, a += xPixel, b += xPixel, c += xPixel) {
    const d = v128.load(q);
    s0 = multiplyAdd(v128.load(a), d, s0);
    s1 = multiplyAdd(v128.load(a + next), d, s1);
    s2 = multiplyAdd(v128.load(a + 2 * next), d, s2);
    s3 = multiplyAdd(v128.load(b), d, s3);
    s4 = multiplyAdd(v128.load(b + next), d, s4);
    s5 = multiplyAdd(v128.load(b + 2 * next), d, s5);
    s6 = multiplyAdd(v128.load(c), d, s6);
    s7 = multiplyAdd(v128.load(c + next), d, s7);
    s8 = multiplyAdd(v128.load(c + 2 * next), d, s8);
  }
  v128.store(sums, s0);
  v128.store(sums + stride, s1);
  v128.store(sums + 2 * stride, s2);
  v128.store(sums + 3 * stride, s3);
  v128.store(sums + 4 * stride, s4);
  v128.store(sums + 5 * stride, s5);
  v128.store(sums + 6 * stride, s6);
  v128.store(sums + 7 * stride, s7);
  v128.store(sums + 8 * stride, s8);
}

/** Adds what a row gives to five taps side by side. */
function fiveTaps(p: usize, xPixel: i32, q: usize, dyPixel: i32, width: i32, sums: usize, stride: i32): void {
  let s0 = v128.load(sums);
  let s1 = v128.load(sums + stride);
  let s2 = v128.load(sums + 2 * stride);
  let s3 = v128.load(sums + 3 * stride);
  let s4 = v128.load(sums + 4 * stride);
  // what the taps read of the pixel before
  let x0 = v128.load(p);
  let x1 = v128.load(p + xPixel);
  let x2 = v128.load(p + 2 * xPixel);
  let x3 = v128.load(p + 3 * xPixel);
  p += 4 * xPixel;
  const last = q + width * dyPixel;
  for (; q < last; q += dyPixel, p += xPixel) {
    const d = v128.load(q);
    const x4 = v128.load(p);
    s0 = multiplyAdd(x0, d, s0);
    s1 = multiplyAdd(x1, d, s1);
    s2 = multiplyAdd(x2, d, s2);
    s3 = multiplyAdd(x3, d, s3);
    s4 = multiplyAdd(x4, d, s4);
    x0 = x1;
    x1 = x2;
    x2 = x3;
    x3 = x4;
  }
  v128.store(sums, s0);
  v128.store(sums + stride, s1);
  v128.store(sums + 2 * stride, s2);
  v128.store(sums + 3 * stride, s3);
  v128.store(sums + 4 * stride, s4);
}

/** Adds what four pixels give to all taps, where they follow each other as in `depthwise`. */
function runs(
  p: usize, xPixel: i32, d0: v128, d1: v128, d2: v128, d3: v128, offsets: usize, taps: i32, run: i32, sums: usize, stride: i32,
): void {
  for (let first = 0; first < taps; first += run) {
    let from = p + load<i32>(offsets + (first << 2));
    let x0 = v128.load(from);
    let x1 = v128.load(from + xPixel);
    let x2 = v128.load(from + 2 * xPixel);
    from += 3 * xPixel;
    for (let tap = 0; tap < run; tap++, sums += stride, from += xPixel) {
      const x3 = v128.load(from);
      addProducts(sums, x0, d0, x1, d1, x2, d2, x3, d3);
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
  }
}

/** The same for taps that lie anywhere. */
function fourPixels(
  p: usize, xPixel: i32, d0: v128, d1: v128, d2: v128, d3: v128, offsets: usize, taps: i32, sums: usize, stride: i32,
): void {
  for (let tap = 0; tap < taps; tap++, sums += stride) {
    const p0 = p + load<i32>(offsets + (tap << 2));
    const p1 = p0 + xPixel;
    const p2 = p1 + xPixel;
    addProducts(sums, v128.load(p0), d0, v128.load(p1), d1, v128.load(p2), d2, v128.load(p2 + xPixel), d3);
  }
}

function addProducts(
  sum: usize, x0: v128, d0: v128, x1: v128, d1: v128, x2: v128, d2: v128, x3: v128, d3: v128,
): void {
  const left = multiplyAdd(x1, d1, f32x4.mul(x0, d0));
  const right = multiplyAdd(x3, d3, f32x4.mul(x2, d2));
  v128.store(sum, f32x4.add(v128.load(sum), f32x4.add(left, right)));
}

function onePixel(p: usize, d: v128, offsets: usize, taps: i32, sums: usize, stride: i32): void {
  for (let tap = 0; tap < taps; tap++, sums += stride) {
    v128.store(sums, multiplyAdd(v128.load(p + load<i32>(offsets + (tap << 2))), d, v128.load(sums)));
  }
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
