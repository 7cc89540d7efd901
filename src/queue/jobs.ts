/** The jobs of one task: a BullMQ queue whose jobs bear the keys of their evaluations. */
import type { Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { withoutPasswords } from './address.js';
import { JOBS_PREFIX } from './keys.js';
import { plain } from './plain.js';
import { ReadableQueue, ReadableWorker } from './readable.js';
import type { JobData } from './task.js';

/** How often an evaluation that breaks down is tried, each time on another worker where there is one, before it is set aside. */
const TRIES = 3;
/** Pause before the next try, ms. */
const RETRY_PAUSE_MS = 500;
/** How many workers may be lost over one evaluation before it is set aside. */
const LOSSES = 20;
/** How much of what was written over a try is kept, characters. */
const KEPT_OF_LOG = 4_000;

const text = z.string().transform(plain);
const brokenTrySchema = z.object({
  /** on whose machine */
  worker: text,
  reason: text,
  /** the end of what the program, or the process that evaluated, has written to standard error */
  log: text,
});

/** A try that broke down. */
export type BrokenTry = z.output<typeof brokenTrySchema>;

/** A job as it lies in the queue; its data come from outside and must be read by `readJob`. */
export type QueuedJob = Job<unknown, string>;

/** Why an evaluation was set aside. */
export interface SetAside {
  readonly key: string;
  readonly data: unknown;
  readonly reason: string;
  readonly tries: number;
}

/** How many jobs are in which state. */
export interface JobCounts {
  readonly waiting: number;
  readonly active: number;
  readonly setAside: number;
}

/** The side of those who ask. */
export class JobQueue {
  readonly #queue: ReadableQueue<JobData, string>;

  constructor(redis: Redis, task: string) {
    this.#queue = new ReadableQueue(task, { connection: redis, prefix: JOBS_PREFIX });
    this.#queue.on('error', () => {}); // the connection comes back by itself
  }

  /** Adds a job. One that is there already, in whatever state, stays as it is. */
  async add(data: JobData): Promise<void> {
    await this.#queue.add('evaluation', data, {
      jobId: data.key,
      attempts: TRIES,
      backoff: { type: 'fixed', delay: RETRY_PAUSE_MS },
      removeOnComplete: true, // its result is kept elsewhere
      removeOnFail: false, // an evaluation that was set aside stays so
      keepLogs: TRIES,
    });
  }

  /** Takes a job away unless a worker has it. */
  async remove(key: string): Promise<void> {
    await this.#queue.remove(key);
  }

  /** Whether a job is there, and why it was set aside where it was. */
  async look(key: string): Promise<{ readonly isThere: boolean; readonly setAside?: SetAside }> {
    const job = await this.#queue.getJob(key);
    if (job === undefined || job === null) return { isThere: false };
    return job.finishedOn !== undefined && job.failedReason !== undefined
      ? { isThere: true, setAside: setAsideOf(job) }
      : { isThere: true };
  }

  /** How many are in which state. */
  async counts(): Promise<JobCounts> {
    const { waiting, delayed, prioritized, active, failed } = await this.#queue.getJobCounts();
    return {
      waiting: (waiting ?? 0) + (delayed ?? 0) + (prioritized ?? 0),
      active: active ?? 0,
      setAside: failed ?? 0,
    };
  }

  /** Those set aside, the last first; `most` at most. */
  async setAside(most: number): Promise<SetAside[]> {
    return (await this.#queue.getFailed(0, most - 1)).map(setAsideOf);
  }

  /** The tries of a job that broke down, the first first. */
  async brokenTries(key: string): Promise<BrokenTry[]> {
    const { logs } = await this.#queue.getJobLogs(key);
    return logs.flatMap((row) => {
      const read = brokenTrySchema.safeParse(parsed(row));
      return read.success ? [read.data] : [];
    });
  }

  /** Forgets those set aside, so that they are tried again when they are asked for. Returns how many there were. */
  async forgetSetAside(): Promise<number> {
    let forgotten = 0;
    for (;;) {
      const removed = await this.#queue.clean(0, 1000, 'failed');
      forgotten += removed.length;
      if (removed.length === 0) return forgotten;
    }
  }

  /** Lets go; the connection stays open. */
  async close(): Promise<void> {
    await this.#queue.close();
  }
}

/** Keeps with a job what is known of a try that broke down; passwords of URLs are left out. */
export async function noteBrokenTry(job: QueuedJob, { worker, reason, log }: BrokenTry): Promise<void> {
  const whole = log.length < KEPT_OF_LOG ? log : log.replace(/^\S+/, ''); // it may begin inside an address
  const kept = { worker, reason: withoutPasswords(reason), log: withoutPasswords(whole).slice(-KEPT_OF_LOG) };
  await job.log(JSON.stringify(kept));
}

/** A way to take jobs one by one, with a lease on each. */
export type JobSource = Worker<unknown, string>;

/**
 * Nothing is taken unless it is asked for; what lost workers held comes back to the queue by itself.
 * @param leaseMs how long a job is a worker's own after the last renewal
 */
export function jobSource(redis: Redis, task: string, name: string, leaseMs: number): JobSource {
  const source: JobSource = new ReadableWorker(task, null, {
    ...{ connection: redis, prefix: JOBS_PREFIX, name, autorun: false },
    ...{ lockDuration: leaseMs, stalledInterval: leaseMs / 2, maxStalledCount: LOSSES },
  });
  source.on('error', () => {}); // a connection that breaks is noticed by what waits for an answer
  return source;
}

function setAsideOf({ id, data, failedReason, attemptsMade }: QueuedJob): SetAside {
  return { key: id ?? '', data, reason: plain(failedReason), tries: attemptsMade };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
