/** The stages of a one-shot run, each of which can be repeated at no cost: what was evaluated stands in the stage's own journal. */
import { mkdir } from 'node:fs/promises';
import { InputError } from '../../errors.js';
import { failed, measured } from '../../evaluators/outcomes.js';
import { sharedWeights } from '../../evaluators/shared-weights.js';
import { runIdentity } from '../../journal/identity.js';
import { openJournal } from '../../journal/journal.js';
import { journalled } from '../../journal/journalled.js';
import { replay } from '../../journal/replay.js';
import { evaluateAll } from '../../measurements/evaluate-all.js';
import type { Evaluator } from '../../measurements/evaluator.js';
import type { Outcome } from '../../measurements/measurement.js';
import { searchers } from '../../search/index.js';
import type { SearchRegion } from '../../search/region.js';
import { type SearchResult, search } from '../../search/search.js';
import type { ShrinkResult } from '../../shrink/result.js';
import { shrink } from '../../shrink/rounds.js';
import { ShrunkSpace } from '../../shrink/shrunk-space.js';
import type { Architecture } from '../../spaces/space.js';
import { DivergedError } from '../../supernet/diverged.js';
import type { TrainedNetwork } from '../../supernet/standalone.js';
import type { Supernet } from '../../supernet/supernet.js';
import { exists, writeFileAtomic } from '../atomic.js';
import type { RunFolder } from '../folder.js';
import { recordedFiles } from '../named-costs.js';
import { declarationIn } from '../space.js';
import { VERSION } from '../version.js';
import type { OneShot } from './build.js';
import type { OneShotFiles } from './files.js';
import { scratchWork, trainFromScratch } from './scratch.js';
import type { SupernetTraining, SupernetTrainings } from './supernet-trainings.js';
import type { Watch } from './watch.js';

/** What all stages share. */
export interface StageContext {
  readonly run: OneShot;
  readonly folder: RunFolder;
  readonly files: OneShotFiles;
  readonly trainings: SupernetTrainings;
  readonly watch: Watch;
  readonly signal: AbortSignal | undefined;
}

/** Work of evaluating one subnet. */
export function evaluationWork({ config, images }: OneShot): number {
  const { calibrationBatches, calibrationSize } = config.evaluation;
  return calibrationBatches * calibrationSize + images.validationCount;
}

/** Shrinks the whole space by the supernet as a training has left it. @throws InputError where another run's shrunk space is in the folder */
export async function shrinkBy(context: StageContext, training: SupernetTraining): Promise<ShrunkSpace> {
  const { run, folder, signal, watch } = context;
  const { space, limits, random, config } = run;
  const { evaluations, size, growth, rounds, costBins } = config.shrink;
  if (await exists(folder.shrunkSpace)) {
    watch.skip(evaluations * evaluationWork(run));
    const known = await ShrunkSpace.fromFile(folder.shrunkSpace, space);
    watch.teller.rounds(known.data.rounds);
    if (known.data.provenance.options?.run === run.identity) return known;
    throw new InputError('is the shrunk space of another run; delete it and resume', { file: folder.shrunkSpace });
  }
  const provenance = {
    version: VERSION,
    evaluator: `supernet after ${training.name}`,
    randomSeed: config.randomSeed,
    ...(run.costFiles.length > 0 && { costTables: recordedFiles(run.costFiles) }),
    options: {
      ...{ evaluations, size: size ?? null, growth: growth ?? 'pockets', rounds: rounds ?? null },
      run: run.identity,
    },
    ...(config.command === undefined ? {} : { command: config.command }),
  };
  const shrunkOf = (result: ShrinkResult) => ShrunkSpace.fromResult(result, provenance, declarationIn(config.space));
  const result = await withJournal(context, 'shrink', bySupernet(context, training, 'shrinking'), (evaluator) =>
    shrink({
      ...{ space, evaluator, evaluations, limits, random: random.split('shrink') },
      ...(size !== undefined && { size }),
      ...(growth !== undefined && { growth }),
      ...(rounds !== undefined && { rounds }),
      ...(costBins !== undefined && { costBins: { cost: run.costNamed(costBins.cost), count: costBins.count } }),
      onProgress: ({ bestMeasured }) => {
        if (bestMeasured !== undefined) watch.teller.best(bestMeasured);
      },
      onRounds: (rounds, soFar) => watch.teller.rounds(rounds, soFar && (() => shrunkOf(soFar()))),
      ...(signal && { signal }),
    }),
  );
  const shrunk = shrunkOf(result);
  await writeFileAtomic(folder.shrunkSpace, shrunk.pieces());
  return shrunk;
}

