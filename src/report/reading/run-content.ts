/** All that the folder of a run holds, finished or not, read without changing anything in it. */
import { basename, join, resolve } from 'node:path';
import { InputError } from '../../errors.js';
import { exists } from '../../runs/atomic.js';
import { openRunFolder } from '../../runs/folder.js';
import { liveFiles } from '../../runs/live/files.js';
import { type RunStatus, readStatus } from '../../runs/live/status.js';
import { readTrainings, type TrainingLine } from '../../runs/live/training-log.js';
import { oneShotFiles } from '../../runs/one-shot/files.js';
import { readResult } from '../../runs/one-shot/read-result.js';
import type { OneShotResult } from '../../runs/one-shot/result.js';
import { seeRun } from '../../runs/state.js';
import type { Whole } from '../../shrink/audit-whole.js';
import { ShrunkSpace } from '../../shrink/shrunk-space.js';
import type { SearchSpace } from '../../spaces/space.js';
import type { RoundsFigure, RunState } from '../run-report.js';
import { type RunSummary, summarize, wholeOf } from '../run-summary.js';
import { attemptsNotedIn } from './attempt.js';
import { type SeenConfig, seeConfig } from './configuration.js';
import { evaluationsOf, type SeenEvaluation, seeEvaluations } from './evaluations.js';
import { type Judging, judgingOf } from './judging.js';
import { forImages, type SeenSpace, seeInput, seeNamedSpace, seeShrunkSpace } from './space.js';

type ReportedRounds = RoundsFigure['rounds'];

/** What is known of a run. */
export interface RunContent {
  /** full path */
  readonly folder: string;
  readonly name: string;
  readonly state: RunState;
  /** one sentence where something is wrong */
  readonly problem?: string;
  /** why something that the run has used could not be read now, one sentence each */
  readonly notes: readonly string[];
  readonly config: SeenConfig;
  /** absent where it is not known, because the run is damaged or a module makes the space */
  readonly space?: SeenSpace;
  readonly evaluations: readonly SeenEvaluation[];
  readonly judging?: Judging;
  readonly shrunk?: ShrunkSpace;
  /** whether `shrunk` is only what a shrink that goes on has come to: the space of its latest round */
  readonly isSoFar: boolean;
  /** those that have ended */
  readonly rounds: ReportedRounds;
  readonly summary?: RunSummary;
  /** the true accuracies of the whole space within the limits, where there is a shrunk space to compare with them */
  readonly whole?: Whole;
  readonly status?: RunStatus;
  readonly trainings: readonly TrainingLine[];
  /** of a one-shot run that has ended */
  readonly result?: OneShotResult;
}

/**
 * Reads a run.
 * @param given the space, needed only where a module makes it: a module that a run names is never run for this
 * @throws InputError where the folder is that of no run
 */
export async function seeContent(folder: string, given?: SearchSpace): Promise<RunContent> {
  const problems: string[] = [];
  const notes: string[] = [];
  const [required, optional] = [attemptsNotedIn(problems), attemptsNotedIn(notes)];
  await checkIsRun(folder);
  await required(() => openRunFolder(folder));
  const config = await seeConfig(folder, required);
  const files = oneShotFiles(folder);
  const status = readStatus(folder);

  const found =
    (await required(() => seeShrunkSpace(join(folder, 'shrunk-space.json'), given))) ??
    (await optional(() => seeShrunkSpace(liveFiles(folder).soFar, given)));
  const seen = found ?? (await required(() => seeNamedSpace(config, given)));
  const space = seen && (await withImages(folder, config, seen, optional));
  const judging = space && (await judgingOf(config, space.space, found?.shrunk, optional));
  const shrunk = found && judging && withCosts(found.shrunk, judging);

  const isSoFar = shrunk?.data.stop === 'not finished';
  const rounds = roundsOf(shrunk, status);
  let evaluations: readonly SeenEvaluation[] = shrunk === undefined ? [] : evaluationsOf(shrunk.data);
  if (shrunk === undefined || isSoFar) {
    const journal = config.kind === 'shrink' ? join(folder, 'journal.ndjson') : files.journal('shrink');
    const ends = status && rounds.map(({ spent }) => spent);
    await required(() =>
      seeEvaluations(journal, space?.space, ends, (sound) => {
        evaluations = sound;
      }),
    );
  }
  const result = (await exists(files.result)) ? await required(() => readResult(files.result)) : undefined;
  const truth = space?.isWhole ? judging?.truth : undefined;
  const whole = shrunk && truth && (await optional(() => wholeOf(shrunk, truth)));
  const state = (await required(() => seeRun(folder, config.kind)))?.state ?? 'damaged';
  const problem = problems[0] ?? (state === 'failed' ? status?.problem : undefined);
  return {
    ...{ folder: resolve(folder), name: basename(resolve(folder)), notes, config, evaluations, isSoFar, rounds },
    state: problems.length > 0 ? 'damaged' : state,
    trainings: readTrainings(folder),
    ...(problem !== undefined && { problem }),
    ...(space && { space }),
    ...(judging && { judging }),
    ...(shrunk && { shrunk, summary: summarize(shrunk, whole) }),
    ...(whole && { whole }),
    ...(status && { status }),
    ...(result && { result }),
  };
}

/** The rounds of a shrink: those of its result, or of one that goes on those of whichever file knows more. */
function roundsOf(shrunk: ShrunkSpace | undefined, status: RunStatus | undefined): ReportedRounds {
  const kept =
    shrunk?.data.rounds.map(({ spent, size, border, sampledMean }) => ({
      ...{ spent, size: String(size), border },
      ...(sampledMean && { mean: sampledMean }),
    })) ?? [];
  const told = status?.rounds?.map(({ mean, ...round }) => ({ ...round, ...(mean && { mean }) })) ?? [];
  const isFinal = shrunk !== undefined && shrunk.data.stop !== 'not finished';
  return isFinal || told.length < kept.length ? kept : told;
}

/** A folder with neither of the files that every run begins with is none. */
async function checkIsRun(folder: string): Promise<void> {
  const isRun = await Promise.all(['run.json', 'config.yaml'].map((name) => exists(join(folder, name))));
  if (isRun.includes(true)) return;
  if (!(await exists(folder))) throw new InputError('there is no such folder', { file: folder });
  throw new InputError('holds no run: neither run.json nor config.yaml is in it', { file: folder });
}

/** The costs of a one-shot run are those for its images. */
async function withImages(
  folder: string,
  { oneShot, kind }: SeenConfig,
  seen: SeenSpace,
  attempt: ReturnType<typeof attemptsNotedIn>,
): Promise<SeenSpace> {
  if (kind === 'shrink') return seen;
  const input = oneShot && (await seeInput(folder, oneShot, seen.space, attempt));
  const space = await attempt(() => forImages(seen.space, input));
  return { ...seen, space: space ?? forImages(seen.space, undefined) };
}

/** With the costs that only the run's tables know, for architectures that are not members too. */
function withCosts({ data }: ShrunkSpace, { costs }: Judging): ShrunkSpace {
  return new ShrunkSpace({
    ...data,
    costs: new Map([...data.costs, ...costs.map((cost) => [cost.name, cost] as const)]),
  });
}
