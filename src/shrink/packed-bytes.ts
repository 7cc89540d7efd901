/** Large arrays inside a JSON document: little-endian bytes, gzip, base64, with their length and hash. */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { InputError } from '../errors.js';

/** Bytes as a document holds them. */
export interface PackedBytes {
  /** length before compression */
  readonly bytes: number;
  /** SHA-256 of the bytes before compression, 64 hexadecimal digits */
  readonly sha256: string;
  /** the gzip member in base64 */
  readonly data: string;
}

const OPERATING_SYSTEM = 9; // place in the gzip header
const UNKNOWN = 255;

/** Packs bytes. The header names neither time nor operating system. */
export function packBytes(bytes: Uint8Array): PackedBytes {
  const compressed = gzipSync(bytes, { level: 6 });
  compressed[OPERATING_SYSTEM] = UNKNOWN;
  return { bytes: bytes.length, sha256: sha256(bytes), data: compressed.toString('base64') };
}

/**
 * Unpacks bytes, never more than `expected`.
 * @param what for the error messages, e.g. 'members'
 * @throws InputError when the length is not `expected`, the data are damaged or the hash does not match
 */
export function unpackBytes(packed: PackedBytes, expected: number, what: string): Uint8Array {
  if (packed.bytes !== expected) {
    throw new InputError(`"${what}" declares ${packed.bytes} bytes, but ${expected} belong there`);
  }
  const bytes = decompress(packed.data, expected, what);
  if (bytes.length !== expected) {
    throw new InputError(`"${what}" holds ${bytes.length} bytes, but declares ${expected}`);
  }
  if (sha256(bytes) !== packed.sha256) throw new InputError(`"${what}" is damaged: its SHA-256 does not match`);
  return bytes;
}

function decompress(data: string, expected: number, what: string): Uint8Array {
  try {
    return gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: Math.max(1, expected) });
  } catch (error) {
    const tooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    const fault = tooLong
      ? `holds more than the ${expected} bytes it declares`
      : 'is damaged: it is not gzip in base64';
    throw new InputError(`"${what}" ${fault}`, {}, { cause: error });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
