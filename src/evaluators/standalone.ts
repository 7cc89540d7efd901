/** An evaluator that trains every architecture by itself, from scratch. */
import type { Engine } from '../engine/engine.js';
import type { Random } from '../math/random.js';
import type { Evaluator } from '../measurements/evaluator.js';
import type { NetworkInput } from '../networks/graph.js';
import type { BuildNetwork } from '../networks/index.js';
import type { Cost, SearchSpace } from '../spaces/space.js';
import type { EvaluationOptions } from '../supernet/evaluate.js';
import { stepsOf, type TrainingRecipe } from '../supernet/recipe.js';
import { trainStandalone } from '../supernet/standalone.js';
import type { TrainingImages } from '../supernet/training-images.js';
import { failed, measured } from './outcomes.js';
import { costsOf, isDiverged } from './training-outcomes.js';

/** Settings of `standalone`. */
export interface StandaloneOptions {
  readonly space: SearchSpace;
  readonly network: BuildNetwork;
  readonly input: NetworkInput;
  readonly images: TrainingImages;
  readonly recipe: TrainingRecipe;
  /** a new engine whose parameters begin by this random seed */
  readonly createEngine: (randomSeed: number) => Engine | Promise<Engine>;
  /** every architecture is trained with a stream of its own, split from this one by its codes */
  readonly random: Random;
  readonly evaluation?: Omit<EvaluationOptions, 'signal'>;
  /** reported with every measurement, by their names */
  readonly costs?: readonly Cost[];
}

/** Measures accuracy on the validation images, in percent, after training from scratch. Training that diverges is a failed evaluation. */
export function standalone(options: StandaloneOptions): Evaluator {
  const { space, network, input, images, recipe, evaluation, costs = [] } = options;
  const steps = stepsOf(recipe, images.trainingCount);
  const name = `${space.name} trained from scratch for ${steps} steps`;
  return {
    name,
    concurrency: 1,
    async evaluate(architecture, signal) {
      signal?.throwIfAborted();
      const random = options.random.split(architecture.join());
      const engine = await options.createEngine(random.split('engine').integer(2 ** 31));
      try {
        const graph = network(architecture, input);
        const { accuracy } = await trainStandalone({
          engine,
          graph,
          images,
          recipe,
          steps,
          random,
          ...(evaluation !== undefined && { evaluation }),
          ...(signal !== undefined && { signal }),
        });
        return measured(architecture, accuracy, name, costsOf(costs, architecture));
      } catch (error) {
        if (isDiverged(error)) return failed(architecture, `${name}: ${error.message}`);
        throw error;
      } finally {
        await engine.close();
      }
    },
  };
}
