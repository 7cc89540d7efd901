/** A run from its configuration to its artifact: start, stop at any moment, resume. */
import { runIdentity } from '../journal/identity.js';
import { openJournal } from '../journal/journal.js';
import { journalled } from '../journal/journalled.js';
import { replay } from '../journal/replay.js';
import type { Evaluator } from '../measurements/evaluator.js';
import type { ShrinkResult } from '../shrink/result.js';
import { shrink } from '../shrink/rounds.js';
import type { ShrinkProgress } from '../shrink/shrinker.js';
import { ShrunkSpace } from '../shrink/shrunk-space.js';
import { spaceHash } from '../shrink/space-source.js';
import { exists, writeFileAtomic } from './atomic.js';
import { type BuiltRun, buildRun } from './build.js';
import type { OnRemark } from './computing.js';
import { type Config, configText, readConfig } from './config.js';
import type { RunFolder } from './folder.js';
import { inNewFolder, inRunFolder, removeUnfinished } from './in-folder.js';
import { shrinkLabel } from './live/label.js';
import type { Teller } from './live/teller.js';
import { telling } from './live/telling.js';
import { recordedFiles } from './named-costs.js';
import { declarationIn } from './space.js';
import { VERSION } from './version.js';

/** What a caller may watch and stop. */
export interface RunHooks {
  readonly onProgress?: (progress: ShrinkProgress) => void;
  /** called once the inputs are read and the folder stands */
  readonly onStart?: (built: BuiltRun, folder: RunFolder) => void;
  /** hears in words what the user might have to act on, e.g. that no worker is there */
  readonly onRemark?: OnRemark;
  readonly signal?: AbortSignal;
}

/** A run that has ended. */
export interface FinishedRun {
  readonly folder: RunFolder;
  readonly built: BuiltRun;
  readonly shrunk: ShrunkSpace;
  /** absent where the run had ended before and nothing was left to do */
  readonly result?: ShrinkResult;
  /** evaluations that the journal already held */
  readonly replayed: number;
  /** what had to be repaired in the journal, in words */
  readonly repaired?: string;
}

/**
 * Starts a new run in a new or empty folder. Where it fails before anything was measured, nothing stays behind.
 * @throws InputError for bad input, LissnasError where evaluator or disk fail for good; the signal's reason
 */
export function startRun(config: Config, path: string, hooks: RunHooks = {}): Promise<FinishedRun> {
  const tally = new Tally();
  let stop: AbortSignal | undefined;
  return inNewFolder(path, {
    begin: async () => {
      const built = await buildRun(config, hooks.onRemark);
      return { job: built, text: configText(built.config) };
    },
    carryOut: (folder, built) =>
      telling({ folder: path, isResumed: false, hasEnded: false, signal: hooks.signal }, (teller, signal) => {
        stop = signal;
        return carryOut(folder, built, { ...hooks, signal }, tally, teller);
      }),
    isWorthKeeping: () => tally.measured > 0 || stop?.aborted === true || hooks.signal?.aborted === true,
  });
}

/**
 * Goes on with the run in a folder, to the same result as if it had never stopped.
 * @param queue another queue than that of the configuration, or null for none; the result does not depend on it
 * @throws InputError where there is none, or it has changed
 */
export function resumeRun(path: string, hooks: RunHooks = {}, queue?: string | null): Promise<FinishedRun> {
  return inRunFolder(path, async (folder) => {
    const hasEnded = await exists(folder.shrunkSpace);
    return telling({ folder: path, isResumed: true, hasEnded, signal: hooks.signal }, async (teller, signal) => {
      const { queue: usual, ...config } = await readConfig(folder.config);
      const chosen = queue === undefined ? usual : (queue ?? undefined);
      const built = await buildRun({ ...config, ...(chosen !== undefined && { queue: chosen }) }, hooks.onRemark);
      await removeUnfinished(path);
      return carryOut(folder, built, { ...hooks, signal }, new Tally(), teller);
    });
  });
}

