/** A run that tells how it goes on. */
import type { Evaluator } from '../../measurements/evaluator.js';
import type { Round } from '../../shrink/result.js';
import type { ShrunkSpace } from '../../shrink/shrunk-space.js';
import { FailureCount } from './failure-count.js';
import { type LogLine, RunLog, readLog } from './log.js';
import { SoFarFile } from './so-far.js';
import { type RunStatus, readStatus, STATUS_FORMAT, type StatusRound, writeStatus } from './status.js';
import { type LearnedStep, TrainingLog } from './training-log.js';

const STATUS_EVERY_MS = 1000;
/** Share of its work that a process must have done before the time left is worth an estimate. */
const LEAST_SHARE = 0.01;

/** How much is done. */
export interface ToldProgress {
  /** by all processes together, in any unit */
  readonly done: number;
  readonly total: number;
  /** how much of `done` earlier processes have done */
  readonly before: number;
  readonly label: string;
}

/** Told by a run what it does; whatever becomes of that, the run never notices. */
export interface Teller {
  progress(progress: ToldProgress): void;
  log(text: string, level?: LogLine['level']): void;
  /**
   * @param rounds all so far
   * @param soFar makes the shrunk space of the last one, where that is listed; called only where it is needed
   */
  rounds(rounds: readonly Round[], soFar?: () => ShrunkSpace): void;
  /** @param accuracy the best so far */
  best(accuracy: number): void;
  learned(step: LearnedStep): void;
  /** The same evaluator, whose failures are told of: each reason once, and counted. */
  noting(evaluator: Evaluator): Evaluator;
  /** The run leaves off, in the state that stands from now on. @param problem one sentence */
  leave(state: RunStatus['state'], problem?: string): void;
}

/** Tells nobody. */
export const silentTeller: Teller = {
  progress: () => {},
  log: () => {},
  rounds: () => {},
  best: () => {},
  learned: () => {},
  noting: (evaluator) => evaluator,
  leave: () => {},
};

/** Tells by the files in a run's folder. */
export class FolderTeller implements Teller {
  readonly #folder: string;
  readonly #log: RunLog;
  readonly #trainings: TrainingLog;
  readonly #soFar: SoFarFile;
  readonly #failures: FailureCount;
  readonly #started = performance.now();
  readonly #roundsTold: Set<string>; // a resumed run comes by its rounds again
  #status: RunStatus;
  #written = Number.NEGATIVE_INFINITY; // when, by the same clock
  #due: NodeJS.Timeout | undefined;

  /** Goes on with the files that are there. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#log = new RunLog(folder);
    this.#trainings = new TrainingLog(folder);
    this.#soFar = new SoFarFile(folder);
    this.#failures = new FailureCount((text) => this.log(text, 'warning'));
    this.#roundsTold = new Set(readLog(folder).flatMap(({ text }) => (text.startsWith('round ') ? text : [])));
    const before = readStatus(folder);
    const now = new Date().toISOString();
    this.#status = {
      ...{ format: STATUS_FORMAT, state: 'running', label: 'reading the inputs' },
      ...{ done: before?.done ?? 0, total: before?.total ?? 0, secondsLeft: null },
      ...{ began: before?.began ?? now, updated: now },
    };
    this.#write();
    this.#written = Number.NEGATIVE_INFINITY; // the first progress is told at once
  }

  progress({ done, total, before, label }: ToldProgress): void {
    const worked = done - before;
    const all = total - before;
    const seconds = (performance.now() - this.#started) / 1000;
    const isKnown = worked > 0 && worked >= LEAST_SHARE * all;
    const secondsLeft = isKnown ? Math.round((seconds * Math.max(0, all - worked)) / worked) : null;
    this.#status = { ...this.#status, ...{ done, total, secondsLeft, label } };
    this.#writeSoon();
  }

  log(text: string, level: LogLine['level'] = 'info'): void {
    this.#log.add(level, text);
  }

  rounds(rounds: readonly Round[], soFar?: () => ShrunkSpace): void {
    const before = this.#status.rounds?.length ?? 0;
    const told = rounds.map(toldRound);
    for (const [index, round] of told.entries()) {
      this.#tellOnce(roundText(index, round));
      if (round.mean !== undefined) this.#tellOnce(meanText(index, round.mean));
    }
    if (told.length < before) this.#tellOnce(`round ${before} is taken back, as it was no improvement`);
    this.#status = { ...this.#status, rounds: told };
    if (soFar !== undefined) this.#soFar.replace(soFar);
    this.#writeSoon();
  }

  best(accuracy: number): void {
    this.#status = { ...this.#status, best: accuracy };
    this.#writeSoon();
  }

  learned(step: LearnedStep): void {
    this.#trainings.add(step);
  }

  noting(evaluator: Evaluator): Evaluator {
    return {
      ...evaluator,
      evaluate: async (architecture, signal) => {
        const outcome = await evaluator.evaluate(architecture, signal);
        if (outcome.kind === 'failed') this.#failures.add(outcome.reason);
        return outcome;
      },
    };
  }

  leave(state: RunStatus['state'], problem?: string): void {
    this.#failures.tellCounts();
    this.#soFar.leave(state === 'ended');
    const { problem: _, ...status } = this.#status;
    const { done, total } = status;
    this.#status = {
      ...status,
      ...{ state, secondsLeft: null },
      ...(state === 'ended' && { done: Math.max(done, total), label: 'ended' }),
      ...(problem !== undefined && { problem }),
    };
    this.log(problem === undefined ? state : `${state}: ${problem}`, state === 'failed' ? 'error' : 'info');
    this.#write();
  }

  #tellOnce(text: string): void {
    if (this.#roundsTold.has(text)) return;
    this.#roundsTold.add(text);
    this.log(text);
  }

  #writeSoon(): void {
    const wait = this.#written + STATUS_EVERY_MS - performance.now();
    if (wait <= 0) this.#write();
    else if (this.#due === undefined) {
      this.#due = setTimeout(() => this.#write(), wait);
      this.#due.unref();
    }
  }

  #write(): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    this.#written = performance.now();
    this.#status = { ...this.#status, updated: new Date().toISOString() };
    writeStatus(this.#folder, this.#status);
  }
}

function toldRound({ spent, size, border, sampledMean }: Round): StatusRound {
  return { spent, size: String(size), border, ...(sampledMean !== undefined && { mean: { ...sampledMean } }) };
}

function roundText(index: number, { spent, size, border }: StatusRound): string {
  const kept = BigInt(size).toLocaleString('en-US');
  return `round ${index + 1}: after ${spent} evaluations ${kept} architectures are kept, predicted at ${border.toFixed(2)} or better`;
}

function meanText(index: number, { mean, low, high, n }: NonNullable<StatusRound['mean']>): string {
  const interval = `${low.toFixed(2)} to ${high.toFixed(2)}`;
  return `round ${index + 1}: mean accuracy ${mean.toFixed(2)} (95 %: ${interval}) of ${n} fresh samples of what it keeps`;
}
