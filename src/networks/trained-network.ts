/** A network with everything it needs to answer: what exports are made from. */
import { LissnasError } from '../errors.js';
import type { Tensor, Tensors } from '../math/tensor.js';
import type { BatchNorm, NetworkGraph, Parameter } from './graph.js';
import { liveGraph } from './live.js';

/** A network graph with its numbers. */
export interface TrainedNetwork {
  readonly graph: NetworkGraph;
  /** by the names that the graph gives its parameters; others may stand beside them */
  readonly parameters: Tensors;
  /** mean and variance of the input of every batch norm, [channels], named `${operation}.mean` and `${operation}.variance` */
  readonly statistics: Tensors;
}

/** The values of a parameter. @throws LissnasError with code `tensor` where they are missing or of another shape */
export function parameterValues({ parameters }: TrainedNetwork, { name, shape }: Parameter): Float32Array {
  return tensorValues(parameters, 'parameter', name, shape);
}

/** Mean and variance of a batch norm's input. @throws LissnasError with code `tensor` where they are missing or of another shape */
export function normStatistics({ statistics }: TrainedNetwork, { name, shape }: BatchNorm) {
  const [channels] = shape;
  return {
    mean: tensorValues(statistics, 'statistic', `${name}.mean`, [channels]),
    variance: tensorValues(statistics, 'statistic', `${name}.variance`, [channels]),
  };
}

/**
 * All tensors that the network's answers depend on, under their names: what a file of its weights holds.
 * @throws LissnasError with code `tensor` where one is missing, of another shape, or a parameter and a statistic bear one name
 */
export function networkTensors(network: TrainedNetwork): Tensors {
  const { operations } = liveGraph(network.graph);
  const parameters = operations.flatMap((operation) => operation.parameters);
  const tensors = new Map<string, Tensor>(
    parameters.map((each) => [each.name, { shape: each.shape, values: parameterValues(network, each) }]),
  );
  for (const operation of operations) {
    if (operation.kind !== 'batch-norm') continue;
    for (const [role, values] of Object.entries(normStatistics(network, operation))) {
      const name = `${operation.name}.${role}`;
      if (tensors.has(name)) throw new LissnasError('tensor', `both a parameter and a statistic are called "${name}"`);
      tensors.set(name, { shape: [operation.shape[0]], values });
    }
  }
  return tensors;
}

function tensorValues(tensors: Tensors, what: string, name: string, shape: readonly number[]): Float32Array {
  const tensor = tensors.get(name);
  if (tensor === undefined)
    throw new LissnasError('tensor', `the network needs the ${what} "${name}", which is missing`);
  const expected = shape.reduce((product, size) => product * size, 1);
  if (tensor.shape.join() !== shape.join() || tensor.values.length !== expected) {
    const problem = `the ${what} "${name}" is [${tensor.shape.join(', ')}], but the network needs [${shape.join(', ')}]`;
    throw new LissnasError('tensor', problem);
  }
  return tensor.values;
}
