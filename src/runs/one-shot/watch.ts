/** Progress of a run of many stages: how much of all work is done, and what is going on. */
import { silentTeller, type Teller } from '../live/teller.js';

/** How far a one-shot run has come; for people. */
export interface OneShotProgress {
  /** work done since this process began, in images passed forward (learning from one counts three times) */
  readonly done: number;
  /** all work that was left when this process began, in the same unit */
  readonly total: number;
  readonly label: string;
}

/** Forward and backward cost about three times the forward pass alone. */
export const LEARNING = 3;

/** Adds up the work of all stages. What a journal or a checkpoint already holds is taken off the total, not added to what is done. */
export class Watch {
  /** to be told what is no work */
  readonly teller: Teller;
  #done = 0;
  #total = 0;
  #before = 0;
  readonly #tell: ((progress: OneShotProgress) => void) | undefined;

  constructor(tell?: (progress: OneShotProgress) => void, teller: Teller = silentTeller) {
    this.#tell = tell;
    this.teller = teller;
  }

  /** Announces work. */
  plan(work: number): void {
    this.#total += work;
  }

  /** Takes back work that need not be done. */
  skip(work: number): void {
    this.#total -= work;
    this.#before += work;
  }

  /** Work that has been done. */
  did(work: number, label: string): void {
    this.#done += work;
    const total = Math.max(this.#total, this.#done);
    const before = this.#before;
    this.#tell?.({ done: this.#done, total, label });
    this.teller.progress({ done: before + this.#done, total: before + total, before, label });
  }
}
