/** The training loop, for supernets and for single networks alike. */
import type { LabelledImages } from '../datasets/dataset.js';
import type { Engine, Tensors } from '../engine/engine.js';
import type { Random } from '../math/random.js';
import { mean } from '../math/statistics.js';
import type { NetworkGraph } from '../networks/graph.js';
import { DivergedError } from './diverged.js';
import { type Learned, startMeter, type TrainProgress } from './progress.js';
import { type TrainingRecipe, updateRuleAt } from './recipe.js';
import type { TrainingImages } from './training-images.js';

/** What is trained, on what, how and how long. */
export interface TrainTask {
  readonly engine: Engine;
  /** the networks that a step trains together, on the same batch; a function of the step alone */
  readonly graphs: (step: number) => readonly NetworkGraph[];
  readonly images: TrainingImages;
  readonly recipe: TrainingRecipe;
  /** steps of the whole training, over which the schedule runs */
  readonly steps: number;
  /** the first step to do; 0 by default */
  readonly from?: number;
  /** the step to stop before; `steps` by default */
  readonly to?: number;
  readonly random: Random;
  readonly onProgress?: (progress: TrainProgress) => void;
  /** milliseconds of some clock, for the speed in the progress */
  readonly now?: () => number;
  /** Stops before the next step with the signal's reason, after one more checkpoint. */
  readonly signal?: AbortSignal;
  readonly checkpoints?: Checkpoints;
}

/** Where the engine's state goes, so that training can go on from it. */
export interface Checkpoints {
  /** steps between two of them; there is one more after the last step, and one where training is stopped */
  readonly every: number;
  /** `step` steps are done. A state that holds a number that is not finite never comes here. */
  save(step: number, state: Tensors): void | Promise<void>;
}

/**
 * Trains from step `from` to step `to`. What a step does depends on the step, the task and the engine's state alone, so that
 * stopping after any step and going on from its state gives the same bits as never having stopped.
 * @throws DivergedError where loss or gradients are not finite, or the state to be kept is not; the signal's reason; whatever the engine throws
 */
export async function train(task: TrainTask): Promise<void> {
  const { images, recipe, from = 0, to = task.steps, signal, checkpoints } = task;
  const { batch: size, augmentation } = recipe;
  const batches = images.trainingBatches({ size, augmentation, random: task.random.split('batches') });
  const batchOf = async (step: number) => batches(step);
  const meter = startMeter(task);
  const keep = async (done: number) => checkpoints?.save(done, await soundState(task.engine, done - 1));
  let batch = await batchOf(from);
  for (let step = from; step < to; step++) {
    if (signal?.aborted && step > from) await keep(step);
    signal?.throwIfAborted();
    const [learned, next] = await Promise.all([learn(task, step, batch), batchOf(step + 1)]); // the engine works while the next is made
    meter.add(learned);
    batch = next;
    if (checkpoints !== undefined && ((step + 1) % checkpoints.every === 0 || step + 1 === to)) await keep(step + 1);
  }
}

/** One step: every path learns from the batch with an equal share, then the parameters that any of them used are updated. */
async function learn(task: TrainTask, step: number, batch: LabelledImages): Promise<Learned> {
  const { engine, recipe } = task;
  const paths = task.graphs(step);
  const dropout = task.random.split(`dropout ${step}`);
  const rule = updateRuleAt(recipe, step, task.steps);
  for (const path of paths) engine.require(path);
  const learning = paths.map((path) =>
    engine.learn(path, batch, {
      labelSmoothing: recipe.labelSmoothing,
      weight: 1 / paths.length,
      randomSeed: dropout.integer(2 ** 31),
    }),
  );
  const [results, { gradientNorm }] = await Promise.all([Promise.all(learning), engine.update(rule)]);
  const loss = mean(results.map((result) => result.loss));
  if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) throw new DivergedError(step, { loss, gradientNorm });
  const accuracy = (100 * mean(results.map(({ correct }) => correct))) / batch.count;
  return { step, loss, accuracy, images: paths.length * batch.count, learningRate: rule.learningRate, gradientNorm };
}

/** The engine's state, after the given step. @throws DivergedError where a number in it is not finite */
async function soundState(engine: Engine, step: number): Promise<Tensors> {
  const state = await engine.save();
  for (const [name, { values }] of state) {
    if (!values.every(Number.isFinite)) throw new DivergedError(step, { tensor: name });
  }
  return state;
}
