/** Mean and deviation per channel, so that a network sees values around 0. */
import type { Dataset } from './dataset.js';

/** A value v (0 to 1) of channel c is given to the network as (v - mean[c]) / deviation[c]. */
export interface Normalization {
  readonly mean: readonly number[];
  /** population standard deviation; 1 where a channel is constant */
  readonly deviation: readonly number[];
}

const LEVELS = 256;

/**
 * Of the images with these indices: the training part, never the others. Counted in whole numbers before the last division, so neither the order
 * of the indices nor the number of images costs precision.
 */
export function normalizationOf(dataset: Dataset, indices: ArrayLike<number>): Normalization {
  const [channels, height, width] = dataset.shape;
  const length = channels * height * width;
  const counts = new Float64Array(channels * LEVELS);
  for (let i = 0; i < indices.length; i++) {
    const end = (indices[i] + 1) * length;
    for (let at = indices[i] * length; at < end; ) {
      for (let c = 0; c < channels; c++) counts[c * LEVELS + dataset.pixels[at++]]++;
    }
  }
  const moments = Array.from({ length: channels }, (_, c) => momentsOf(counts.subarray(c * LEVELS, (c + 1) * LEVELS)));
  return { mean: moments.map(({ mean }) => mean), deviation: moments.map(({ deviation }) => deviation || 1) };
}

/** Normalized values of every byte, [channels][256]. */
export function lookUpTable({ mean, deviation }: Normalization): Float32Array {
  const table = new Float32Array(mean.length * LEVELS);
  for (let i = 0; i < table.length; i++) {
    const channel = Math.floor(i / LEVELS);
    table[i] = ((i % LEVELS) / (LEVELS - 1) - mean[channel]) / deviation[channel];
  }
  return table;
}

function momentsOf(counts: Float64Array): { mean: number; deviation: number } {
  let images = 0;
  let sum = 0;
  for (let level = 0; level < LEVELS; level++) {
    images += counts[level];
    sum += level * counts[level];
  }
  const mean = sum / images;
  let squares = 0;
  for (let level = 0; level < LEVELS; level++) squares += counts[level] * (level - mean) ** 2;
  return { mean: mean / (LEVELS - 1), deviation: Math.sqrt(squares / images) / (LEVELS - 1) };
}
