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
  const xNextRow = xRow - (width - 1) * xPixel;
  const yNextRow = yRow - (width - 1) * yPixel;
  const xNextImage = xImage - (height - 1) * xRow - (width - 1) * xPixel;
  const yNextImage = yImage - (height - 1) * yRow - (width - 1) * yPixel;
  const blockBytes = (rows * length) << 5;
  const group = max(1, GROUP_PIXELS / (height * width));

  for (let n = begin; n < end; n += group) {
    const pixels = min(group, end - n) * height * width;
    for (let o = 0; o < outputs; o += 8) {
      const weights = packed + (o >> 3) * blockBytes;
      const lanes = outputs - o;
      const biasLow = bias == 0 ? f32x4.splat(0) : loadLanes(bias + (o << 2), lanes);
      const biasHigh = bias == 0 ? f32x4.splat(0) : loadLanes(bias + (o << 2) + 16, lanes - 4);
      let p = x + n * xImage;
      let q = y + n * yImage + (o << 2);
      let h = 0;
      let w = 0;
      for (let left = pixels; left > 0; left -= 4) {
        // the addresses of four pixels in reading order; at the end the last one stands for those that are missing
        const count = min(left, 4);
        const p0 = p;
        const q0 = q;
        let p1 = p;
        let q1 = q;
        let p2 = p;
        let q2 = q;
        let p3 = p;
        let q3 = q;
        for (let step = 1; step < 5; step++) {
          if (step < left) {
            if (++w < width) {
              p += xPixel;
              q += yPixel;
            } else {
              w = 0;
              const sameImage = ++h < height;
              p += sameImage ? xNextRow : xNextImage;
              q += sameImage ? yNextRow : yNextImage;
              if (!sameImage) h = 0;
            }
          }
          if (step == 1) {
            p1 = p;
            q1 = q;
          } else if (step == 2) {
            p2 = p;
            q2 = q;
          } else if (step == 3) {
            p3 = p;
            q3 = q;
          }
        }
        tile(p0, p1, p2, p3, q0, q1, q2, q3, count, weights, offsets, rows, length, lanes, biasLow, biasHigh, add);
      }
    }
  }
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
  finish(q0, f32x4.add(a0, biasLow), f32x4.add(a1, biasHigh), lanes, add);
  if (count > 1) finish(q1, f32x4.add(b0, biasLow), f32x4.add(b1, biasHigh), lanes, add);
  if (count > 2) finish(q2, f32x4.add(c0, biasLow), f32x4.add(c1, biasHigh), lanes, add);
  if (count > 3) finish(q3, f32x4.add(d0, biasLow), f32x4.add(d1, biasHigh), lanes, add);
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
