/** Maximum and average over windows. Taps outside the map do not count; every window must have one inside. NaN wins. */
import { groupBytes } from './simd';

/** `poolMaximum` of instructions.ts. */
export function poolMaximum(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32, xHeight: i32, xWidth: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32,
  height: i32, width: i32, channels: i32, kernel: i32, stride: i32, padding: i32,
): void {
  const bytes = groupBytes(channels);
  for (let n = begin; n < end; n++) {
    for (let h = 0; h < height; h++) {
      const top = max(0, h * stride - padding);
      const bottom = min(xHeight, h * stride - padding + kernel);
      for (let w = 0; w < width; w++) {
        const left = max(0, w * stride - padding);
        const right = min(xWidth, w * stride - padding + kernel);
        const corner = x + n * xImage + top * xRow + left * xPixel;
        const q = y + n * yImage + h * yRow + w * yPixel;
        for (let c = 0; c < bytes; c += 16) {
          v128.store(q + c, windowMaximum(corner + c, xRow, xPixel, bottom - top, right - left));
        }
      }
    }
  }
}

function windowMaximum(p: usize, row: i32, pixel: i32, height: i32, width: i32): v128 {
  let largest = v128.load(p);
  for (let h = 0; h < height; h++, p += row) {
    for (let w = 0, q = p; w < width; w++, q += pixel) largest = f32x4.max(largest, v128.load(q));
  }
  return largest;
}

/** `poolMaximumBack` of instructions.ts. */
export function poolMaximumBack(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32, xHeight: i32, xWidth: i32,
  dy: usize, dyImage: i32, dyRow: i32, dyPixel: i32,
  height: i32, width: i32, channels: i32, kernel: i32, stride: i32, padding: i32,
  dx: usize, dxImage: i32, dxRow: i32, dxPixel: i32,
): void {
  const bytes = groupBytes(channels);
  for (let n = begin; n < end; n++) {
    for (let h = 0; h < height; h++) {
      const top = max(0, h * stride - padding);
      const bottom = min(xHeight, h * stride - padding + kernel);
      for (let w = 0; w < width; w++) {
        const left = max(0, w * stride - padding);
        const right = min(xWidth, w * stride - padding + kernel);
        for (let c = 0; c < bytes; c += 16) {
          let p = x + n * xImage + top * xRow + left * xPixel + c;
          let q = dx + n * dxImage + top * dxRow + left * dxPixel + c;
          const largest = windowMaximum(p, xRow, xPixel, bottom - top, right - left);
          // what still waits for its maximum; each lane is given to the first tap that equals it
          let waiting = v128.load(dy + n * dyImage + h * dyRow + w * dyPixel + c);
          for (let i = top; i < bottom; i++, p += xRow, q += dxRow) {
            for (let j = left, a = p, b = q; j < right; j++, a += xPixel, b += dxPixel) {
              const here = f32x4.eq(v128.load(a), largest);
              v128.store(b, f32x4.add(v128.load(b), v128.and(waiting, here)));
              waiting = v128.andnot(waiting, here);
            }
          }
        }
      }
    }
  }
}

/** `poolAverage` of instructions.ts. */
export function poolAverage(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32, xHeight: i32, xWidth: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32,
  height: i32, width: i32, channels: i32, kernel: i32, stride: i32, padding: i32,
): void {
  const bytes = groupBytes(channels);
  for (let n = begin; n < end; n++) {
    for (let h = 0; h < height; h++) {
      const top = max(0, h * stride - padding);
      const bottom = min(xHeight, h * stride - padding + kernel);
      for (let w = 0; w < width; w++) {
        const left = max(0, w * stride - padding);
        const right = min(xWidth, w * stride - padding + kernel);
        const share = f32x4.splat(<f32>1 / <f32>((bottom - top) * (right - left)));
        for (let c = 0; c < bytes; c += 16) {
          let p = x + n * xImage + top * xRow + left * xPixel + c;
          let sum = f32x4.splat(0);
          for (let i = top; i < bottom; i++, p += xRow) {
            for (let j = left, a = p; j < right; j++, a += xPixel) sum = f32x4.add(sum, v128.load(a));
          }
          v128.store(y + n * yImage + h * yRow + w * yPixel + c, f32x4.mul(sum, share));
        }
      }
    }
  }
}

/** `poolAverageBack` of instructions.ts. */
export function poolAverageBack(
  begin: i32, end: i32,
  dx: usize, dxImage: i32, dxRow: i32, dxPixel: i32,
  xHeight: i32, xWidth: i32,
  dy: usize, dyImage: i32, dyRow: i32, dyPixel: i32,
  height: i32, width: i32, channels: i32, kernel: i32, stride: i32, padding: i32,
): void {
  const bytes = groupBytes(channels);
  for (let n = begin; n < end; n++) {
    for (let h = 0; h < height; h++) {
      const top = max(0, h * stride - padding);
      const bottom = min(xHeight, h * stride - padding + kernel);
      for (let w = 0; w < width; w++) {
        const left = max(0, w * stride - padding);
        const right = min(xWidth, w * stride - padding + kernel);
        const share = f32x4.splat(<f32>1 / <f32>((bottom - top) * (right - left)));
        for (let c = 0; c < bytes; c += 16) {
          const d = f32x4.mul(share, v128.load(dy + n * dyImage + h * dyRow + w * dyPixel + c));
          let q = dx + n * dxImage + top * dxRow + left * dxPixel + c;
          for (let i = top; i < bottom; i++, q += dxRow) {
            for (let j = left, b = q; j < right; j++, b += dxPixel) v128.store(b, f32x4.add(v128.load(b), d));
          }
        }
      }
    }
  }
}
