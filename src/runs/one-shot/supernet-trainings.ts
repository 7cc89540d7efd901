/** The supernet's trainings, one after the other in one engine: each begins where another ended, and all are kept as checkpoints. */
import type { Engine, Tensors } from '../../engine/engine.js';
import { engines } from '../../engine/engines.js';
import type { Random } from '../../math/random.js';
import type { ShrunkSpace } from '../../shrink/shrunk-space.js';
import {
  type Checkpoint,
  checkpointPieces,
  readCheckpoint,
  supernetIdentity,
  type TrainingIdentity,
} from '../../supernet/checkpoint.js';
import { memberRegion, type PathRegion, wholeRegion } from '../../supernet/path-region.js';
import { type SupernetRecipe, stepsOf } from '../../supernet/recipe.js';
import { createPathSampler, type SamplingOptions } from '../../supernet/sampling.js';
import { createSupernet, type Supernet } from '../../supernet/supernet.js';
import type { TrainTask } from '../../supernet/train.js';
import { trainSupernet } from '../../supernet/train-supernet.js';
import { exists, writeFileAtomic } from '../atomic.js';
import { biggest } from './biggest.js';
import type { OneShot } from './build.js';
import type { OneShotFiles } from './files.js';
import { LEARNING, type Watch } from './watch.js';

/** Steps between two checkpoints. */
const CHECKPOINT_EVERY = 250;

/** One training of the supernet. */
export interface SupernetTraining {
  /** names its checkpoint */
  readonly name: string;
  /** for people, e.g. 'warming the supernet up' */
  readonly label: string;
  readonly region: PathRegion;
  readonly recipe: SupernetRecipe;
  /** the training that it goes on from; new parameters without one */
  readonly after?: SupernetTraining;
}

/** The first training of every run: on the whole space within the limits. */
export function warmUpTraining({ config, space, limits }: OneShot): SupernetTraining {
  const region = wholeRegion(space, limits);
  return { name: 'warm-up', label: 'warming the supernet up', region, recipe: config.supernet.warmUp };
}

/** Goes on inside the shrunk space only. */
export function insideTraining(run: OneShot, { data }: ShrunkSpace): SupernetTraining {
  return {
    ...{ name: 'inside', label: 'training inside the shrunk space', region: memberRegion(data) },
    ...{ recipe: run.config.supernet.training, after: warmUpTraining(run) },
  };
}

/** What a recipe says about the paths that are trained. */
export function samplingOptions({ cost, region }: OneShot, { paths, lead }: SupernetRecipe): SamplingOptions {
  return {
    cost,
    ...(paths !== undefined && { paths }),
    ...(lead > 0 && { lead: { steps: lead, path: biggest(region, cost) } }),
  };
}

/** What every training of a supernet is given. */
export type TrainOptions = Omit<TrainTask, 'engine' | 'images' | 'graphs' | 'checkpoints'>;

/** Holds the engine. Its parameters are those of one training at a time. */
export class SupernetTrainings {
  readonly #run: OneShot;
  readonly #files: OneShotFiles;
  readonly #watch: Watch;
  readonly #signal: AbortSignal | undefined;
  #engine: Engine | undefined;
  #supernet: Supernet | undefined;
  #present: SupernetTraining | undefined; // whose parameters the engine holds

  constructor(run: OneShot, files: OneShotFiles, watch: Watch, signal?: AbortSignal) {
    this.#run = run;
    this.#files = files;
    this.#watch = watch;
    this.#signal = signal;
  }

  /** Images that a training passes, in units of work. */
  workOf({ recipe }: Pick<SupernetTraining, 'recipe'>): number {
    return LEARNING * recipe.batch * (recipe.paths ?? 1) * this.stepsOf(recipe);
  }

