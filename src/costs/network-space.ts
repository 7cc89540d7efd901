/** A search space together with its networks: what can be trained, drawn and exported, and knows its exact costs. */
import type { NetworkInput } from '../networks/graph.js';
import type { BuildNetwork } from '../networks/index.js';
import type { Cost, SearchSpace } from '../spaces/space.js';

/** A search space whose architectures are known as networks. Built-in, declared in YAML or made by a program: all are used in the same way. */
export interface NetworkSpace extends SearchSpace {
  readonly network: BuildNetwork;
  /** the images and classes that its costs are those of */
  readonly input: NetworkInput;
  /** The same space, with the costs of its networks for other images or classes. @throws InputError where it has no networks for them */
  withInput(input: NetworkInput): NetworkSpace;
}

/** What makes a space one of networks. */
export interface Networks {
  readonly network: BuildNetwork;
  /** the usual images and classes */
  readonly input: NetworkInput;
  /** The costs that follow from the networks, which come before those of the space. @throws InputError for images that they do not take */
  costsFor(input: NetworkInput): readonly Cost[];
}

/** The space with its networks and their costs beside its own. */
export function networkSpace(space: SearchSpace, networks: Networks): NetworkSpace {
  const { network, input, costsFor } = networks;
  const derived = costsFor(input).map((cost) => [cost.name, cost] as const);
  return Object.freeze({
    ...space,
    ...{ network, input },
    costs: new Map([...derived, ...space.costs]),
    withInput: (other: NetworkInput) => networkSpace(space, { ...networks, input: other }),
  });
}

/** Whether the networks of a space are known. */
export function isNetworkSpace(space: SearchSpace): space is NetworkSpace {
  return 'network' in space;
}
