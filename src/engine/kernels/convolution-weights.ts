/** Gradients to the weights and biases of dense convolutions: sums over all pixels of x times dy. */
import { highDoubles, loadLanes, lowDoubles, multiplyAdd, narrow, storeLanes } from './simd';

/** Images are taken together until there are so many pixels; their sum is made in registers, then added to what came before. */
const GROUP_PIXELS = 256;

/** `convolveWeights` of instructions.ts. Images run outermost, so that one group of x and dy stays in the cache for all weights. */
export function convolveWeights(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  dy: usize, dyImage: i32, dyRow: i32, dyPixel: i32,
  images: i32, height: i32, width: i32, offsets: usize, rows: i32, length: i32, packed: usize, outputs: i32,
): void {
  if (xRow == width * xPixel && dyRow == width * dyPixel) {
    width *= height;
    height = 1;
  }
  const tiles = (length + 3) >> 2;
  const stride = ((outputs + 7) & ~7) << 2;
  const group = max(1, GROUP_PIXELS / (height * width));
  for (let n = 0; n < images; n += group) {
    const count = min(group, images - n);
    for (let item = begin; item < end; item++) {
      const row = item / tiles;
      const l = (item - row * tiles) << 2;
      const from = x + n * xImage + load<i32>(offsets + (row << 2)) + (l << 2);
      const to = packed + (row * length + l) * stride;
      for (let o = 0; o < outputs; o += 8) {
        const d = dy + n * dyImage + (o << 2);
        const sums = to + (o << 2);
        if (outputs - o > 4) {
          tile8(
            from,
            xImage,
            xRow,
            xPixel,
            d,
            dyImage,
            dyRow,
            dyPixel,
            count,
            height,
            width,
            sums,
            stride,
            length - l,
            n,
          );
        } else {
          tile4(
            from,
            xImage,
            xRow,
            xPixel,
            d,
            dyImage,
            dyRow,
            dyPixel,
            count,
            height,
            width,
            sums,
            stride,
            length - l,
            n,
          );
        }
      }
    }
  }
}

/** 4 (or `lengthLeft`) inputs by 8 outputs. */
function tile8(
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  dy: usize, dyImage: i32, dyRow: i32, dyPixel: i32,
  images: i32, height: i32, width: i32, sums: usize, stride: i32, lengthLeft: i32, add: i32,
): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let d0 = f32x4.splat(0);
  let d1 = f32x4.splat(0);
  for (let n = 0; n < images; n++) {
    for (let h = 0; h < height; h++) {
      let p = x + n * xImage + h * xRow;
      let q = dy + n * dyImage + h * dyRow;
      const last = q + width * dyPixel;
      while (q < last) {
        const u = v128.load(q);
        const v = v128.load(q, 16);
        let s = v128.load32_splat(p);
        a0 = multiplyAdd(s, u, a0);
        a1 = multiplyAdd(s, v, a1);
        s = v128.load32_splat(p, 4);
        b0 = multiplyAdd(s, u, b0);
        b1 = multiplyAdd(s, v, b1);
        s = v128.load32_splat(p, 8);
        c0 = multiplyAdd(s, u, c0);
        c1 = multiplyAdd(s, v, c1);
        s = v128.load32_splat(p, 12);
        d0 = multiplyAdd(s, u, d0);
        d1 = multiplyAdd(s, v, d1);
        p += xPixel;
        q += dyPixel;
      }
    }
  }
  finish(sums, a0, a1, add);
  if (lengthLeft > 1) finish(sums + stride, b0, b1, add);
  if (lengthLeft > 2) finish(sums + 2 * stride, c0, c1, add);
  if (lengthLeft > 3) finish(sums + 3 * stride, d0, d1, add);
}

/** 4 (or `lengthLeft`) inputs by 4 outputs; the 4 after them become zeros. */
function tile4(
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  dy: usize, dyImage: i32, dyRow: i32, dyPixel: i32,
  images: i32, height: i32, width: i32, sums: usize, stride: i32, lengthLeft: i32, add: i32,
): void {
  const zeros = f32x4.splat(0);
  let a = zeros;
  let b = zeros;
  let c = zeros;
  let d = zeros;
  for (let n = 0; n < images; n++) {
    for (let h = 0; h < height; h++) {
      let p = x + n * xImage + h * xRow;
      let q = dy + n * dyImage + h * dyRow;
      const last = q + width * dyPixel;
      while (q < last) {
        const u = v128.load(q);
        a = multiplyAdd(v128.load32_splat(p), u, a);
        b = multiplyAdd(v128.load32_splat(p, 4), u, b);
        c = multiplyAdd(v128.load32_splat(p, 8), u, c);
        d = multiplyAdd(v128.load32_splat(p, 12), u, d);
        p += xPixel;
        q += dyPixel;
      }
    }
  }
  finish(sums, a, zeros, add);
  if (lengthLeft > 1) finish(sums + stride, b, zeros, add);
  if (lengthLeft > 2) finish(sums + 2 * stride, c, zeros, add);
  if (lengthLeft > 3) finish(sums + 3 * stride, d, zeros, add);
}

function finish(sums: usize, low: v128, high: v128, add: i32): void {
  if (add) {
    low = f32x4.add(low, v128.load(sums));
    high = f32x4.add(high, v128.load(sums, 16));
  }
  v128.store(sums, low);
  v128.store(sums, high, 16);
}

/** `biasGradient` of instructions.ts. */
export function biasGradient(
  begin: i32, end: i32,
  dy: usize, dyImage: i32, dyRow: i32, dyPixel: i32,
  images: i32, height: i32, width: i32, channels: i32, bias: usize, weight: f32,
): void {
  if (begin >= end) return;
  for (let c = 0; c < channels; c += 4) {
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let n = 0; n < images; n++) {
      for (let h = 0; h < height; h++) {
        let q = dy + n * dyImage + h * dyRow + (c << 2);
        for (let w = 0; w < width; w++, q += dyPixel) {
          const v = v128.load(q);
          low = f64x2.add(low, lowDoubles(v));
          high = f64x2.add(high, highDoubles(v));
        }
      }
    }
    const lanes = channels - c;
    const to = bias + (c << 2);
    storeLanes(to, multiplyAdd(f32x4.splat(weight), narrow(low, high), loadLanes(to, lanes)), lanes);
  }
}
