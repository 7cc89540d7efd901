/** Makes data sets from arrays. */
import { createHash } from 'node:crypto';
import { LissnasError } from '../errors.js';
import type { Dataset } from './dataset.js';

/** Most bytes of pixels that a data set may hold: it is kept in memory as one array. */
export const MOST_BYTES = 2e9;

/** A data set but for what follows from its arrays. */
export type DatasetParts = Omit<Dataset, 'size' | 'sha256'>;

/** Puts a data set together. @throws LissnasError where pixels, labels, shape and classes do not fit together (a fault of the caller) */
export function createDataset(parts: DatasetParts): Dataset {
  const { classes, shape, pixels, labels } = parts;
  const size = labels.length;
  if (pixels.length !== size * shape[0] * shape[1] * shape[2]) {
    throw new LissnasError('dataset', `${pixels.length} bytes of pixels are not ${size} images of ${shape.join('x')}`);
  }
  if (labels.some((label) => label >= classes.length)) {
    throw new LissnasError('dataset', `a label is not below the number of classes, ${classes.length}`);
  }
  const hash = createHash('sha256')
    .update(`${shape.join('x')}\n`)
    .update(pixels)
    .update(bytesOf(labels));
  return Object.freeze({ ...parts, size, sha256: hash.digest('hex') });
}

/** The images with these indices, copied, in this order. */
export function subset(dataset: Dataset, indices: ArrayLike<number>, name: string): Dataset {
  const length = dataset.pixels.length / dataset.size;
  const pixels = new Uint8Array(indices.length * length);
  const labels = new Uint16Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    pixels.set(dataset.pixels.subarray(indices[i] * length, (indices[i] + 1) * length), i * length);
    labels[i] = dataset.labels[indices[i]];
  }
  return createDataset({ name, classes: dataset.classes, shape: dataset.shape, pixels, labels });
}

/** Two bytes per label, the low one first on every machine. */
function bytesOf(labels: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(2 * labels.length);
  labels.forEach((label, i) => {
    bytes[2 * i] = label & 255;
    bytes[2 * i + 1] = label >>> 8;
  });
  return bytes;
}
