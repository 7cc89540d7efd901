/**
 * Dense 3x3 convolution by Winograd's method: 4x4 outputs from 6x6 inputs with 36 multiplications a channel instead of 144.
 * Inputs and weights are transformed, multiplied position by position as small matrices, and the products transformed back.
 */
import { currentThread } from './current-thread';
import { groupBytes, loadLanes, multiplyAdd, put, storeLanes } from './simd';
import { transformInputs, transformProducts, transformTaps } from './winograd-transforms';

const POSITIONS = 36;
/** Tiles of 4x4 outputs that are carried out together: transformed weights are read once for all of them. */
const TILES = 16;
/** Bytes of the products of one position: TILES x 8. */
const PRODUCTS = TILES * 32;
/** Bytes of a row of a patch: six vectors. */
export const PATCH_ROW = 96;

/** `packWinograd` of instructions.ts. */
export function packWinograd(
  begin: i32, end: i32,
  w: usize, packed: usize, outputs: i32, outputStride: i32, inputs: i32, inputStride: i32, tapRow: i32, tapColumn: i32,
): void {
  const paddedInputs = (inputs + 3) & ~3;
  const position = paddedInputs << 5;
  for (let block = begin; block < end; block++) {
    for (let i = 0; i < paddedInputs; i++) {
      for (let half = 0; half < 8; half += 4) {
        const to = packed + block * POSITIONS * position + (i << 5) + (half << 2);
        const o = (block << 3) + half;
        const from = w + ((o * outputStride + i * inputStride) << 2);
        const lanes = i < inputs ? outputs - o : 0;
        // the taps stand where the first of each row's six values will be
        for (let row = 0; row < 3; row++) {
          for (let column = 0; column < 3; column++) {
            const tap = from + ((row * tapRow + column * tapColumn) << 2);
            v128.store(to + (row * 6 + column) * position, gather(tap, outputStride << 2, lanes));
          }
        }
        transformTaps(3, to, position, 6 * position, to, position, 6 * position);
        transformTaps(6, to, 6 * position, position, to, 6 * position, position);
      }
    }
  }
}

/** Up to four f32 that lie `stride` bytes apart, 0 in the other lanes. */
function gather(from: usize, stride: i32, lanes: i32): v128 {
  let v = f32x4.splat(0);
  if (lanes > 0) v = v128.load32_lane(from, v, 0);
  if (lanes > 1) v = v128.load32_lane(from + stride, v, 1);
  if (lanes > 2) v = v128.load32_lane(from + 2 * stride, v, 2);
  if (lanes > 3) v = v128.load32_lane(from + 3 * stride, v, 3);
  return v;
}

/** `convolveWinograd` of instructions.ts. */
export function convolveWinograd(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32,
  height: i32, width: i32, inputs: i32, packed: usize, outputs: i32, bias: usize, add: i32, scratch: usize,
): void {
  const bytes = groupBytes(inputs);
  const position = TILES * bytes + 64; // were it a power of two, all positions would compete for the same lines of the cache
  const transformed = scratch + currentThread() * (POSITIONS * (position + PRODUCTS + 16));
  const products = transformed + POSITIONS * position;
  const patch = products + POSITIONS * PRODUCTS;
  const blockBytes = POSITIONS * (bytes << 3);
  const across = (width + 3) >> 2;
  const tiles = across * ((height + 3) >> 2);

  for (let first = begin * tiles; first < end * tiles; first += TILES) {
    const count = min(TILES, end * tiles - first);
    for (let t = 0; t < count; t++) {
      const n = (first + t) / tiles;
      const tile = first + t - n * tiles;
      const h = (tile / across) << 2;
      const w = (tile % across) << 2;
      const corner = x + n * xImage + h * xRow + w * xPixel;
      for (let c = 0; c < bytes; c += 16) {
        transformPatch(corner + c, xRow, xPixel, height + 2 - h, width + 2 - w, transformed + t * bytes + c, position, patch);
      }
    }
    for (let o = 0; o < outputs; o += 8) {
      const weights = packed + (o >> 3) * blockBytes;
      for (let i = 0; i < POSITIONS; i++) {
        multiply(transformed + i * position, bytes, weights + i * (bytes << 3), products + i * PRODUCTS, count);
      }
      const lanes = outputs - o;
      for (let half = 0; half < 8 && half < lanes; half += 4) {
        const start = bias == 0 ? f32x4.splat(0) : loadLanes(bias + ((o + half) << 2), lanes - half);
        for (let t = 0; t < count; t++) {
          const n = (first + t) / tiles;
          const tile = first + t - n * tiles;
          const h = (tile / across) << 2;
          const w = (tile % across) << 2;
          const to = y + n * yImage + h * yRow + w * yPixel + ((o + half) << 2);
          transformBack(products + t * 32 + (half << 2), patch);
          writeTile(patch, to, yRow, yPixel, min(4, height - h), min(4, width - w), lanes - half, start, add);
        }
      }
    }
  }
}

