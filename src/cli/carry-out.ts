/** Carrying out a run from the command line: progress, Ctrl-C, and the report at the end. */
import { existsSync } from 'node:fs';
import { InputError, LissnasError } from '../errors.js';
import { colors } from '../report/colors.js';
import { summarize, wholeOf } from '../report/run-summary.js';
import type { BuiltRun } from '../runs/build.js';
import type { RunFolder } from '../runs/folder.js';
import { StoppedByFile } from '../runs/live/control.js';
import { shrinkLabel } from '../runs/live/label.js';
import type { FinishedOneShot, OneShotRunHooks } from '../runs/one-shot/run.js';
import type { FinishedRun, RunHooks } from '../runs/run.js';
import { printOneShot } from './one-shot-output.js';
import { type Progress, startProgress } from './progress.js';
import { reportAtEnd } from './report.js';
import { printRun } from './run-output.js';
import { Advised, interruptSignal, remark, say, sayJson } from './terminal.js';

/** How a run is told. */
export interface Telling {
  readonly json?: true;
  readonly verbose?: true;
}

/** Runs `go` with progress and prints the result; where it is stopped or fails, says how to go on. */
export async function carryOut(telling: Telling, go: (hooks: RunHooks) => Promise<FinishedRun>): Promise<void> {
  const run = await watched(telling, ({ signal, progress, started }) =>
    go({
      signal,
      onStart: (built, folder) => {
        started(folder);
        for (const line of remarks(built)) remark(line);
      },
      onProgress: (now) => progress.update(now.spent, now.evaluations, shrinkLabel(now)),
      onRemark: (text) => {
        progress.end();
        remark(text);
      },
    }),
  );
  const summary = summarize(run.shrunk, run.built.truth && wholeOf(run.shrunk, run.built.truth));
  const report = await reportAtEnd(run.folder.path, run.built.task.space);
  if (telling.json)
    sayJson({ folder: run.folder.path, shrunkSpace: run.folder.shrunkSpace, replayed: run.replayed, ...summary });
  else {
    printRun(run, summary);
    sayReport(report);
  }
}

/** The same for a run that trains a supernet. */
export async function carryOutOneShot(
  telling: Telling,
  go: (hooks: OneShotRunHooks) => Promise<FinishedOneShot>,
): Promise<void> {
  const finished = await watched(telling, ({ signal, progress, started }) =>
    go({ signal, onStart: started, onProgress: ({ done, total, label }) => progress.update(done, total, label) }),
  );
  const report = await reportAtEnd(finished.folder.path, finished.run.space);
  if (telling.json) sayJson({ folder: finished.folder.path, ...finished.result });
  else {
    printOneShot(finished);
    sayReport(report);
  }
}

function sayReport(file: string | undefined): void {
  if (file !== undefined) say(`\nThe report, for a browser:  ${colors.bold(file)}`);
}

interface Watching {
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** to be told which folder the run is in */
  readonly started: (folder: RunFolder) => void;
}

async function watched<Finished>(
  { verbose }: Telling,
  go: (watching: Watching) => Promise<Finished>,
): Promise<Finished> {
  const signal = interruptSignal();
  const progress = startProgress(verbose);
  let folder: RunFolder | undefined;
  const started = (own: RunFolder) => {
    folder = own;
  };
  try {
    return await go({ signal, progress, started });
  } catch (error) {
    progress.end();
    const known = folder as RunFolder | undefined;
    if (known === undefined || !existsSync(known.config) || (error instanceof InputError && known.existed)) throw error;
    throw new Advised(adviceOn(error, known, signal.aborted), error);
  } finally {
    progress.end();
  }
}

function adviceOn(error: unknown, { path, config }: RunFolder, isStopped: boolean): string {
  if (error instanceof LissnasError && error.code === 'diverged') {
    return `The last good checkpoint is kept, but to resume would end the same way. Change a copy of ${config}, and run it in another folder.`;
  }
  if (error instanceof StoppedByFile) return `Nothing is lost. Go on with:  lissnas resume ${path}`;
  const state = isStopped ? 'Stopped; nothing is lost.' : 'What was measured is kept.';
  return `${state} Go on with:  lissnas resume ${path}`;
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
