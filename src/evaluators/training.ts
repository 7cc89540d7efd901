/** Training from scratch as configurations and tasks describe it: from plain data to the evaluator. */
import { isNetworkSpace, type NetworkSpace } from '../costs/network-space.js';
import { networkSpaceFor } from '../costs/network-space-for.js';
import { checkAugmentation } from '../datasets/augmentation.js';
import type { ImagesSpec } from '../datasets/images-schema.js';
import { loadImages } from '../datasets/load-images.js';
import { splitDataset } from '../datasets/split.js';
import { type EngineName, engines } from '../engine/engines.js';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import type { Evaluator } from '../measurements/evaluator.js';
import type { NetworkGraph } from '../networks/graph.js';
import type { Architecture, SearchSpace } from '../spaces/space.js';
import { datasetImages } from '../supernet/dataset-images.js';
import type { TrainingRecipe } from '../supernet/recipe.js';
import { standalone } from './standalone.js';

/** What is trained, on what, how, and by what it is judged. */
export interface TrainingOptions {
  readonly space: SearchSpace;
  readonly data: ImagesSpec;
  /** training images that are never learned from and judge: 1 or more is a number, below 1 a share */
  readonly validation: number;
  readonly recipe: TrainingRecipe;
  /** how batch-norm statistics are taken in the end */
  readonly evaluation: { readonly calibrationBatches: number; readonly calibrationSize: number };
  readonly randomSeed: number;
  readonly engine: EngineName;
  readonly threads?: number | undefined;
}

/** The evaluator, and what it was made of. */
export interface BuiltTraining {
  readonly evaluator: Evaluator;
  /** of the images and their classes */
  readonly sha256: string;
  /** the network that an architecture is trained as */
  network(architecture: Architecture): NetworkGraph;
}

/** @throws InputError for a space without networks, images that they do not take or that are not those of the hash, or too few of them */
export async function training(options: TrainingOptions): Promise<BuiltTraining> {
  const { space: given, data, validation, recipe, evaluation, randomSeed, engine, threads } = options;
  const usual = withNetworks(given);
  const { train, sha256 } = await loadImages(data);
  const input = { shape: train.shape, classes: train.classes.length };
  const space = networkSpaceFor(input, usual);
  const random = createRandom(randomSeed);
  const split = splitDataset(train, { validation }, random.split('validation'));
  const images = datasetImages({
    training: { dataset: train, indices: split.train },
    validation: { dataset: train, indices: split.validation },
  });
  if (images.validationCount === 0)
    throw new InputError(`validation: ${validation} of the images is none; one is needed`);
  if (recipe.batch > images.trainingCount) {
    throw new InputError(
      `recipe: the batch is ${recipe.batch}, but there are only ${images.trainingCount} images to train on`,
    );
  }
  checkAugmentation(recipe.augmentation, train.shape);
  const evaluator = standalone({
    ...{ space, input, images, recipe, evaluation, random, network: space.network },
    createEngine: (seed) => engines[engine].create({ randomSeed: seed, ...(threads !== undefined && { threads }) }),
  });
  return { evaluator, sha256, network: (architecture) => space.network(architecture, input) };
}

function withNetworks(space: SearchSpace): NetworkSpace {
  if (isNetworkSpace(space)) return space;
  throw new InputError(
    `space "${space.name}" does not say what its networks are, so it cannot be trained; declare them in its file under \`network\``,
  );
}
