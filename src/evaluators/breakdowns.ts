/** When to stop asking what breaks down again and again. */
import { LissnasError } from '../errors.js';

/** Breakdowns in a row after which an evaluator gives up: before the first answer ever, and after it. */
const AT_FIRST = 3;
const LATER = 10;

/** Counts breakdowns in a row. */
export class Breakdowns {
  readonly #name: string;
  readonly #advice: string;
  #hasAnswered = false;
  #inARow = 0;

  constructor(name: string, advice: string) {
    this.#name = name;
    this.#advice = advice;
  }

  /** An evaluation was answered. */
  answered(): void {
    this.#hasAnswered = true;
    this.#inARow = 0;
  }

  /** One broke down. Returns why no other should be tried, or undefined while there is hope. */
  brokeDown(reason: string): LissnasError | undefined {
    this.#inARow++;
    if (this.#inARow < (this.#hasAnswered ? LATER : AT_FIRST)) return undefined;
    return new LissnasError(
      'evaluator',
      `${this.#name} broke down ${this.#inARow} times in a row, the last time so: ${reason}. ${this.#advice}`,
    );
  }
}
