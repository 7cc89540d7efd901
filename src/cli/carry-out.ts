/** Carrying out a run from the command line: progress, Ctrl-C, and the report at the end. */
import { existsSync } from 'node:fs';
import { InputError } from '../errors.js';
import { summarize } from '../report/run-summary.js';
import { count } from '../report/text.js';
import type { BuiltRun } from '../runs/build.js';
import type { RunFolder } from '../runs/folder.js';
import type { FinishedRun, RunHooks } from '../runs/run.js';
import type { ShrinkProgress } from '../shrink/shrinker.js';
import { startProgress } from './progress.js';
import { printRun } from './run-output.js';
import { Advised, interruptSignal, remark, sayJson } from './terminal.js';

/** How a run is told. */
export interface Telling {
  readonly json?: true;
  readonly verbose?: true;
}

/** Runs `go` with progress and prints the result; where it is stopped or fails, says how to go on. */
export async function carryOut(
  { json, verbose }: Telling,
  go: (hooks: RunHooks) => Promise<FinishedRun>,
): Promise<void> {
  const signal = interruptSignal();
  const progress = startProgress(verbose);
  let folder: RunFolder | undefined;
  try {
    const run = await go({
      signal,
      onStart: (built, started) => {
        folder = started;
        for (const line of remarks(built)) remark(line);
      },
      onProgress: (now) => progress.update(now.spent, now.evaluations, label(now)),
    });
    progress.end();
    const summary = summarize(run.shrunk, run.built.truth);
    if (json)
      sayJson({ folder: run.folder.path, shrunkSpace: run.folder.shrunkSpace, replayed: run.replayed, ...summary });
    else printRun(run, summary);
  } catch (error) {
    progress.end();
    if (folder === undefined || !existsSync(folder.config) || (error instanceof InputError && folder.existed))
      throw error;
    const state = signal.aborted ? 'Stopped; nothing is lost.' : 'What was measured is kept.';
    throw new Advised(`${state} Go on with:  lissnas resume ${folder.path}`, error);
  }
}

/** What a user should know about what was read, and how good a surrogate is. */
export function remarks({ notes, surrogate }: Pick<BuiltRun, 'notes' | 'surrogate'>): string[] {
  const fitted =
    surrogate === undefined
      ? []
      : [
          `Surrogate fitted on ${surrogate.rows} networks: cross-validated R2 ${surrogate.r2.toFixed(3)}, ` +
            `Kendall tau ${surrogate.kendallTau.toFixed(3)}, error ${surrogate.rmse.toFixed(2)}`,
        ];
  return [...notes, ...fitted];
}

function label({ round, rounds, step, spent, evaluations, members, bestMeasured }: ShrinkProgress): string {
  const best = bestMeasured === undefined ? '' : `, best ${bestMeasured.toFixed(2)}`;
  const detail = members === undefined ? '' : ` (${count(members)} so far)`;
  const what = { measure: 'measuring', fit: 'fitting the predictor', grow: `growing pockets${detail}` }[step];
  return `round ${round} of ${rounds}, ${what}: ${spent} of ${evaluations} evaluations${best}`;
}
