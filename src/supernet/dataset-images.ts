/** Training images from data sets: one part to learn from, another to be judged by. */
import { createHash } from 'node:crypto';
import { evaluationBatches, trainingBatches } from '../datasets/batches.js';
import type { Dataset } from '../datasets/dataset.js';
import { type Normalization, normalizationOf } from '../datasets/normalization.js';
import { InputError } from '../errors.js';
import { createRandom, sampleInPlace } from '../math/random.js';
import type { TrainingImages } from './training-images.js';

/** Some images of a data set. */
export interface Part {
  readonly dataset: Dataset;
  readonly indices: Uint32Array;
}

/** What is learned from and what is judged by: parts of one data set, or of two of the same kind. */
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

/** Images that calibration can take. */
const MOST_CALIBRATED = 16_384;

/** The images of two parts, both normalized by the colours of the first. @throws InputError where shapes or classes differ */
export function datasetImages({ training, validation }: DatasetImagesOptions): DatasetImages {
  const { dataset, indices } = training;
  const { dataset: judged } = validation;
  if (dataset.shape.join() !== judged.shape.join() || dataset.classes.join() !== judged.classes.join()) {
    throw new InputError(
      `"${judged.name}" cannot judge what is trained on "${dataset.name}": their images or classes differ`,
    );
  }
  const normalization = normalizationOf(dataset, indices);
  // at random, as data sets may be sorted by class or count through the classes
  const calibrated = sampleInPlace(Array.from(indices), MOST_CALIBRATED, createRandom(0).split('calibration'));
  return {
    identity: identityOf([training, validation]),
    normalization,
    trainingCount: indices.length,
    validationCount: validation.indices.length,
    trainingBatches: (request) => trainingBatches({ ...training, normalization, ...request }),
    calibrationBatches(batches, most) {
      const size = Math.min(most, calibrated.length);
      const taken = calibrated.slice(0, size * Math.min(batches, Math.floor(calibrated.length / size)));
      return evaluationBatches({ dataset, indices: taken, normalization, size });
    },
    validationBatches: (size) => evaluationBatches({ ...validation, normalization, size }),
  };
}

function identityOf(parts: readonly Part[]): string {
  const hash = createHash('sha256');
  for (const { dataset, indices } of parts) hash.update(`${dataset.sha256} ${indices.length} `).update(indices);
  return hash.digest('hex');
}
