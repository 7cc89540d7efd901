/** Many architectures, packed one byte a dimension, with constant-time membership: the storage of pockets. */
import { createRandom } from '../math/random.js';
import type { Codes } from './space.js';

const EMPTY = -1;
const MOST_CHOICES = 256;

/**
 * A growing set of architectures in insertion order. A member is known by its index; nothing is ever removed.
 * Memory: about `dimensions + 16` bytes a member.
 *
 * Hashes are Zobrist's: every choice of every dimension has a random word, and an architecture's hash is their exclusive or, so that
 * the hash of a neighbour costs two operations (`hashAfter`). Equal hashes are checked code by code.
 */
export class ArchitectureSet {
  readonly dimensions: number;
  #codes: Uint8Array;
  /** open addressing, two numbers a slot: the hash of a member and its index, or EMPTY */
  #slots: Int32Array;
  #size = 0;
  readonly #words: Int32Array;

  constructor(dimensions: number, expected = 16) {
    this.dimensions = dimensions;
    this.#codes = new Uint8Array(Math.max(1, expected) * dimensions);
    this.#slots = new Int32Array(2 * powerOfTwo(2 * expected)).fill(EMPTY);
    this.#words = randomWords(dimensions);
  }

  get size(): number {
    return this.#size;
  }

  /** Index of the architecture, or -1. */
  indexOf(codes: Codes): number {
    return this.#slots[this.#slotOf(codes, this.hashOf(codes)) + 1]!;
  }

  has(codes: Codes): boolean {
    return this.indexOf(codes) !== EMPTY;
  }

  /** Adds the architecture. Returns its new index, or -1 where it was there already. */
  add(codes: Codes): number {
    return this.addHashed(codes, this.hashOf(codes));
  }

  /** `add` for codes whose hash is known. */
  addHashed(codes: Codes, hash: number): number {
    const slot = this.#slotOf(codes, hash);
    if (this.#slots[slot + 1] !== EMPTY) return -1;
    const index = this.#size++;
    this.#reserve(this.#size);
    const start = index * this.dimensions;
    for (let d = 0; d < this.dimensions; d++) this.#codes[start + d] = codes[d]!;
    this.#slots[slot] = hash;
    this.#slots[slot + 1] = index;
    if (4 * this.#size > this.#slots.length) this.#rehash();
    return index;
  }

  /** A 32-bit hash, the same for all sets of as many dimensions. */
  hashOf(codes: Codes): number {
    let hash = 0;
    for (let d = 0; d < this.dimensions; d++) hash ^= this.#words[d * MOST_CHOICES + codes[d]!]!;
    return hash;
  }

  /** The hash after dimension d has changed from one choice to another. */
  hashAfter(hash: number, d: number, from: number, to: number): number {
    return hash ^ this.#words[d * MOST_CHOICES + from]! ^ this.#words[d * MOST_CHOICES + to]!;
  }

  /** The codes of member `index`: a view into the set, valid until the next `add`; do not change it. */
  codesAt(index: number): Uint8Array {
    return this.#codes.subarray(index * this.dimensions, (index + 1) * this.dimensions);
  }

  /** Copies the codes of member `index` into `target`. */
  copyTo(index: number, target: number[] | Uint8Array): void {
    const start = index * this.dimensions;
    for (let d = 0; d < this.dimensions; d++) target[d] = this.#codes[start + d]!;
  }

  /** All members' codes, `size * dimensions` bytes in insertion order: a view; do not change it. */
  get packed(): Uint8Array {
    return this.#codes.subarray(0, this.#size * this.dimensions);
  }

  /** A set from packed codes. A repeated architecture is kept once. */
  static fromPacked(packed: Uint8Array, dimensions: number): ArchitectureSet {
    const count = packed.length / dimensions;
    const set = new ArchitectureSet(dimensions, count);
    for (let i = 0; i < count; i++) set.add(packed.subarray(i * dimensions, (i + 1) * dimensions));
    return set;
  }

  /** The slot that holds these codes, or the empty slot where they belong; the index is one further. */
  #slotOf(codes: Codes, hash: number): number {
    const { dimensions } = this;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (hash << 1) & mask;
    for (;;) {
      const index = slots[slot + 1]!;
      if (index === EMPTY) return slot;
      if (slots[slot] === hash) {
        const start = index * dimensions;
        let d = 0;
        while (d < dimensions && this.#codes[start + d] === codes[d]) d++;
        if (d === dimensions) return slot;
      }
      slot = (slot + 2) & mask;
    }
  }

  #reserve(members: number): void {
    const needed = members * this.dimensions;
    if (needed <= this.#codes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#codes.length));
    grown.set(this.#codes);
    this.#codes = grown;
  }

  /** Doubles the slots. */
  #rehash(): void {
    const old = this.#slots;
    const slots = new Int32Array(2 * old.length).fill(EMPTY);
    const mask = slots.length - 1;
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] === EMPTY) continue;
      let slot = (old[at]! << 1) & mask;
      while (slots[slot + 1] !== EMPTY) slot = (slot + 2) & mask;
      slots[slot] = old[at]!;
      slots[slot + 1] = old[at + 1]!;
    }
    this.#slots = slots;
  }
}

const wordsByDimensions = new Map<number, Int32Array>();

/** The random words of all choices; made once for each number of dimensions. */
function randomWords(dimensions: number): Int32Array {
  let words = wordsByDimensions.get(dimensions);
  if (words === undefined) {
    const random = createRandom(0x5eed);
    words = Int32Array.from({ length: dimensions * MOST_CHOICES }, () => Math.floor(random.float() * 0x100000000) | 0);
    wordsByDimensions.set(dimensions, words);
  }
  return words;
}

function powerOfTwo(atLeast: number): number {
  let size = 16;
  while (size < atLeast) size *= 2;
  return size;
}
