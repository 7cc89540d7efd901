/** A wrapper that never measures the same architecture twice. */
import type { Evaluator } from '../measurements/evaluator.js';
import type { Outcome } from '../measurements/measurement.js';
import type { Architecture } from '../spaces/space.js';
import { delegated } from './delegated.js';

/** Settings of `cached`. */
export interface CacheOptions {
  /** the representative to measure in an architecture's stead, e.g. `space.canonical`; by default the architecture itself */
  readonly canonical?: (architecture: Architecture) => Architecture;
}

interface UnderWay {
  readonly answer: Promise<Outcome>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * Remembers every outcome, and lets a question about an architecture that is being measured wait for that measurement. It is aborted
 * only when every caller waiting for it has aborted; rejected evaluations are not remembered.
 */
export function cached(evaluator: Evaluator, { canonical = (own) => own }: CacheOptions = {}): Evaluator {
  const finished = new Map<string, Outcome>();
  const underWay = new Map<string, UnderWay>();

  function start(key: string, representative: Architecture): UnderWay {
    const stop = new AbortController();
    const answer = evaluator.evaluate(representative, stop.signal).then((outcome) => {
      finished.set(key, outcome);
      return outcome;
    });
    const entry: UnderWay = { answer, stop, waiting: 0 };
    underWay.set(key, entry);
    const forget = () => {
      if (underWay.get(key) === entry) underWay.delete(key);
    };
    answer.then(forget, forget);
    return entry;
  }

  return {
    ...delegated(evaluator),
    async evaluate(architecture, signal) {
      signal?.throwIfAborted();
      const representative = canonical(architecture);
      const key = String.fromCharCode(...representative);
      const known = finished.get(key);
      if (known !== undefined) return forArchitecture(known, architecture);
      const entry = underWay.get(key) ?? start(key, representative);
      entry.waiting++;
      const giveUp = () => {
        if (--entry.waiting > 0) return;
        underWay.delete(key);
        entry.stop.abort(signal?.reason);
      };
      return forArchitecture(await orAborted(entry.answer, giveUp, signal), architecture);
    },
    canMeasure: (architecture) => evaluator.canMeasure?.(canonical(architecture)) ?? true,
  };
}

function forArchitecture(outcome: Outcome, architecture: Architecture): Outcome {
  return outcome.architecture === architecture ? outcome : Object.freeze({ ...outcome, architecture });
}

/** The answer, or a rejection as soon as the signal aborts (after calling `giveUp`). */
function orAborted<T>(answer: Promise<T>, giveUp: () => void, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return answer;
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason);
      giveUp();
    };
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
