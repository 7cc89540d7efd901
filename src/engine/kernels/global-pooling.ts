/** The mean over whole images. */
import { groupBytes, highDoubles, lowDoubles, narrow, put } from './simd';

/** `globalPool` of instructions.ts. */
export function globalPool(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  height: i32, width: i32, channels: i32, y: usize, yImage: i32,
): void {
  const bytes = groupBytes(channels);
  const share = f64x2.splat(1 / <f64>(height * width));
  for (let n = begin; n < end; n++) {
    for (let c = 0; c < bytes; c += 16) {
      let low = f64x2.splat(0);
      let high = low;
      for (let h = 0; h < height; h++) {
        let p = x + n * xImage + h * xRow + c;
        for (let w = 0; w < width; w++, p += xPixel) {
          const v = v128.load(p);
          low = f64x2.add(low, lowDoubles(v));
          high = f64x2.add(high, highDoubles(v));
        }
      }
      v128.store(y + n * yImage + c, narrow(f64x2.mul(low, share), f64x2.mul(high, share)));
    }
  }
}

/** `globalPoolBack` of instructions.ts. */
export function globalPoolBack(
  begin: i32, end: i32,
  dx: usize, dxImage: i32, dxRow: i32, dxPixel: i32,
  height: i32, width: i32, channels: i32, dy: usize, dyImage: i32, add: i32,
): void {
  const bytes = groupBytes(channels);
  const share = f32x4.splat(<f32>1 / <f32>(height * width));
  for (let n = begin; n < end; n++) {
    const d = dy + n * dyImage;
    for (let h = 0; h < height; h++) {
      let q = dx + n * dxImage + h * dxRow;
      for (let w = 0; w < width; w++, q += dxPixel) {
        for (let c = 0; c < bytes; c += 16) put(q + c, f32x4.mul(share, v128.load(d + c)), add);
      }
    }
  }
}
