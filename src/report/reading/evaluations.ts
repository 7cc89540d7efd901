/** The evaluations of a run in their order: from its shrunk space, or from its journal while it has none. */

import { LissnasError } from '../../errors.js';
import { seeJournal } from '../../journal/read-only.js';
import { replay } from '../../journal/replay.js';
import type { ShrunkSpaceData } from '../../shrink/shrunk-space-data.js';
import type { Codes, SearchSpace } from '../../spaces/space.js';

/** One evaluation. */
export interface SeenEvaluation {
  readonly codes: Codes;
  /** percent; NaN where it failed */
  readonly accuracy: number;
  /** the round that asked for it, from 0; -1 where not known */
  readonly round: number;
  /** as the evaluator told them */
  readonly costs: Readonly<Record<string, number>>;
  /** why it failed */
  readonly reason?: string;
}

/**
 * Round by round, what failed behind what was measured: which of a round's evaluations came first is not kept. What was asked for after the
 * round that is kept has the round behind it.
 */
export function evaluationsOf({ rounds, measurements, failures }: ShrunkSpaceData): SeenEvaluation[] {
  const evaluations: SeenEvaluation[] = [];
  let measured = 0;
  let failed = 0;
  const take = (round: number, untilMeasured: number, untilFailed: number) => {
    for (; measured < untilMeasured; measured++) {
      const { architecture, accuracy, costs } = measurements[measured]!;
      evaluations.push({ codes: architecture, accuracy, round, costs });
    }
    for (; failed < untilFailed; failed++) {
      const { architecture, reason } = failures[failed]!;
      evaluations.push({ codes: architecture, accuracy: Number.NaN, round, costs: {}, reason });
    }
  };
  rounds.forEach(({ measured: known, spent }, round) => {
    take(round, Math.min(known, measurements.length), Math.min(spent - known, failures.length));
  });
  take(rounds.length, measurements.length, failures.length);
  return evaluations;
}

/**
 * The evaluations that a journal holds, each architecture once. What the journal of a run that goes on has not got yet is not damage.
 * @param space where it is known; without it an evaluation has the codes that stand in the journal
 * @param roundEnds how many were spent by the end of each round so far, where that is known
 * @throws LissnasError, after `found` was given what is sound, where the journal is damaged or of another space
 */
export async function seeEvaluations(
  journal: string,
  space: SearchSpace | undefined,
  roundEnds: readonly number[] | undefined,
  found: (evaluations: SeenEvaluation[]) => void,
): Promise<void> {
  const seen = await seeJournal(journal);
  const evaluations: SeenEvaluation[] = [];
  found(evaluations);
  if (seen === undefined) return;
  for (const [key, outcome] of replay(seen.entries).finished) {
    if (outcome.kind === 'unavailable') continue;
    const round = roundOf(evaluations.length, roundEnds);
    const codes = key.split('.').map(Number);
    const checked = space?.architecture(codes) ?? codes;
    evaluations.push(
      outcome.kind === 'measured'
        ? { codes: checked, accuracy: outcome.accuracy, round, costs: outcome.costs }
        : { codes: checked, accuracy: Number.NaN, round, costs: {}, reason: outcome.reason },
    );
  }
  if (seen.damage !== undefined) throw new LissnasError('journal', seen.damage);
}

/** A round begins when all of the round before have ended. */
function roundOf(index: number, roundEnds: readonly number[] | undefined): number {
  if (roundEnds === undefined) return -1;
  const round = roundEnds.findIndex((end) => index < end);
  return round < 0 ? roundEnds.length : round;
}
