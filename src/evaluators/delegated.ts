/** What every wrapper passes on, so that each names only what it changes. */
import type { Evaluator } from '../measurements/evaluator.js';

/** All of an evaluator but `evaluate`, also where its methods are those of a class. */
export function delegated(evaluator: Evaluator): Required<Omit<Evaluator, 'evaluate'>> {
  return {
    name: evaluator.name,
    concurrency: evaluator.concurrency,
    canMeasure: (architecture) => evaluator.canMeasure?.(architecture) ?? true,
    close: async () => evaluator.close?.(),
  };
}
