/** The exact costs of the built-in spaces, derived from their networks. */
import { type CountingRule, countingRules, flops, parameterCount } from '../networks/flops.js';
import type { NetworkInput } from '../networks/graph.js';
import { networks } from '../networks/index.js';
import type { AdditiveFunction } from '../spaces/additive-cost.js';
import { darts } from '../spaces/darts.js';
import { type BuiltInSpaceName, builtInSpaces, isBuiltInSpace } from '../spaces/index.js';
import type { Codes, Cost, SearchSpace } from '../spaces/space.js';
import { dartsOperations, nasbench101Vertices } from './alike.js';
import { decompose } from './decompose.js';

/** The FLOPs and parameters, both in millions, of a space's networks for one kind of input. */
interface NetworkCosts {
  readonly input: NetworkInput;
  readonly rule: CountingRule;
  /** indices of the dimensions that change the same layers; without it every network is counted by itself, once, which suits small spaces */
  readonly groups?: readonly (readonly number[])[];
  /** a text that is the same for networks which certainly cost the same, so that one of them is built for all; without it no two are */
  readonly alike?: (codes: Codes) => string;
  /** names that the FLOPs go by */
  readonly flops: readonly string[];
  /** names that the parameters go by */
  readonly parameters: readonly string[];
}

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

const withCostsByName = new Map<BuiltInSpaceName, SearchSpace>();

/**
 * The space with its exact costs, where it is a built-in one (always the same object); otherwise the space itself.
 * A cost builds its networks when it is first asked, in some ten milliseconds, and looks up from then on.
 */
export function withCosts(space: SearchSpace): SearchSpace {
  const { name } = space;
  if (!isBuiltInSpace(name) || builtInSpaces[name] !== space) return space;
  let complete = withCostsByName.get(name);
  if (complete === undefined) {
    const costs = networkCosts[name].flatMap((declared) => lookUps(name, declared));
    complete = Object.freeze({ ...space, costs: new Map(costs.map((cost) => [cost.name, cost])) });
    withCostsByName.set(name, complete);
  }
  return complete;
}

/**
 * The space with the exact costs of its networks for images of another shape or number of classes than the published ones; the costs go by the
 * same general names ('flops_m' or 'macs_m', 'params_m'). @param space a built-in one
 */
export function withCostsFor(space: SearchSpace, input: NetworkInput): SearchSpace {
  const complete = withCosts(space);
  if (!isBuiltInSpace(space.name)) return complete;
  const [published] = networkCosts[space.name] as readonly [NetworkCosts];
  if (published.input.classes === input.classes && published.input.shape.join() === input.shape.join()) return complete;
  const general = (names: readonly string[]) => names.slice(0, 1);
  const { flops: flopsNames, parameters } = published;
  const declared = { ...published, input, flops: general(flopsNames), parameters: general(parameters) };
  const costs = lookUps(space.name, declared);
  return Object.freeze({ ...space, costs: new Map(costs.map((cost) => [cost.name, cost])) });
}

const MILLION = 1e6;

function lookUps(name: BuiltInSpaceName, declared: NetworkCosts): Cost[] {
  const { input, rule, groups, alike = (codes) => Array.from(codes).join() } = declared;
  const measure = memoized(alike, (codes) => {
    const network = networks[name](codes, input);
    return [flops(network, rule), parameterCount(network)];
  });
  const both = once((): readonly LookUp[] =>
    groups === undefined
      ? [0, 1].map((index) => (codes: Codes) => measure(codes)[index]! / MILLION)
      : decompose(builtInSpaces[name], measure, { groups, divisor: MILLION }),
  );
  const named = (names: readonly string[], index: number) =>
    names.map((cost) => ({
      name: cost,
      unit: 'M',
      of: onFirstUse(() => both()[index]!),
      sum: () => both()[index]!.sum,
    }));
  return [...named(declared.flops, 0), ...named(declared.parameters, 1)];
}

/** A cost's function, and how it adds up where it does. */
type LookUp = ((codes: Codes) => number) & Partial<Pick<AdditiveFunction, 'sum'>>;

/** Measures what is asked for the first time, and what is alike only once. */
function memoized(alike: (codes: Codes) => string, measure: (codes: Codes) => readonly number[]) {
  const known = new Map<string, readonly number[]>();
  return (codes: Codes): readonly number[] => {
    const key = alike(codes);
    const costs = known.get(key) ?? measure(codes);
    known.set(key, costs);
    return costs;
  };
}

/** A function that is made when it is first called. */
function onFirstUse(make: () => (codes: Codes) => number): (codes: Codes) => number {
  let made = (codes: Codes): number => {
    made = make();
    return made(codes);
  };
  return (codes) => made(codes);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
