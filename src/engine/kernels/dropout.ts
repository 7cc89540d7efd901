/** Dropout without a stored mask: forward and backward ask the same hash which values stay. */
import { groupBytes, put } from './simd';

/** `dropout` of instructions.ts. */
export function dropout(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32,
  height: i32, width: i32, channels: i32, probability: f32, key: i32, add: i32,
): void {
  const bytes = groupBytes(channels);
  const threshold = i32x4.splat(<i32>(<u32>(<f64>probability * 4294967296)));
  const factor = f32x4.splat(1 / (1 - probability));
  const lanes = i32x4(0, 1, 2, 3);
  for (let n = begin; n < end; n++) {
    const imageHash = scramble(i32x4.splat(key + n));
    for (let h = 0; h < height; h++) {
      let p = x + n * xImage + h * xRow;
      let q = y + n * yImage + h * yRow;
      for (let w = 0; w < width; w++, p += xPixel, q += yPixel) {
        const pixelHash = scramble(i32x4.add(imageHash, i32x4.splat(h * width + w)));
        for (let c = 0; c < bytes; c += 16) {
          const hash = scramble(i32x4.add(pixelHash, i32x4.add(lanes, i32x4.splat(c >> 2))));
          const kept = i32x4.ge_u(hash, threshold);
          put(q + c, v128.and(f32x4.mul(v128.load(p + c), factor), kept), add);
        }
      }
    }
  }
}

/** Four 32-bit hashes at once; the same as in dropout-hash.ts. */
function scramble(x: v128): v128 {
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x7feb352d));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}
