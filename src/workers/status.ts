/** What goes on in a queue, as plain data: for `lissnas workers` and the dashboard. */
import type { Redis } from 'ioredis';
import { type QueueAddress, queueAddress } from '../queue/address.js';
import { connectQueue } from '../queue/connection.js';
import { type BrokenTry, type JobCounts, JobQueue, type SetAside } from '../queue/jobs.js';
import { countsKey } from '../queue/keys.js';
import { plain } from '../queue/plain.js';
import { readJob, readTask } from '../queue/task.js';
import { knownTasks, readTaskText } from '../queue/tasks.js';
import { readRecords, type SeenWorker } from '../queue/worker-record.js';
import { type RecordedSpace, restoreSpace } from '../shrink/space-source.js';
import type { SearchSpace } from '../spaces/space.js';

/** An evaluation that was set aside. */
export interface SetAsideStatus extends Pick<SetAside, 'key' | 'reason' | 'tries'> {
  /** in the notation of the space, where the job is of a known form */
  readonly architecture?: string;
  /** what is known of its tries, the first first */
  readonly brokenTries: readonly BrokenTry[];
}

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
  readonly reasons: readonly SetAsideStatus[];
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
  const { format, ...what } = described(text, hash);
  return withJobs(redis, hash, async (jobs) => {
    const setAside = await jobs.setAside(MOST_REASONS);
    const reasons = setAside.map(async ({ key, data, reason, tries }) => {
      const architecture = format(data);
      const brokenTries = await jobs.brokenTries(key);
      return { key, reason, tries, brokenTries, ...(architecture !== undefined && { architecture }) };
    });
    return {
      ...{ hash, ...what, ...(await jobs.counts()) },
      finished: Number(counts.finished ?? 0),
      again: Number(counts.again ?? 0),
      reasons: await Promise.all(reasons),
    };
  });
}

interface Described {
  readonly space: string;
  readonly work: string;
  /** the architecture of a job, where it is one of this space */
  format(job: unknown): string | undefined;
}

function described(text: string, hash: string): Described {
  try {
    const { space, work } = readTask(text, hash);
    return {
      space: plain(space.name),
      work: plain(work.kind === 'command' ? `command ${work.words.join(' ')}` : work.kind),
      format: formatOf(space),
    };
  } catch {
    return { space: '', work: 'of another version', format: () => undefined };
  }
}

function formatOf(recorded: RecordedSpace): Described['format'] {
  let space: SearchSpace | undefined;
  return (job) => {
    const codes = readJob(job)?.codes;
    if (codes === undefined) return undefined;
    try {
      space ??= restoreSpace(recorded);
      return space.format(space.architecture(codes));
    } catch {
      return undefined;
    }
  };
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
