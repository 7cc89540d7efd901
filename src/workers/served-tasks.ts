/** Which tasks a worker serves, and which it does not, and why. */
import type { Redis } from 'ioredis';
import { JobQueue, type JobSource, jobSource } from '../queue/jobs.js';
import { readTask } from '../queue/task.js';
import { readTaskText, servedTasks } from '../queue/tasks.js';
import { restoreSpace } from '../shrink/space-source.js';
import type { SearchSpace } from '../spaces/space.js';
import type { Slot } from './slot.js';

/** How often tasks are looked for, ms. */
const LOOK_MS = 1_000;

/** A task that this worker takes jobs of. */
export interface ServedTask {
  readonly hash: string;
  readonly text: string;
  readonly space: SearchSpace;
  readonly source: JobSource;
  readonly jobs: JobQueue;
}

/** The tasks that are asked for, each examined once. */
export class ServedTasks {
  readonly #redis: Redis;
  readonly #name: string;
  readonly #leaseMs: number;
  readonly #served = new Map<string, ServedTask>();
  readonly #refused = new Map<string, string>();
  readonly #examined = new Set<string>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #turn = 0;
  /** hears of every refusal */
  readonly #onRefusal: (reason: string) => void;

  constructor(redis: Redis, name: string, leaseMs: number, onRefusal: (reason: string) => void) {
    this.#redis = redis;
    this.#name = name;
    this.#leaseMs = leaseMs;
    this.#onRefusal = onRefusal;
  }

  /** Those that are served, another one first each time, so that all get their turn. */
  inTurn(): ServedTask[] {
    const all = [...this.#served.values()];
    const first = all.length === 0 ? 0 : this.#turn++ % all.length;
    return [...all.slice(first), ...all.slice(0, first)];
  }

  /** For the worker's record. */
  account(): { readonly serves: string[]; readonly refuses: { task: string; reason: string }[] } {
    const refuses = [...this.#refused].map(([task, reason]) => ({ task, reason }));
    return { serves: [...this.#served.keys()], refuses };
  }

  /** Looks for new tasks now and then, and has the slot examine them. Tasks that nobody asks for any more are let go. */
  async look(slot: Slot): Promise<void> {
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    const asked = await servedTasks(this.#redis);
    for (const hash of [...this.#examined]) if (!asked.includes(hash)) await this.#letGo(hash);
    for (const hash of asked) {
      if (this.#examined.has(hash)) continue;
      this.#examined.add(hash);
      await this.#examine(hash, slot).catch((error: unknown) => {
        this.#examined.delete(hash);
        throw error;
      });
    }
  }

  /** Serves a task no longer. */
  async refuse(hash: string, reason: string): Promise<void> {
    const served = this.#served.get(hash);
    this.#served.delete(hash);
    if (!this.#refused.has(hash)) this.#onRefusal(reason);
    this.#refused.set(hash, reason);
    await letGoOf(served);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#served.values()].map(letGoOf));
  }

  async #examine(hash: string, slot: Slot): Promise<void> {
    const text = await readTaskText(this.#redis, hash);
    if (text === undefined) {
      this.#examined.delete(hash);
      return;
    }
    let space: SearchSpace;
    try {
      space = restoreSpace(readTask(text, hash).space);
    } catch (error) {
      return this.refuse(hash, error instanceof Error ? error.message : String(error));
    }
    const answer = await slot.check({ hash, text });
    if (answer.kind === 'unable') return this.refuse(hash, answer.reason);
    if (answer.kind !== 'able') {
      this.#examined.delete(hash); // the slot died; another look may go better
      return;
    }
    const source = jobSource(this.#redis, hash, this.#name, this.#leaseMs);
    await source.startStalledCheckTimer();
    this.#served.set(hash, { hash, text, space, source, jobs: new JobQueue(this.#redis, hash) });
  }

  async #letGo(hash: string): Promise<void> {
    this.#examined.delete(hash);
    this.#refused.delete(hash);
    const served = this.#served.get(hash);
    this.#served.delete(hash);
    await letGoOf(served);
  }
}

async function letGoOf(served: ServedTask | undefined): Promise<void> {
  await Promise.all([served?.source.close(true), served?.jobs.close()]);
}