/** Accuracies of architectures by the supernet as a training has left it; null where one failed. */
export async function evaluateBy(
  context: StageContext,
  stage: string,
  training: SupernetTraining,
  architectures: readonly Architecture[],
): Promise<(number | null)[]> {
  const outcomes = await withJournal(
    context,
    stage,
    bySupernet(context, training, 'judging the references'),
    (evaluator) =>
      evaluateAll(evaluator, architectures, context.signal === undefined ? {} : { signal: context.signal }),
  );
  return outcomes.map(accuracyOf);
}

/** Searches a region by the supernet as a training has left it. */
export function searchBy(
  context: StageContext,
  stage: string,
  training: SupernetTraining,
  region: SearchRegion,
  evaluations: number,
): Promise<SearchResult> {
  const { config, random, searchCost } = context.run;
  const { searcher } = config.search;
  const costOf = searchCost && (({ architecture }: { architecture: Architecture }) => searchCost.of(architecture));
  return withJournal(context, stage, bySupernet(context, training, 'searching'), (evaluator) =>
    search({
      ...{ region, searcher: searchers[searcher].make(costOf), evaluator, evaluations, random: random.split(stage) },
      ...(costOf && { cost: costOf }),
      ...(context.signal && { signal: context.signal }),
    }),
  );
}

/**
 * Test accuracies of architectures trained from scratch; null where training diverged.
 * @param onTrained called with each network that was trained now, before its result counts
 */
export async function trainAll(
  context: StageContext,
  architectures: readonly Architecture[],
  onTrained: (architecture: Architecture, trained: TrainedNetwork) => Promise<void>,
): Promise<(number | null)[]> {
  const { run, files, watch, signal } = context;
  const name = `${run.space.name} trained from scratch`;
  const evaluator: Evaluator = {
    name,
    concurrency: 1,
    async evaluate(architecture) {
      try {
        const trained = await trainFromScratch(run, architecture, files, watch, signal);
        await onTrained(architecture, trained);
        const text = run.space.format(architecture);
        watch.teller.log(`trained ${text} from scratch: ${trained.accuracy.toFixed(2)} % of the test images`);
        return measured(architecture, trained.accuracy, name);
      } catch (error) {
        if (error instanceof DivergedError) return failed(architecture, error.message);
        throw error;
      }
    },
  };
  const outcomes = await withJournal(
    context,
    'scratch',
    evaluator,
    (journalling) => evaluateAll(journalling, architectures, signal === undefined ? {} : { signal }),
    scratchWork(run),
  );
  return outcomes.map(accuracyOf);
}

/** The supernet is put into the state of the training when the first architecture is really to be evaluated. */
function bySupernet(context: StageContext, training: SupernetTraining, doing: string): Evaluator {
  const { run, trainings } = context;
  const step = trainings.totalSteps(training);
  let judge: Evaluator | undefined;
  return {
    name: `supernet of ${run.space.name} at step ${step}`,
    concurrency: 1,
    async evaluate(architecture, signal) {
      judge ??= judgedBySupernet(context, await trainings.after(training), step, doing);
      return judge.evaluate(architecture, signal);
    },
  };
}

/** Judges by the supernet as it stands, with progress. */
export function judgedBySupernet(
  { run, watch }: StageContext,
  supernet: Supernet,
  step: number,
  doing: string,
): Evaluator {
  const evaluator = sharedWeights(supernet, { step, evaluation: run.config.evaluation });
  const work = evaluationWork(run);
  let count = 0;
  return {
    ...evaluator,
    async evaluate(architecture, signal) {
      const outcome = await evaluator.evaluate(architecture, signal);
      watch.did(work, `${doing}: ${++count} subnets evaluated by the supernet`);
      return outcome;
    },
  };
}

/** Runs `use` with an evaluator that never pays twice. @param work that each evaluation in the journal saves */
async function withJournal<T>(
  context: StageContext,
  stage: string,
  evaluator: Evaluator,
  use: (evaluator: Evaluator) => Promise<T>,
  work: number = evaluationWork(context.run),
): Promise<T> {
  const { run, files, watch } = context;
  await mkdir(files.journals, { recursive: true });
  const journal = await openJournal(files.journal(stage), { run: runIdentity({ run: run.identity, stage }) });
  try {
    watch.skip(replay(journal.entries).spent * work);
    return await use(journalled(watch.teller.noting(evaluator), journal, run.space));
  } finally {
    await journal.close();
  }
}

function accuracyOf(outcome: Outcome): number | null {
  return outcome.kind === 'measured' ? outcome.accuracy : null;
}
