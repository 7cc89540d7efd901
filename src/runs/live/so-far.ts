/** `shrunk-so-far.json`: what a shrink that goes on has come to, for whoever looks into its folder. */
import { rmSync } from 'node:fs';
import type { ShrunkSpace } from '../../shrink/shrunk-space.js';
import { liveFiles } from './files.js';
import { replaceSmallFile } from './small-file.js';

/** Writing may take one part in this many of a run's time. */
const PATIENCE = 20;

/** The file, replaced soon after a round has ended; where that is not possible, nothing happens. */
export class SoFarFile {
  readonly #path: string;
  #make: (() => ShrunkSpace) | undefined; // what is not written yet
  #due = Number.NEGATIVE_INFINITY; // when it may be, milliseconds of the process
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string) {
    this.#path = liveFiles(folder).soFar;
  }

  /** Writes it, now or as soon as that does not take too much of the time. */
  replace(make: () => ShrunkSpace): void {
    this.#make = make;
    const wait = this.#due - performance.now();
    if (wait <= 0) this.#write();
    else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#write(), wait);
      this.#timer.unref();
    }
  }

  /** The run leaves off; once it has ended, its result says more. */
  leave(hasEnded: boolean): void {
    if (!hasEnded) {
      this.#write();
      return;
    }
    clearTimeout(this.#timer);
    this.#make = undefined;
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // nothing depends on it
    }
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const make = this.#make;
    if (make === undefined) return;
    this.#make = undefined;
    const began = performance.now();
    replaceSmallFile(this.#path, make().pieces());
    const now = performance.now();
    this.#due = now + PATIENCE * (now - began);
  }
}
