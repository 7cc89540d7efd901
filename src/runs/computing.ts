/** Evaluators that compute something (a program, a training, a landscape): in this process, or by workers over a queue. */

import { engines } from '../engine/engines.js';
import { command } from '../evaluators/command.js';
import { nkLandscape } from '../evaluators/nk.js';
import { remote } from '../evaluators/remote.js';
import { training } from '../evaluators/training.js';
import type { Evaluator } from '../measurements/evaluator.js';
import { queueAddress } from '../queue/address.js';
import { programWork } from '../queue/program-work.js';
import { createTask, type Work } from '../queue/task.js';
import type { Architecture, Codes, SearchSpace } from '../spaces/space.js';
import type { Config } from './config.js';
import { declarationIn, type NamedSpace } from './space.js';
import { VERSION } from './version.js';

/** Hears in words what the user might have to act on while a run goes on. */
export type OnRemark = (text: string) => void;

type EvaluatorConfig = Config['evaluator'];
/** Those kinds of evaluators that do not read a table. */
type ComputingConfig = Exclude<EvaluatorConfig, { file: string }>;

interface Computing {
  readonly evaluator: Evaluator;
  readonly truth?: (codes: Codes) => number;
  readonly evaluatorConfig?: EvaluatorConfig;
}

interface Computed extends Computing {
  /** the same for a worker */
  work(): Work | Promise<Work>;
  network?(architecture: Architecture): unknown;
}

/** @throws InputError where something does not exist or fit together, or the queue cannot be reached */
export async function computing(
  { queue, randomSeed = 1 }: Config,
  config: ComputingConfig,
  { space, named }: NamedSpace,
  onRemark?: OnRemark,
): Promise<Computing> {
  const { work, network, ...own } = await inThisProcess(config, space, randomSeed);
  if (queue === undefined) return own;
  const evaluator = await remote({
    address: queueAddress(queue),
    task: createTask(space, await work(), VERSION, declarationIn(named).declaration),
    name: own.evaluator.name,
    ...(network !== undefined && { network }),
    onRemark,
  });
  return { ...own, evaluator };
}

async function inThisProcess(config: ComputingConfig, space: SearchSpace, randomSeed: number): Promise<Computed> {
  switch (config.kind) {
    case 'command': {
      const { program, args, cwd, timeoutS, concurrency } = config;
      const given = {
        program,
        ...(args !== undefined && { args }),
        ...(cwd !== undefined && { cwd }),
        ...(timeoutS !== undefined && { timeoutS }),
      };
      const evaluator = command({ ...given, ...(concurrency !== undefined && { concurrency }), space });
      return { evaluator, work: () => programWork(given) };
    }
    case 'nk': {
      const landscape = { k: config.k, landscapeSeed: config.landscapeSeed ?? 1 };
      return { ...nkLandscape(space, landscape), work: () => ({ kind: 'nk', ...landscape }) };
    }
    case 'training': {
      const { data, engine, validation, recipe, evaluation } = config;
      const how = { validation, recipe, evaluation, randomSeed, engine };
      const { evaluator, sha256, network } = await training({ ...how, space, data });
      const { sha256: _, ...images } = data;
      const { path: __, ...placeless } = { path: undefined, ...images };
      return {
        ...{ evaluator, network },
        evaluatorConfig: { ...config, data: { ...data, sha256 } },
        work: () => ({ ...how, kind: 'training', build: engines[engine].build(), data: placeless, sha256 }),
      };
    }
  }
}
