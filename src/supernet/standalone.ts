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

/** Trains to the last step and judges on the validation images. @throws as `train` and `evaluateNetwork` do */
export async function trainStandalone({ graph, evaluation = {}, ...task }: StandaloneTask): Promise<TrainedNetwork> {
  const { engine, images, signal } = task;
  await train({ ...task, graphs: () => [graph] });
  const judged = await evaluateNetwork(engine, images, graph, { ...(signal && { signal }), ...evaluation });
  const names = graph.operations.flatMap(({ parameters }) => parameters.map(({ name }) => name));
  return { graph, parameters: await engine.parameters(new Set(names)), ...judged };
}
