/** Connected components under single edits: what makes a set of architectures a number of pockets. */
import { createRandom, type Random } from '../math/random.js';
import type { ArchitectureSet } from '../spaces/architecture-set.js';
import type { SearchSpace } from '../spaces/space.js';

/** Which component each member is in. */
export interface Components {
  /** component of each member, 0 .. count - 1, numbered by first member */
  readonly componentOf: Int32Array;
  readonly count: number;
}

const NOBODY = -1;

/**
 * Joins members that are one edit apart: any other choice of an unordered dimension, the next one of an ordered.
 * Members that agree everywhere but in dimension d share the hash of all other dimensions, so one pass over the members per
 * dimension finds all neighbours: O(members x dimensions) whatever the number of choices.
 */
export function connectedComponents(space: SearchSpace, members: ArchitectureSet): Components {
  const forest = new Forest(members.size);
  const index = new HashIndex(members, space);
  const unordered: number[] = [];
  const ordered: number[] = [];
  space.dimensions.forEach((dimension, d) => {
    if (dimension.choices.length > 1) (dimension.ordered ? ordered : unordered).push(d);
  });
  for (const d of unordered) {
    if (forest.trees === 1) break;
    index.clear();
    for (let member = 0; member < members.size; member++) index.joinLikeButFor(d, member, forest);
  }
  if (ordered.length > 0 && forest.trees > 1) {
    index.clear();
    for (let member = 0; member < members.size; member++) index.add(member);
    for (const d of ordered) {
      for (let member = 0; member < members.size; member++) index.joinNextStep(d, member, forest);
    }
  }
  return forest.components();
}

/** Disjoint sets of members, joined by the smaller index, which is therefore always the root. */
class Forest {
  readonly #parent: Int32Array;
  trees: number;

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, i) => i);
    this.trees = size;
  }

  root(member: number): number {
    const parent = this.#parent;
    let at = member;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  }

  join(a: number, b: number): void {
    const first = this.root(a);
    const second = this.root(b);
    if (first === second) return;
    if (first < second) this.#parent[second] = first;
    else this.#parent[first] = second;
    this.trees--;
  }

  components(): Components {
    const componentOf = new Int32Array(this.#parent.length);
    let count = 0;
    for (let member = 0; member < componentOf.length; member++) {
      const root = this.root(member);
      componentOf[member] = root === member ? count++ : componentOf[root]!;
    }
    return { componentOf, count };
  }
}

/**
 * Members by a Zobrist hash: every choice of every dimension has a random word and an architecture's hash is their
 * exclusive or, so that leaving out or changing one dimension costs one operation. Equal hashes are checked code by code.
 */
class HashIndex {
  readonly #codes: Uint8Array;
  readonly #dimensions: number;
  /** words[d * 256 + choice] */
  readonly #words: Int32Array;
  readonly #hashes: Int32Array;
  readonly #slots: Int32Array;
  /** the key under which the slot's member stands */
  readonly #keys: Int32Array;
  readonly #mask: number;

  constructor(members: ArchitectureSet, space: SearchSpace) {
    this.#codes = members.packed;
    this.#dimensions = members.dimensions;
    this.#words = randomWords(256 * space.dimensions.length, createRandom(0x5eed));
    this.#hashes = new Int32Array(members.size);
    for (let member = 0; member < members.size; member++) {
      const start = member * this.#dimensions;
      let hash = 0;
      for (let d = 0; d < this.#dimensions; d++) hash ^= this.#words[d * 256 + this.#codes[start + d]!]!;
      this.#hashes[member] = hash;
    }
    let slots = 16;
    while (slots < 2 * members.size) slots *= 2;
    this.#mask = slots - 1;
    this.#slots = new Int32Array(slots).fill(NOBODY);
    this.#keys = new Int32Array(slots);
  }

  clear(): void {
    this.#slots.fill(NOBODY);
  }

  /** Joins the member with the first one that differs from it in dimension d alone, or becomes that first one. */
  joinLikeButFor(d: number, member: number, forest: Forest): void {
    const key = this.#hashes[member]! ^ this.#word(d, member);
    let slot = key & this.#mask;
    for (let other = this.#slots[slot]!; other !== NOBODY; other = this.#slots[slot]!) {
      if (this.#keys[slot] === key && this.#agreeButFor(d, member, other)) {
        forest.join(other, member);
        return;
      }
      slot = (slot + 1) & this.#mask;
    }
    this.#slots[slot] = member;
    this.#keys[slot] = key;
  }

  /** Files the member under its whole hash, for `joinNextStep`. */
  add(member: number): void {
    const key = this.#hashes[member]!;
    let slot = key & this.#mask;
    while (this.#slots[slot] !== NOBODY) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = member;
    this.#keys[slot] = key;
  }

  /** Joins the member with the one a step further in dimension d, if that is a member. */
  joinNextStep(d: number, member: number, forest: Forest): void {
    const next = this.#codes[member * this.#dimensions + d]! + 1;
    if (next > 255) return;
    const key = this.#hashes[member]! ^ this.#word(d, member) ^ this.#words[d * 256 + next]!;
    let slot = key & this.#mask;
    for (let other = this.#slots[slot]!; other !== NOBODY; other = this.#slots[slot]!) {
      const isNext = this.#keys[slot] === key && this.#codes[other * this.#dimensions + d] === next;
      if (isNext && this.#agreeButFor(d, member, other)) {
        forest.join(member, other);
        return;
      }
      slot = (slot + 1) & this.#mask;
    }
  }

  #word(d: number, member: number): number {
    return this.#words[d * 256 + this.#codes[member * this.#dimensions + d]!]!;
  }

  #agreeButFor(dimension: number, a: number, b: number): boolean {
    const startA = a * this.#dimensions;
    const startB = b * this.#dimensions;
    for (let d = 0; d < this.#dimensions; d++) {
      if (d !== dimension && this.#codes[startA + d] !== this.#codes[startB + d]) return false;
    }
    return true;
  }
}

function randomWords(count: number, random: Random): Int32Array {
  return Int32Array.from({ length: count }, () => Math.floor(random.float() * 0x100000000) | 0);
}
