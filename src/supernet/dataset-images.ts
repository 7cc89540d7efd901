/** Training images from data sets. */
import { createHash } from 'node:crypto';
import { evaluationBatches, trainingBatches } from '../datasets/batches.js';
import type { Dataset } from '../datasets/dataset.js';
import { normalizationOf } from '../datasets/normalization.js';
import { InputError } from '../errors.js';
import { createRandom, sampleInPlace } from '../math/random.js';
import type { TrainingImages } from './training-images.js';

/** Some of the images of a data set. */
export interface DatasetPart {
  readonly dataset: Dataset;
  /** which images, e.g. a part of a split */
  readonly indices: ArrayLike<number>;
}

/** Images that calibration takes at most; in an order of their own, as those of a folder are sorted by class. */
const MOST_CALIBRATED = 16_384;

/**
 * Trains on one part and judges by the other, which may be of another data set of the same kind (a published test set). Both are normalized by
 * the means and deviations of the training part. @throws InputError where the parts do not fit together
 */
export function datasetImages(training: DatasetPart, validation: DatasetPart): TrainingImages {
  const [own, other] = [training.dataset, validation.dataset];
  if (own.shape.join() !== other.shape.join() || own.classes.join() !== other.classes.join()) {
    throw new InputError(`"${other.name}" cannot judge what is trained on "${own.name}": their images or classes differ`);
  }
  const normalization = normalizationOf(own, training.indices);
  const trainingCount = training.indices.length;
  const order = sampleInPlace(Array.from(training.indices), MOST_CALIBRATED, createRandom(0).split('calibration'));
  return {
    identity: identityOf([training, validation]),
    trainingCount,
    trainingBatches: (request) => trainingBatches({ ...training, normalization, ...request }),
    calibrationBatches(batches, most) {
      const size = Math.min(most, order.length);
      const indices = order.slice(0, Math.min(batches, Math.floor(order.length / size)) * size);
      return evaluationBatches({ dataset: own, indices, normalization, size });
    },
    validationBatches: (size) => evaluationBatches({ ...validation, normalization, size }),
  };
}

function identityOf(parts: readonly DatasetPart[]): string {
  const hash = createHash('sha256');
  for (const { dataset, indices } of parts) hash.update(`${dataset.sha256} ${indices.length} `).update(Uint32Array.from(indices));
  return hash.digest('hex');
}
