/** An evaluator that never pays for the same architecture twice, not even after a crash. */
import type { Evaluator } from '../measurements/evaluator.js';
import type { Outcome } from '../measurements/measurement.js';
import type { Architecture, SearchSpace } from '../spaces/space.js';
import { architectureKey, type FinishedOutcome } from './entry.js';
import type { Journal } from './journal.js';
import { replay } from './replay.js';

/**
 * Answers what the journal knows, evaluates everything else, and writes each outcome to the journal before handing it out.
 * An evaluation that is aborted or rejected leaves no entry. Closing it closes the evaluator; the journal stays open.
 */
export function journalled(
  evaluator: Evaluator,
  journal: Pick<Journal, 'entries' | 'append'>,
  space: SearchSpace,
): Evaluator {
  const finished = new Map(replay(journal.entries).finished);
  const underWay = new Map<string, Promise<FinishedOutcome>>();

  async function measure(key: string, architecture: Architecture, signal?: AbortSignal): Promise<FinishedOutcome> {
    const { architecture: _, ...outcome } = await evaluator.evaluate(architecture, signal);
    await journal.append({ kind: 'evaluation', key, outcome });
    finished.set(key, outcome);
    return outcome;
  }

  return {
    name: evaluator.name,
    concurrency: evaluator.concurrency,
    async evaluate(codes, signal) {
      const architecture = space.architecture(codes);
      const key = architectureKey(architecture);
      const known = finished.get(key);
      if (known !== undefined) return withArchitecture(known, architecture);
      let answer = underWay.get(key);
      if (answer === undefined) {
        answer = measure(key, architecture, signal).finally(() => underWay.delete(key));
        underWay.set(key, answer);
      }
      return withArchitecture(await answer, architecture);
    },
    canMeasure(architecture) {
      const known = finished.get(architectureKey(architecture));
      return known === undefined ? (evaluator.canMeasure?.(architecture) ?? true) : known.kind !== 'unavailable';
    },
    close: async () => evaluator.close?.(),
  };
}

function withArchitecture(outcome: FinishedOutcome, architecture: Architecture): Outcome {
  return Object.freeze({ ...outcome, architecture });
}
