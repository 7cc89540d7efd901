/** Failures of evaluations, told once by their reason and then counted. */

const MOST_REASONS = 100;

/** Counts by reason. */
export class FailureCount {
  readonly #tell: (text: string) => void;
  readonly #counts = new Map<string, number>();
  #others = 0;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  add(reason: string): void {
    const count = this.#counts.get(reason);
    if (count !== undefined) this.#counts.set(reason, count + 1);
    else if (this.#counts.size === MOST_REASONS) this.#others++;
    else {
      this.#counts.set(reason, 1);
      this.#tell(`an evaluation failed: ${reason}`);
    }
  }

  /** Tells what has come more than once. */
  tellCounts(): void {
    for (const [reason, count] of this.#counts) if (count > 1) this.#tell(`${count} evaluations failed: ${reason}`);
    if (this.#others > 0) this.#tell(`${this.#others} evaluations failed for other reasons`);
  }
}
