/** Supernets of NAS-Bench-Macro that differ in their paths alone, each trained once and kept, and asked about a subnet at most once. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createWasmEngine } from '../../src/engine/wasm-engine.js';
import { sharedWeights } from '../../src/evaluators/shared-weights.js';
import { runIdentity } from '../../src/journal/identity.js';
import { openJournal } from '../../src/journal/journal.js';
import { journalled } from '../../src/journal/journalled.js';
import { createRandom, type Random } from '../../src/math/random.js';
import type { Evaluator } from '../../src/measurements/evaluator.js';
import type { NetworkInput } from '../../src/networks/graph.js';
import { networks } from '../../src/networks/index.js';
import { exists, writeFileAtomic } from '../../src/runs/atomic.js';
import { LEARNING, type Watch } from '../../src/runs/one-shot/watch.js';
import { nasbenchMacro as space } from '../../src/spaces/nasbench-macro.js';
import { checkpointPieces, readCheckpoint, supernetIdentity } from '../../src/supernet/checkpoint.js';
import type { DatasetImages } from '../../src/supernet/dataset-images.js';
import { stepsOf } from '../../src/supernet/recipe.js';
import type { PathSampler } from '../../src/supernet/sampling.js';
import { createSupernet, type Supernet } from '../../src/supernet/supernet.js';
import { trainSupernet } from '../../src/supernet/train-supernet.js';
import type { MacroSettings } from './macro-settings.js';

const CHECKPOINT_EVERY = 100; // steps

/** What all supernets of one random seed share. */
export interface SupernetContext {
  readonly settings: MacroSettings;
  readonly randomSeed: number;
  readonly images: DatasetImages;
  /** what the networks take and give */
  readonly input: NetworkInput;
  /** holds checkpoints and journals, which make a measurement resumable */
  readonly folder: string;
  readonly watch: Watch;
  /** of the engine; as many as there are cores without it */
  readonly threads?: number;
}

/** Steps of every supernet. */
export function supernetSteps({ settings, images }: Pick<SupernetContext, 'settings' | 'images'>): number {
  return stepsOf(settings.recipe, images.trainingCount);
}

/** Work of training one supernet, in images passed forward. */
export function trainingWork(context: SupernetContext): number {
  return supernetSteps(context) * workOfStep(context);
}

/** Work of judging one subnet. */
export function judgingWork({ settings, images }: SupernetContext): number {
  return settings.calibrationBatches * settings.calibrationSize + images.validationCount;
}

/**
 * Trains a supernet on these paths, or takes the one that was trained before, and lets `use` ask it about subnets.
 * @param facts what else decides the answers; a journal made with other facts, settings or images is refused
 * @throws InputError for a folder of another measurement; DivergedError
 */
export async function withSupernet<T>(
  context: SupernetContext,
  name: string,
  paths: PathSampler,
  facts: Readonly<Record<string, string>>,
  use: (evaluator: Evaluator) => Promise<T>,
): Promise<T> {
  const { settings, randomSeed, images, input, folder, watch, threads } = context;
  await mkdir(folder, { recursive: true });
  const run = runIdentity({ name, settings, randomSeed, images: images.identity, ...facts });
  const journal = await openJournal(join(folder, `${name}.ndjson`), { run });
  const engine = createWasmEngine({ randomSeed, ...(threads !== undefined && { threads }) });
  try {
    const supernet = createSupernet({ space, network: networks['nasbench-macro'], input, engine, images });
    await train(context, supernet, name, paths);
    const { calibrationBatches, calibrationSize } = settings;
    const options = { step: supernetSteps(context), evaluation: { calibrationBatches, calibrationSize } };
    const judge = told(sharedWeights(supernet, options), (count) => {
      watch.did(judgingWork(context), `supernet ${name}: ${count} subnets judged`);
    });
    watch.skip(journal.entries.length * judgingWork(context));
    return await use(journalled(judge, journal, space));
  } finally {
    await engine.close();
    await journal.close();
  }
}

async function train(context: SupernetContext, supernet: Supernet, name: string, paths: PathSampler): Promise<void> {
  const { settings, randomSeed, folder, watch } = context;
  const { recipe } = settings;
  const file = join(folder, `${name}.safetensors`);
  const identity = supernetIdentity(supernet, recipe, randomSeed);
  const known = (await exists(file)) ? await readCheckpoint(file, identity) : undefined;
  if (known !== undefined) await supernet.engine.load(known.state);
  const from = known?.step ?? 0;
  const steps = supernetSteps(context);
  watch.skip(from * workOfStep(context));
  if (from === steps) return;
  await trainSupernet(supernet, paths, {
    ...{ recipe, steps, from, random: imagesStream(randomSeed) },
    checkpoints: {
      every: CHECKPOINT_EVERY,
      save: (step, state) => writeFileAtomic(file, checkpointPieces({ step, state }, identity)),
    },
    onProgress: ({ done, loss, accuracy }) => {
      const state = `loss ${loss.toFixed(3)}, training accuracy ${accuracy.toFixed(1)} %`;
      watch.did(workOfStep(context), `supernet ${name}: step ${done} of ${steps}, ${state}`);
    },
  });
}

/** The same for all supernets of a random seed, so that they learn from the same images in the same order. */
function imagesStream(randomSeed: number): Random {
  return createRandom(randomSeed).split('training images');
}

function workOfStep({ settings: { recipe } }: SupernetContext): number {
  return LEARNING * recipe.batch * (recipe.paths ?? 1);
}

function told(evaluator: Evaluator, tell: (count: number) => void): Evaluator {
  let count = 0;
  return {
    ...evaluator,
    async evaluate(architecture, signal) {
      const outcome = await evaluator.evaluate(architecture, signal);
      tell(++count);
      return outcome;
    },
  };
}
