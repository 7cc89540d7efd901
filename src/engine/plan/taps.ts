/** The taps of a convolution: which pixels each output pixel reads, forward and for the gradient to the input. */
import type { Convolution } from '../../networks/graph.js';
import { type Border, type FeatureMap, NO_BORDER } from './feature-map.js';

/** Taps along one axis, the nearest first: the kernel index of each and how many pixels it lies from the pixel that it is read for. */
export interface AxisTap {
  readonly index: number;
  readonly offset: number;
}

/** The output pixels `first`, `first + step`, ... of one axis, `count` of them, which all have the same taps. */
export interface Phase {
  readonly first: number;
  readonly count: number;
  readonly taps: readonly AxisTap[];
}

type Geometry = Pick<Convolution, 'kernel' | 'stride' | 'padding' | 'dilation'>;

/** The taps of the convolution itself: output o reads input o * stride + offset. */
export function forwardTaps({ kernel, padding, dilation }: Geometry): AxisTap[] {
  return Array.from({ length: kernel }, (_, index) => ({ index, offset: index * dilation - padding }));
}

/**
 * The gradient to an input axis of `size` pixels is a convolution of the gradient of the output for each remainder of the pixel by the stride:
 * input pixel first + stride * j reads output j + offset.
 */
export function backwardPhases({ kernel, stride, padding, dilation }: Geometry, size: number): Phase[] {
  return Array.from({ length: Math.min(stride, size) }, (_, first) => {
    const taps: AxisTap[] = [];
    for (let index = kernel - 1; index >= 0; index--) {
      const distance = first + padding - index * dilation;
      if (distance % stride === 0) taps.push({ index, offset: distance / stride });
    }
    return { first, count: Math.ceil((size - first) / stride), taps };
  });
}

/** The zeros that a convolution needs around its input. */
export function forwardBorder(convolution: Convolution, input: { height: number; width: number }): Border {
  const { kernel, stride, padding, dilation, shape } = convolution;
  const after = (outputs: number, inputs: number) =>
    Math.max(0, (outputs - 1) * stride + (kernel - 1) * dilation - padding - (inputs - 1));
  return {
    top: padding,
    left: padding,
    bottom: after(shape[1], input.height),
    right: after(shape[2], input.width),
  };
}

/** The zeros that the gradient to the input needs around the gradient of the output. */
export function backwardBorder(convolution: Convolution, input: { height: number; width: number }): Border {
  const axis = (inputs: number, outputs: number): readonly [number, number] => {
    let before = 0;
    let after = 0;
    for (const { count, taps } of backwardPhases(convolution, inputs)) {
      for (const { offset } of taps) {
        before = Math.max(before, -offset);
        after = Math.max(after, count - 1 + offset - (outputs - 1));
      }
    }
    return [before, after];
  };
  if (convolution.kernel === 1 && convolution.stride === 1 && convolution.padding === 0) return NO_BORDER;
  const [top, bottom] = axis(input.height, convolution.shape[1]);
  const [left, right] = axis(input.width, convolution.shape[2]);
  return { top, bottom, left, right };
}

/** What a kernel needs to know of two-dimensional taps over a map and a weight [out, in / groups, kernel, kernel]. */
export interface TapRows {
  /** byte offsets from the pixel read for, one a row */
  readonly offsets: readonly number[];
  /** where each row begins in one input channel's kernel x kernel weights */
  readonly weightRows: readonly number[];
  /** taps of a row; they lie side by side in memory */
  readonly taps: number;
  /** from one tap of a row to the next in the weights */
  readonly tapStride: number;
}

/** Pairs the taps of both axes, joining those of a row that lie side by side where all channels of a pixel are read. */
export function tapRows(
  kernel: number,
  vertical: readonly AxisTap[],
  horizontal: readonly AxisTap[],
  { row, pixel }: Pick<FeatureMap, 'row' | 'pixel'>,
  allChannels: boolean,
): TapRows {
  const [first] = horizontal;
  const joined = allChannels && first !== undefined && horizontal.every(({ offset }, i) => offset === first.offset + i);
  const columns = joined ? [first] : horizontal;
  const pairs = vertical.flatMap((v) => columns.map((h) => ({ v, h })));
  return {
    offsets: pairs.map(({ v, h }) => v.offset * row + h.offset * pixel),
    weightRows: pairs.map(({ v, h }) => v.index * kernel + h.index),
    taps: joined ? horizontal.length : 1,
    tapStride: joined && horizontal.length > 1 ? horizontal[1]!.index - first.index : 0,
  };
}