/**
 * Four channels of 6x6 pixels, of which those from `height` and `width` on are zeros, to 36 vectors `position` bytes apart.
 * What is between the two dimensions' transformations stands in `patch`, close together.
 */
export function transformPatch(
  x: usize, xRow: i32, xPixel: i32, height: i32, width: i32, to: usize, position: i32, patch: usize,
): void {
  if (height < 6 || width < 6) {
    copyInside(x, xRow, xPixel, height, width, 6, patch);
    x = patch;
    xRow = PATCH_ROW;
    xPixel = 16;
  }
  transformInputs(6, x, xPixel, xRow, patch, 16, PATCH_ROW);
  transformInputs(6, patch, PATCH_ROW, 16, to, 6 * position, position);
}

/** Four channels of size x size pixels into a patch, with zeros from `height` and `width` on. */
export function copyInside(
  from: usize, row: i32, pixel: i32, height: i32, width: i32, size: i32, patch: usize,
): void {
  for (let h = 0; h < size; h++) {
    for (let w = 0; w < size; w++) {
      let v = f32x4.splat(0);
      if (h < height && w < width) v = v128.load(from + h * row + w * pixel);
      v128.store(patch + h * PATCH_ROW + (w << 4), v);
    }
  }
}

/** products[tile][8] = the tiles' transformed inputs times one position's weights [inputs][8], four tiles at a time. */
function multiply(tiles: usize, bytes: i32, weights: usize, products: usize, count: i32): void {
  for (let t = 0; t < count; t += 4, tiles += bytes << 2, products += 128) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let b0 = a0;
    let b1 = a0;
    let c0 = a0;
    let c1 = a0;
    let d0 = a0;
    let d1 = a0;
    let a = tiles;
    let b = a + bytes;
    let c = b + bytes;
    let d = c + bytes;
    let from = weights;
    const last = a + bytes;
    while (a < last) {
      const u = v128.load(from);
      const v = v128.load(from, 16);
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
      from += 32;
      a += 4;
      b += 4;
      c += 4;
      d += 4;
    }
    v128.store(products, a0);
    v128.store(products, a1, 16);
    v128.store(products, b0, 32);
    v128.store(products, b1, 48);
    v128.store(products, c0, 64);
    v128.store(products, c1, 80);
    v128.store(products, d0, 96);
    v128.store(products, d1, 112);
  }
}

/** Four outputs of a tile: 36 products to 4x4 vectors. The columns are done first, into rows of six. */
function transformBack(products: usize, tile: usize): void {
  transformProducts(6, products, PRODUCTS, 6 * PRODUCTS, tile, 16, PATCH_ROW);
  transformProducts(4, tile, PATCH_ROW, 16, tile, PATCH_ROW, 16);
}

/** Writes or adds those of 4x4 vectors that lie inside the map, and nothing beyond `lanes` of each. */
function writeTile(
  tile: usize, y: usize, yRow: i32, yPixel: i32, height: i32, width: i32, lanes: i32, bias: v128, add: i32,
): void {
  for (let h = 0; h < height; h++) {
    let to = y + h * yRow;
    for (let w = 0; w < width; w++, to += yPixel) {
      let v = f32x4.add(v128.load(tile + h * PATCH_ROW + (w << 4)), bias);
      if (lanes >= 4) put(to, v, add);
      else {
        if (add) v = f32x4.add(v, loadLanes(to, lanes));
        storeLanes(to, v, lanes);
      }
    }
  }
}
