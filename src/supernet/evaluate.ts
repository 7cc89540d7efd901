/** Judging a trained network: batch-norm statistics of its own, then its accuracy on images that it never learned from. */
import type { Engine, Statistics } from '../engine/engine.js';
import { InputError, LissnasError } from '../errors.js';
import type { NetworkGraph } from '../networks/graph.js';
import type { TrainingImages } from './training-images.js';

/** How a network is judged. */
export interface EvaluationOptions {
  /** batches of training images for the batch-norm statistics; 8 by default */
  readonly calibrationBatches?: number;
  /** images in each of them; 128 by default */
  readonly calibrationSize?: number;
  /** validation images at a time, which changes nothing but memory and speed; 256 by default */
  readonly validationSize?: number;
  /** Stops before the next batch with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What judging a network gave. */
export interface Evaluation {
  /** percent of the validation images */
  readonly accuracy: number;
  readonly statistics: Statistics;
}

/**
 * Batch-norm statistics are taken anew for every network, as shared weights have none that fit a subnet, from training images without
 * augmentation: the validation images are not augmented either, and statistics should be those of what is judged. Changes no parameter.
 * @throws LissnasError ('diverged') where a logit is not finite; InputError where there are no validation images
 */
export async function evaluateNetwork(
  engine: Engine,
  images: TrainingImages,
  graph: NetworkGraph,
  options: EvaluationOptions = {},
): Promise<Evaluation> {
  const { calibrationBatches = 8, calibrationSize = 128, validationSize = 256, signal } = options;
  signal?.throwIfAborted();
  engine.require(graph);
  const statistics = await engine.calibrate(graph, images.calibrationBatches(calibrationBatches, calibrationSize));
  let correct = 0;
  let count = 0;
  for (const batch of images.validationBatches(validationSize)) {
    signal?.throwIfAborted();
    correct += countCorrect(await engine.predict(graph, batch, statistics), batch.labels);
    count += batch.count;
  }
  if (count === 0) throw new InputError('there are no validation images to judge a network by');
  return { accuracy: (100 * correct) / count, statistics };
}

/** Images whose largest logit is their label's; the first of equals counts. `logits`: [images][classes]. */
function countCorrect(logits: Float32Array, labels: Uint16Array): number {
  if (!logits.every(Number.isFinite)) throw new LissnasError('diverged', 'a logit of the network is not finite');
  const classes = logits.length / labels.length;
  let correct = 0;
  for (let image = 0; image < labels.length; image++) {
    const own = logits.subarray(image * classes, (image + 1) * classes);
    if (own.indexOf(own.reduce((a, b) => Math.max(a, b))) === labels[image]) correct++;
  }
  return correct;
}
