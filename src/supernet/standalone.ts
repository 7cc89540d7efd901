/** One network trained by itself, from scratch. */
import type { Tensors } from '../engine/engine.js';
import type { NetworkGraph } from '../networks/graph.js';
import { type Evaluation, type EvaluationOptions, evaluateNetwork } from './evaluate.js';
import { type TrainTask, train } from './train.js';

/** The training of one network in an engine of its own, which is new or goes on from a checkpoint of this very training. */
export interface StandaloneTask extends Omit<TrainTask, 'graphs' | 'to'> {
  readonly graph: NetworkGraph;
  readonly evaluation?: EvaluationOptions;
}

/** A trained network: all that exporting it needs, and its accuracy. */
export interface TrainedNetwork extends Evaluation {
  readonly graph: NetworkGraph;
  readonly parameters: Tensors;
}

/**
 * Trains to the last step and judges on the validation images. Branches that begin as nothing, so that they do not disturb the other subnets of
 * a supernet, begin fully here, where there are no others: a network of many of them would otherwise stay shallow for long.
 * @throws as `train` and `evaluateNetwork` do
 */
export async function trainStandalone({ evaluation = {}, ...task }: StandaloneTask): Promise<TrainedNetwork> {
  const { engine, images, signal } = task;
  const graph = withoutInitialScales(task.graph);
  await train({ ...task, graphs: () => [graph] });
  const judged = await evaluateNetwork(engine, images, graph, { ...(signal && { signal }), ...evaluation });
  const names = graph.operations.flatMap(({ parameters }) => parameters.map(({ name }) => name));
  return { graph, parameters: await engine.parameters(new Set(names)), ...judged };
}

function withoutInitialScales({ name, operations }: NetworkGraph): NetworkGraph {
  return {
    name,
    operations: operations.map((operation) => {
      if (operation.kind !== 'batch-norm') return operation;
      const { initialScale: _, ...fully } = operation;
      return fully;
    }),
  };
}
