/** Training single networks from scratch, resumable, each with a random stream of its own. */
import { rm } from 'node:fs/promises';
import { engines } from '../../engine/engines.js';
import type { Architecture } from '../../spaces/space.js';
import { type Checkpoint, checkpointPieces, readCheckpoint, trainingIdentity } from '../../supernet/checkpoint.js';
import { stepsOf } from '../../supernet/recipe.js';
import { type TrainedNetwork, trainStandalone } from '../../supernet/standalone.js';
import { exists, writeFileAtomic } from '../atomic.js';
import type { OneShot } from './build.js';
import type { OneShotFiles } from './files.js';
import { LEARNING, type Watch } from './watch.js';

const CHECKPOINT_EVERY = 500; // steps

/** Work of training one network. */
export function scratchWork({ config, images }: OneShot): number {
  return LEARNING * config.scratch.batch * stepsOf(config.scratch, images.trainingCount);
}

/**
 * Trains an architecture from scratch and judges it on the test images. The same architecture always ends in the same bits.
 * @throws DivergedError; the signal's reason
 */
export async function trainFromScratch(
  run: OneShot,
  architecture: Architecture,
  files: OneShotFiles,
  watch: Watch,
  signal?: AbortSignal,
): Promise<TrainedNetwork> {
  const { config, space, network, input, judged: images } = run;
  const { scratch: recipe, threads } = config;
  const random = run.random.split(`scratch ${architecture.join('.')}`);
  const randomSeed = random.split('parameters').integer(2 ** 31);
  const graph = network(architecture, input);
  const steps = stepsOf(recipe, images.trainingCount);
  const identity = trainingIdentity({ space, graphs: [graph], recipe, images, randomSeed });
  const engine = await engines[config.engine].create({ randomSeed, ...(threads !== undefined && { threads }) });
  try {
    const known = await checkpointOf(files.scratchCheckpoint, identity);
    if (known !== undefined) await engine.load(known.state);
    const from = known?.step ?? 0;
    const workPerStep = scratchWork(run) / steps;
    watch.skip(workPerStep * from);
    const text = space.format(architecture);
    return await trainStandalone({
      ...{ engine, graph, images, recipe, steps, from, random: random.split('images') },
      evaluation: config.evaluation,
      onProgress: ({ done, loss, learned }) => {
        watch.teller.learned({ ...learned, training: `from scratch: ${text}`, step: done, steps });
        watch.did(workPerStep, `training ${text} from scratch: step ${done} of ${steps}, loss ${loss.toFixed(3)}`);
      },
      checkpoints: {
        every: CHECKPOINT_EVERY,
        save: (step, state) => writeFileAtomic(files.scratchCheckpoint, checkpointPieces({ step, state }, identity)),
      },
      ...(signal && { signal }),
    });
  } finally {
    await engine.close();
  }
}

/** Takes away the checkpoint of a network whose result is safe. */
export async function forgetScratch(files: OneShotFiles): Promise<void> {
  await rm(files.scratchCheckpoint, { force: true });
}

/** The checkpoint of this very training; one of another network, which was left when that one ended, does not count. */
async function checkpointOf(
  file: string,
  identity: Parameters<typeof readCheckpoint>[1],
): Promise<Checkpoint | undefined> {
  return (await exists(file)) ? readCheckpoint(file, identity).catch(() => undefined) : undefined;
}
