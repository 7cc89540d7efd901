/** Carrying out a run from the command line: progress, Ctrl-C, and the report at the end. */
import { summarize } from '../report/run-summary.js';
import type { BuiltRun } from '../runs/build.js';
import type { RunFolder } from '../runs/folder.js';
import type { FinishedRun, RunHooks } from '../runs/run.js';
import type { ShrinkProgress } from '../shrink/shrinker.js';
import { startProgress } from './progress.js';
import { printRun } from './run-output.js';
import { interruptSignal, remark, sayJson } from './terminal.js';

/** Runs `go` with progress and prints the result; on Ctrl-C says how to resume. */
export async function carryOut(json: boolean, go: (hooks: RunHooks) => Promise<FinishedRun>): Promise<void> {
  const signal = interruptSignal();
  const progress = startProgress(!json && process.stderr.isTTY === true);
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
    if (signal.aborted && folder !== undefined)
      remark(`Stopped; nothing is lost. Go on with:  lissnas resume ${folder.path}`);
    throw error;
  }
}

function remarks({ notes, surrogate }: BuiltRun): string[] {
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
  const what =
    step === 'measure'
      ? `measured ${spent} of ${evaluations}${bestMeasured === undefined ? '' : `, best ${bestMeasured.toFixed(2)}`}`
      : step === 'fit'
        ? 'fitting the predictor'
        : `growing pockets${members === undefined ? '' : `: ${members}`}`;
  return `round ${round} of ${rounds}: ${what};`;
}
