/** Which values meet under a sliding window: the index arithmetic of convolutions and pools, for both directions. */
import type { Convolution, Pool, Shape } from '../../networks/graph.js';
import { type Maps, pixelsOf } from './reference-maps.js';

/**
 * A convolution is the sum of x[input] * w[weight] into y[output] over triples of positions; its gradients sum over the same triples into the
 * other two. One run of triples is one row of outputs under one tap, without what lies in the padding: weight, then input + k * stride and
 * output + k for k below `length`.
 */
export function forEachRun(
  { kernel, stride, padding, dilation, groups, shape }: Convolution,
  x: Maps,
  visit: (weight: number, input: number, output: number, length: number) => void,
): void {
  const [inputs, height, width] = x.shape;
  const [outputs, rows, columns] = shape;
  const inputsPerGroup = inputs / groups;
  const outputsPerGroup = outputs / groups;
  for (let image = 0; image < x.count; image++) {
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputsPerGroup; i++) {
        const channel = Math.floor(o / outputsPerGroup) * inputsPerGroup + i;
        for (let tapColumn = 0; tapColumn < kernel; tapColumn++) {
          const left = tapColumn * dilation - padding; // column of the input under the tap for the first output
          const first = Math.max(0, Math.ceil(-left / stride));
          const end = Math.min(columns, Math.floor((width - 1 - left) / stride) + 1);
          for (let tapRow = 0; tapRow < kernel; tapRow++) {
            const weight = ((o * inputsPerGroup + i) * kernel + tapRow) * kernel + tapColumn;
            for (let row = 0; row < rows; row++) {
              const inputRow = row * stride + tapRow * dilation - padding;
              if (inputRow < 0 || inputRow >= height || first >= end) continue;
              const input = ((image * inputs + channel) * height + inputRow) * width + left + first * stride;
              const output = ((image * outputs + o) * rows + row) * columns + first;
              visit(weight, input, output, end - first);
            }
          }
        }
      }
    }
  }
}

/** Calls `visit` for every window of a pool: where its value goes and which values lie under it, row by row, without padding. */
export function forEachWindow(
  { kernel, stride, padding, shape }: Pool,
  x: Maps,
  visit: (output: number, inputs: readonly number[]) => void,
): void {
  const [, height, width] = x.shape;
  const [channels, rows, columns] = shape;
  for (let map = 0; map < x.count * channels; map++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const inputs: number[] = [];
        for (const y of span(row * stride - padding, kernel, height)) {
          for (const x of span(column * stride - padding, kernel, width)) inputs.push((map * height + y) * width + x);
        }
        visit((map * rows + row) * columns + column, inputs);
      }
    }
  }
}

/** For every value of concatenated maps of these shapes: which input it is from and where it stands there. */
export function forEachPart(
  output: Maps,
  shapes: readonly Shape[],
  visit: (output: number, part: number, input: number) => void,
): void {
  const pixels = pixelsOf(output.shape);
  let index = 0;
  for (let image = 0; image < output.count; image++) {
    shapes.forEach(([channels], part) => {
      for (let k = 0; k < channels * pixels; k++) visit(index++, part, image * channels * pixels + k);
    });
  }
}

/** The positions from `from` on, `length` of them, that lie below `limit` and not below 0. */
function span(from: number, length: number, limit: number): number[] {
  return Array.from({ length }, (_, i) => from + i).filter((position) => position >= 0 && position < limit);
}
