/** Batch norms that follow a convolution become part of it: the same function with fewer operations, for deployment. */
import type { Tensor } from '../math/tensor.js';
import type { BatchNorm, Convolution, Operation, Parameter } from './graph.js';
import { normStatistics, parameterValues, type TrainedNetwork } from './trained-network.js';
import { uniqueNames } from './unique-names.js';

/**
 * The network with every batch norm folded into the convolution before it, where nothing else uses that convolution:
 * with f = scale / sqrt(variance + epsilon) per channel, weight' = f weight and bias' = f (bias - mean) + shift.
 * The folded convolution bears the name of the batch norm; its parameters are named after the convolution.
 * @throws LissnasError with code `tensor` where parameters or statistics are missing or of another shape
 */
export function foldBatchNorm(network: TrainedNetwork): TrainedNetwork {
  const { operations } = network.graph;
  const pairs = foldablePairs(operations);
  const folded = new Set([...pairs.values()].map(({ name }) => name));
  const kept = operations.filter(({ name }) => !pairs.has(name) && !folded.has(name));
  const unique = uniqueNames(kept.flatMap(({ parameters }) => parameters.map(({ name }) => name)));
  const parameters = new Map(network.parameters);
  const next = operations.flatMap((operation): Operation[] => {
    if (folded.has(operation.name)) return [];
    const convolution = pairs.get(operation.name);
    if (convolution === undefined || operation.kind !== 'batch-norm') return [operation];
    const names = [unique(`${convolution.name}.weight`), unique(`${convolution.name}.bias`)] as const;
    const merged = merge(network, convolution, operation, names);
    for (const [name, tensor] of merged.tensors) parameters.set(name, tensor);
    return [merged.operation];
  });
  return { ...network, graph: { ...network.graph, operations: next }, parameters };
}

/** The convolution in front of each batch norm that can be folded, by the name of the batch norm. */
function foldablePairs(operations: readonly Operation[]): ReadonlyMap<string, Convolution> {
  const uses = new Map<string, number>();
  for (const { inputs } of operations) for (const input of inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  const convolutions = new Map<string, Convolution>();
  const pairs = new Map<string, Convolution>();
  for (const operation of operations) {
    if (operation.kind === 'convolution') convolutions.set(operation.name, operation);
    if (operation.kind !== 'batch-norm') continue;
    const convolution = convolutions.get(operation.inputs[0]!);
    if (convolution !== undefined && uses.get(convolution.name) === 1) pairs.set(operation.name, convolution);
  }
  return pairs;
}

function merge(
  network: TrainedNetwork,
  convolution: Convolution,
  norm: BatchNorm,
  [weightName, biasName]: readonly [string, string],
): { operation: Convolution; tensors: [string, Tensor][] } {
  const [weightParameter, biasParameter] = convolution.parameters as readonly [Parameter, Parameter?];
  const [scale, shift] = norm.parameters.map((parameter) => parameterValues(network, parameter)) as [
    Float32Array,
    Float32Array,
  ];
  const { mean, variance } = normStatistics(network, norm);
  const weight = Float32Array.from(parameterValues(network, weightParameter));
  const bias = biasParameter
    ? Float32Array.from(parameterValues(network, biasParameter))
    : new Float32Array(scale.length);
  const perChannel = weight.length / scale.length;
  for (let channel = 0; channel < scale.length; channel++) {
    const factor = scale[channel]! / Math.sqrt(variance[channel]! + norm.epsilon);
    for (let at = channel * perChannel; at < (channel + 1) * perChannel; at++) weight[at] = weight[at]! * factor;
    bias[channel] = (bias[channel]! - mean[channel]!) * factor + shift[channel]!;
  }
  const parameters = [
    { name: weightName, shape: weightParameter.shape },
    { name: biasName, shape: [scale.length] },
  ];
  return {
    operation: { ...convolution, name: norm.name, bias: true, parameters },
    tensors: [
      [weightName, { shape: weightParameter.shape, values: weight }],
      [biasName, { shape: [scale.length], values: bias }],
    ],
  };
}
