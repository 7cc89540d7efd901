/** Pausing, cancelling and going on with a run, for whoever has the token. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { wantedWords, writeWanted } from '../runs/live/control.js';
import type { FoundRun } from './find-runs.js';
import { type RunList, sentenceOf } from './rows.js';

/** Starts a process that goes on with the run in a folder, and does not wait for it. @throws where none can be started */
export type Resume = (folder: string) => Promise<void>;

/** What came of a wish. */
export interface ControlAnswer {
  readonly status: 202 | 400 | 409;
  readonly body: { readonly wanted: string } | { readonly error: string };
}

const wishSchema = z.strictObject({ wanted: z.enum(wantedWords) });
const STARTING_MS = 5000;

/** A new token of 256 bits. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether an Authorization header bears the token; takes as long for every wrong one. */
export function bearsToken(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}

/** Carries wishes out. */
export class Control {
  readonly #list: RunList;
  readonly #resume: Resume;
  readonly #starting = new Map<string, number>(); // when, by path

  constructor(list: RunList, resume: Resume) {
    this.#list = list;
    this.#resume = resume;
  }

  /** @param body what was sent, as text */
  async wish(run: FoundRun, body: string): Promise<ControlAnswer> {
    const wish = wishSchema.safeParse(parsedJson(body)).data;
    if (wish === undefined) {
      return { status: 400, body: { error: `{"wanted": ...} is needed, with one of ${wantedWords.join(', ')}` } };
    }
    const { wanted } = wish;
    const { state, stopping } = await this.#list.row(run);
    const isRunning = state === 'running';
    if (state === 'damaged' || state === 'ended') return refused(`the run is ${state}`);
    if (wanted === 'pause' && !isRunning) return refused('nothing works on the run, so that it cannot be paused');
    if (wanted === 'run' && isRunning && stopping === undefined) return refused('the run goes on already');
    if (wanted === 'run' && isRunning) return refused('the run is about to stop; go on with it once it has stopped');
    try {
      if (wanted === 'run') await this.#start(run);
      else writeWanted(run.path, wanted);
      return { status: 202, body: { wanted } };
    } catch (error) {
      return refused(sentenceOf(error, run.root));
    }
  }

  /** A second wish while the process begins would only start another one, which the lock of the folder refuses. */
  async #start({ path }: FoundRun): Promise<void> {
    const now = performance.now();
    if (now - (this.#starting.get(path) ?? Number.NEGATIVE_INFINITY) < STARTING_MS) return;
    this.#starting.set(path, now);
    await this.#resume(path);
  }
}

function refused(error: string): ControlAnswer {
  return { status: 409, body: { error } };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
