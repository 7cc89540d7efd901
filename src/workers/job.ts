/** One job of the queue: taken, carried out in a slot, and ended in one of the ways there are. */
import { randomUUID } from 'node:crypto';
import { UnrecoverableError } from 'bullmq';
import type { Redis } from 'ioredis';
import { type FinishedOutcome, readEntry } from '../journal/entry.js';
import { withoutPasswords } from '../queue/address.js';
import { noteBrokenTry, type QueuedJob } from '../queue/jobs.js';
import { endedChannel } from '../queue/keys.js';
import { readResults, storeResult } from '../queue/results.js';
import { type JobData, readJob } from '../queue/task.js';
import { readRecords, redisTime, type WorkerRecord } from '../queue/worker-record.js';
import type { SearchSpace } from '../spaces/space.js';
import type { ServedTask, ServedTasks } from './served-tasks.js';
import type { Slot } from './slot.js';

/** How long a job that broke down here is left to those who have not tried it, ms, and after how many starts no longer. */
const LEFT_TO_OTHERS_MS = 2_000;
const MOST_STARTS = 30;

/** What all slots of a worker share. */
export interface JobContext {
  readonly redis: Redis;
  /** of this worker */
  readonly name: string;
  readonly leaseMs: number;
  readonly tasks: ServedTasks;
  /** what is under way, by lease */
  readonly busy: Map<string, WorkerRecord['busy'][number]>;
  done: number;
  broken: number;
  isStopping(): boolean;
}

/** A job under a lease. */
export interface TakenJob {
  readonly task: ServedTask;
  readonly job: QueuedJob;
  /** names the lease */
  readonly token: string;
}

/** The next job of any task that is served; undefined where there is none. */
export async function takeJob({ tasks, isStopping }: JobContext): Promise<TakenJob | undefined> {
  for (const task of tasks.inTurn()) {
    const token = randomUUID();
    const job = await task.source.getNextJob(token, { block: false });
    if (job === undefined || job === null) continue;
    const taken = { task, job, token };
    if (!isStopping()) return taken;
    await giveBack(taken); // it was being stopped meanwhile
    return undefined;
  }
  return undefined;
}

/** Carries a job out to its end; the lease is renewed all the while. */
export async function carryOutJob(context: JobContext, slot: Slot, taken: TakenJob): Promise<void> {
  const { job, token, task } = taken;
  const lease = setInterval(() => {
    job.extendLock(token, context.leaseMs).catch(() => {}); // a lease that was lost is noticed at the end
  }, context.leaseMs / 4);
  try {
    const data = readJob(job.data);
    if (data === undefined || data.key !== job.id || !isOf(task.space, data.codes)) {
      await setAside(context, taken, 'the job is of a form that this version does not know');
    } else if (job.deferredFailure) {
      await setAside(context, taken, 'too many workers were lost over it');
    } else {
      await evaluate(context, slot, taken, data);
    }
  } finally {
    clearInterval(lease);
    context.busy.delete(token);
  }
}

async function evaluate(context: JobContext, slot: Slot, taken: TakenJob, data: JobData): Promise<void> {
  const { redis } = context;
  const { task, job, token } = taken;
  const { key } = data;
  const place = { task: task.hash, key };
  const [[known], since] = await Promise.all([readResults(redis, [key]), redisTime(redis)]);
  if (known !== undefined) {
    await redis.publish(endedChannel(task.hash), key);
    return complete(taken);
  }
  if (job.attemptsMade > 0 && job.attemptsStarted < MOST_STARTS && (await isForOthers(context, task, key))) {
    await job.moveToDelayed(Date.now() + LEFT_TO_OTHERS_MS, token).catch(leaseLost);
    return;
  }
  const architecture = task.space.format(Uint8Array.from(data.codes));
  context.busy.set(token, { space: task.space.name, architecture, since });
  const answer = await slot.evaluate(task, data);
  switch (answer.kind) {
    case 'outcome': {
      context.done++;
      await storeResult(redis, place, outcomeIn(answer.entry), token);
      return complete(taken);
    }
    case 'unable':
      await giveBack(taken);
      return context.tasks.refuse(task.hash, answer.reason);
    case 'broke': {
      if (context.isStopping()) return giveBack(taken);
      context.broken++;
      await noteBrokenTry(job, { worker: context.name, reason: answer.reason, log: answer.log });
      return breakDown(context, taken, new Error(withoutPasswords(answer.reason)));
    }
    case 'able':
      return giveBack(taken);
  }
}

/** Whether the evaluation broke down here, and another worker takes jobs of the same task over which it has not. */
async function isForOthers({ redis, name }: JobContext, { hash, jobs }: ServedTask, key: string): Promise<boolean> {
  const tried = new Set((await jobs.brokenTries(key)).map(({ worker }) => worker));
  if (!tried.has(name)) return false;
  const workers = await readRecords(redis);
  return workers.some(
    (other) => !tried.has(other.name) && !other.isLost && !other.isStopping && other.serves.includes(hash),
  );
}

async function complete({ job, token }: TakenJob): Promise<void> {
  await job.moveToCompleted('', token, false).catch(leaseLost);
}

async function giveBack({ job, token }: TakenJob): Promise<void> {
  await job.moveToWait(token).catch(leaseLost);
}

async function setAside(context: JobContext, taken: TakenJob, reason: string): Promise<void> {
  await breakDown(context, taken, new UnrecoverableError(reason));
}

/** Another try, or the end of them. */
async function breakDown({ redis }: JobContext, { job, token, task }: TakenJob, error: Error): Promise<void> {
  error.stack = ''; // where in this program it was noticed helps nobody
  await job.moveToFailed(error, token, false).catch(leaseLost);
  if (job.finishedOn !== undefined) await redis.publish(endedChannel(task.hash), job.id ?? '');
}

/** The job went to another worker, who will find the result or try again. */
function leaseLost(): void {}

function isOf(space: SearchSpace, codes: readonly number[]): boolean {
  try {
    space.architecture(Uint8Array.from(codes));
    return true;
  } catch {
    return false;
  }
}

function outcomeIn(text: string): FinishedOutcome {
  const entry = readEntry(JSON.parse(text));
  if (entry?.kind !== 'evaluation') throw new TypeError('a slot has answered with no outcome');
  return entry.outcome;
}
