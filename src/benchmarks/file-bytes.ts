/** Bytes of a file, unpacked where it is gzip, with a bound on what comes out. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { InputError } from '../errors.js';

/** Largest unpacked file, bytes: a text longer than this does not fit a string of V8. */
export const LARGEST_FILE = 500_000_000;

/** What lies in a file. */
export interface FileBytes {
  /** unpacked content */
  readonly bytes: Uint8Array;
  /** SHA-256 of the file as it lies on the disk, hexadecimal */
  readonly sha256: string;
}

/**
 * Reads a file, gunzipped where its content says gzip (whatever its name).
 * @throws InputError where it cannot be read, is empty, is cut short, unpacks to more than `largest` bytes, or is named .gz without being one
 */
export async function fileBytes(file: string, largest = LARGEST_FILE): Promise<FileBytes> {
  const raw = await readFile(file).catch((cause) => {
    throw unreadable(file, cause);
  });
  const sha256 = createHash('sha256').update(raw).digest('hex');
  if (raw.length === 0) throw new InputError('the file is empty', { file });
  const packed = raw[0] === 0x1f && raw[1] === 0x8b;
  if (!packed && /\.t?gz$/i.test(file)) {
    throw new InputError('the name ends like a gzip file but the content is not gzip', { file });
  }
  const bytes = packed ? gunzip(raw, file, largest) : raw;
  if (bytes.length > largest) throw tooLarge(file, largest);
  if (bytes.length === 0) throw new InputError('the gzip file holds nothing', { file });
  return { bytes, sha256 };
}

/** SHA-256 of a file of any size, hexadecimal. @throws InputError where it cannot be read */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return hash.digest('hex');
}

/** Whether the path is a folder. @throws InputError where there is nothing */
export async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause) => {
    throw unreadable(path, cause);
  });
  return found.isDirectory();
}

/** Text of UTF-8 bytes, without a byte order mark. @throws InputError where the bytes are no text */
export function textOf(bytes: Uint8Array, file: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new InputError('the text is UTF-16; save it as UTF-8', { file });
  }
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4) {
    throw new InputError('this is a zip archive; unpack it and give a file inside it', { file });
  }
  try {
    if (bytes.includes(0)) throw new TypeError('a zero byte');
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InputError('the file is neither UTF-8 text nor gzip of it', { file }, { cause });
  }
}

function gunzip(raw: Uint8Array, file: string, largest: number): Uint8Array {
  try {
    return gunzipSync(raw, { maxOutputLength: largest });
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(file, largest);
    const fault = code === 'Z_BUF_ERROR' ? 'ends too early (is the download complete?)' : 'is damaged';
    throw new InputError(`the gzip file ${fault}`, { file }, { cause });
  }
}

function tooLarge(file: string, largest: number): InputError {
  return new InputError(`more than ${Math.floor(largest / 1e6)} MB of content; at most that much is read`, { file });
}

/** What to throw where reading a file or folder has failed with `cause`. */
export function unreadable(file: string, cause: unknown): InputError {
  const reasons = new Map([
    ['ENOENT', 'there is no such file or folder'],
    ['EACCES', 'permission to read is denied'],
    ['EISDIR', 'this is a folder, a file is needed'],
  ]);
  const code = codeOf(cause);
  return new InputError(reasons.get(code) ?? `it cannot be read (${code})`, { file }, { cause });
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}
