/** Small training problems that every engine is put to: each operation on odd shapes, and whole networks. */
import type { LabelledImages } from '../../datasets/dataset.js';
import { createRandom, type Random } from '../../math/random.js';
import type { NetworkGraph, Shape } from '../../networks/graph.js';
import type { LearnOptions, Tensor, Tensors } from '../engine.js';
import type { UpdateRule } from '../update-rule.js';
import { networkGraphs, optimizerGraph, publishedNetwork } from './case-networks.js';
import { operationGraphs } from './case-operations.js';

/** A graph with all that is needed to learn from one batch. */
export interface TrainingCase {
  readonly name: string;
  readonly graph: NetworkGraph;
  readonly parameters: Tensors;
  readonly batch: LabelledImages;
  readonly options: LearnOptions;
}

/** One case for every operation and each of its settings; small enough for numerical differentiation of every parameter. */
export const operationCases: readonly TrainingCase[] = operationGraphs.map((graph) => caseOf(graph, 3));

/** A NAS-Bench-201 network, an MBConv network and a ShuffleNetV2 network, all of them small. */
export const networkCases: readonly TrainingCase[] = networkGraphs.map((graph) => caseOf(graph, 5));

/** A network with the depth and width that people train. */
export const publishedCase: TrainingCase = caseOf(publishedNetwork, 4);

/** Optimizers with each of their settings, on one case. */
export const optimizerCases: readonly { readonly name: string; readonly rules: readonly UpdateRule[] }[] = [
  steps('SGD', { kind: 'sgd', learningRate: 0.1 }),
  steps('SGD with momentum', { kind: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.02 }),
  steps('SGD with Nesterov momentum, clipped', {
    kind: 'sgd',
    learningRate: 0.2,
    momentum: 0.8,
    nesterov: true,
    clip: 0.7,
  }),
  steps('SGD where all decays', { kind: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.1, decay: 'all' }),
  steps('AdamW', { kind: 'adamw', learningRate: 0.01 }),
  steps('AdamW with decay, clipped', {
    kind: 'adamw',
    learningRate: 0.02,
    weightDecay: 0.5,
    beta1: 0.8,
    beta2: 0.95,
    epsilon: 1e-6,
    clip: 0.5,
  }),
  steps('AdamW where all decays', { kind: 'adamw', learningRate: 0.01, weightDecay: 0.5, decay: 'all' }),
];

/** What the optimizers work on. */
export const optimizerTraining: TrainingCase = caseOf(optimizerGraph, 6);

/** Five steps of a falling learning rate. */
function steps(name: string, rule: UpdateRule): (typeof optimizerCases)[number] {
  return {
    name,
    rules: [1, 0.9, 0.7, 0.4, 0.1].map((factor) => ({ ...rule, learningRate: factor * rule.learningRate })),
  };
}

/**
 * A case whose numbers depend on the graph's name alone. They are sums and products of uniform numbers: the same bits on every machine, which
 * stored results rely on.
 */
export function caseOf(graph: NetworkGraph, count: number): TrainingCase {
  const random = createRandom(1).split(graph.name);
  const parameters = new Map<string, Tensor>();
  for (const { name, shape } of graph.operations.flatMap((operation) => operation.parameters)) {
    if (!parameters.has(name))
      parameters.set(name, { shape, values: parameterValues(name, shape, random.split(name)) });
  }
  const options = { labelSmoothing: 0.1, weight: 1.5, randomSeed: 3 };
  return { name: graph.name, graph, parameters, batch: randomBatch(graph, count, random.split('batch')), options };
}

/** Uniform images in -2 .. 2 with uniform labels. */
export function randomBatch(graph: NetworkGraph, count: number, random: Random): LabelledImages {
  const shape: Shape = graph.operations[0]!.shape;
  const [classes] = graph.operations.at(-1)!.shape;
  const values = uniform(count * shape[0] * shape[1] * shape[2], -2, 2, random);
  return { count, shape, values, labels: Uint16Array.from({ length: count }, () => random.integer(classes)) };
}

function parameterValues(name: string, shape: readonly number[], random: Random): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  if (name.endsWith('.scale')) return uniform(size, 0.5, 1.5, random);
  if (shape.length === 1) return uniform(size, -0.5, 0.5, random);
  const bound = Math.sqrt((6 * shape[0]!) / size); // keeps the size of values: He et al., arXiv 1502.01852
  return uniform(size, -bound, bound, random);
}

function uniform(size: number, low: number, high: number, random: Random): Float32Array {
  return Float32Array.from({ length: size }, () => low + (high - low) * random.float());
}
