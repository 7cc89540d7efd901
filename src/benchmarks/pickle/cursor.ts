/** Reading a pickle's bytes one after the other, chunk by chunk. */
import { InputError } from '../../errors.js';
import type { ByteSource } from '../byte-source.js';

const CHUNK = 1 << 20;
/** Longest text or byte string, bytes: no table holds longer ones. */
const LONGEST_STRING = 1 << 28;
/** Longest line of a text opcode, bytes. */
const LONGEST_LINE = 1 << 16;

/** Texts up to this many bytes are looked up among those read before: published files repeat their keys millions of times. */
const SHORT_TEXT = 40;
const remembered = new Array<string | undefined>(1 << 13).fill(undefined); // by hash; the length is a power of two

/** A position in a source, with the numbers that pickles are made of. All numbers are little-endian but `bigEndianDouble`. */
export class Cursor {
  readonly #source: ByteSource;
  readonly #end: number;
  #chunk: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** where the chunk begins in the source */
  #base: number;
  #at = 0;

  constructor(source: ByteSource, start: number) {
    this.#source = source;
    this.#end = source.size;
    this.#base = start;
  }

  /** Bytes from the beginning of the source. */
  get position(): number {
    return this.#base + this.#at;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#end - this.position;
  }

  /** A refusal of what stands at `position`. */
  refuse(reason: string, position = this.position): never {
    throw new InputError(`the pickle ${reason}, at byte ${position}`, { file: this.#source.file });
  }

  byte(): number {
    if (this.#at >= this.#chunk.length) this.#have(1);
    return this.#chunk[this.#at++]!;
  }

  uint16(): number {
    return this.byte() | (this.byte() << 8);
  }

  int32(): number {
    const at = this.#advance(4);
    return this.#view.getInt32(at, true);
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  /** An unsigned 64-bit count; anything beyond 2^53 is past every file's end and refused as such. */
  uint64(): number {
    const low = this.uint32();
    return this.uint32() * 2 ** 32 + low;
  }

  bigEndianDouble(): number {
    const at = this.#advance(8);
    return this.#view.getFloat64(at, false);
  }

  /** A copy of the next bytes. */
  bytes(length: number): Uint8Array {
    this.#checkString(length);
    const at = this.#advance(length);
    return new Uint8Array(this.#chunk.subarray(at, at + length));
  }

  /** The next bytes as UTF-8. */
  text(length: number): string {
    this.#checkString(length);
    const at = this.#advance(length);
    if (length <= SHORT_TEXT) return this.#shortText(at, length);
    return this.#chunk.toString('utf8', at, at + length);
  }

  /** The next bytes, each a character. */
  latin1(length: number): string {
    this.#checkString(length);
    const at = this.#advance(length);
    return this.#chunk.toString('latin1', at, at + length);
  }

  /** The next line, without its end, each byte a character. */
  line(): string {
    for (let reach = Math.min(256, this.left); ; reach = Math.min(4 * reach, this.left, LONGEST_LINE)) {
      this.#have(reach);
      const end = this.#chunk.indexOf(0x0a, this.#at);
      if (end >= 0 && end - this.#at < LONGEST_LINE) {
        const text = this.#chunk.toString('latin1', this.#at, end);
        this.#at = end + 1;
        return text;
      }
      if (reach === LONGEST_LINE) this.refuse(`has a line of more than ${LONGEST_LINE} bytes`);
      if (reach === this.left) this.#have(reach + 1);
    }
  }

  skip(length: number): void {
    if (length > this.left) this.#have(length);
    const next = this.#at + length;
    if (next <= this.#chunk.length) this.#at = next;
    else {
      this.#base += next;
      this.#chunk = Buffer.alloc(0);
      this.#at = 0;
    }
  }

  #checkString(length: number): void {
    if (length <= this.left && length > LONGEST_STRING) this.refuse(`has a string of ${length} bytes`);
  }

  #advance(length: number): number {
    if (this.#at + length > this.#chunk.length) this.#have(length);
    const at = this.#at;
    this.#at += length;
    return at;
  }

  /** Makes the next `length` bytes lie in the chunk. */
  #have(length: number): void {
    if (this.#at + length <= this.#chunk.length) return;
    const position = this.position;
    if (length > this.#end - position) {
      this.refuse(`ends too early (is the download complete?): ${length} bytes are needed where ${this.left} are left`);
    }
    const size = Math.min(Math.max(length, CHUNK), this.#end - position);
    const bytes = this.#source.bytes(position, size);
    this.#chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#base = position;
    this.#at = 0;
  }

  #shortText(at: number, length: number): string {
    const chunk = this.#chunk;
    let hash = length;
    let high = 0;
    for (let i = 0; i < length; i++) {
      const byte = chunk[at + i]!;
      high |= byte;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    if (high >= 0x80) return chunk.toString('utf8', at, at + length);
    const slot = (hash ^ (hash >>> 15)) & (remembered.length - 1);
    const known = remembered[slot];
    if (known !== undefined && sameText(known, chunk, at, length)) return known;
    const text = chunk.toString('latin1', at, at + length);
    remembered[slot] = text;
    return text;
  }
}

function sameText(text: string, chunk: Uint8Array, at: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== chunk[at + i]) return false;
  return true;
}