async function carryOut(
  folder: RunFolder,
  built: BuiltRun,
  hooks: RunHooks,
  tally: Tally,
  teller: Teller,
): Promise<FinishedRun> {
  const { config, task } = built;
  const { onProgress, signal } = hooks;
  try {
    hooks.onStart?.(built, folder);
    if (await exists(folder.shrunkSpace)) {
      const shrunk = withTaskCosts(await ShrunkSpace.fromFile(folder.shrunkSpace, task.space), built);
      return { folder, built, shrunk, replayed: shrunk.data.spent };
    }
    const journal = await openJournal(folder.journal, {
      run: runIdentity({ config: withoutQueue(config), space: spaceHash(task.space), version: VERSION }),
    });
    const provenance = provenanceOf(built);
    const shrunkOf = (result: ShrinkResult) => ShrunkSpace.fromResult(result, provenance, declarationIn(config.space));
    try {
      const replayed = replay(journal.entries).spent;
      const result = await shrink({
        ...task,
        evaluator: tally.counting(journalled(teller.noting(task.evaluator), journal, task.space)),
        onProgress: (progress) => {
          const now = tally.freshen(progress);
          onProgress?.(now);
          teller.progress({ done: now.spent, total: now.evaluations, before: replayed, label: shrinkLabel(now) });
          if (now.bestMeasured !== undefined) teller.best(now.bestMeasured);
        },
        onRounds: (rounds, soFar) => teller.rounds(rounds, soFar && (() => shrunkOf(soFar()))),
        ...(signal && { signal }),
      });
      const shrunk = shrunkOf(result);
      await writeFileAtomic(folder.shrunkSpace, shrunk.pieces());
      teller.log(`${shrunk.size.toLocaleString('en-US')} architectures are kept: ${result.stop}`);
      const { repaired } = journal;
      return { folder, built, shrunk, result, replayed, ...(repaired === undefined ? {} : { repaired }) };
    } finally {
      await journal.close();
    }
  } finally {
    await task.evaluator.close?.();
  }
}

/** Who makes the evaluations is no part of a run. */
function withoutQueue({ queue: _, ...config }: Config): Config {
  return config;
}

/** With the costs that only the run's tables know, for architectures that are not members too. */
function withTaskCosts({ data }: ShrunkSpace, { task }: BuiltRun): ShrunkSpace {
  const used = [
    ...(task.limits ?? []).map(({ cost }) => cost),
    ...(task.costBins === undefined ? [] : [task.costBins.cost]),
  ];
  return new ShrunkSpace({
    ...data,
    costs: new Map([...data.costs, ...used.map((cost) => [cost.name, cost] as const)]),
  });
}

/** Counts outcomes as they come in; a round knows them only when its last one has. */
class Tally {
  measured = 0;
  #failed = 0;
  #best = Number.NEGATIVE_INFINITY;

  counting(evaluator: Evaluator): Evaluator {
    return {
      ...evaluator,
      evaluate: async (architecture, signal) => {
        const outcome = await evaluator.evaluate(architecture, signal);
        if (outcome.kind === 'failed') this.#failed++;
        if (outcome.kind === 'measured') {
          this.measured++;
          this.#best = Math.max(this.#best, outcome.accuracy);
        }
        return outcome;
      },
    };
  }

  freshen(progress: ShrinkProgress): ShrinkProgress {
    const spent = this.measured + this.#failed;
    return { ...progress, spent, ...(this.measured > 0 && { bestMeasured: this.#best }) };
  }
}

function provenanceOf({ config, task, table, costFiles }: BuiltRun) {
  const { evaluations, size, growth, rounds, limits = [], costBins } = config.shrink;
  return {
    version: VERSION,
    evaluator: task.evaluator.name,
    ...(config.command === undefined ? {} : { command: config.command }),
    ...(config.randomSeed === undefined ? {} : { randomSeed: config.randomSeed }),
    ...(table === undefined ? {} : { table: { file: table.file, sha256: table.sha256 } }),
    ...(costFiles.length === 0 ? {} : { costTables: recordedFiles(costFiles) }),
    options: {
      evaluations,
      size: size ?? null,
      growth: growth ?? 'pockets',
      rounds: rounds ?? null,
      noise: config.noise ?? 0,
      limits: limits.map(({ cost, max }) => `${cost} <= ${max}`).join(', '),
      costBins: costBins === undefined ? null : `${costBins.count} of ${costBins.cost}`,
    },
  };
}
