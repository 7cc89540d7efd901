/** What joins maps: copies, sums, channels moved about. */
import { groupBytes, highDoubles, lowDoubles, narrow, put } from './simd';

/** `copy` of instructions.ts. */
export function copy(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32,
  height: i32, width: i32, channels: i32, add: i32,
): void {
  const bytes = groupBytes(channels);
  for (let n = begin; n < end; n++) {
    for (let h = 0; h < height; h++) {
      let p = x + n * xImage + h * xRow;
      let q = y + n * yImage + h * yRow;
      for (let w = 0; w < width; w++, p += xPixel, q += yPixel) {
        for (let c = 0; c < bytes; c += 16) put(q + c, v128.load(p + c), add);
      }
    }
  }
}

/** `sum` of instructions.ts. */
export function sum(
  begin: i32, end: i32,
  a: usize, aImage: i32, aRow: i32, aPixel: i32,
  b: usize, bImage: i32, bRow: i32, bPixel: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32,
  height: i32, width: i32, channels: i32,
): void {
  const bytes = groupBytes(channels);
  for (let n = begin; n < end; n++) {
    for (let h = 0; h < height; h++) {
      let p = a + n * aImage + h * aRow;
      let q = b + n * bImage + h * bRow;
      let to = y + n * yImage + h * yRow;
      for (let w = 0; w < width; w++, p += aPixel, q += bPixel, to += yPixel) {
        for (let c = 0; c < bytes; c += 16) v128.store(to + c, f32x4.add(v128.load(p + c), v128.load(q + c)));
      }
    }
  }
}

/** `moveChannels` of instructions.ts. */
export function moveChannels(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32,
  height: i32, width: i32, count: i32, from: usize, to: usize, add: i32,
): void {
  for (let n = begin; n < end; n++) {
    for (let h = 0; h < height; h++) {
      let p = x + n * xImage + h * xRow;
      let q = y + n * yImage + h * yRow;
      for (let w = 0; w < width; w++, p += xPixel, q += yPixel) {
        for (let k = 0; k < count << 2; k += 4) {
          const value = load<f32>(p + (load<i32>(from + k) << 2));
          const target = q + (load<i32>(to + k) << 2);
          store<f32>(target, add ? load<f32>(target) + value : value);
        }
      }
    }
  }
}

/** `scaleChannels` of instructions.ts. */
export function scaleChannels(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  f: usize, fImage: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32,
  height: i32, width: i32, channels: i32, add: i32,
): void {
  const bytes = groupBytes(channels);
  for (let n = begin; n < end; n++) {
    const factors = f + n * fImage;
    for (let h = 0; h < height; h++) {
      let p = x + n * xImage + h * xRow;
      let q = y + n * yImage + h * yRow;
      for (let w = 0; w < width; w++, p += xPixel, q += yPixel) {
        for (let c = 0; c < bytes; c += 16) put(q + c, f32x4.mul(v128.load(p + c), v128.load(factors + c)), add);
      }
    }
  }
}

/** `scaleChannelsBack` of instructions.ts. */
export function scaleChannelsBack(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  dy: usize, dyImage: i32, dyRow: i32, dyPixel: i32,
  height: i32, width: i32, channels: i32, df: usize, dfImage: i32, add: i32,
): void {
  const bytes = groupBytes(channels);
  for (let n = begin; n < end; n++) {
    for (let c = 0; c < bytes; c += 16) {
      let low = f64x2.splat(0);
      let high = low;
      for (let h = 0; h < height; h++) {
        let p = x + n * xImage + h * xRow + c;
        let q = dy + n * dyImage + h * dyRow + c;
        for (let w = 0; w < width; w++, p += xPixel, q += dyPixel) {
          const product = f32x4.mul(v128.load(p), v128.load(q));
          low = f64x2.add(low, lowDoubles(product));
          high = f64x2.add(high, highDoubles(product));
        }
      }
      put(df + n * dfImage + c, narrow(low, high), add);
    }
  }
}
