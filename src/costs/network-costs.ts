/** The exact FLOPs and parameters of a space's networks, counted network by network or looked up group by group. */
import { type CountingRule, flops, parameterCount } from '../networks/flops.js';
import type { NetworkInput } from '../networks/graph.js';
import type { BuildNetwork } from '../networks/index.js';
import type { AdditiveFunction } from '../spaces/additive-cost.js';
import type { Codes, Cost, SearchSpace } from '../spaces/space.js';
import { decompose } from './decompose.js';

const MILLION = 1e6;

/** The FLOPs and parameters, both in millions, of a space's networks for one kind of input. */
export interface NetworkCosts {
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

/** Costs that build networks when they are first asked, and throw then where the groups are wrong: see `decompose`. */
export function networkCostsOf(space: SearchSpace, network: BuildNetwork, declared: NetworkCosts): Cost[] {
  const { input, rule, groups, alike = (codes) => Array.from(codes).join() } = declared;
  const measure = memoized(alike, (codes) => {
    const graph = network(codes, input);
    return [flops(graph, rule), parameterCount(graph)];
  });
  const both = once((): readonly LookUp[] =>
    groups === undefined
      ? [0, 1].map((index) => (codes: Codes) => measure(codes)[index]! / MILLION)
      : decompose(space, measure, { groups, divisor: MILLION }),
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

/** Architectures whose costs are remembered. */
const MOST_KNOWN = 1_000_000;

/** Measures what is asked for the first time, and what is alike only once. */
function memoized(alike: (codes: Codes) => string, measure: (codes: Codes) => readonly number[]) {
  const known = new Map<string, readonly number[]>();
  return (codes: Codes): readonly number[] => {
    const key = alike(codes);
    const costs = known.get(key) ?? measure(codes);
    if (known.size >= MOST_KNOWN) known.clear();
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
