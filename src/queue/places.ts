/** Back-pressure: a number of places that grows and shrinks with the workers that are there. */

/** Places taken in the order of asking. */
export class Places {
  #count: number;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  /** Takes a place as soon as there is one. @throws the signal's reason */
  async take(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#taken < this.#count && this.#waiting.length === 0) {
      this.#taken++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal?.reason);
      };
      const enter = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.push(enter);
    });
  }

  /** Gives a place back. */
  release(): void {
    this.#taken--;
    this.#fill();
  }

  /** Changes how many there are; those taken above that are not refilled. */
  resize(count: number): void {
    this.#count = count;
    this.#fill();
  }

  #fill(): void {
    while (this.#taken < this.#count && this.#waiting.length > 0) {
      this.#taken++;
      this.#waiting.shift()!();
    }
  }
}
