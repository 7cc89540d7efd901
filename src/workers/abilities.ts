/** From a task to the evaluator that serves it with what this worker has; or why it cannot. */
import { withCosts } from '../costs/built-in.js';
import { imagesSchema } from '../datasets/images-schema.js';
import { engines, isEngine } from '../engine/engines.js';
import { InputError } from '../errors.js';
import { command } from '../evaluators/command.js';
import { nkLandscape } from '../evaluators/nk.js';
import { training } from '../evaluators/training.js';
import type { Evaluator } from '../measurements/evaluator.js';
import { programDifference, programWork } from '../queue/program-work.js';
import type { Task, Work } from '../queue/task.js';
import { restoreSpace } from '../shrink/space-source.js';
import type { SearchSpace } from '../spaces/space.js';
import type { WorkerSetup } from './slot-protocol.js';

type Serve = {
  readonly [Kind in Work['kind']]: (
    work: Extract<Work, { kind: Kind }>,
    space: SearchSpace,
    setup: WorkerSetup,
  ) => Evaluator | Promise<Evaluator>;
};

const serve: Serve = {
  /** Only the program that the operator allowed is ever run, whatever the task says. */
  command: async (work, space, { program, args = [] }) => {
    if (program === undefined) throw new InputError('it has no program; start it with --program');
    const difference = programDifference(work, await programWork({ program, args, timeoutS: work.timeoutS }));
    if (difference !== undefined) throw new InputError(difference);
    return command({ program, args, space, timeoutS: work.timeoutS, rejectsBreakdowns: true });
  },

  nk: ({ k, landscapeSeed }, space) => nkLandscape(space, { k, landscapeSeed }).evaluator,

  training: async (work, space, { engine, data, threads }) => {
    const { engine: asked, build, data: images, sha256, ...settings } = work;
    if (!isEngine(asked)) throw new InputError(`the engine "${asked}" is asked for, which this version has not`);
    if (engine !== asked) throw new InputError(`the engine "${asked}" is asked for; start it with --engine ${asked}`);
    if (engines[asked].build() !== build)
      throw new InputError(`its engine "${asked}" is another build than that of the run`);
    const spec = imagesSchema.safeParse({ ...images, ...folderOf(data, String(images.kind)) });
    if (!spec.success) throw new InputError('the images are described in a way that this version does not know');
    const own = await training({ ...settings, engine: asked, space, data: spec.data, threads });
    if (own.sha256 !== sha256) throw new InputError('its images are not the same as those of the run');
    return own.evaluator;
  },
};

/** What serves a task. */
export interface Service {
  readonly space: SearchSpace;
  readonly evaluator: Evaluator;
}

/** @throws InputError that says why this worker cannot serve the task */
export async function serviceFor(task: Task, setup: WorkerSetup): Promise<Service> {
  if (task.version !== setup.version) {
    throw new InputError(`it is of version ${setup.version}, and the run of ${task.version}`);
  }
  const space = withCosts(restoreSpace(task.space));
  return { space, evaluator: await serveWork(task.work, space, setup) };
}

function serveWork<Kind extends Work['kind']>(
  work: Extract<Work, { kind: Kind }>,
  space: SearchSpace,
  setup: WorkerSetup,
): Evaluator | Promise<Evaluator> {
  return serve[work.kind as Kind](work, space, setup);
}

/** Where images of a kind lie here; generated ones lie nowhere. @throws InputError where nobody has said it */
function folderOf(data: string | undefined, kind: string): { readonly path?: string } {
  if (kind === 'shapes') return {};
  if (data === undefined) throw new InputError(`it has no images of the kind ${kind}; start it with --data`);
  return { path: data };
}
