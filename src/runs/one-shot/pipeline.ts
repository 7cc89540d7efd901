/** A one-shot run, from the supernet's first step to the exported network: warm up, shrink, train on inside, search, train the best from scratch. */

import { meanInterval } from '../../math/statistics.js';
import type { Measurement } from '../../measurements/measurement.js';
import { membersRegion, type SearchRegion } from '../../search/region.js';
import type { ShrunkSpace } from '../../shrink/shrunk-space.js';
import { ArchitectureSet } from '../../spaces/architecture-set.js';
import type { Architecture } from '../../spaces/space.js';
import { wholeRegion } from '../../supernet/path-region.js';
import { exists, writeFileAtomic } from '../atomic.js';
import type { RunFolder } from '../folder.js';
import { silentTeller, type Teller } from '../live/teller.js';
import { VERSION } from '../version.js';
import { baselineNames, shrinkByBaseline } from './baselines.js';
import { biggest } from './biggest.js';
import type { OneShot } from './build.js';
import { oneShotFiles } from './files.js';
import { saveWeights, writeNetworkFiles } from './network-files.js';
import { type FoundResult, type OneShotResult, RESULT_FORMAT, rankingOf, type ScratchResult } from './result.js';
import { forgetScratch, scratchWork, trainFromScratch } from './scratch.js';
import { evaluateBy, evaluationWork, type StageContext, searchBy, shrinkBy, trainAll } from './stages.js';
import { insideTraining, type SupernetTraining, SupernetTrainings, warmUpTraining } from './supernet-trainings.js';
import { type OneShotProgress, Watch } from './watch.js';

