/** The interface of the images that networks are trained on, calibrated on and judged by. */
import type { Images, LabelledImages } from '../datasets/dataset.js';
import type { Random } from '../math/random.js';
import type { AugmentationRecipe } from './recipe.js';

/** How the images of a training are made into batches. */
export interface TrainingBatchRequest {
  /** images in a batch */
  readonly size: number;
  readonly augmentation: AugmentationRecipe;
  /** orders and augments the images; only its origin counts, never how many numbers have been drawn from it */
  readonly random: Random;
}

/** Training and validation images of one data set. The same question always has the same answer. */
export interface TrainingImages {
  /** what the images, their split and their normalization are, e.g. a SHA-256: the same data has the same identity */
  readonly identity: string;
  /** number of training images */
  readonly trainingCount: number;
  /** The augmented training images of any step, from 0 on through all passes over them. */
  trainingBatches(request: TrainingBatchRequest): (step: number) => LabelledImages;
  /** `batches` whole batches of `size` training images without augmentation: as many as there are, but at least one, smaller where it must be. */
  calibrationBatches(batches: number, size: number): Iterable<Images>;
  /** All validation images in order, at most `size` at a time. */
  validationBatches(size: number): Iterable<LabelledImages>;
}
