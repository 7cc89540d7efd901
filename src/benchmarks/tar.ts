/** Regular files inside a tar archive (ustar, pax, GNU long names). Nothing is ever written; links and devices are passed over. */
import { InputError } from '../errors.js';
import { type ByteSource, partOf } from './byte-source.js';

const BLOCK = 512;
const LONGEST_NAME = 1 << 16;

/** A file in an archive; nothing of it is read until it is asked for. */
export interface TarEntry {
  readonly name: string;
  readonly content: ByteSource;
}

/** Whether the bytes begin with a tar header. */
export function isTar(bytes: Uint8Array): boolean {
  return bytes.length >= BLOCK && bytes[0] !== 0 && checksumHolds(bytes.subarray(0, BLOCK));
}

/**
 * The regular files, in the archive's order; those whose name leaves the archive's root are passed over.
 * @throws InputError where a header is damaged or the archive ends too early
 */
export function* tarEntries(archive: ByteSource): IterableIterator<TarEntry> {
  const { file } = archive;
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= archive.size; ) {
    const header = archive.bytes(at, BLOCK);
    if (header.every((byte) => byte === 0)) return;
    if (!checksumHolds(header)) throw new InputError(`the tar archive is damaged at byte ${at}`, { file });
    const size = octal(header, 124, 12);
    const start = at + BLOCK;
    if (!Number.isSafeInteger(size) || start + size > archive.size) throw endsTooEarly(file);
    const type = String.fromCharCode(header[156]);
    if (type === 'L' || type === 'x') {
      if (size > LONGEST_NAME) throw new InputError(`the tar archive has a name of ${size} bytes`, { file });
      const bytes = archive.bytes(start, size);
      longName = type === 'L' ? field(bytes, 0, bytes.length) : (paxPath(bytes) ?? longName);
    } else {
      const name = longName ?? ustarName(header);
      longName = undefined;
      if ((type === '0' || type === '\0') && staysInside(name)) {
        yield { name, content: partOf(archive, start, size, `${file}: ${name}`) };
      }
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw endsTooEarly(file); // there was no block of zeros
}

function endsTooEarly(file: string): InputError {
  return new InputError('the tar archive ends too early (is the download complete?)', { file });
}

function ustarName(header: Uint8Array): string {
  const name = field(header, 0, 100);
  const prefix = field(header, 257, 5) === 'ustar' ? field(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** The `path` record of a pax header: lines of "length key=value". */
function paxPath(bytes: Uint8Array): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(field(bytes, at, space - at));
    if (space < 0 || !(length > 0)) break;
    const record = field(bytes, space + 1, at + length - space - 2);
    if (record.startsWith('path=')) path = record.slice(5);
    at += length;
  }
  return path;
}

function staysInside(name: string): boolean {
  return !/^([\\/]|[a-z]:)/i.test(name) && !name.split(/[\\/]/).includes('..');
}

function field(bytes: Uint8Array, start: number, length: number): string {
  const part = bytes.subarray(start, Math.max(start, start + length));
  const end = part.indexOf(0);
  return new TextDecoder().decode(end < 0 ? part : part.subarray(0, end));
}

function octal(header: Uint8Array, start: number, length: number): number {
  const text = field(header, start, length).trim();
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : text === '' ? 0 : Number.NaN;
}

/** The sum of all header bytes, the checksum's own counted as spaces. */
function checksumHolds(header: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : header[i];
  return octal(header, 148, 8) === sum;
}
