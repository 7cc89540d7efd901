/** Feature maps of a batch in double precision, and sums over them. */
import type { Images } from '../../datasets/dataset.js';
import type { Shape } from '../../networks/graph.js';

/** What the reference reads parameters from: float32 where an engine stores them, float64 where a test wants every digit. */
export type Values = Float32Array | Float64Array;

/** One feature map per image. */
export interface Maps {
  readonly count: number;
  readonly shape: Shape;
  /** [count][channels][height][width] */
  readonly values: Float64Array;
}

/** Mean and biased variance per channel. */
export interface Moments {
  readonly mean: Values;
  readonly variance: Values;
}

/** Maps of zeros. */
export function zeroMaps(count: number, shape: Shape): Maps {
  return { count, shape, values: new Float64Array(count * shape[0] * pixelsOf(shape)) };
}

/** Pixels of one channel. */
export function pixelsOf([, height, width]: Shape): number {
  return height * width;
}

/** Images come with their channels last; maps have them first. */
export function mapsOf({ count, shape, values }: Images): Maps {
  const maps = zeroMaps(count, shape);
  forEachValue(maps, (index, image, channel, pixel) => {
    maps.values[index] = values[(image * pixelsOf(shape) + pixel) * shape[0] + channel]!;
  });
  return maps;
}

/** Calls `visit` for every value: where it stands in `values`, its image, channel and pixel = row * width + column. */
export function forEachValue(
  { count, shape }: Maps,
  visit: (index: number, image: number, channel: number, pixel: number) => void,
): void {
  const pixels = pixelsOf(shape);
  let index = 0;
  for (let image = 0; image < count; image++) {
    for (let channel = 0; channel < shape[0]; channel++) {
      for (let pixel = 0; pixel < pixels; pixel++) visit(index++, image, channel, pixel);
    }
  }
}

/** Per channel the sum over images and pixels of what `term` gives for each value. */
export function channelSums(maps: Maps, term: (index: number, channel: number) => number): Float64Array {
  const sums = new Float64Array(maps.shape[0]);
  forEachValue(maps, (index, _, channel) => {
    sums[channel]! += term(index, channel);
  });
  return sums;
}

/** Moments over images and pixels. */
export function batchMoments(maps: Maps): Moments {
  const size = maps.count * pixelsOf(maps.shape);
  const mean = channelSums(maps, (i) => maps.values[i]!).map((sum) => sum / size);
  const variance = channelSums(maps, (i, c) => (maps.values[i]! - mean[c]!) ** 2).map((sum) => sum / size);
  return { mean, variance };
}
