/**
 * Dense convolution as many small matrix products: 8 outputs of 5 pixels stand in registers while the inputs go by, as many as there are
 * registers for. The pixels need not be neighbours, so that narrow and odd maps waste nothing; a pixel's sum runs in one order whatever
 * stands beside it.
 */
import { tileOfThread } from './current-thread';
import { loadLanes, multiplyAdd, storeLanes } from './simd';

/** Pixels of a tile. */
const TILE = 5;

/** Bytes of a pixel's outputs in a tile. */
const OUTPUTS = 32;

/** Where sums begin. */
const zeros = memory.data(TILE * OUTPUTS);

/** Small images are taken together until there are so many pixels, for weights are read once per group of images. */
const GROUP_PIXELS = 80;

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
  // what lies between the end of a row and the next row, and between the end of an image and the next image
  const xRowGap = xRow - width * xPixel;
  const yRowGap = yRow - width * yPixel;
  const xImageGap = xImage - height * xRow + xRowGap;
  const yImageGap = yImage - height * yRow + yRowGap;
  for (let n = begin; n < end; n += group) {
    const pixels = min(group, end - n) * height * width;
    const from = x + n * xImage;
    for (let o = 0; o < outputs; o += 8) {
      const to = y + n * yImage + (o << 2);
      const weights = packed + (o >> 3) * blockBytes;
      const lanes = min(8, outputs - o);
      const biases: usize = bias == 0 ? 0 : bias + (o << 2);
      if (width < TILE - 1) {
        for (let i = 0; i < pixels; i += TILE) {
          // at the end the last pixel stands for those that are missing
          const i1 = min(i + 1, pixels - 1);
          const i2 = min(i + 2, pixels - 1);
          const i3 = min(i + 3, pixels - 1);
          const i4 = min(i + 4, pixels - 1);
          anyTile(
            from + place(i, height, width, xImage, xRow, xPixel),
            from + place(i1, height, width, xImage, xRow, xPixel),
            from + place(i2, height, width, xImage, xRow, xPixel),
            from + place(i3, height, width, xImage, xRow, xPixel),
            from + place(i4, height, width, xImage, xRow, xPixel),
            to + place(i, height, width, yImage, yRow, yPixel),
            to + place(i1, height, width, yImage, yRow, yPixel),
            to + place(i2, height, width, yImage, yRow, yPixel),
            to + place(i3, height, width, yImage, yRow, yPixel),
            to + place(i4, height, width, yImage, yRow, yPixel),
            weights, offsets, rows, length, pixels - i, lanes, biases, add,
          );
        }
        continue;
      }
      const isPlain = rows == 1 && lanes == 8 && bias == 0 && !add;
      const offset = isPlain ? load<i32>(offsets) : 0;
      let p = from;
      let q = to;
      let row = 0;
      let left = width; // in the row
      for (let i = 0; i < pixels; i += TILE) {
        // a tile reaches into one more row at most
        const isLast = row + 1 == height;
        const xGap = isLast ? xImageGap : xRowGap;
        const yGap = isLast ? yImageGap : yRowGap;
        const there = pixels - i; // beyond them the first pixel stands for those that are missing
        const p1 = there > 1 ? p + xPixel + (left > 1 ? 0 : xGap) : p;
        const p2 = there > 2 ? p + 2 * xPixel + (left > 2 ? 0 : xGap) : p;
        const p3 = there > 3 ? p + 3 * xPixel + (left > 3 ? 0 : xGap) : p;
        const p4 = there > 4 ? p + 4 * xPixel + (left > 4 ? 0 : xGap) : p;
        const q1 = q + yPixel + (left > 1 ? 0 : yGap);
        const q2 = q + 2 * yPixel + (left > 2 ? 0 : yGap);
        const q3 = q + 3 * yPixel + (left > 3 ? 0 : yGap);
        const q4 = q + 4 * yPixel + (left > 4 ? 0 : yGap);
        if (isPlain && there >= TILE) {
          tile(p + offset, p1 + offset, p2 + offset, p3 + offset, p4 + offset, weights, length, zeros, q, q1, q2, q3, q4);
        } else {
          anyTile(p, p1, p2, p3, p4, q, q1, q2, q3, q4, weights, offsets, rows, length, there, lanes, biases, add);
        }
        p += TILE * xPixel;
        q += TILE * yPixel;
        left -= TILE;
        while (left <= 0) {
          const isEnd = ++row == height;
          p += isEnd ? xImageGap : xRowGap;
          q += isEnd ? yImageGap : yRowGap;
          left += width;
          if (isEnd) row = 0;
        }
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

/** Up to 8 outputs (`lanes`) of the first `there` of five pixels, over all rows of taps. */
function anyTile(
  p0: usize, p1: usize, p2: usize, p3: usize, p4: usize, q0: usize, q1: usize, q2: usize, q3: usize, q4: usize,
  weights: usize, offsets: usize, rows: i32, length: i32, there: i32, lanes: i32, bias: usize, add: i32,
): void {
  const sums = tileOfThread();
  let start = zeros;
  if (rows == 0) memory.fill(sums, 0, TILE * OUTPUTS);
  for (let row = 0; row < rows; row++, weights += length << 5, start = sums) {
    const offset = load<i32>(offsets + (row << 2));
    tile(
      p0 + offset, p1 + offset, p2 + offset, p3 + offset, p4 + offset,
      weights, length, start, sums, sums + OUTPUTS, sums + 2 * OUTPUTS, sums + 3 * OUTPUTS, sums + 4 * OUTPUTS,
    );
  }
  put8(q0, sums, lanes, bias, add);
  if (there > 1) put8(q1, sums + OUTPUTS, lanes, bias, add);
  if (there > 2) put8(q2, sums + 2 * OUTPUTS, lanes, bias, add);
  if (there > 3) put8(q3, sums + 3 * OUTPUTS, lanes, bias, add);
  if (there > 4) put8(q4, sums + 4 * OUTPUTS, lanes, bias, add);
}

/**
 * 8 outputs of five pixels over one row of taps, on top of what is at `start`. One loop and nothing else: any branch more, and the compiler
 * of WebAssembly no longer keeps the sums in registers, which halves the speed.
 */
function tile(
  a: usize, b: usize, c: usize, d: usize, e: usize, weights: usize, length: i32,
  start: usize, q0: usize, q1: usize, q2: usize, q3: usize, q4: usize,
): void {
  let a0 = v128.load(start);
  let a1 = v128.load(start, 16);
  let b0 = v128.load(start, 32);
  let b1 = v128.load(start, 48);
  let c0 = v128.load(start, 64);
  let c1 = v128.load(start, 80);
  let d0 = v128.load(start, 96);
  let d1 = v128.load(start, 112);
  let e0 = v128.load(start, 128);
  let e1 = v128.load(start, 144);
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
    s = v128.load32_splat(e);
    e0 = multiplyAdd(s, u, e0);
    e1 = multiplyAdd(s, v, e1);
    weights += 32;
    a += 4;
    b += 4;
    c += 4;
    d += 4;
    e += 4;
  }
  v128.store(q0, a0);
  v128.store(q0, a1, 16);
  v128.store(q1, b0);
  v128.store(q1, b1, 16);
  v128.store(q2, c0);
  v128.store(q2, c1, 16);
  v128.store(q3, d0);
  v128.store(q3, d1, 16);
  v128.store(q4, e0);
  v128.store(q4, e1, 16);
}

/** Writes or adds the first `lanes` of a pixel's outputs, with their biases, and nothing beyond them. */
function put8(q: usize, sums: usize, lanes: i32, bias: usize, add: i32): void {
  let low = v128.load(sums);
  let high = v128.load(sums, 16);
  if (bias != 0) {
    low = f32x4.add(low, loadLanes(bias, lanes));
    high = f32x4.add(high, loadLanes(bias + 16, lanes - 4));
  }
  if (add) {
    low = f32x4.add(low, loadLanes(q, lanes));
    high = f32x4.add(high, loadLanes(q + 16, lanes - 4));
  }
  storeLanes(q, low, lanes);
  storeLanes(q + 16, high, lanes - 4);
}
