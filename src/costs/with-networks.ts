/** Networks that a program gives to a space. */
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { checkGraph } from '../networks/check.js';
import { countingRules } from '../networks/flops.js';
import type { NetworkInput } from '../networks/graph.js';
import type { BuildNetwork } from '../networks/index.js';
import { nearest } from '../spaces/nearest.js';
import type { Cost, SearchSpace } from '../spaces/space.js';
import { networkCostsOf } from './network-costs.js';
import { type NetworkSpace, networkSpace } from './network-space.js';

/** How a space's architectures become networks. */
export interface NetworkDefinition {
  /** pure, for every architecture and for all combinations of choices that `groups` needs; graphs that name the same parameter share it in a supernet */
  readonly network: BuildNetwork;
  /** the images and classes that costs are usually counted for */
  readonly input: NetworkInput;
  /**
   * Names of the dimensions that change the same layers, so that costs are sums over the groups and can be looked up. Each dimension is in one of them
   * at least; two have one dimension in common at most. Without groups every network that is asked about is counted by itself.
   */
  readonly groups?: readonly (readonly string[])[];
}

/**
 * The space with networks, and with their FLOPs and parameters ('flops_m', 'params_m', in millions) where it has no costs of these names.
 * @throws InputError where a network cannot be built, the groups are wrong, or the images are no images
 */
export function withNetworks(space: SearchSpace, { network, input, groups }: NetworkDefinition): NetworkSpace {
  const indices = groups?.map((group) => group.map((name) => indexOf(space, name)));
  return networkSpace(space, {
    ...{ network, input },
    costsFor: (own) => {
      checkInput(space, own);
      checkNetwork(space, network, own);
      const costs = networkCostsOf(space, network, {
        ...{ input: own, rule: countingRules['multiply-adds'], flops: ['flops_m'], parameters: ['params_m'] },
        ...(indices !== undefined && { groups: indices }),
      });
      if (indices !== undefined) checkGroups(space, costs);
      return costs;
    },
  });
}

function indexOf({ name: space, dimensions }: SearchSpace, name: string): number {
  const index = dimensions.findIndex((dimension) => dimension.name === name);
  if (index >= 0) return index;
  const advice = nearest(
    name,
    dimensions.map((dimension) => dimension.name),
  );
  throw new InputError(`the groups of space "${space}" mention the unknown dimension "${name}"; ${advice}`);
}

function checkInput({ name }: SearchSpace, { shape, classes }: NetworkInput): void {
  const sizes = [...shape, classes];
  if (sizes.length === 4 && sizes.every((size) => Number.isInteger(size) && size >= 1)) return;
  throw new InputError(
    `the input of space "${name}" must have a shape [channels, height, width] and a number of classes, all at least 1, but they are [${shape.join(', ')}] and ${classes}`,
  );
}

/** One network is built, and believed no more than a file. */
function checkNetwork(space: SearchSpace, network: BuildNetwork, input: NetworkInput): void {
  const architecture = space.sample(createRandom(0));
  try {
    checkGraph(network(architecture, input));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(
      `the network of ${space.format(architecture)} in space "${space.name}": ${reason}`,
      {},
      { cause: error },
    );
  }
}

function checkGroups(space: SearchSpace, costs: readonly Cost[]): void {
  try {
    costs[0]!.of(space.sample(createRandom(0)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`the groups of space "${space.name}" are wrong: ${reason}`, {}, { cause: error });
  }
}
