/**
 * TensorFlow's record files: each record is its length (8 bytes), a checksum of the length, its bytes, and a checksum of those. The checksums
 * are CRC-32C, rotated right by 15 bits plus a constant (tensorflow/core/lib/hash/crc32c.h); all numbers are little-endian.
 */
import { InputError } from '../errors.js';
import { uint32, uint64 } from '../math/little-endian.js';
import type { ByteSource } from './byte-source.js';

const HEADER = 12;
const FOOTER = 4;
const CHUNK = 1 << 22;
/** Largest record, bytes; those of NAS-Bench-101 have some hundreds. */
const LARGEST_RECORD = 1 << 26;

/** Whether the bytes begin with a record's header. */
export function isTfRecord(head: Uint8Array): boolean {
  return head.length >= HEADER && maskedCrc(head.subarray(0, 8)) === uint32(head, 8);
}

/** The records one after the other; each is valid until the next is asked for. @throws InputError where one is damaged or cut */
export function* tfRecords(source: ByteSource): IterableIterator<Uint8Array> {
  const { file, size } = source;
  let chunk = new Uint8Array(0) as Uint8Array;
  let base = 0; // where the chunk begins in the source
  const window = (start: number, length: number) => {
    if (start + length > size)
      throw new InputError('the record file ends too early (is the download complete?)', { file });
    if (start + length > base + chunk.length) {
      base = start;
      chunk = source.bytes(start, Math.min(Math.max(length, CHUNK), size - start));
    }
    return chunk.subarray(start - base, start - base + length);
  };
  for (let at = 0; at < size; ) {
    const header = window(at, HEADER);
    if (!isTfRecord(header)) throw new InputError(`the record file is damaged at byte ${at}`, { file });
    const length = uint64(header, 0);
    if (length > LARGEST_RECORD) throw new InputError(`a record of ${length} bytes at byte ${at}`, { file });
    const record = window(at + HEADER, length + FOOTER);
    const content = record.subarray(0, length);
    if (maskedCrc(content) !== uint32(record, length)) {
      throw new InputError(`the record at byte ${at} is damaged: its checksum is wrong`, { file });
    }
    yield content;
    at += HEADER + length + FOOTER;
  }
}

function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ CRC[(crc ^ bytes[i]!) & 0xff]!;
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** CRC-32C (Castagnoli), its bits from the least significant on. */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) * 0x82f63b78);
  return crc >>> 0;
});
