/** A worker: takes jobs from the queue, has its slots make the evaluations, and keeps the leases meanwhile. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { QueueAddress } from '../queue/address.js';
import { anotherConnection, connectQueue, faultOf } from '../queue/connection.js';
import { WORK_CHANNEL } from '../queue/keys.js';
import { redisTime, removeRecord, type WorkerRecord, writeRecord } from '../queue/worker-record.js';
import { carryOutJob, type JobContext, takeJob } from './job.js';
import { ServedTasks } from './served-tasks.js';
import { Slot } from './slot.js';
import type { WorkerSetup } from './slot-protocol.js';

/** Settings of `startWorker`. */
export interface WorkerOptions {
  readonly address: QueueAddress;
  readonly setup: WorkerSetup;
  /** evaluations at once */
  readonly concurrency: number;
  /** seconds after which what this worker has under way is given to another one, unless it renews its lease */
  readonly leaseS: number;
  /** seconds that evaluations under way may still take after `stop` */
  readonly graceS: number;
  readonly onRemark?: (text: string) => void;
}

/** A worker at work. */
export interface RunningWorker {
  readonly name: string;
  /** Takes no more jobs, waits for those under way as long as the grace allows, gives the others back, and ends. */
  stop(): Promise<void>;
}

const SIGN_EVERY_MS = 2_000;
/** How long a slot without work waits before it looks again by itself, ms. */
const IDLE_MS = 1_000;
const AFTER_A_FAULT_MS = 1_000;
/** How long tidying up may take in the end, ms: Redis may be away. */
const CLOSING_MS = 2_000;

/** Starts to work. @throws InputError where the queue cannot be reached */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const redis = await connectQueue(options.address);
  const worker = new WorkerProcess(options, redis, anotherConnection(options.address), await redisTime(redis));
  return { name: worker.name, stop: () => worker.stop() };
}

class WorkerProcess {
  readonly name = `${hostname()}-${process.pid}-${randomUUID().slice(0, 4)}`;
  readonly #options: WorkerOptions;
  readonly #redis: Redis;
  readonly #listener: Redis;
  readonly #startedAt: number;
  readonly #slots: readonly Slot[];
  readonly #tasks: ServedTasks;
  readonly #context: JobContext;
  readonly #loops: Promise<unknown>;
  readonly #sleepers = new Set<() => void>();
  #isStopping = false;
  #isClosed = false;
  #lastSign: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: WorkerOptions, redis: Redis, listener: Redis, startedAt: number) {
    const { setup, concurrency, leaseS } = options;
    this.#options = options;
    this.#redis = redis;
    this.#listener = listener;
    this.#startedAt = startedAt;
    const leaseMs = 1000 * leaseS;
    this.#tasks = new ServedTasks(redis, this.name, leaseMs, (reason) =>
      this.#remark(`A run is not served: ${reason}.`),
    );
    this.#context = {
      ...{
        redis,
        leaseMs,
        name: this.name,
        tasks: this.#tasks,
        busy: new Map(),
        done: 0,
        broken: 0,
      },
      isStopping: () => this.#isStopping,
    };
    this.#slots = Array.from({ length: concurrency }, () => new Slot(setup));
    listener.on('message', () => this.#wake());
    listener.subscribe(WORK_CHANNEL).catch(() => {}); // messages only make it quicker
    this.#giveSigns();
    this.#loops = Promise.all(this.#slots.map((slot) => this.#workIn(slot)));
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    this.#isStopping = true;
    this.#giveSign();
    this.#wake();
    const underWay = this.#context.busy.size;
    if (underWay > 0) this.#remark(`Stopping; ${underWay} under way may take ${this.#options.graceS} s more.`);
    await Promise.race([this.#loops, pause(1000 * this.#options.graceS, undefined, { ref: false })]);
    const ending = Promise.all(this.#slots.map((slot) => slot.close())); // what is under way breaks down and is given back
    await Promise.race([ending.then(() => this.#loops), pause(2 * CLOSING_MS)]);
    this.#isClosed = true;
    const tidied = Promise.all([this.#tasks.close(), this.#lastSign]).then(() => removeRecord(this.#redis, this.name));
    await Promise.race([tidied.catch(() => {}), pause(CLOSING_MS, undefined, { ref: false })]);
    this.#redis.disconnect();
    this.#listener.disconnect();
  }

  async #workIn(slot: Slot): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#tasks.look(slot);
        const taken = await takeJob(this.#context);
        if (taken === undefined) await this.#sleep();
        else await carryOutJob(this.#context, slot, taken);
      } catch (error) {
        if (this.#isStopping) return;
        this.#remark(`The queue answers with a fault: ${faultOf(error)}; going on.`);
        await pause(AFTER_A_FAULT_MS);
      }
    }
  }

  async #giveSigns(): Promise<void> {
    while (!this.#isClosed) {
      await this.#giveSign();
      await pause(SIGN_EVERY_MS, undefined, { ref: false });
    }
  }

  #giveSign(): Promise<void> {
    this.#lastSign = writeRecord(this.#redis, this.#record()).catch(() => {}); // a fault is one that work meets too
    return this.#lastSign;
  }

  #record(): WorkerRecord {
    const { setup, concurrency } = this.#options;
    const { busy, done, broken } = this.#context;
    return {
      ...{ name: this.name, host: hostname(), pid: process.pid, version: setup.version, concurrency, done, broken },
      ...(setup.engine !== undefined && { engine: setup.engine }),
      ...{ busy: [...busy.values()], startedAt: this.#startedAt, isStopping: this.#isStopping },
      ...this.#tasks.account(),
    };
  }

  /** Until there may be work. */
  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, IDLE_MS);
      this.#sleepers.add(wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#sleepers]) wake();
  }

  #remark(text: string): void {
    this.#options.onRemark?.(text);
  }
}
