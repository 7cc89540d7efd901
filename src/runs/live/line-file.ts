/** A file of JSON lines that grows to a limit and then drops its older half. */
import { appendFileSync, statSync } from 'node:fs';
import { parsed, readSmallFile, replaceSmallFile } from './small-file.js';

/** Appends lines; where the disk refuses, the line is lost and nothing else happens. */
export class LineFile {
  readonly #path: string;
  readonly #limit: number;
  #size: number;
  #isTorn: boolean; // whether the last line has no end, because a process was killed while writing it

  /** @param limit bytes */
  constructor(path: string, limit: number) {
    this.#path = path;
    this.#limit = limit;
    this.#isTorn = readSmallFile(path)?.endsWith('\n') === false;
    this.#size = sizeOf(path);
  }

  append(line: object): void {
    const text = `${this.#isTorn ? '\n' : ''}${JSON.stringify(line)}\n`;
    try {
      appendFileSync(this.#path, text);
      this.#isTorn = false;
      this.#size += Buffer.byteLength(text);
    } catch {
      this.#isTorn = true; // a part of it may have been written
    }
    if (this.#size > this.#limit) this.#halve();
  }

  #halve(): void {
    const bytes = Buffer.from(readSmallFile(this.#path) ?? '');
    const kept = bytes.subarray(bytes.indexOf('\n', bytes.length - this.#limit / 2) + 1);
    replaceSmallFile(this.#path, kept.toString('utf8'));
    this.#size = sizeOf(this.#path);
  }
}

/** The values of all lines that are JSON, in their order. */
export function readLines(path: string): unknown[] {
  const lines = readSmallFile(path)?.split('\n') ?? [];
  return lines.flatMap((line) => {
    const value = parsed(line);
    return value === undefined ? [] : [value];
  });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
