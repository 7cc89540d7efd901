/** Many architectures measured, so many at once as the evaluator can use. */
import type { Architecture } from '../spaces/space.js';
import type { Evaluator } from './evaluator.js';
import { mapConcurrent } from './map-concurrent.js';
import type { Outcome } from './measurement.js';

/** Settings of `evaluateAll`. */
export interface EvaluateAllOptions {
  /** aborting it rejects with its reason; what is under way is aborted too */
  readonly signal?: AbortSignal;
  /** called as each outcome comes in, in the order of finishing; `index` is the place among the architectures */
  readonly onOutcome?: (outcome: Outcome, index: number) => void;
}

/**
 * Outcomes in the order of the architectures, at most `evaluator.concurrency` under way at once. Starts them in that order.
 * A measurement whose accuracy is no finite number, which no evaluator should give, counts as a failure.
 * @throws what the evaluator or `onOutcome` throws first, after the evaluations under way have been aborted and have ended
 */
export async function evaluateAll(
  evaluator: Evaluator,
  architectures: readonly Architecture[],
  { signal, onOutcome }: EvaluateAllOptions = {},
): Promise<Outcome[]> {
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  try {
    return await mapConcurrent(architectures, evaluator.concurrency, async (architecture, index) => {
      try {
        both.throwIfAborted();
        const outcome = checked(await evaluator.evaluate(architecture, both));
        onOutcome?.(outcome, index);
        return outcome;
      } catch (error) {
        stop.abort(error);
        throw error;
      }
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw stop.signal.reason ?? error;
  }
}

/**
 * As `evaluateAll`, but what the evaluator knows beforehand not to be measurable is not even tried. `onOutcome` hears of the others only,
 * by their places among themselves.
 */
export async function evaluateMeasurable(
  evaluator: Evaluator,
  architectures: readonly Architecture[],
  options: EvaluateAllOptions = {},
): Promise<Outcome[]> {
  const isMeasurable = architectures.map((architecture) => evaluator.canMeasure?.(architecture) !== false);
  const tried = await evaluateAll(
    evaluator,
    architectures.filter((_, index) => isMeasurable[index]),
    options,
  );
  const outcomes = tried.values();
  return architectures.map((architecture, index) =>
    isMeasurable[index]
      ? outcomes.next().value!
      : Object.freeze({ kind: 'unavailable', architecture, reason: `${evaluator.name} cannot measure it` }),
  );
}

function checked(outcome: Outcome): Outcome {
  if (outcome.kind !== 'measured' || Number.isFinite(outcome.accuracy)) return outcome;
  const reason = `its accuracy is ${outcome.accuracy}, a finite number is needed`;
  return Object.freeze({ kind: 'failed', architecture: outcome.architecture, reason });
}
