/** Writing a program: instructions over buffers that get their addresses only when all are known. */
import { type Arguments, FLOATS, type InstructionName, instructions, operationCodes } from './instructions.js';

/** A piece of memory that a program needs for as long as instructions name it, or until its end where it `outlives` the program. */
export interface Buffer {
  readonly bytes: number;
  outlives: boolean;
  first: number; // instruction
  last: number;
  address: number; // bytes from the start of the workspace
}

/** A place inside a buffer. */
export interface Place {
  readonly buffer: Buffer;
  readonly offset: number; // bytes
}

/** A number, an address in the engine's memory, or a place in a buffer of the program. */
export type Operand = number | Place;

/** Arguments by name, with places where addresses are wanted. */
export type Operands<Name extends InstructionName> = { readonly [Argument in keyof Arguments<Name>]: Operand };

/** A finished program: its words, and which of them are relative to the workspace. */
export interface Program {
  readonly words: Int32Array;
  /** indices of words that hold offsets into the workspace */
  readonly relative: Int32Array;
  /** bytes of workspace */
  readonly workspace: number;
}

const ALIGNMENT = 64;
const aligned = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** Grows by instructions and is finished once. */
export class ProgramBuilder {
  readonly #words: number[] = [];
  readonly #places: { readonly word: number; readonly place: Place }[] = [];
  readonly #buffers: Buffer[] = [];
  readonly #tables = new Map<string, Place>();
  readonly #constants: number[] = [];
  readonly #constantBuffer: Buffer = { bytes: 0, outlives: true, first: 0, last: 0, address: 0 };
  #count = 0;

  /** A new buffer. One that `begins` is written from outside before the program runs; one that `outlives` it is read afterwards. */
  buffer(bytes: number, { begins = false, outlives = false } = {}): Buffer {
    const first = begins ? 0 : Number.POSITIVE_INFINITY;
    const buffer = { bytes: aligned(bytes), outlives, first, last: begins ? 0 : -1, address: -1 };
    this.#buffers.push(buffer);
    return buffer;
  }

  /** Constant 32-bit integers, e.g. offsets of taps; equal tables share one place. */
  table(values: readonly number[]): Place {
    const key = values.join();
    let place = this.#tables.get(key);
    if (place === undefined) {
      place = { buffer: this.#constantBuffer, offset: 4 * this.#constants.length };
      this.#constants.push(...values);
      this.#tables.set(key, place);
    }
    return place;
  }

  /** Appends an instruction. */
  emit<Name extends InstructionName>(name: Name, items: number, operands: Operands<Name>): void {
    const names = argumentNames(name);
    this.#words.push(operationCodes[name], names.length, items);
    for (const argument of names) {
      const operand = (operands as Readonly<Record<string, Operand>>)[argument]!;
      if (typeof operand === 'number') {
        this.#words.push(FLOATS.has(argument) ? floatBits(operand) : operand | 0);
      } else {
        const { buffer } = operand;
        buffer.first = Math.min(buffer.first, this.#count);
        buffer.last = this.#count;
        this.#places.push({ word: this.#words.length, place: operand });
        this.#words.push(0);
      }
    }
    this.#count++;
  }

  /** Gives every buffer its address: two may overlap where no instruction needs both. */
  finish(): Program {
    const end = this.#words.length + 1;
    const constants = { start: end, words: this.#constants };
    const workspace = assignAddresses(this.#buffers, this.#count);
    const words = new Int32Array(end + constants.words.length);
    words.set(this.#words);
    words.set(constants.words, end);
    const relative: number[] = [];
    for (const { word, place } of this.#places) {
      if (place.buffer === this.#constantBuffer) words[word] = workspace + 4 * end + place.offset;
      else words[word] = place.buffer.address + place.offset;
      relative.push(word);
    }
    return { words, relative: Int32Array.from(relative), workspace };
  }
}

/** First fit, in the order of first use, largest first among equals. Returns the bytes needed. */
function assignAddresses(buffers: readonly Buffer[], count: number): number {
  const used = buffers.filter((buffer) => buffer.last >= 0 || buffer.outlives);
  used.sort((a, b) => a.first - b.first || b.bytes - a.bytes);
  const live: { address: number; end: number; last: number }[] = []; // by address
  let needed = 0;
  for (const buffer of used) {
    const last = buffer.outlives ? count : buffer.last;
    let address = 0;
    let at = 0;
    let kept = 0;
    let placed = false;
    for (const block of live) {
      if (block.last < buffer.first) continue; // free again
      live[kept++] = block;
      if (placed) continue;
      if (block.address - address >= buffer.bytes) placed = true;
      else {
        address = block.end;
        at = kept;
      }
    }
    live.length = kept;
    live.splice(at, 0, { address, end: address + buffer.bytes, last });
    buffer.address = address;
    needed = Math.max(needed, address + buffer.bytes);
  }
  return needed;
}

const names = new Map<InstructionName, readonly string[]>();

function argumentNames(name: InstructionName): readonly string[] {
  let found = names.get(name);
  if (found === undefined) {
    found = instructions[name].split(' ');
    names.set(name, found);
  }
  return found;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

function floatBits(value: number): number {
  float[0] = value;
  return bits[0]!;
}
