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

/** A feature map in a buffer; strides in bytes. It stands for all of the arguments that name it, e.g. x, xImage, xRow and xPixel. */
export interface Located extends Place {
  readonly image: number;
  readonly row: number;
  readonly pixel: number;
}

type MapName = 'x' | 'y' | 'dx' | 'dy' | 'dz' | 'a' | 'b' | 'f' | 'df';
type StrideName = `${MapName}${'Image' | 'Row' | 'Pixel'}`;

/** Arguments by name, with places where addresses are wanted and feature maps in one. */
export type Operands<Name extends InstructionName> = {
  readonly [Argument in Exclude<keyof Arguments<Name>, StrideName>]: Argument extends MapName ? Located : Operand;
};

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
  readonly #places: Place[] = [];
  readonly #placed: number[] = []; // the words that they go to
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
    const { words, slots } = layoutOf(name);
    this.#words.push(operationCodes[name], words, items);
    for (const { argument, strides, isFloat } of slots) {
      const operand = (operands as Readonly<Record<string, Operand | Located>>)[argument]!;
      if (typeof operand === 'number') {
        this.#words.push(isFloat ? floatBits(operand) : operand | 0);
        continue;
      }
      const { buffer } = operand;
      if (buffer.first > this.#count) buffer.first = this.#count;
      buffer.last = this.#count;
      this.#placed.push(this.#words.length);
      this.#places.push(operand);
      this.#words.push(0);
      if (strides === 0) continue;
      const { image, row, pixel } = operand as Located;
      this.#words.push(image);
      if (strides > 1) this.#words.push(row, pixel);
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
    this.#placed.forEach((word, i) => {
      const { buffer, offset } = this.#places[i]!;
      words[word] = offset + (buffer === this.#constantBuffer ? workspace + 4 * end : buffer.address);
    });
    return { words, relative: Int32Array.from(this.#placed), workspace };
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

/** How an instruction's operands become words: an operand, and how many strides follow it. */
interface Layout {
  readonly words: number;
  readonly slots: readonly { readonly argument: string; readonly strides: number; readonly isFloat: boolean }[];
}

const layouts = new Map<InstructionName, Layout>();

function layoutOf(name: InstructionName): Layout {
  let layout = layouts.get(name);
  if (layout === undefined) {
    const words: readonly string[] = instructions[name].split(' ');
    const isStride = (word: string) => words.some((map) => [`${map}Image`, `${map}Row`, `${map}Pixel`].includes(word));
    const slots = words
      .filter((word) => !isStride(word))
      .map((argument) => ({
        argument,
        strides: [`${argument}Image`, `${argument}Row`, `${argument}Pixel`].filter((word) => words.includes(word))
          .length,
        isFloat: FLOATS.has(argument),
      }));
    layout = { words: words.length, slots };
    layouts.set(name, layout);
  }
  return layout;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

function floatBits(value: number): number {
  float[0] = value;
  return bits[0]!;
}