  /** Steps of a training. */
  stepsOf(recipe: SupernetRecipe): number {
    return stepsOf(recipe, this.#run.images.trainingCount);
  }

  /** Steps of a training and of all that it goes on from. */
  totalSteps({ recipe, after }: SupernetTraining): number {
    return this.stepsOf(recipe) + (after === undefined ? 0 : this.totalSteps(after));
  }

  /** Whether a training has been carried out to its end before. */
  async isDone(training: SupernetTraining): Promise<boolean> {
    return (await this.#checkpointOf(training))?.step === this.stepsOf(training.recipe);
  }

  /** Trains to the end, from the last checkpoint on where there is one. @throws DivergedError; the signal's reason */
  async carryOut(training: SupernetTraining): Promise<void> {
    const known = await this.#checkpointOf(training);
    const steps = this.stepsOf(training.recipe);
    if (known?.step === steps) this.#watch.skip(this.workOf(training));
    else await this.#train(training, known);
  }

  /** The supernet with the parameters that a training has ended in. */
  async after(training: SupernetTraining): Promise<Supernet> {
    const supernet = await this.#theSupernet();
    if (this.#present?.name !== training.name) {
      const known = await this.#checkpointOf(training);
      if (known === undefined || known.step < this.stepsOf(training.recipe)) await this.#train(training, known);
      else await supernet.engine.load(known.state);
      this.#present = training;
    }
    return supernet;
  }

  async close(): Promise<void> {
    await this.#engine?.close();
  }

  /**
   * Carries out a training that begins with new parameters and does more than to train, e.g. one that shrinks its space between its steps.
   * It is kept when it has ended; one that was stopped is done again from its first step.
   */
  async carryOutFromNew(
    training: SupernetTraining,
    work: (supernet: Supernet, options: TrainOptions) => Promise<void>,
  ): Promise<void> {
    const supernet = await this.#theSupernet();
    this.#present = undefined;
    await supernet.engine.load(new Map());
    this.#watch.teller.log(`${training.label}: ${this.stepsOf(training.recipe)} steps`);
    await work(supernet, this.#options(training, 0));
    await this.#save(training, this.stepsOf(training.recipe), await supernet.engine.save());
    this.#present = training;
  }

  async #train(training: SupernetTraining, known: Checkpoint | undefined): Promise<void> {
    const { region, recipe, after } = training;
    if (known === undefined && after !== undefined) await this.after(after);
    const supernet = await this.#theSupernet();
    this.#present = undefined; // while it trains, the parameters are nobody's
    if (known !== undefined) await supernet.engine.load(known.state);
    const from = known === undefined ? '' : `, from step ${known.step} on`;
    this.#watch.teller.log(`${training.label}: ${this.stepsOf(recipe)} steps${from}`);
    const stream = this.#streamOf(training).split('paths');
    const sampler = createPathSampler(recipe.sampling, region, stream, samplingOptions(this.#run, recipe));
    await trainSupernet(supernet, sampler, {
      ...this.#options(training, known?.step ?? 0),
      checkpoints: { every: CHECKPOINT_EVERY, save: (step, state) => this.#save(training, step, state) },
    });
    this.#present = training;
  }

  #options(training: SupernetTraining, from: number): TrainOptions {
    const { label, recipe } = training;
    const steps = this.stepsOf(recipe);
    const work = this.workOf(training) / steps;
    this.#watch.skip(work * from);
    return {
      ...{ recipe, steps, from, random: this.#streamOf(training).split('images') },
      onProgress: ({ done, loss, accuracy, learned }) => {
        this.#watch.teller.learned({ ...learned, training: training.name, step: done, steps });
        const state = `loss ${loss.toFixed(3)}, training accuracy ${accuracy.toFixed(1)} %`;
        this.#watch.did(work, `${label}: step ${done} of ${steps}, ${state}`);
      },
      ...(this.#signal && { signal: this.#signal }),
    };
  }

  #streamOf({ name }: SupernetTraining): Random {
    return this.#run.random.split(`training ${name}`);
  }

  #save(training: SupernetTraining, step: number, state: Tensors): Promise<void> {
    const pieces = checkpointPieces({ step, state }, this.#identityOf(training));
    return writeFileAtomic(this.#files.checkpoint(training.name), pieces);
  }

  async #checkpointOf(training: SupernetTraining): Promise<Checkpoint | undefined> {
    const file = this.#files.checkpoint(training.name);
    if (!(await exists(file))) return undefined;
    return readCheckpoint(file, this.#identityOf(training));
  }

  /** Of one training of this very run: two may have the same recipe, and the limits count too. */
  #identityOf({ name, recipe }: SupernetTraining): TrainingIdentity {
    const { facts, shapes } = supernetIdentity(this.#run, recipe, this.#run.config.randomSeed);
    return { facts: { ...facts, configuration: this.#run.identity, training: name }, shapes };
  }

  async #theSupernet(): Promise<Supernet> {
    if (this.#supernet === undefined) {
      const { config, space, network, input, images } = this.#run;
      const { engine, randomSeed, threads } = config;
      const own = await engines[engine].create({ randomSeed, ...(threads !== undefined && { threads }) });
      this.#engine = own;
      this.#supernet = createSupernet({ space, network, input, images, engine: own });
    }
    return this.#supernet;
  }
}
