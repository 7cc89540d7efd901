/** A wrapper that bounds how many evaluations are under way at once. */
import type { Evaluator } from '../measurements/evaluator.js';
import { delegated } from './delegated.js';

export { type EvaluateAllOptions, evaluateAll } from '../measurements/evaluate-all.js';

/** At most `n` evaluations of `evaluator` under way at once; the others wait their turn, first come first served. */
export function concurrent(evaluator: Evaluator, n: number): Evaluator {
  if (!(Number.isInteger(n) && n >= 1))
    throw new RangeError(`${n} evaluations at once: a whole number from 1 is needed`);
  const waiting: (() => void)[] = [];
  let underWay = 0;

  async function turn(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (underWay < n) {
      underWay++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const abort = () => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(signal?.reason);
      };
      const enter = () => {
        signal?.removeEventListener('abort', abort);
        resolve(); // the place is handed over, so `underWay` stays
      };
      signal?.addEventListener('abort', abort, { once: true });
      waiting.push(enter);
    });
  }

  return {
    ...delegated(evaluator),
    concurrency: n,
    async evaluate(architecture, signal) {
      await turn(signal);
      try {
        return await evaluator.evaluate(architecture, signal);
      } finally {
        const next = waiting.shift();
        if (next === undefined) underWay--;
        else next();
      }
    },
  };
}
