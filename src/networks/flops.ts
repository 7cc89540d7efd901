/** Multiply-adds and parameters of a network, as folds over its graph. */
import type { NetworkGraph, OperationKind, OperationOf, Shape } from './graph.js';

/** What each kind of operation counts, given the shapes of its inputs. */
export type CountingRule = {
  readonly [Kind in OperationKind]: (operation: OperationOf<Kind>, inputs: readonly Shape[]) => number;
};

const nothing = () => 0;

const multiplyAdds: CountingRule = {
  input: nothing,
  zeros: nothing,
  convolution: ({ shape, parameters }) => {
    const [, perGroup, height, width] = parameters[0]!.shape;
    return elements(shape) * perGroup! * height! * width!;
  },
  'batch-norm': nothing,
  activation: nothing,
  pool: nothing,
  'global-pool': nothing,
  add: nothing,
  multiply: nothing,
  concat: nothing,
  slice: nothing,
  shuffle: nothing,
  shift: nothing,
  dropout: nothing,
  linear: ({ parameters }) => product(parameters[0]!.shape),
};

/** The ways to count that published tables use. */
export const countingRules = {
  /** multiply-adds of convolutions and linear layers, without biases: NAS-Bench-201, NAS-Bench-Macro and most papers */
  'multiply-adds': multiplyAdds,
  /** NATS-Bench's: also the biases of linear layers */
  'nats-bench': {
    ...multiplyAdds,
    linear: ({ parameters }) => parameters.reduce((sum, { shape }) => sum + product(shape), 0),
  },
  /** Accel-NASBench's: also 4 per batch-norm element, and per globally pooled channel its pixels + 1 */
  'accel-nasbench': {
    ...multiplyAdds,
    'batch-norm': ({ shape }) => 4 * elements(shape),
    'global-pool': (_, [input]) => elements(input!) + input![0],
  },
} as const satisfies Record<string, CountingRule>;

/** FLOPs of one forward pass of one image: multiply-adds counted once, by a counting rule. An exact integer. */
export function flops(graph: NetworkGraph, rule: CountingRule = countingRules['multiply-adds']): number {
  let sum = 0;
  for (const own of flopsByOperation(graph, rule).values()) sum += own;
  return sum;
}

/** The FLOPs of every operation, by its name. */
export function flopsByOperation(
  graph: NetworkGraph,
  rule: CountingRule = countingRules['multiply-adds'],
): ReadonlyMap<string, number> {
  const shapes = new Map<string, Shape>();
  const counts = new Map<string, number>();
  for (const operation of graph.operations) {
    const inputs = operation.inputs.map((input) => shapes.get(input)!);
    counts.set(operation.name, count(operation, inputs, rule));
    shapes.set(operation.name, operation.shape);
  }
  return counts;
}

/** Number of trainable values; a parameter that several operations name counts once. An exact integer. */
export function parameterCount(graph: NetworkGraph): number {
  const seen = new Set<string>();
  let sum = 0;
  for (const { parameters } of graph.operations) {
    for (const { name, shape } of parameters) {
      if (!seen.has(name)) sum += product(shape);
      seen.add(name);
    }
  }
  return sum;
}

function count<Kind extends OperationKind>(
  operation: OperationOf<Kind>,
  inputs: readonly Shape[],
  rule: CountingRule,
): number {
  const counter: CountingRule[Kind] = rule[operation.kind as Kind];
  return counter(operation, inputs);
}

function elements([channels, height, width]: Shape): number {
  return channels * height * width;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum * size, 1);
}
