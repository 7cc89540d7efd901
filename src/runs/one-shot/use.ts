/** Using a one-shot run that has ended: its supernet judges any architecture, and any architecture can be had as files. */
import { mkdir, rm } from 'node:fs/promises';
import { InputError } from '../../errors.js';
import { evaluateAll } from '../../measurements/evaluate-all.js';
import type { TrainedNetwork } from '../../networks/trained-network.js';
import { ShrunkSpace } from '../../shrink/shrunk-space.js';
import type { Architecture } from '../../spaces/space.js';
import { evaluateNetwork } from '../../supernet/evaluate.js';
import { exists } from '../atomic.js';
import { inRunFolder } from '../in-folder.js';
import { buildOneShot } from './build.js';
import { networkFiles, oneShotFiles } from './files.js';
import { saveWeights, writeNetworkFiles } from './network-files.js';
import type { OneShotHooks } from './pipeline.js';
import { readOneShotConfig } from './run.js';
import { scratchWork, trainFromScratch } from './scratch.js';
import { evaluationWork, judgedBySupernet, type StageContext } from './stages.js';
import { insideTraining, type SupernetTraining, SupernetTrainings } from './supernet-trainings.js';
import { Watch } from './watch.js';

/** An architecture as the run's supernet judges it. */
export interface JudgedArchitecture {
  readonly architecture: string;
  /** of the shrunk space */
  readonly isMember: boolean;
  readonly cost: number;
  /** percent of the validation images; null where a logit was not finite */
  readonly accuracy: number | null;
}

/** An architecture that was written as files. */
export interface ExportedNetwork {
  readonly architecture: string;
  readonly cost: number;
  /** percent of the test images */
  readonly accuracy: number;
  readonly files: readonly string[];
}

/** Where the numbers of an exported network come from: trained by itself, or shared in the supernet. */
export type WeightsFrom = 'scratch' | 'supernet';

/**
 * Judges architectures, given in the space's notation, by the supernet of a finished run.
 * @throws InputError where there is no such run, it has not ended, or an architecture is not in the space
 */
export function judgeArchitectures(
  path: string,
  texts: readonly string[],
  hooks: OneShotHooks = {},
): Promise<JudgedArchitecture[]> {
  return withFinishedRun(path, hooks, async (context, inside, shrunk) => {
    const { run, trainings, watch, signal } = context;
    const { space, cost } = run;
    const architectures = texts.map((text) => space.parse(text));
    watch.plan(texts.length * evaluationWork(run));
    const judge = judgedBySupernet(context, await trainings.after(inside), trainings.totalSteps(inside), 'judging');
    const outcomes = await evaluateAll(judge, architectures, signal === undefined ? {} : { signal });
    return outcomes.map((outcome) => ({
      architecture: space.format(outcome.architecture),
      isMember: shrunk.data.members.has(outcome.architecture),
      cost: cost.of(outcome.architecture),
      accuracy: outcome.kind === 'measured' ? outcome.accuracy : null,
    }));
  });
}

/**
 * Writes an architecture of a finished run's space into a folder: ONNX, weights, PyTorch source and drawing, named after the architecture.
 * @throws InputError where there is no such run, the architecture is not in the space, or the folder cannot be written to; DivergedError
 */
export function exportArchitecture(
  path: string,
  text: string,
  { from, out }: { readonly from: WeightsFrom; readonly out: string },
  hooks: OneShotHooks = {},
): Promise<ExportedNetwork> {
  return withFinishedRun(path, hooks, async (context, inside) => {
    const { run } = context;
    const architecture = run.space.parse(text);
    const notation = run.space.format(architecture);
    await mkdir(out, { recursive: true });
    const files = networkFiles(out, notation.replace(/[^\w.-]+/g, '_'));
    const network =
      from === 'scratch'
        ? await trainForFiles(context, architecture, `${files.weights}.checkpoint`)
        : await takeFromSupernet(context, inside, architecture);
    await saveWeights(run, files, architecture, network);
    const trained = from === 'scratch' ? 'from scratch' : 'in the supernet';
    await writeNetworkFiles(run, files, architecture, { test: network.accuracy, trained });
    const { accuracy } = network;
    return { architecture: notation, cost: run.cost.of(architecture), accuracy, files: Object.values(files) };
  });
}

type Judged = TrainedNetwork & { readonly accuracy: number };

async function trainForFiles(context: StageContext, architecture: Architecture, checkpoint: string): Promise<Judged> {
  const { run, files, watch, signal } = context;
  watch.plan(scratchWork(run));
  const trained = await trainFromScratch(run, architecture, { ...files, scratchCheckpoint: checkpoint }, watch, signal);
  await rm(checkpoint, { force: true });
  return trained;
}

async function takeFromSupernet(
  { run, trainings }: StageContext,
  inside: SupernetTraining,
  architecture: Architecture,
): Promise<Judged> {
  const supernet = await trainings.after(inside);
  const graph = supernet.graph(architecture);
  const { accuracy, statistics } = await evaluateNetwork(supernet.engine, run.judged, graph, run.config.evaluation);
  const names = graph.operations.flatMap(({ parameters }) => parameters.map(({ name }) => name));
  return { graph, statistics, accuracy, parameters: await supernet.engine.parameters(new Set(names)) };
}

function withFinishedRun<T>(
  path: string,
  { onProgress, signal }: OneShotHooks,
  use: (context: StageContext, inside: SupernetTraining, shrunk: ShrunkSpace) => Promise<T>,
): Promise<T> {
  return inRunFolder(path, async (folder) => {
    const files = oneShotFiles(folder.path);
    const config = await readOneShotConfig(folder.config);
    if (!(await exists(files.result))) {
      throw new InputError(`the run has not ended; continue it with \`lissnas resume ${path}\``, { file: path });
    }
    const run = await buildOneShot(config, signal);
    const watch = new Watch(onProgress);
    const trainings = new SupernetTrainings(run, files, watch, signal);
    try {
      const shrunk = await ShrunkSpace.fromFile(folder.shrunkSpace, run.space);
      const inside = insideTraining(run, shrunk);
      return await use({ run, folder, files, watch, trainings, signal }, inside, shrunk);
    } finally {
      await trainings.close();
    }
  });
}
