/**
 * Gradient to the weights of a 3x3 convolution, as the way back through `convolveWinograd`: inputs are transformed as there, gradients of the
 * output by the transpose of the last step, and the sums of their products over all tiles by the transpose of the taps' transformation.
 */
import { currentThread } from './current-thread';
import { groupBytes, multiplyAdd } from './simd';
import { copyInside, PATCH_ROW, transformPatch } from './winograd';
import { transformGradients, transformSums } from './winograd-transforms';

const POSITIONS = 36;
/** Tiles of 4x4 outputs whose products are added up in registers. */
const TILES = 32;

/** `convolveWeightsWinograd` of instructions.ts. */
export function convolveWeightsWinograd(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  dy: usize, dyImage: i32, dyRow: i32, dyPixel: i32,
  images: i32, height: i32, width: i32, inputs: i32, outputs: i32, partial: usize, partials: i32, scratch: usize,
): void {
  const xBytes = groupBytes(inputs);
  const dyBytes = groupBytes(outputs);
  const sumBytes = ((outputs + 7) & ~7) << 2;
  const xPosition = TILES * xBytes + 64; // as in `convolveWinograd`
  const dyPosition = TILES * sumBytes + 64;
  const transformed = scratch + currentThread() * (POSITIONS * (xPosition + dyPosition + 16));
  const gradients = transformed + POSITIONS * xPosition;
  const patch = gradients + POSITIONS * dyPosition;
  const sumPosition = sumsOfPosition(inputs, sumBytes);
  const across = (width + 3) >> 2;
  const tiles = across * ((height + 3) >> 2);

  for (let item = begin; item < end; item++) {
    const sums = partial + item * (POSITIONS * sumPosition);
    memory.fill(sums, 0, POSITIONS * sumPosition);
    const last = ((images * (item + 1)) / partials) * tiles;
    for (let first = ((images * item) / partials) * tiles; first < last; first += TILES) {
      const count = min(TILES, last - first);
      for (let t = 0; t < count; t++) {
        const n = (first + t) / tiles;
        const tile = first + t - n * tiles;
        const h = (tile / across) << 2;
        const w = (tile % across) << 2;
        const corner = x + n * xImage + h * xRow + w * xPixel;
        for (let c = 0; c < xBytes; c += 16) {
          transformPatch(corner + c, xRow, xPixel, height + 2 - h, width + 2 - w, transformed + t * xBytes + c, xPosition, patch);
        }
        const origin = dy + n * dyImage + h * dyRow + w * dyPixel;
        for (let o = 0; o < sumBytes; o += 16) {
          const rows = o < dyBytes ? height - h : 0; // what the last block of 8 has beyond the map is zero
          transformTile(origin + o, dyRow, dyPixel, rows, width - w, gradients + t * sumBytes + o, dyPosition, patch);
        }
      }
      for (let i = 0; i < POSITIONS; i++) {
        for (let c = 0; c < xBytes; c += 16) {
          for (let o = 0; o < sumBytes; o += 32) {
            const to = sums + i * sumPosition + (c >> 2) * sumBytes + o;
            addProducts(transformed + i * xPosition + c, xBytes, gradients + i * dyPosition + o, sumBytes, count, to);
          }
        }
      }
    }
  }
}

/** Bytes of one position's sums, with a line of the cache between positions as in `convolveWinograd`. */
function sumsOfPosition(inputs: i32, sumBytes: i32): i32 {
  return ((inputs + 3) & ~3) * sumBytes + 64;
}

/** Four channels of 4x4 pixels, of which those from `height` and `width` on are zeros, to 36 vectors `position` bytes apart. */
function transformTile(
  dy: usize, dyRow: i32, dyPixel: i32, height: i32, width: i32, to: usize, position: i32, patch: usize,
): void {
  if (height < 4 || width < 4) {
    copyInside(dy, dyRow, dyPixel, height, width, 4, patch);
    dy = patch;
    dyRow = PATCH_ROW;
    dyPixel = 16;
  }
  transformGradients(4, dy, dyPixel, dyRow, patch, 16, PATCH_ROW);
  transformGradients(6, patch, PATCH_ROW, 16, to, 6 * position, position);
}

