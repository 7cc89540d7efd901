/** Activation functions by themselves, where no batch norm stands before them. */
import { Activation, Code, HardSigmoid, HardSwish, Identity, Relu, Relu6, Sigmoid, Swish } from './activation-functions';
import { groupBytes, put } from './simd';

/** `activate` of instructions.ts. */
export function activate(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  y: usize, yImage: i32, yRow: i32, yPixel: i32,
  height: i32, width: i32, channels: i32, activation: i32,
): void {
  const bytes = groupBytes(channels);
  for (let n = begin; n < end; n++) {
    for (let h = 0; h < height; h++) {
      const p = x + n * xImage + h * xRow;
      const q = y + n * yImage + h * yRow;
      switch (activation) {
        case Code.RELU: row<Relu>(p, xPixel, q, yPixel, width, bytes); break;
        case Code.RELU6: row<Relu6>(p, xPixel, q, yPixel, width, bytes); break;
        case Code.SIGMOID: row<Sigmoid>(p, xPixel, q, yPixel, width, bytes); break;
        case Code.SWISH: row<Swish>(p, xPixel, q, yPixel, width, bytes); break;
        case Code.HARD_SIGMOID: row<HardSigmoid>(p, xPixel, q, yPixel, width, bytes); break;
        case Code.HARD_SWISH: row<HardSwish>(p, xPixel, q, yPixel, width, bytes); break;
        default: row<Identity>(p, xPixel, q, yPixel, width, bytes);
      }
    }
  }
}

function row<F extends Activation>(x: usize, xPixel: i32, y: usize, yPixel: i32, width: i32, bytes: i32): void {
  const f = changetype<F>(0);
  for (let w = 0; w < width; w++, x += xPixel, y += yPixel) {
    for (let c = 0; c < bytes; c += 16) v128.store(y + c, f.value(v128.load(x + c)));
  }
}

/** `activateBack` of instructions.ts. */
export function activateBack(
  begin: i32, end: i32,
  x: usize, xImage: i32, xRow: i32, xPixel: i32,
  dy: usize, dyImage: i32, dyRow: i32, dyPixel: i32,
  dx: usize, dxImage: i32, dxRow: i32, dxPixel: i32,
  height: i32, width: i32, channels: i32, activation: i32, add: i32,
): void {
  const bytes = groupBytes(channels);
  for (let n = begin; n < end; n++) {
    for (let h = 0; h < height; h++) {
      const p = x + n * xImage + h * xRow;
      const d = dy + n * dyImage + h * dyRow;
      const q = dx + n * dxImage + h * dxRow;
      switch (activation) {
        case Code.RELU: backRow<Relu>(p, xPixel, d, dyPixel, q, dxPixel, width, bytes, add); break;
        case Code.RELU6: backRow<Relu6>(p, xPixel, d, dyPixel, q, dxPixel, width, bytes, add); break;
        case Code.SIGMOID: backRow<Sigmoid>(p, xPixel, d, dyPixel, q, dxPixel, width, bytes, add); break;
        case Code.SWISH: backRow<Swish>(p, xPixel, d, dyPixel, q, dxPixel, width, bytes, add); break;
        case Code.HARD_SIGMOID: backRow<HardSigmoid>(p, xPixel, d, dyPixel, q, dxPixel, width, bytes, add); break;
        case Code.HARD_SWISH: backRow<HardSwish>(p, xPixel, d, dyPixel, q, dxPixel, width, bytes, add); break;
        default: backRow<Identity>(p, xPixel, d, dyPixel, q, dxPixel, width, bytes, add);
      }
    }
  }
}

function backRow<F extends Activation>(
  x: usize, xPixel: i32, dy: usize, dyPixel: i32, dx: usize, dxPixel: i32, width: i32, bytes: i32, add: i32,
): void {
  const f = changetype<F>(0);
  for (let w = 0; w < width; w++, x += xPixel, dy += dyPixel, dx += dxPixel) {
    for (let c = 0; c < bytes; c += 16) put(dx + c, f.back(v128.load(x + c), v128.load(dy + c)), add);
  }
}
