/** What the live baselines share: train the supernet, drop operators, and again, until the space has shrunk. */
import { InputError } from '../../errors.js';
import type { Random } from '../../math/random.js';
import { type KeptChoices, productSize } from '../../shrink/product.js';
import { Region } from '../../shrink/region.js';
import type { Limit } from '../../spaces/space.js';
import { type PathRegion, productRegion } from '../path-region.js';
import { createPathSampler, type PathSamplerName, type SamplingOptions } from '../sampling.js';
import type { Supernet } from '../supernet.js';
import { type SupernetTraining, trainSupernet } from '../train-supernet.js';

/** A supernet to train and a space to shrink by it. */
export interface StagedTask {
  readonly supernet: Supernet;
  readonly limits?: readonly Limit[];
  /** architectures to shrink to */
  readonly size: number;
  /** how often operators are dropped; the training is divided evenly among them, and the sizes fall geometrically */
  readonly stages: number;
  readonly training: SupernetTraining;
  /** which paths are trained; uniform by default */
  readonly sampling?: PathSamplerName;
  readonly samplingOptions?: SamplingOptions;
  readonly random: Random;
  readonly onStage?: (stage: StageReport) => void;
}

/** A stage that has ended. */
export interface StageReport {
  /** 1 .. stages */
  readonly stage: number;
  /** steps trained so far, of the whole training */
  readonly step: number;
  /** architectures left; an estimate where they are too many to count */
  readonly size: number;
}

/** A space shrunk by dropping operators: the choices left, and where to go on training and searching. */
export interface StagedResult {
  readonly kept: KeptChoices;
  readonly region: PathRegion;
  /** architectures left; an estimate where they are too many to count */
  readonly size: number;
}

/** One stage, after its training. */
export interface Stage {
  /** 0 .. stages - 1 */
  readonly index: number;
  /** steps trained so far */
  readonly step: number;
  /** architectures that should be left after it, a whole number */
  readonly target: number;
  /** what the stage trained on */
  readonly region: PathRegion;
  /** choices left so far */
  readonly kept: KeptChoices;
  /** architectures that would be left of these choices; an estimate where they are too many to count */
  sizeOf(kept: KeptChoices): number;
  readonly random: Random;
}

/**
 * Runs all stages. `drop` says what is left after each.
 * @throws InputError for a size or stages that make no sense; as training does
 */
export async function shrinkInStages(
  task: StagedTask,
  drop: (stage: Stage) => Promise<KeptChoices>,
): Promise<StagedResult> {
  const { supernet, limits = [], size, stages, training, sampling = 'uniform', samplingOptions, random } = task;
  const { space } = supernet;
  const whole = new Region(space, limits);
  const sizeOf = (choices: KeptChoices) => productSize(whole, choices, random);
  let kept: KeptChoices = space.dimensions.map(({ choices }) => choices.map(() => true));
  const logWhole = Math.log(sizeOf(kept));
  if (!(Number.isInteger(size) && size >= 1 && Math.log(size) < logWhole)) {
    throw new InputError(
      `size ${size} does not shrink ${space.name}; give a whole number from 1 to below its own size`,
    );
  }
  const { from = 0, to = training.steps } = training;
  if (!(Number.isInteger(stages) && stages >= 1 && stages <= to - from)) {
    throw new InputError(
      `${stages} stages are not possible in ${to - from} steps; give at least 1 and at most as many`,
    );
  }
  const boundary = (stage: number) => from + Math.floor(((to - from) * stage) / stages);
  for (let index = 0; index < stages; index++) {
    const region = productRegion(space, limits, kept);
    const sampler = createPathSampler(sampling, region, random.split(`paths ${index}`), samplingOptions);
    const step = boundary(index + 1);
    await trainSupernet(supernet, sampler, { ...training, from: boundary(index), to: step });
    const target = Math.round(Math.exp(logWhole + (Math.log(size) - logWhole) * ((index + 1) / stages)));
    kept = await drop({ index, step, target, region, kept, sizeOf, random: random.split(`stage ${index}`) });
    task.onStage?.({ stage: index + 1, step, size: sizeOf(kept) });
  }
  return { kept, region: productRegion(space, limits, kept), size: sizeOf(kept) };
}