/** sums[4][8 of sumBytes / 4] += the products of 4 inputs and 8 outputs over `count` tiles. */
function addProducts(x: usize, xBytes: i32, dy: usize, sumBytes: i32, count: i32, sums: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  for (let t = 0; t < count; t++, x += xBytes, dy += sumBytes) {
    const u = v128.load(dy);
    const v = v128.load(dy, 16);
    let s = v128.load32_splat(x);
    a0 = multiplyAdd(s, u, a0);
    a1 = multiplyAdd(s, v, a1);
    s = v128.load32_splat(x, 4);
    b0 = multiplyAdd(s, u, b0);
    b1 = multiplyAdd(s, v, b1);
    s = v128.load32_splat(x, 8);
    c0 = multiplyAdd(s, u, c0);
    c1 = multiplyAdd(s, v, c1);
    s = v128.load32_splat(x, 12);
    d0 = multiplyAdd(s, u, d0);
    d1 = multiplyAdd(s, v, d1);
  }
  addPair(sums, a0, a1);
  addPair(sums + sumBytes, b0, b1);
  addPair(sums + 2 * sumBytes, c0, c1);
  addPair(sums + 3 * sumBytes, d0, d1);
}

function addPair(sum: usize, low: v128, high: v128): void {
  v128.store(sum, f32x4.add(v128.load(sum), low));
  v128.store(sum, f32x4.add(v128.load(sum, 16), high), 16);
}

/** `unpackWinograd` of instructions.ts. */
export function unpackWinograd(
  begin: i32, end: i32,
  w: usize, partial: usize, partials: i32, outputs: i32, outputStride: i32, inputs: i32, inputStride: i32,
  tapRow: i32, tapColumn: i32, weight: f32,
): void {
  const sumBytes = ((outputs + 7) & ~7) << 2;
  const position = sumsOfPosition(inputs, sumBytes);
  const weights = f32x4.splat(weight);
  for (let i = begin; i < end; i++) {
    for (let o = 0; o < outputs; o += 4) {
      const sums = partial + i * sumBytes + (o << 2);
      for (let k = 0; k < POSITIONS; k++) addPartials(sums + k * position, partials, POSITIONS * position);
      transformSums(6, sums, position, 6 * position, sums, position, 6 * position);
      transformSums(3, sums, 6 * position, position, sums, 6 * position, position);
      for (let row = 0; row < 3; row++) {
        for (let column = 0; column < 3; column++) {
          const to = w + ((o * outputStride + i * inputStride + row * tapRow + column * tapColumn) << 2);
          const gradients = f32x4.mul(weights, v128.load(sums + (row * 6 + column) * position));
          scatter(to, outputStride << 2, gradients, outputs - o);
        }
      }
    }
  }
}

/** Adds four sums of all partials into those of the first. */
function addPartials(sums: usize, partials: i32, stride: i32): void {
  let sum = v128.load(sums);
  for (let p = 1; p < partials; p++) sum = f32x4.add(sum, v128.load(sums + p * stride));
  v128.store(sums, sum);
}

/** Adds up to four f32 to places `stride` bytes apart. */
function scatter(to: usize, stride: i32, v: v128, lanes: i32): void {
  store<f32>(to, load<f32>(to) + f32x4.extract_lane(v, 0));
  if (lanes > 1) store<f32>(to + stride, load<f32>(to + stride) + f32x4.extract_lane(v, 1));
  if (lanes > 2) store<f32>(to + 2 * stride, load<f32>(to + 2 * stride) + f32x4.extract_lane(v, 2));
  if (lanes > 3) store<f32>(to + 3 * stride, load<f32>(to + 3 * stride) + f32x4.extract_lane(v, 3));
}
