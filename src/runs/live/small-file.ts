/** Small files that nothing depends on: reading gives nothing where it fails, and so does writing. */
import { closeSync, constants, fstatSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { temporaryName } from '../atomic.js';

/** More is never read. */
const LARGEST = 16_000_000; // bytes

/** The text of a plain file; undefined where there is none, or it is no plain file, or it is far too large. */
export function readSmallFile(path: string): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)); // a pipe without a writer must not hold us up
    const { size } = fstatSync(file);
    return fstatSync(file).isFile() && size <= LARGEST ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The value of a small JSON file; undefined where there is none that can be read. */
export function readSmallJson(path: string): unknown {
  return parsed(readSmallFile(path) ?? '');
}

/** The value of a JSON text; undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Replaces a file, so that a reader sees the old text or the new; does not wait for the disk. Returns false where that fails or the pieces of the text
 * cannot be made, and then nothing has changed.
 */
export function replaceSmallFile(path: string, text: string | Iterable<string>): boolean {
  const temporary = temporaryName(path);
  try {
    const file = openSync(temporary, 'wx');
    try {
      for (const piece of typeof text === 'string' ? [text] : text) writeFileSync(file, piece);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    return true;
  } catch {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // the folder is gone, or its disk
    }
    return false;
  }
}
