/** Who is there to do the work: how many evaluations they can take, and what to tell where nobody can. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { faultOf } from './connection.js';
import { plain } from './plain.js';
import { announceTask } from './tasks.js';
import { readRecords, type SeenWorker } from './worker-record.js';

const LOOK_MS = 1_000;
/** How long nobody may be able to take the work before it is said. */
const PATIENCE_MS = 10_000;
/** How long Redis may not answer before it is said. */
const SILENCE_MS = 10_000;
/** How many workers are named that do not take the work for the same reason. */
const MOST_NAMES = 3;

/** What is watched, and who hears of it. */
export interface OnlookerOptions {
  readonly redis: Redis;
  /** the queue's address as it may be shown */
  readonly shown: string;
  readonly task: { readonly hash: string; readonly text: string; readonly version: string };
  /** called with the evaluations that all workers together can have under way */
  readonly onSlots: (slots: number) => void;
  readonly onRemark?: ((text: string) => void) | undefined;
}

/** Announces the task and looks for workers until it is stopped. */
export class Onlooker {
  readonly #options: OnlookerOptions;
  #isStopped = false;
  /** what is wrong with the queue, as it was said */
  #failure: string | undefined;
  #lonelySince: number | undefined;
  #said: string | undefined;

  constructor(options: OnlookerOptions) {
    this.#options = options;
    this.#watch();
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #watch(): Promise<void> {
    while (!this.#isStopped) {
      const silence = setTimeout(() => this.#fail('does not answer'), SILENCE_MS);
      try {
        await this.#look();
      } catch (error) {
        this.#fail(`answers with a fault (${plain(faultOf(error))})`);
      } finally {
        clearTimeout(silence);
      }
      await pause(LOOK_MS, undefined, { ref: false });
    }
  }

  async #look(): Promise<void> {
    const { redis, task, onSlots } = this.#options;
    await announceTask(redis, task.hash, task.text);
    const workers = await readRecords(redis);
    if (this.#failure !== undefined) this.#remark('The queue answers again.');
    this.#failure = undefined;
    const there = workers.filter(({ isLost, isStopping }) => !isLost && !isStopping);
    const able = there.filter(({ serves }) => serves.includes(task.hash));
    onSlots(able.reduce((sum, { concurrency }) => sum + concurrency, 0));
    this.#tellIfLonely(there, able.length > 0);
  }

  #tellIfLonely(there: readonly SeenWorker[], isServed: boolean): void {
    const now = performance.now();
    if (isServed) {
      if (this.#said !== undefined) this.#remark('A worker takes the work.');
      this.#lonelySince = this.#said = undefined;
      return;
    }
    this.#lonelySince ??= now;
    if (now - this.#lonelySince < PATIENCE_MS) return;
    const words = whyNobody(there, this.#options.task, this.#options.shown);
    if (words !== this.#said) this.#remark(words);
    this.#said = words;
  }

  #fail(how: string): void {
    if (this.#failure !== how) this.#remark(`The queue ${this.#options.shown} ${how}; waiting for it.`);
    this.#failure = how;
  }

  #remark(text: string): void {
    if (!this.#isStopped) this.#options.onRemark?.(text);
  }
}

/** Why no worker takes the work, in words. */
export function whyNobody(
  there: readonly Pick<SeenWorker, 'version' | 'refuses' | 'name'>[],
  task: { readonly hash: string; readonly version: string },
  shown: string,
): string {
  if (there.length === 0) return `No worker is there; start one with: lissnas worker --queue ${shown}`;
  const count = there.length === 1 ? '1 worker is there' : `${there.length} workers are there`;
  if (there.every(({ version }) => version !== task.version))
    return `${count}, none of version ${task.version}; waiting.`;
  const refusals = there.flatMap(({ name, refuses }) =>
    refuses.filter((own) => own.task === task.hash).map(({ reason }) => ({ name, reason })),
  );
  const byReason = new Map<string, string[]>();
  for (const { name, reason } of refusals) byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  const words = [...byReason].map(([reason, names]) => `${reason} (${listed(names)})`).join('; ');
  return `${count}, but none takes this work${words === '' ? '' : `: ${words}`}; waiting.`;
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
