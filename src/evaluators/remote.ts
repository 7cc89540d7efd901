/** An evaluator whose evaluations are made by workers, on this machine or others, over a queue. */
import { setMaxListeners } from 'node:events';
import { InputError, LissnasError } from '../errors.js';
import type { FinishedOutcome } from '../journal/entry.js';
import type { Evaluator } from '../measurements/evaluator.js';
import type { Outcome } from '../measurements/measurement.js';
import type { QueueAddress } from '../queue/address.js';
import { anotherConnection, connectQueue, faultOf } from '../queue/connection.js';
import { Onlooker } from '../queue/onlooker.js';
import { Places } from '../queue/places.js';
import { Submissions } from '../queue/submissions.js';
import { evaluationKey, type Task, taskText } from '../queue/task.js';
import { announceTask } from '../queue/tasks.js';
import type { Architecture } from '../spaces/space.js';
import { Breakdowns } from './breakdowns.js';
import { failed } from './outcomes.js';

/** Settings of `remote`. */
export interface RemoteOptions {
  readonly address: QueueAddress;
  readonly task: Task;
  /** that of the evaluator which the workers use, so that measurements read the same wherever they were made */
  readonly name: string;
  /** the network of an architecture, plain data, where that is what is trained: it decides what is the same evaluation */
  readonly network?: (architecture: Architecture) => unknown;
  /** hears in words what one might have to act on, e.g. that there is no worker */
  readonly onRemark?: ((text: string) => void) | undefined;
}

/** Evaluations that may be asked for at once; how many are in the queue is decided by the workers that are there. */
const MOST_AT_ONCE = 4096;
/** Jobs in the queue for each evaluation that the workers can have under way, so that none waits for the next. */
const PER_SLOT = 2;

/**
 * Results are those of the evaluator that the task describes. Finished ones are kept in the queue and never paid for again, whoever asks; an
 * evaluation that broke down on several workers is a failed one. While Redis is away or no worker is there, it waits.
 * @throws InputError where the queue cannot be reached or refuses at the start; `evaluate` rejects with LissnasError ('evaluator') after too many
 * breakdowns in a row
 */
export async function remote(options: RemoteOptions): Promise<Evaluator> {
  const { address, task, name, network, onRemark } = options;
  const redis = await connectQueue(address);
  const { hash, text } = taskText(task);
  await announceTask(redis, hash, text).catch((error: unknown) => {
    redis.disconnect();
    throw new InputError(`the queue ${address.shown} cannot be used: ${faultOf(error)}`, {}, { cause: error });
  });
  const submissions = new Submissions(redis, anotherConnection(address), hash);
  const places = new Places(PER_SLOT);
  const onlooker = new Onlooker({
    ...{ redis, shown: address.shown, task: { hash, text, version: task.version }, onRemark },
    onSlots: (slots) => places.resize(PER_SLOT * Math.max(1, slots)),
  });
  const breakdowns = new Breakdowns(name, 'See what `lissnas workers` says of those set aside');
  let givenUp: LissnasError | undefined;
  let isClosed = false;

  async function ask(architecture: Architecture, signal?: AbortSignal): Promise<Outcome> {
    const key = evaluationKey(task, architecture, network?.(architecture));
    const known = await submissions.known(key);
    if (known !== undefined) return withArchitecture(known, architecture);
    await places.take(signal);
    try {
      if (givenUp !== undefined) throw givenUp; // while it waited for its place
      const ended = await submissions.submit({ key, codes: Array.from(architecture) }, signal);
      if (ended.kind === 'finished') {
        breakdowns.answered();
        return withArchitecture(ended.outcome, architecture);
      }
      const { reason, tries } = ended.why;
      givenUp ??= breakdowns.brokeDown(reason);
      if (givenUp !== undefined) throw givenUp;
      return failed(architecture, `set aside after ${tries === 1 ? '1 try' : `${tries} tries`}: ${reason}`);
    } finally {
      places.release();
    }
  }

  return {
    name,
    concurrency: MOST_AT_ONCE,
    async evaluate(architecture, signal) {
      signal?.throwIfAborted();
      if (isClosed) throw new LissnasError('evaluator', `${name} has been closed`);
      if (givenUp !== undefined) throw givenUp;
      if (signal !== undefined) setMaxListeners(0, signal); // thousands may wait at once
      try {
        return await orAborted(ask(architecture, signal), signal);
      } catch (error) {
        if (!isClosed || signal?.aborted) throw error;
        throw new LissnasError('evaluator', `${name} was closed during an evaluation`);
      }
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      onlooker.stop();
      await submissions.close();
      redis.disconnect();
    },
  };
}

/** An abort is answered at once, also while Redis is away. */
function orAborted<T>(answer: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return answer;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function withArchitecture(outcome: FinishedOutcome, architecture: Architecture): Outcome {
  return Object.freeze({
    ...outcome,
    ...('costs' in outcome && { costs: Object.freeze(outcome.costs) }),
    architecture,
  });
}
