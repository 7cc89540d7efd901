/** Weights of convolutions, from the order in which they are kept to the order in which `convolve` reads them, and gradients back. */

/** `pack` of instructions.ts. */
export function pack(
  begin: i32, end: i32,
  w: usize, packed: usize, outputs: i32, outputStride: i32, rows: i32, rowOffsets: usize, taps: i32, tapStride: i32,
  inputs: i32, paddedInputs: i32, inputStride: i32,
): void {
  const blockBytes = (rows * taps * paddedInputs) << 5;
  for (let block = begin; block < end; block++) {
    let to = packed + block * blockBytes;
    for (let row = 0; row < rows; row++) {
      for (let tap = 0; tap < taps; tap++) {
        const from = w + ((load<i32>(rowOffsets + (row << 2)) + tap * tapStride) << 2);
        for (let i = 0; i < paddedInputs; i++, to += 32) {
          for (let lane = 0; lane < 8; lane++) {
            const o = (block << 3) + lane;
            const kept = o < outputs && i < inputs;
            store<f32>(to + (lane << 2), kept ? load<f32>(from + ((o * outputStride + i * inputStride) << 2)) : 0);
          }
        }
      }
    }
  }
}

/** `unpack` of instructions.ts. */
export function unpack(
  begin: i32, end: i32,
  w: usize, packed: usize, outputs: i32, outputStride: i32, rows: i32, rowOffsets: usize, taps: i32, tapStride: i32,
  inputs: i32, paddedInputs: i32, inputStride: i32, paddedOutputs: i32, weight: f32,
): void {
  for (let o = begin; o < end; o++) {
    for (let row = 0; row < rows; row++) {
      for (let tap = 0; tap < taps; tap++) {
        let from = packed + (((row * taps + tap) * paddedInputs * paddedOutputs + o) << 2);
        let to = w + ((o * outputStride + load<i32>(rowOffsets + (row << 2)) + tap * tapStride) << 2);
        for (let i = 0; i < inputs; i++, from += paddedOutputs << 2, to += inputStride << 2) {
          store<f32>(to, load<f32>(to) + weight * load<f32>(from));
        }
      }
    }
  }
}
