/** Numbers as little-endian bytes, the order in which every file of this project holds them, and back. */
import { endianness } from 'node:os';

/** The values' bytes in little-endian order; where the machine has that order, the values' own memory. */
export function littleEndian(values: Float64Array | Float32Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return endianness() === 'LE' ? bytes : swapped(bytes, values.BYTES_PER_ELEMENT);
}

/** The numbers in little-endian bytes, 8 each. */
export function float64From(bytes: Uint8Array): Float64Array {
  return new Float64Array(alignedCopy(bytes, 8));
}

/** The numbers in little-endian bytes, 4 each, in the memory of the bytes (which may be reordered, and begins at a multiple of 4). */
export function float32In(bytes: Uint8Array<ArrayBuffer>): Float32Array {
  if (endianness() === 'BE') bytes.set(swapped(bytes, 4));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

/** The whole numbers in little-endian bytes, 4 each. */
export function int32From(bytes: Uint8Array): Int32Array {
  return new Int32Array(alignedCopy(bytes, 4));
}

/** The number in the 2 bytes from `at` on. */
export function uint16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

/** The number in the 4 bytes from `at` on. */
export function uint32(bytes: Uint8Array, at: number): number {
  return (uint16(bytes, at) | (uint16(bytes, at + 2) << 16)) >>> 0;
}

/** The number in the 8 bytes from `at` on; exact below 2^53. */
export function uint64(bytes: Uint8Array, at: number): number {
  return uint32(bytes, at) + uint32(bytes, at + 4) * 2 ** 32;
}

function alignedCopy(bytes: Uint8Array, width: number): ArrayBuffer {
  const copy = endianness() === 'LE' ? Uint8Array.from(bytes) : swapped(bytes, width);
  return copy.buffer;
}

function swapped(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  for (let at = 0; at < copy.length; at += width) copy.subarray(at, at + width).reverse();
  return copy;
}
