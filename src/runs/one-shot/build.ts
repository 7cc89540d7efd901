/** From a one-shot configuration to objects: space, networks, images, limits. */
import type { CostFile } from '../../benchmarks/cost-file.js';
import { isNetworkSpace } from '../../costs/network-space.js';
import { networkSpaceFor } from '../../costs/network-space-for.js';
import { checkAugmentation } from '../../datasets/augmentation.js';
import type { Dataset } from '../../datasets/dataset.js';
import { loadImages } from '../../datasets/load-images.js';
import { splitDataset } from '../../datasets/split.js';
import { InputError } from '../../errors.js';
import { runIdentity } from '../../journal/identity.js';
import { createRandom, type Random } from '../../math/random.js';
import type { NetworkInput } from '../../networks/graph.js';
import type { BuildNetwork } from '../../networks/index.js';
import { planRounds } from '../../shrink/plan.js';
import { Region } from '../../shrink/region.js';
import { spaceHash } from '../../shrink/space-source.js';
import { nearest } from '../../spaces/nearest.js';
import type { Cost, Limit, SearchSpace } from '../../spaces/space.js';
import { type DatasetImages, datasetImages, wholePart } from '../../supernet/dataset-images.js';
import { stepsOf } from '../../supernet/recipe.js';
import { CONFIG_FORMAT } from '../config.js';
import { type CostSources, costNamed, readCostFiles, recordedFiles } from '../named-costs.js';
import { namedSpace } from '../space.js';
import { VERSION } from '../version.js';
import type { OneShotConfig } from './config.js';

/** How often the baselines drop operators during the warm-up. */
export const BASELINE_STAGES = 4;

/** Everything that a one-shot configuration names. */
export interface OneShot {
  readonly config: OneShotConfig;
  readonly space: SearchSpace;
  readonly network: BuildNetwork;
  readonly input: NetworkInput;
  readonly limits: readonly Limit[];
  /** the whole space within the limits */
  readonly region: Region;
  /** what networks are compared by in size */
  readonly cost: Cost;
  /** what nsga2 minimizes */
  readonly searchCost?: Cost;
  /** A cost of the space or of a cost table. @throws InputError where there is none of this name, or it means two things */
  costNamed(name: string): Cost;
  readonly costFiles: readonly CostFile[];
  readonly dataName: string;
  readonly classes: readonly string[];
  /** learned from, and judged by images of the training part that are held back: every decision is made by these */
  readonly images: DatasetImages;
  /** the same training images, judged by the test part: what is reported */
  readonly judged: DatasetImages;
  readonly random: Random;
  /** a hash of all that the result depends on: only what belongs to it may be gone on from */
  readonly identity: string;
}

/**
 * The configuration comes back with the hash of its images, so that a run that goes on can tell whether they are still the same.
 * @throws InputError for everything that does not exist or does not fit together, before anything is trained
 */
export async function buildOneShot(config: OneShotConfig, signal?: AbortSignal): Promise<OneShot> {
  const { space: usual, named } = await networksOf(config.space);
  const random = createRandom(config.randomSeed);
  const { train, test, sha256 } = await loadImages(config.data, signal);
  const input = { shape: train.shape, classes: train.classes.length };
  const space = networkSpaceFor(input, usual);
  const { train: indices, validation } = splitDataset(
    train,
    { validation: config.validation },
    random.split('validation'),
  );
  const training = { dataset: train, indices };
  const images = datasetImages({ training, validation: { dataset: train, indices: validation } });
  checkTraining(config, images, test);
  const costFiles = await readCostFiles(config.costTables ?? [], space);
  const sources: CostSources = { space, files: costFiles, evaluator: 'supernet' };
  const limits = (config.shrink.limits ?? []).map(({ cost, max }) => ({ cost: costNamed(cost, sources), max }));
  const region = new Region(space, limits);
  region.sample(createRandom(0)); // refuses limits that nothing satisfies
  const { evaluations, size, rounds, costBins } = config.shrink;
  if (costBins !== undefined) costNamed(costBins.cost, sources);
  planRounds({ evaluations, ...(size !== undefined && { size }), ...(rounds !== undefined && { rounds }) }, region);
  const { searcher, cost } = config.search;
  if (searcher === 'nsga2' && cost === undefined)
    throw new InputError('search: nsga2 needs a cost to minimize beside the accuracy');
  const complete: OneShotConfig = { ...config, space: named, format: CONFIG_FORMAT };
  return {
    config: {
      ...complete,
      data: { ...config.data, sha256 },
      ...(costFiles.length > 0 && { costTables: recordedFiles(costFiles) }),
    },
    identity: identityOf(complete, sha256, space, costFiles),
    costFiles,
    ...{ space, network: space.network, input, limits, region, random, classes: train.classes, dataName: train.name },
    costNamed: (cost) => costNamed(cost, sources),
    cost: costOf(space, 'flops_m', 'macs_m'),
    images,
    judged: datasetImages({ training, validation: wholePart(test) }),
    ...(cost === undefined ? {} : { searchCost: costNamed(cost, sources) }),
  };
}

/** @throws InputError where there is too little to train on or to judge by, or a recipe does not suit the images */
function checkTraining(config: OneShotConfig, images: DatasetImages, test: Dataset): void {
  const { supernet, scratch, validation, baselines } = config;
  const { trainingCount, validationCount } = images;
  if (validationCount === 0) {
    throw new InputError(`validation: ${validation} of ${trainingCount} images is none; one at least is needed`);
  }
  if (test.size === 0) throw new InputError('data: the test part holds no image; make testSize larger');
  const recipes = { 'supernet.warmUp': supernet.warmUp, 'supernet.training': supernet.training, scratch };
  for (const [name, { batch, augmentation }] of Object.entries(recipes)) {
    if (batch > trainingCount)
      throw new InputError(`${name}: the batch is ${batch}, but there are only ${trainingCount} images to train on`);
    checkAugmentation(augmentation, test.shape);
  }
  const steps = stepsOf(supernet.warmUp, trainingCount);
  if (baselines && steps < BASELINE_STAGES) {
    const needed = `the baselines need at least ${BASELINE_STAGES} steps`;
    throw new InputError(`supernet.warmUp: ${needed}, and there are ${steps}`);
  }
}

/** Where the images and the cost tables lie does not count, only what they are; nor does the number of threads. */
function identityOf(
  { command: _, threads: __, data: ___, costTables: ____, engine, ...config }: OneShotConfig,
  images: string,
  space: SearchSpace,
  costFiles: readonly CostFile[],
) {
  return runIdentity({
    config,
    images,
    ...(engine !== 'wasm' && { engine }),
    ...(costFiles.length > 0 && { costTables: costFiles.map(({ sha256 }) => sha256) }),
    space: spaceHash(space),
    version: VERSION,
  });
}

/** The space that a configuration names, with its networks. @throws InputError where none are known */
async function networksOf(config: OneShotConfig['space']) {
  const { space, named } = await namedSpace(config);
  if (isNetworkSpace(space)) return { space, named };
  throw new InputError(
    `space "${space.name}" does not say what its networks are, so it cannot be trained; declare them in its file under \`network\``,
  );
}

/** The first of these costs that the space has. */
function costOf({ costs, name }: SearchSpace, ...wanted: readonly string[]): Cost {
  const found = wanted.map((cost) => costs.get(cost)).find((cost) => cost !== undefined);
  if (found === undefined)
    throw new InputError(`${name} has no cost "${wanted[0]}"; ${nearest(wanted[0]!, [...costs.keys()])}`);
  return found;
}
