/** The exact FLOPs and parameters of a space's networks, counted network by network or looked up group by group. */
import { type CountingRule, flops, parameterCount } from '../networks/flops.js';
import type { NetworkInput } from '../networks/graph.js';
import type { BuildNetwork } from '../networks/index.js';
import type { Codes, Cost, SearchSpace } from '../spaces/space.js';
import { decompose } from './decompose.js';
import { oneByOne } from './one-by-one.js';

const MILLION = 1e6;

/** The FLOPs and parameters, both in millions, of a space's networks for one kind of input. */
export interface NetworkCosts {
  readonly input: NetworkInput;
  readonly rule: CountingRule;
  /** indices of the dimensions that change the same layers; without it every network is counted by itself, once, which suits small spaces */
  readonly groups?: readonly (readonly number[])[];
  /** names that the FLOPs go by */
  readonly flops: readonly string[];
  /** names that the parameters go by */
  readonly parameters: readonly string[];
}

/** Costs that build networks when they are first asked, and throw then where the groups are wrong: see `decompose`. */
export function networkCostsOf(space: SearchSpace, network: BuildNetwork, declared: NetworkCosts): Cost[] {
  const { input, rule, groups } = declared;
  const measure = (codes: Codes) => {
    const graph = network(codes, input);
    return [flops(graph, rule), parameterCount(graph)];
  };
  const both = once(() =>
    groups === undefined ? oneByOne(measure, 2, MILLION) : decompose(space, measure, { groups, divisor: MILLION }),
  );
  const named = (names: readonly string[], index: number) =>
    names.map((cost) => ({ name: cost, unit: 'M', of: onFirstUse(() => both()[index]!) }));
  return [...named(declared.flops, 0), ...named(declared.parameters, 1)];
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
