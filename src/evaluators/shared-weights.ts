/** An evaluator that judges subnets by the weights they share in a supernet. */
import type { Evaluator } from '../measurements/evaluator.js';
import type { Cost } from '../spaces/space.js';
import { type EvaluationOptions, evaluateNetwork } from '../supernet/evaluate.js';
import type { Supernet } from '../supernet/supernet.js';
import { failed, measured } from './outcomes.js';
import { costsOf, isDiverged } from './training-outcomes.js';

/** Settings of `sharedWeights`. */
export interface SharedWeightsOptions {
  /** steps that the supernet has been trained for; told as the source of every measurement */
  readonly step: number;
  readonly evaluation?: Omit<EvaluationOptions, 'signal'>;
  /** reported with every measurement, by their names */
  readonly costs?: readonly Cost[];
}

/**
 * Measures accuracy on the validation images, in percent, with batch-norm statistics of the subnet's own. It trains nothing, and the answers are
 * those of the supernet as it stands: make a new one when training goes on. A subnet with logits that are not finite is a failed evaluation.
 */
export function sharedWeights(supernet: Supernet, { step, evaluation, costs = [] }: SharedWeightsOptions): Evaluator {
  const name = `supernet of ${supernet.space.name} at step ${step}`;
  return {
    name,
    concurrency: 1,
    async evaluate(architecture, signal) {
      const options = { ...evaluation, ...(signal !== undefined && { signal }) };
      try {
        const { engine, images } = supernet;
        const { accuracy } = await evaluateNetwork(engine, images, supernet.graph(architecture), options);
        return measured(architecture, accuracy, name, costsOf(costs, architecture));
      } catch (error) {
        if (isDiverged(error)) return failed(architecture, `${name}: ${error.message}`);
        throw error;
      }
    },
  };
}
