/** Jobs handed in and waited for, through lost messages, lost jobs and restarts of Redis. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { LissnasError } from '../errors.js';
import type { FinishedOutcome } from '../journal/entry.js';
import { JobQueue, type SetAside } from './jobs.js';
import { endedChannel, WORK_CHANNEL } from './keys.js';
import { keepResult, readResults } from './results.js';
import type { JobData } from './task.js';

/** How often results are looked for, whatever messages say; ms. */
const LOOK_MS = 500;
/** Every so many looks it is checked that the jobs themselves are still there. */
const CHECK_EVERY = 4;
/** Looks in a row that Redis may answer with a fault before everybody who waits is told. */
const MOST_FAULTS = 20;
/** How long taking jobs back may take in the end, ms. */
const CLOSING_MS = 3_000;

/** How a submission ends. */
export type Ended =
  | { readonly kind: 'finished'; readonly outcome: FinishedOutcome }
  | { readonly kind: 'set aside'; readonly why: SetAside };

interface Waiting {
  readonly data: JobData;
  readonly settle: Set<{ resolve(ended: Ended): void; reject(error: unknown): void }>;
}

/** The evaluations of one task that somebody waits for. Messages make it quick; what it relies on is looking. */
export class Submissions {
  readonly #redis: Redis;
  readonly #listener: Redis;
  readonly #task: string;
  readonly #queue: JobQueue;
  readonly #waiting = new Map<string, Waiting>();
  #isClosed = false;
  /** looks that failed in a row */
  #faults = 0;

  /** @param listener a connection of its own, which is closed with this */
  constructor(redis: Redis, listener: Redis, task: string) {
    this.#redis = redis;
    this.#listener = listener;
    this.#task = task;
    this.#queue = new JobQueue(redis, task);
    listener.on('message', (_, key: string) => {
      this.#settleFinished([key], true).catch(() => {}); // looking tells what is wrong
    });
    listener.subscribe(endedChannel(task)).catch(() => {}); // messages only make it quicker
    this.#watch();
  }

  /** The outcome where it is known already. */
  async known(key: string): Promise<FinishedOutcome | undefined> {
    const [outcome] = await readResults(this.#redis, [key]);
    if (outcome !== undefined) await keepResult(this.#redis, key);
    return outcome;
  }

  /** Hands a job in and waits for its end. An abort takes it back unless a worker has begun it. @throws the signal's reason */
  async submit(data: JobData, signal?: AbortSignal): Promise<Ended> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw closed();
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(data.key) ?? { data, settle: new Set() };
      const abort = () => {
        waiting.settle.delete(own);
        if (waiting.settle.size === 0 && this.#waiting.delete(data.key)) this.#takeBack(data.key);
        reject(signal?.reason);
      };
      const own = {
        resolve: (ended: Ended) => {
          signal?.removeEventListener('abort', abort);
          resolve(ended);
        },
        reject: (error: unknown) => {
          signal?.removeEventListener('abort', abort);
          reject(error);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      waiting.settle.add(own);
      this.#waiting.set(data.key, waiting);
      this.#add(data).catch(() => {}); // it is handed in again where it is found missing
    });
  }

  /** Takes back what no worker has begun, and lets go. Those who still wait are told so. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const keys = [...this.#waiting.keys()];
    this.#failAll(closed());
    const tidied = Promise.all(keys.map((key) => this.#queue.remove(key))).then(() => this.#queue.close());
    await Promise.race([tidied.catch(() => {}), pause(CLOSING_MS, undefined, { ref: false })]);
    this.#listener.disconnect();
  }

  async #add(data: JobData): Promise<void> {
    await this.#queue.add(data);
    await this.#redis.publish(WORK_CHANNEL, this.#task);
  }

  #takeBack(key: string): void {
    this.#queue.remove(key).catch(() => {}); // Redis is away for good, or this is being closed
  }

  async #watch(): Promise<void> {
    for (let turn = 1; !this.#isClosed; turn++) {
      await pause(LOOK_MS, undefined, { ref: false });
      const keys = [...this.#waiting.keys()];
      try {
        await this.#settleFinished(keys, false);
        if (turn % CHECK_EVERY === 0) for (const key of keys) await this.#check(key);
        this.#faults = 0;
      } catch (error) {
        if (++this.#faults >= MOST_FAULTS || error instanceof LissnasError) this.#failAll(error);
      }
    }
  }

  /** @param wasTold whether somebody said that they have ended, so that one without a result has been set aside */
  async #settleFinished(keys: readonly string[], wasTold: boolean): Promise<void> {
    const asked = keys.filter((key) => this.#waiting.has(key));
    const outcomes = await readResults(this.#redis, asked);
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome !== undefined) this.#settle(asked[i]!, { kind: 'finished', outcome });
      else if (wasTold) await this.#check(asked[i]!);
    }
  }

  /** A job that Redis has lost is handed in again; one that was set aside has ended. */
  async #check(key: string): Promise<void> {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    const { isThere, setAside } = await this.#queue.look(key);
    if (setAside !== undefined) this.#settle(key, { kind: 'set aside', why: setAside });
    else if (!isThere) await this.#add(waiting.data);
  }

  #settle(key: string, ended: Ended): void {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    for (const { resolve } of waiting?.settle ?? []) resolve(ended);
  }

  #failAll(error: unknown): void {
    const cause = error instanceof Error ? error : new Error(String(error));
    const failure =
      cause instanceof LissnasError ? cause : new LissnasError('queue', `the queue fails: ${cause.message}`);
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { settle } of waiting) for (const { reject } of settle) reject(failure);
  }
}

function closed(): LissnasError {
  return new LissnasError('queue', 'the queue has been closed');
}