/** What a caller may watch and stop. */
export interface OneShotHooks {
  readonly onProgress?: (progress: OneShotProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Carries out a run in its folder, or goes on with it; what is there already is not done again, and the result is the same, bit for bit.
 * @throws DivergedError where the supernet diverges; InputError for files of another run; the signal's reason
 */
export async function carryOutOneShot(
  run: OneShot,
  folder: RunFolder,
  { onProgress, signal }: OneShotHooks = {},
  teller: Teller = silentTeller,
): Promise<OneShotResult> {
  const files = oneShotFiles(folder.path);
  const watch = new Watch(onProgress, teller);
  const trainings = new SupernetTrainings(run, files, watch, signal);
  try {
    return await pipeline({ run, folder, files, watch, trainings, signal });
  } finally {
    await trainings.close();
  }
}

async function pipeline(context: StageContext): Promise<OneShotResult> {
  const { run, files, trainings } = context;
  const { config, space, limits, region, cost } = run;
  const { search } = config;
  planWork(context);

  const warmUp = warmUpTraining(run);
  await trainings.carryOut(warmUp);

  const shrunk = await shrinkBy(context, warmUp);
  const { teller } = context.watch;
  teller.log(`${count(shrunk.size)} architectures in ${count(shrunk.pockets.length)} pockets are kept`);
  const references = drawReferences(run, shrunk);
  const before = await evaluateBy(context, 'references-before', warmUp, references);

  const inside = insideTraining(run, shrunk);
  await trainings.carryOut(inside);
  const after = await evaluateBy(context, 'references-after', inside, references);
  const members = membersRegion(space, shrunk.data.members, limits);
  const best = (await searchBy(context, 'search', inside, members, search.evaluations)).best;
  teller.log(`found ${space.format(best.architecture)}: ${best.accuracy.toFixed(2)} % by the supernet`);

  const budget = shrunk.data.spent + search.evaluations;
  const rivals = await rivalsOf(context, warmUp, shrunk);
  const judged: JudgedRival[] = [];
  for (const rival of rivals) judged.push(await judge(context, rival, references, budget - rival.evaluationsSpent));

  const random = region.sample(run.random.split('random network'));
  const most = biggest(region, cost);
  const trained = [best.architecture, random, most, ...judged.map((rival) => rival.best.architecture), ...references];
  const accuracies = await trainAll(context, trained, async (architecture, network) => {
    if (architecture.join() === best.architecture.join()) await saveWeights(run, files.best, architecture, network);
  });
  const scratch = trained.map((architecture, i): ScratchResult => resultOf(run, architecture, accuracies[i]!));
  const [foundScratch, randomScratch, biggestScratch] = scratch as [ScratchResult, ScratchResult, ScratchResult];
  const truths = accuracies.slice(trained.length - references.length);
  const found: FoundResult = { ...foundScratch, supernetAccuracy: best.accuracy, evaluations: budget };

  const first = shrunk.data.measurements.slice(0, shrunk.data.rounds[0]!.measured);
  const result: OneShotResult = {
    format: RESULT_FORMAT,
    version: VERSION,
    space: space.name,
    data: run.dataName,
    randomSeed: config.randomSeed,
    cost: { name: cost.name, unit: cost.unit },
    wholeSize: String(region.size),
    shrunkSize: shrunk.size,
    pockets: shrunk.pockets.length,
    accuracy: {
      whole: meanInterval(first.map(({ accuracy }) => accuracy)),
      ...(references.length > 0 && { shrunk: meanInterval(before.filter((accuracy) => accuracy !== null)) }),
    },
    ...(references.length > 0 && {
      ranking: {
        references: references.map((architecture, i) => ({
          ...resultOf(run, architecture, truths[i]!),
          ...{ before: before[i]!, after: after[i]! },
        })),
        before: rankingOf(trainings.totalSteps(warmUp), before, truths),
        after: rankingOf(trainings.totalSteps(inside), after, truths),
      },
    }),
    ...{ found, random: randomScratch, biggest: biggestScratch },
    controls: judged.map((rival, i) => ({
      ...{ name: rival.name, size: rival.size },
      found: { ...scratch[3 + i]!, supernetAccuracy: rival.best.accuracy, evaluations: budget },
      ...(references.length > 0 && { ranking: rankingOf(trainings.totalSteps(inside), rival.references, truths) }),
    })),
  };
  if (found.accuracy !== null) teller.best(found.accuracy);
  if (found.accuracy !== null) await writeBest(context, best.architecture, found.accuracy);
  await writeFileAtomic(files.result, `${JSON.stringify(result, null, 2)}\n`);
  await forgetScratch(files);
  return result;
}

/** Writes the network found; weights that were kept when it was trained and have been deleted since are trained again, to the same bits. */
async function writeBest({ run, files, watch, signal }: StageContext, architecture: Architecture, test: number) {
  if (!(await exists(files.best.weights))) {
    await saveWeights(run, files.best, architecture, await trainFromScratch(run, architecture, files, watch, signal));
  }
  await writeNetworkFiles(run, files.best, architecture, { test, trained: 'from scratch' });
}

/** Another way to come to a space to search in, at the same budget. */
interface Rival {
  readonly name: string;
  readonly training: SupernetTraining;
  readonly region: SearchRegion;
  /** architectures, as text */
  readonly size: string;
  /** evaluations that it took to come to the space */
  readonly evaluationsSpent: number;
}

/** What a rival has found, and how its supernet judges the references. */
interface JudgedRival extends Rival {
  readonly references: readonly (number | null)[];
  readonly best: Measurement;
}

async function rivalsOf(context: StageContext, warmUp: SupernetTraining, shrunk: ShrunkSpace): Promise<Rival[]> {
  const { config, region, space, limits } = context.run;
  const rivals: Rival[] = [];
  if (config.control) {
    const training: SupernetTraining = {
      ...{ name: 'control', label: 'no shrinking: training on the whole space', region: wholeRegion(space, limits) },
      ...{ recipe: config.supernet.training, after: warmUp },
    };
    rivals.push({ name: 'no shrinking', training, region, size: String(region.size), evaluationsSpent: 0 });
  }
  for (const name of config.baselines ? baselineNames : []) {
    const { training, region: left, size } = await shrinkByBaseline(context, name, shrunk.size);
    const evaluationsSpent = name === 'operator dropping' ? config.shrink.evaluations : 0;
    rivals.push({ name, training, region: left, size: String(Math.round(size)), evaluationsSpent });
  }
  return rivals;
}

async function judge(
  context: StageContext,
  rival: Rival,
  references: readonly Architecture[],
  evaluations: number,
): Promise<JudgedRival> {
  const { training, region } = rival;
  await context.trainings.carryOut(training);
  const judged = await evaluateBy(context, `references-${training.name}`, training, references);
  const { best } = await searchBy(context, `search-${training.name}`, training, region, evaluations);
  return { ...rival, references: judged, best };
}

/** Members of the shrunk space, uniformly, each once. */
function drawReferences({ config, random, space }: OneShot, shrunk: ShrunkSpace): Architecture[] {
  const stream = random.split('references');
  const wanted = Math.min(config.references, shrunk.size);
  const drawn = new ArchitectureSet(space.dimensions.length, wanted);
  while (drawn.size < wanted) drawn.add(shrunk.sample(stream));
  return Array.from({ length: wanted }, (_, i) => space.architecture(drawn.codesAt(i)));
}

function resultOf({ space, cost }: OneShot, architecture: Architecture, accuracy: number | null): ScratchResult {
  return { architecture: space.format(architecture), cost: cost.of(architecture), accuracy };
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** Announces everything that there is to do. */
function planWork({ run, watch, trainings }: StageContext): void {
  const { supernet, shrink, search, references, control, baselines } = run.config;
  const dropping = baselines ? baselineNames.length : 0;
  const rivals = Number(control) + dropping;
  const warmUps = 1 + dropping;
  watch.plan(warmUps * trainings.workOf({ recipe: supernet.warmUp }));
  watch.plan((1 + rivals) * trainings.workOf({ recipe: supernet.training }));
  const evaluations = (1 + rivals) * (shrink.evaluations + search.evaluations + references) + references;
  watch.plan(evaluations * evaluationWork(run));
  watch.plan((3 + rivals + references) * scratchWork(run));
}
