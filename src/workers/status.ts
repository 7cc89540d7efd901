/** What goes on in a queue, as plain data: for `lissnas workers` and the dashboard. */
import type { Redis } from 'ioredis';
import { type QueueAddress, queueAddress } from '../queue/address.js';
import { connectQueue } from '../queue/connection.js';
import { type JobCounts, JobQueue, type SetAside } from '../queue/jobs.js';
import { countsKey } from '../queue/keys.js';
import { readTask } from '../queue/task.js';
import { knownTasks, readTaskText } from '../queue/tasks.js';
import { readRecords, type SeenWorker } from '../queue/worker-record.js';

/** Evaluations of one kind, of one space. */
export interface TaskStatus extends JobCounts {
  readonly hash: string;
  readonly space: string;
  /** what measures: the kind, and the program where it is one */
  readonly work: string;
  /** evaluations whose results are kept */
  readonly finished: number;
  /** evaluations that were made once more after they had been finished, which no lease should allow */
  readonly again: number;
  /** why evaluations were set aside, the last first; 20 at most */
  readonly reasons: readonly Pick<SetAside, 'key' | 'reason' | 'tries'>[];
}

/** A queue with its workers. */
export interface WorkersStatus {
  /** the queue's address, without its password */
  readonly queue: string;
  /** by name; those lost in the last ten minutes too */
  readonly workers: readonly SeenWorker[];
  readonly tasks: readonly TaskStatus[];
}

const MOST_REASONS = 20;

/** @throws InputError where the queue cannot be reached, or refuses */
export async function workersStatus(queueUrl: string): Promise<WorkersStatus> {
  return withQueue(queueAddress(queueUrl), async (redis, { shown }) => {
    const workers = await readRecords(redis);
    const tasks: TaskStatus[] = [];
    for (const hash of await knownTasks(redis)) {
      const status = await taskStatus(redis, hash);
      if (status !== undefined) tasks.push(status);
    }
    return { queue: shown, workers, tasks };
  });
}

/** Forgets the evaluations that were set aside, so that they are tried again when they are asked for. Returns how many there were. */
export async function forgetSetAside(queueUrl: string): Promise<number> {
  return withQueue(queueAddress(queueUrl), async (redis) => {
    let forgotten = 0;
    for (const hash of await knownTasks(redis)) {
      forgotten += await withJobs(redis, hash, (jobs) => jobs.forgetSetAside());
    }
    return forgotten;
  });
}

async function taskStatus(redis: Redis, hash: string): Promise<TaskStatus | undefined> {
  const text = await readTaskText(redis, hash);
  if (text === undefined) return undefined;
  const counts = await redis.hgetall(countsKey(hash));
  return withJobs(redis, hash, async (jobs) => ({
    ...{ hash, ...described(text, hash), ...(await jobs.counts()) },
    finished: Number(counts.finished ?? 0),
    again: Number(counts.again ?? 0),
    reasons: (await jobs.setAside()).slice(0, MOST_REASONS).map(({ key, reason, tries }) => ({ key, reason, tries })),
  }));
}

function described(text: string, hash: string): { readonly space: string; readonly work: string } {
  try {
    const { space, work } = readTask(text, hash);
    return { space: space.name, work: work.kind === 'command' ? `command ${work.words.join(' ')}` : work.kind };
  } catch {
    return { space: '', work: 'of another version' };
  }
}

async function withJobs<T>(redis: Redis, hash: string, use: (jobs: JobQueue) => Promise<T>): Promise<T> {
  const jobs = new JobQueue(redis, hash);
  try {
    return await use(jobs);
  } finally {
    await jobs.close();
  }
}

async function withQueue<T>(
  address: QueueAddress,
  use: (redis: Redis, address: QueueAddress) => Promise<T>,
): Promise<T> {
  const redis = await connectQueue(address);
  try {
    return await use(redis, address);
  } finally {
    redis.disconnect();
  }
}
