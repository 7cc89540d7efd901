/** A wrapper that stops at a number of evaluations. */
import { LissnasError } from '../errors.js';
import type { Evaluator } from '../measurements/evaluator.js';
import { delegated } from './delegated.js';

/** More evaluations were asked for than the budget holds. */
export class BudgetExhausted extends LissnasError {
  readonly limit: number;

  constructor(limit: number) {
    super('budget', `the budget of ${limit} evaluations is spent`);
    this.limit = limit;
  }
}

/** An evaluator that counts what it has spent. */
export interface BudgetedEvaluator extends Evaluator {
  readonly limit: number;
  /** evaluations spent so far: measured and failed ones, and those under way */
  readonly spent: number;
}

/**
 * Lets `limit` evaluations through: measured and failed ones count as spent, unavailable and rejected ones do not. One under way holds its
 * place until it is known. Beyond the limit `evaluate` rejects with `BudgetExhausted`.
 */
export function budgeted(evaluator: Evaluator, limit: number): BudgetedEvaluator {
  if (!(Number.isInteger(limit) && limit >= 0)) {
    throw new RangeError(`a budget of ${limit} evaluations is no whole number of at least 0`);
  }
  let spent = 0;
  return {
    ...delegated(evaluator),
    limit,
    get spent() {
      return spent;
    },
    async evaluate(architecture, signal) {
      signal?.throwIfAborted();
      if (spent >= limit) throw new BudgetExhausted(limit);
      spent++;
      let isSpent = false;
      try {
        const outcome = await evaluator.evaluate(architecture, signal);
        isSpent = outcome.kind !== 'unavailable';
        return outcome;
      } finally {
        if (!isSpent) spent--;
      }
    },
  };
}
