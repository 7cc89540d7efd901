/**
 * Dense convolution as many small matrix products: 8 outputs of 4 pixels stand in registers while the inputs go by.
 * The four pixels need not be neighbours, so that narrow and odd maps waste nothing; a pixel's sum runs in one order whatever stands beside it.
 */
import { loadLanes, multiplyAdd, storeLanes } from './simd';

/** Small images are taken together until there are so many pixels, for weights are read once per group of images. */
const GROUP_PIXELS = 64;

/** `convolve` of instructions.ts. */
export function convolve(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32,
  height: i32, width: i32, offsets: usize, rows: i32, length: i32, packed: usize, outputs: i32, bias: usize,
  add: i32,
): void {
  if (xRow == width * xPixel && yRow == width * yPixel) {
    width *= height;
    height = 1;
  }
  const blockBytes = (rows * length) << 5;
  const group = max(1, GROUP_PIXELS / (height * width));
  for (let n = begin; n < end; n += group) {
    const last = min(group, end - n) * height * width - 1;
    const from = x + n * xImage;
    for (let o = 0; o < outputs; o += 8) {
      const to = y + n * yImage + (o << 2);
      const weights = packed + (o >> 3) * blockBytes;
      const lanes = min(8, outputs - o);
      const low = bias == 0 ? f32x4.splat(0) : loadLanes(bias + (o << 2), lanes);
      const high = bias == 0 ? f32x4.splat(0) : loadLanes(bias + (o << 2) + 16, lanes - 4);
      for (let i = 0; i <= last; i += 4) {
        const p0 = from + place(i, height, width, xImage, xRow, xPixel);
        const q0 = to + place(i, height, width, yImage, yRow, yPixel);
        let p1 = p0 + xPixel;
        let q1 = q0 + yPixel;
        let p2 = p1 + xPixel;
        let q2 = q1 + yPixel;
        let p3 = p2 + xPixel;
        let q3 = q2 + yPixel;
        if ((i % width) + 4 > width) {
          // the next pixels are in other rows; at the end the last one stands for those that are missing
          p1 = from + place(min(i + 1, last), height, width, xImage, xRow, xPixel);
          q1 = to + place(min(i + 1, last), height, width, yImage, yRow, yPixel);
          p2 = from + place(min(i + 2, last), height, width, xImage, xRow, xPixel);
          q2 = to + place(min(i + 2, last), height, width, yImage, yRow, yPixel);
          p3 = from + place(min(i + 3, last), height, width, xImage, xRow, xPixel);
          q3 = to + place(min(i + 3, last), height, width, yImage, yRow, yPixel);
        }
        const count = last - i + 1;
        tile(p0, p1, p2, p3, q0, q1, q2, q3, count, weights, offsets, rows, length, lanes, low, high, add);
      }
    }
  }
}

/** Bytes from the first pixel to the one that is number `i` in reading order. */
function place(i: i32, height: i32, width: i32, image: i32, row: i32, pixel: i32): i32 {
  const h = i / width;
  const n = h / height;
  return n * image + (h - n * height) * row + (i - h * width) * pixel;
}

/** Up to 8 outputs (`lanes`) of the first `count` of four pixels. */
function tile(
  p0: usize, p1: usize, p2: usize, p3: usize, q0: usize, q1: usize, q2: usize, q3: usize, count: i32, weights: usize,
  offsets: usize, rows: i32, length: i32, lanes: i32, biasLow: v128, biasHigh: v128, add: i32,
): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let d0 = f32x4.splat(0);
  let d1 = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    const offset = load<i32>(offsets + (row << 2));
    let a = p0 + offset;
    let b = p1 + offset;
    let c = p2 + offset;
    let d = p3 + offset;
    const last = a + (length << 2);
    while (a < last) {
      const u = v128.load(weights);
      const v = v128.load(weights, 16);
      let s = v128.load32_splat(a);
      a0 = multiplyAdd(s, u, a0);
      a1 = multiplyAdd(s, v, a1);
      s = v128.load32_splat(b);
      b0 = multiplyAdd(s, u, b0);
      b1 = multiplyAdd(s, v, b1);
      s = v128.load32_splat(c);
      c0 = multiplyAdd(s, u, c0);
      c1 = multiplyAdd(s, v, c1);
      s = v128.load32_splat(d);
      d0 = multiplyAdd(s, u, d0);
      d1 = multiplyAdd(s, v, d1);
      weights += 32;
      a += 4;
      b += 4;
      c += 4;
      d += 4;
    }
  }
  a0 = f32x4.add(a0, biasLow);
  a1 = f32x4.add(a1, biasHigh);
  b0 = f32x4.add(b0, biasLow);
  b1 = f32x4.add(b1, biasHigh);
  c0 = f32x4.add(c0, biasLow);
  c1 = f32x4.add(c1, biasHigh);
  d0 = f32x4.add(d0, biasLow);
  d1 = f32x4.add(d1, biasHigh);
  if (lanes == 8 && count > 3 && !add) {
    v128.store(q0, a0);
    v128.store(q0, a1, 16);
    v128.store(q1, b0);
    v128.store(q1, b1, 16);
    v128.store(q2, c0);
    v128.store(q2, c1, 16);
    v128.store(q3, d0);
    v128.store(q3, d1, 16);
    return;
  }
  finish(q0, a0, a1, lanes, add);
  if (count > 1) finish(q1, b0, b1, lanes, add);
  if (count > 2) finish(q2, c0, c1, lanes, add);
  if (count > 3) finish(q3, d0, d1, lanes, add);
}

/** Writes or adds a pixel's outputs, and nothing beyond `lanes` of them. */
function finish(q: usize, low: v128, high: v128, lanes: i32, add: i32): void {
  if (add) {
    low = f32x4.add(low, loadLanes(q, lanes));
    high = f32x4.add(high, loadLanes(q + 16, lanes - 4));
  }
  storeLanes(q, low, lanes);
  storeLanes(q + 16, high, lanes - 4);
}
