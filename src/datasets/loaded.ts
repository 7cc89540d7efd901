/** What readers of data sets give. */
import type { Dataset } from './dataset.js';

/** What was published: training images and perhaps test images, of the same classes and shape. */
export interface PublishedDataset {
  readonly train: Dataset;
  readonly test?: Dataset;
}

/** Training images, and test images that nothing is ever trained or chosen on; of the same classes and shape. */
export interface LoadedDataset extends PublishedDataset {
  readonly test: Dataset;
}
