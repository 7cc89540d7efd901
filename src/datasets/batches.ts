/** Batches for training, each to be had by its step number alone, and for evaluation, in order. */
import { InputError } from '../errors.js';
import { type Random, sampleInPlace } from '../math/random.js';
import {
  type Augmentation,
  type Change,
  checkAugmentation,
  drawChange,
  unchanged,
  writeImage,
} from './augmentation.js';
import type { Dataset, LabelledImages } from './dataset.js';
import { lookUpTable, type Normalization } from './normalization.js';

/** Where batches come from. */
export interface BatchOptions {
  readonly dataset: Dataset;
  /** the images that take part, e.g. the training part of a split */
  readonly indices: ArrayLike<number>;
  /** of the training part */
  readonly normalization: Normalization;
  /** images per batch */
  readonly size: number;
}

/** Where training batches come from. */
export interface TrainingBatchOptions extends BatchOptions {
  /** none by default */
  readonly augmentation?: Augmentation;
  /** its origin decides the order of the images and their changes */
  readonly random: Random;
}

/**
 * The training batch of every step, as a function of the step number 0, 1, 2, ...; any step can be asked for without those before it, and gives
 * the same bits each time. The images come in epochs, each a random order of all of them; a batch may end one epoch and begin the next, so that
 * all are seen equally often. How an image is changed depends on its epoch and its place in it, not on the size of the batches.
 * @throws InputError for no images, a batch size that is no whole number above 0, or an impossible augmentation
 */
export function trainingBatches({
  dataset,
  indices,
  normalization,
  size,
  augmentation = {},
  random,
}: TrainingBatchOptions): (step: number) => LabelledImages {
  checkBatches(indices, size);
  checkAugmentation(augmentation, dataset.shape);
  const table = lookUpTable(normalization);
  let epoch = -1;
  let stream = random;
  let order: readonly number[] = [];

  return (step) => {
    const batch = emptyBatch(dataset, size);
    for (let i = 0; i < size; i++) {
      const position = step * size + i;
      const place = position % indices.length;
      const current = (position - place) / indices.length;
      if (current !== epoch) {
        epoch = current;
        stream = random.split(`epoch ${epoch}`);
        order = sampleInPlace(Array.from(indices), indices.length, stream.split('order'));
      }
      put(batch, i, dataset, order[place], table, drawChange(augmentation, dataset.shape, stream.split(place)));
    }
    return batch;
  };
}

/** All images in the order of the indices, unchanged but for the normalization; the last batch may be smaller. @throws as `trainingBatches` */
export function* evaluationBatches({
  dataset,
  indices,
  normalization,
  size,
}: BatchOptions): IterableIterator<LabelledImages> {
  checkBatches(indices, size);
  const table = lookUpTable(normalization);
  for (let first = 0; first < indices.length; first += size) {
    const batch = emptyBatch(dataset, Math.min(size, indices.length - first));
    for (let i = 0; i < batch.count; i++) put(batch, i, dataset, indices[first + i], table, unchanged);
    yield batch;
  }
}

function checkBatches(indices: ArrayLike<number>, size: number): void {
  if (!Number.isInteger(size) || size < 1) {
    throw new InputError(`the batch size is ${size}; it must be a whole number above 0`);
  }
  if (indices.length === 0) throw new InputError('there are no images to make batches of');
}

function emptyBatch({ shape }: Dataset, count: number): LabelledImages {
  const values = new Float32Array(count * shape[0] * shape[1] * shape[2]);
  return { count, shape, values, labels: new Uint16Array(count) };
}

/** Writes the image with this index to place `i` of the batch. */
function put(
  { values, labels }: LabelledImages,
  i: number,
  { shape, pixels, labels: all }: Dataset,
  index: number,
  table: Float32Array,
  change: Change,
): void {
  const length = shape[0] * shape[1] * shape[2];
  writeImage(pixels, index * length, shape, table, change, values, i * length);
  labels[i] = all[index];
}
