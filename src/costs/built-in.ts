/** The exact costs of the built-in spaces, derived from their networks. */
import { countingRules } from '../networks/flops.js';
import type { NetworkInput } from '../networks/graph.js';
import { networks } from '../networks/index.js';
import { darts } from '../spaces/darts.js';
import { type BuiltInSpaceName, builtInSpaces, isBuiltInSpace } from '../spaces/index.js';
import type { Cost, SearchSpace } from '../spaces/space.js';
import { dartsOperations, nasbench101Vertices } from './alike.js';
import { type NetworkCosts, networkCostsOf } from './network-costs.js';
import { type NetworkSpace, networkSpace } from './network-space.js';

const cifar = (classes: number): NetworkInput => ({ shape: [3, 32, 32], classes });
const imageNet: NetworkInput = { shape: [3, 224, 224], classes: 1000 };
const transNas: NetworkInput = { shape: [3, 256, 256], classes: 75 }; // object classification
const consecutive = (groups: number, size: number) =>
  Array.from({ length: groups }, (_, group) => Array.from({ length: size }, (_, d) => group * size + d));
/** Every dimension with the next: a convolution costs what its inputs and its outputs are together. */
const neighbours = (dimensions: number) => Array.from({ length: dimensions - 1 }, (_, d) => [d, d + 1]);

/** Networks of layers that each cost by themselves, one dimension a layer. */
const layerByLayer = (layers: number, input: NetworkInput): readonly NetworkCosts[] => [
  {
    input,
    rule: countingRules['multiply-adds'],
    groups: consecutive(layers, 1),
    flops: ['flops_m'],
    parameters: ['params_m'],
  },
];

const networkCosts: Readonly<Record<BuiltInSpaceName, readonly NetworkCosts[]>> = {
  nasbench101: [
    {
      input: cifar(10),
      rule: countingRules['multiply-adds'],
      alike: nasbench101Vertices,
      flops: ['flops_m'],
      parameters: ['params_m'],
    },
  ],
  nasbench201: [
    {
      input: cifar(10),
      rule: countingRules['multiply-adds'],
      groups: consecutive(6, 1),
      flops: ['flops_m', 'c10_flops_m'],
      parameters: ['params_m', 'c10_params_m'],
    },
    {
      input: cifar(100),
      rule: countingRules['multiply-adds'],
      groups: consecutive(6, 1),
      flops: ['c100_flops_m'],
      parameters: ['c100_params_m'],
    },
  ],
  'nats-sss': [
    {
      input: cifar(10),
      rule: countingRules['nats-bench'],
      groups: neighbours(5),
      flops: ['flops_m'],
      parameters: ['params_m'],
    },
  ],
  'transnasbench101-micro': layerByLayer(6, transNas),
  'transnasbench101-macro': [
    {
      input: transNas,
      rule: countingRules['multiply-adds'],
      flops: ['flops_m'],
      parameters: ['params_m'],
    },
  ],
  'nasbench-macro': layerByLayer(8, cifar(10)),
  'accel-mnasnet': [
    {
      input: imageNet,
      rule: countingRules['accel-nasbench'],
      groups: consecutive(7, 4), // a stage's four dimensions
      flops: ['macs_m'],
      parameters: ['params_m'],
    },
  ],
  darts: [
    {
      input: cifar(10),
      rule: countingRules['multiply-adds'],
      groups: dartsGroups(),
      alike: dartsOperations,
      flops: ['flops_m'],
      parameters: ['params_m'],
    },
  ],
  shufflenetv2: layerByLayer(20, imageNet),
  mobilenetv3: layerByLayer(20, imageNet),
  proxyless: layerByLayer(21, imageNet),
  'mobile-tiny': layerByLayer(8, cifar(10)),
};

/** A node's sources decide with the operation on either what is halved in a reduction cell; in a normal one the operation alone costs. */
function dartsGroups(): number[][] {
  const indexOf = (name: string) => darts.dimensions.findIndex((dimension) => dimension.name === name);
  return darts.dimensions.flatMap(({ name }, d) => {
    const from = indexOf(name.replace(/_.*/, '_from'));
    if (from < 0 || name.startsWith('normal')) return [[d]];
    return from === d ? [] : [[from, d]];
  });
}

const networkSpaces = new Map<BuiltInSpaceName, NetworkSpace>();

/**
 * The space with its networks and their exact costs, where it is a built-in one (always the same object); otherwise the space itself.
 * A cost builds its networks when it is first asked, in some ten milliseconds, and looks up from then on. For other images than
 * the published ones, costs go by their general names alone ('flops_m' or 'macs_m', 'params_m').
 */
export function withCosts(space: SearchSpace): SearchSpace {
  const { name } = space;
  if (!isBuiltInSpace(name) || builtInSpaces[name] !== space) return space;
  let complete = networkSpaces.get(name);
  if (complete === undefined) {
    const [published] = networkCosts[name] as readonly [NetworkCosts];
    const costsFor = (input: NetworkInput) => costsOf(name, input);
    complete = networkSpace(space, { network: networks[name], input: published.input, costsFor });
    networkSpaces.set(name, complete);
  }
  return complete;
}

function costsOf(name: BuiltInSpaceName, input: NetworkInput): Cost[] {
  const [published] = networkCosts[name] as readonly [NetworkCosts];
  const lookUps = (declared: NetworkCosts) => networkCostsOf(builtInSpaces[name], networks[name], declared);
  const isPublished = published.input.classes === input.classes && published.input.shape.join() === input.shape.join();
  if (isPublished) return networkCosts[name].flatMap(lookUps);
  const general = (names: readonly string[]) => names.slice(0, 1);
  const { flops, parameters } = published;
  return lookUps({ ...published, input, flops: general(flops), parameters: general(parameters) });
}
