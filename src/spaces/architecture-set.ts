/** Many architectures, packed one byte a dimension, with constant-time membership: the storage of pockets. */
import type { Codes } from './space.js';

const EMPTY = -1;

/**
 * A growing set of architectures in insertion order. A member is known by its index; nothing is ever removed.
 * Memory: about `dimensions + 8` bytes a member.
 */
export class ArchitectureSet {
  readonly dimensions: number;
  #codes: Uint8Array;
  #slots: Int32Array; // open addressing: index of a member or EMPTY
  #size = 0;

  constructor(dimensions: number, expected = 16) {
    this.dimensions = dimensions;
    this.#codes = new Uint8Array(Math.max(1, expected) * dimensions);
    this.#slots = new Int32Array(powerOfTwo(2 * expected)).fill(EMPTY);
  }

  get size(): number {
    return this.#size;
  }

  /** Index of the architecture, or -1. */
  indexOf(codes: Codes): number {
    return this.#slots[this.#slotOf(codes)]!;
  }

  has(codes: Codes): boolean {
    return this.indexOf(codes) !== EMPTY;
  }

  /** Adds the architecture. Returns its new index, or -1 where it was there already. */
  add(codes: Codes): number {
    const slot = this.#slotOf(codes);
    if (this.#slots[slot] !== EMPTY) return -1;
    const index = this.#size++;
    this.#reserve(this.#size);
    const start = index * this.dimensions;
    for (let d = 0; d < this.dimensions; d++) this.#codes[start + d] = codes[d]!;
    this.#slots[slot] = index;
    if (2 * this.#size > this.#slots.length) this.#rehash(2 * this.#slots.length);
    return index;
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

  /** The slot that holds these codes, or the empty slot where they belong. */
  #slotOf(codes: Codes): number {
    const { dimensions } = this;
    const mask = this.#slots.length - 1;
    let slot = hashCodes(codes, dimensions) & mask;
    for (;;) {
      const index = this.#slots[slot]!;
      if (index === EMPTY) return slot;
      const start = index * dimensions;
      let d = 0;
      while (d < dimensions && this.#codes[start + d] === codes[d]) d++;
      if (d === dimensions) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #reserve(members: number): void {
    const needed = members * this.dimensions;
    if (needed <= this.#codes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#codes.length));
    grown.set(this.#codes);
    this.#codes = grown;
  }

  #rehash(slots: number): void {
    this.#slots = new Int32Array(slots).fill(EMPTY);
    const mask = slots - 1;
    for (let index = 0; index < this.#size; index++) {
      let slot = hashCodes(this.codesAt(index), this.dimensions) & mask;
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.#slots[slot] = index;
    }
  }
}

function hashCodes(codes: Codes, dimensions: number): number {
  let hash = 0x2f0b4c47;
  for (let d = 0; d < dimensions; d++) {
    hash = Math.imul(hash ^ codes[d]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

function powerOfTwo(atLeast: number): number {
  let size = 16;
  while (size < atLeast) size *= 2;
  return size;
}
