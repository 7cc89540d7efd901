/** Training images from data sets: one part to learn from, another to be judged by. */
import { createHash } from 'node:crypto';
import { evaluationBatches, trainingBatches } from '../datasets/batches.js';
import type { Dataset } from '../datasets/dataset.js';
import { type Normalization, normalizationOf } from '../datasets/normalization.js';
import type { TrainingImages } from './training-images.js';

/** Some images of a data set. */
export interface Part {
  readonly dataset: Dataset;
  readonly indices: Uint32Array;
}

/** What is learned from and what is judged by. */
export interface DatasetImagesOptions {
  readonly training: Part;
  readonly validation: Part;
}

/** Training images with the normalization of their training part. */
export interface DatasetImages extends TrainingImages {
  readonly normalization: Normalization;
  /** number of validation images */
  readonly validationCount: number;
}

/** All images of a data set. */
export function wholePart(dataset: Dataset): Part {
  return { dataset, indices: Uint32Array.from({ length: dataset.size }, (_, index) => index) };
}

/** The images of two parts, both normalized by the colours of the first. */
export function datasetImages({ training, validation }: DatasetImagesOptions): DatasetImages {
  const normalization = normalizationOf(training.dataset, training.indices);
  return {
    identity: identityOf([training, validation]),
    normalization,
    trainingCount: training.indices.length,
    validationCount: validation.indices.length,
    trainingBatches: (request) => trainingBatches({ ...training, ...request, normalization }),
    *calibrationBatches(batches, size) {
      const wanted = Math.min(batches, Math.max(1, Math.floor(training.indices.length / size)));
      // evenly spread, since a data set may be sorted by class
      const total = Math.min(wanted * size, training.indices.length);
      const indices = Uint32Array.from({ length: total }, (_, i) => {
        const place = Math.floor((i * training.indices.length) / total);
        return training.indices[place]!;
      });
      const shuffled = interleaved(indices, wanted);
      yield* evaluationBatches({ dataset: training.dataset, indices: shuffled, normalization, size });
    },
    validationBatches: (size) => evaluationBatches({ ...validation, normalization, size }),
  };
}

/** The same indices in an order in which every batch goes through all of them, from the first to the last. */
function interleaved(indices: Uint32Array, batches: number): Uint32Array {
  const size = Math.ceil(indices.length / batches);
  const order: number[] = [];
  for (let batch = 0; batch < batches; batch++) {
    for (let i = 0; i < size; i++) {
      const index = indices[i * batches + batch];
      if (index !== undefined) order.push(index);
    }
  }
  return Uint32Array.from(order);
}

function identityOf(parts: readonly Part[]): string {
  const hash = createHash('sha256');
  for (const { dataset, indices } of parts) hash.update(dataset.sha256).update(indices);
  return hash.digest('hex');
}
