/** Bytes that are read by ranges, so that a file of several gigabytes needs no more memory than what is looked at. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { InputError } from '../errors.js';
import { unreadable } from './file-bytes.js';

/** A file or a part of one. */
export interface ByteSource {
  /** what errors call it: the path, with the member after it where it lies in an archive */
  readonly file: string;
  /** bytes */
  readonly size: number;
  /** `length` bytes from `start` on; they may be a view and are not to be changed. @throws InputError where the source ends before */
  bytes(start: number, length: number): Uint8Array;
}

/** Bytes in memory. */
export function bytesSource(content: Uint8Array, file: string): ByteSource {
  return {
    file,
    size: content.length,
    bytes(start, length) {
      if (start + length > content.length) throw endsTooEarly(file);
      return content.subarray(start, start + length);
    },
  };
}

/** A part of another source, under a name of its own. */
export function partOf(source: ByteSource, start: number, size: number, file: string): ByteSource {
  if (start + size > source.size) throw endsTooEarly(file);
  return {
    file,
    size,
    bytes(from, length) {
      if (from + length > size) throw endsTooEarly(file);
      return source.bytes(start + from, length);
    },
  };
}

/** Opens a file for `use`, and closes it afterwards. @throws InputError where it cannot be read or is empty */
export async function withFile<T>(file: string, use: (source: ByteSource) => T | Promise<T>): Promise<T> {
  const handle = opened(file);
  try {
    const { size } = fstatSync(handle);
    if (size === 0) throw new InputError('the file is empty', { file });
    return await use({ file, size, bytes: (start, length) => readRange(handle, start, length, file) });
  } finally {
    closeSync(handle);
  }
}

function opened(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function readRange(handle: number, start: number, length: number, file: string): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length; ) {
    const got = readSync(handle, bytes, filled, Math.min(length - filled, 1 << 30), start + filled);
    if (got === 0) throw endsTooEarly(file);
    filled += got;
  }
  return bytes;
}

function endsTooEarly(file: string): InputError {
  return new InputError('the file ends too early (is the download complete?)', { file });
}
