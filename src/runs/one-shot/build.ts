/** From a one-shot configuration to objects: space, networks, images, limits. */
import { withCostsFor } from '../../costs/built-in.js';
import { loadDataset } from '../../datasets/index.js';
import { splitDataset } from '../../datasets/split.js';
import { InputError } from '../../errors.js';
import { createRandom, type Random } from '../../math/random.js';
import type { NetworkInput } from '../../networks/graph.js';
import { type BuildNetwork, networks } from '../../networks/index.js';
import { planRounds } from '../../shrink/plan.js';
import { Region } from '../../shrink/region.js';
import { builtInSpaces, isBuiltInSpace } from '../../spaces/index.js';
import { nearest } from '../../spaces/nearest.js';
import type { Cost, Limit, SearchSpace } from '../../spaces/space.js';
import { type DatasetImages, datasetImages, wholePart } from '../../supernet/dataset-images.js';
import { CONFIG_FORMAT } from '../config.js';
import type { OneShotConfig } from './config.js';

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
  costNamed(name: string): Cost;
  readonly dataName: string;
  readonly classes: readonly string[];
  /** learned from, and judged by images of the training part that are held back: every decision is made by these */
  readonly images: DatasetImages;
  /** the same training images, judged by the test part: what is reported */
  readonly judged: DatasetImages;
  readonly random: Random;
}

/** @throws InputError for everything that does not exist or does not fit together, before anything is trained */
export async function buildOneShot(config: OneShotConfig, signal?: AbortSignal): Promise<OneShot> {
  const { space: named, network } = networksOf(config.space);
  const random = createRandom(config.randomSeed);
  const { train, test } = await loadDataset(config.data, signal);
  const input = { shape: train.shape, classes: train.classes.length };
  const space = withCostsFor(named, input);
  const { train: indices, validation } = splitDataset(
    train,
    { validation: config.validation },
    random.split('validation'),
  );
  const training = { dataset: train, indices };
  const limits = (config.shrink.limits ?? []).map(({ cost, max }) => ({ cost: costOf(space, cost), max }));
  const region = new Region(space, limits);
  region.sample(createRandom(0)); // refuses limits that nothing satisfies
  const { evaluations, size, rounds } = config.shrink;
  planRounds({ evaluations, ...(size !== undefined && { size }), ...(rounds !== undefined && { rounds }) }, region);
  const { searcher, cost } = config.search;
  if (searcher === 'nsga2' && cost === undefined)
    throw new InputError('search: nsga2 needs a cost to minimize beside the accuracy');
  network(space.sample(random.split('probe')), input); // images that no network fits are refused here
  return {
    config: { ...config, format: CONFIG_FORMAT },
    ...{ space, network, input, limits, region, random, classes: train.classes, dataName: train.name },
    costNamed: (cost) => costOf(space, cost),
    cost: costOf(space, 'flops_m', 'macs_m'),
    images: datasetImages({ training, validation: { dataset: train, indices: validation } }),
    judged: datasetImages({ training, validation: wholePart(test) }),
    ...(cost === undefined ? {} : { searchCost: costOf(space, cost) }),
  };
}

function networksOf(space: OneShotConfig['space']): { space: SearchSpace; network: BuildNetwork } {
  if (typeof space === 'string' && isBuiltInSpace(space))
    return { space: builtInSpaces[space], network: networks[space] };
  const known = Object.keys(networks);
  throw new InputError(
    typeof space === 'string'
      ? `no networks of a space "${space}" are known to train; ${nearest(space, known)}`
      : `the networks of a declared space are not known, so they cannot be trained; spaces whose networks are known: ${known.join(', ')}`,
  );
}

/** The first of these costs that the space has. */
function costOf({ costs, name }: SearchSpace, ...wanted: readonly string[]): Cost {
  const found = wanted.map((cost) => costs.get(cost)).find((cost) => cost !== undefined);
  if (found === undefined)
    throw new InputError(`${name} has no cost "${wanted[0]}"; ${nearest(wanted[0]!, [...costs.keys()])}`);
  return found;
}
