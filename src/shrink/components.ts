/** Connected components under single edits: what makes a set of architectures a number of pockets. */
import type { ArchitectureSet } from '../spaces/architecture-set.js';
import type { SearchSpace } from '../spaces/space.js';

/** Which component each member is in. */
export interface Components {
  /** component of each member, 0 .. count - 1, numbered by first member */
  readonly componentOf: Int32Array;
  readonly count: number;
}

/**
 * Joins members that are one edit apart: any other choice of an unordered dimension, the next one of an ordered.
 * Members are neighbours in an unordered dimension when they are alike once all its choices go by one name; in an ordered one
 * when they are alike once choices 0 and 1, 2 and 3, ... go by one name, or else 1 and 2, 3 and 4, ...
 * So one or two passes over the members per dimension find all neighbours, whatever the number of choices.
 */
export function connectedComponents(space: SearchSpace, members: ArchitectureSet): Components {
  const forest = new Forest(members.size);
  const passes = new Passes(space, members);
  space.dimensions.forEach(({ choices, ordered }, d) => {
    if (choices.length < 2 || forest.trees < 2) return;
    if (!ordered) passes.joinAlike(d, () => 0, forest);
    else {
      passes.joinAlike(d, (choice) => choice >> 1, forest);
      passes.joinAlike(d, (choice) => (choice + 1) >> 1, forest);
    }
  });
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

const BUCKET = 2048;
const EMPTY = -1;

/**
 * Finds equal members by hashing, first into buckets and then within each bucket, so that no step touches more memory than a
 * processor's cache holds: with one large table a million members take several times as long.
 */
class Passes {
  readonly #size: number;
  readonly #width: number; // words a member
  readonly #fields: readonly Field[];
  readonly #words: Int32Array;
  readonly #hashes: Int32Array; // by member
  readonly #bits: number; // of the hash, which tell the bucket
  readonly #ends: Int32Array;
  // the members in the order of buckets: their number, then their words
  readonly #records: Int32Array;

  constructor(space: SearchSpace, members: ArchitectureSet) {
    this.#size = members.size;
    this.#fields = layOut(space);
    this.#width = this.#fields.at(-1)!.word + 1;
    this.#words = packWords(members, this.#fields, this.#width);
    this.#hashes = new Int32Array(members.size);
    this.#bits = Math.max(1, Math.ceil(Math.log2((members.size + 1) / BUCKET)));
    this.#ends = new Int32Array(2 ** this.#bits);
    this.#records = new Int32Array(members.size * (this.#width + 1));
  }

  /** Joins all members that are equal once the choices of dimension d go by the names `rename` gives them (no larger than they are). */
  joinAlike(d: number, rename: (choice: number) => number, forest: Forest): void {
    const renamed = this.#renamed(d, rename);
    this.#fillBuckets(renamed);
    let largest = 0;
    for (let b = 0, start = 0; b < this.#ends.length; b++) {
      largest = Math.max(largest, this.#ends[b]! - start);
      start = this.#ends[b]!;
    }
    let slots = 16;
    while (slots < 2 * largest) slots *= 2;
    const table = new Int32Array(slots);
    for (let b = 0, start = 0; b < this.#ends.length; b++) {
      table.fill(EMPTY);
      joinEqualRecords(this.#records, this.#width, start, this.#ends[b]!, table, forest);
      start = this.#ends[b]!;
    }
  }

  /** How dimension d's bits look under the new names. */
  #renamed(d: number, rename: (choice: number) => number): Renaming {
    const { word, shift, bits } = this.#fields[d]!;
    const names = Int32Array.from({ length: 2 ** bits }, (_, choice) => rename(choice) << shift);
    return { word, shift, mask: (2 ** bits - 1) << shift, names };
  }

  /** Sorts the renamed members into buckets by their hash. */
  #fillBuckets({ word, shift, mask, names }: Renaming): void {
    const words = this.#words;
    const hashes = this.#hashes;
    const records = this.#records;
    const ends = this.#ends;
    const width = this.#width;
    const drop = 32 - this.#bits;
    ends.fill(0);
    for (let member = 0, at = 0; member < this.#size; member++) {
      let hash = 0x2f0b4c47;
      for (let w = 0; w < width; w++, at++) {
        const value = words[at]!;
        hash = Math.imul(hash ^ (w === word ? (value & ~mask) | names[(value & mask) >>> shift]! : value), 0x9e3779b1);
        hash ^= hash >>> 15;
      }
      hash = Math.imul(hash, 0x85ebca6b);
      hashes[member] = hash;
      ends[hash >>> drop]!++;
    }
    for (let b = 1; b < ends.length; b++) ends[b] = ends[b]! + ends[b - 1]!;
    for (let member = this.#size - 1; member >= 0; member--) {
      const place = --ends[hashes[member]! >>> drop]!;
      const start = place * (width + 1);
      records[start] = member;
      for (let w = 0; w < width; w++) records[start + 1 + w] = words[member * width + w]!;
      const value = records[start + 1 + word]!;
      records[start + 1 + word] = (value & ~mask) | names[(value & mask) >>> shift]!;
    }
    // the ends have become the starts
    ends.copyWithin(0, 1);
    ends[ends.length - 1] = this.#size;
  }
}

interface Renaming {
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
  readonly names: Int32Array;
}

/** Joins the members of equal records number `start` to `end` - 1; `table` is empty and twice as large. */
function joinEqualRecords(
  records: Int32Array,
  width: number,
  start: number,
  end: number,
  table: Int32Array,
  forest: Forest,
): void {
  const last = table.length - 1;
  const stride = width + 1;
  for (let place = start; place < end; place++) {
    const at = place * stride;
    let hash = 0;
    for (let w = 1; w <= width; w++) {
      hash = Math.imul(hash ^ records[at + w]!, 0x85ebca6b);
      hash ^= hash >>> 13;
    }
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const other = table[slot]!;
      if (other === EMPTY) {
        table[slot] = at;
        break;
      }
      let w = 1;
      while (w <= width && records[at + w] === records[other + w]) w++;
      if (w > width) {
        forest.join(records[other]!, records[at]!);
        break;
      }
    }
  }
}

/** Where a dimension's choice stands: `bits` bits of word number `word`, the lowest of which is bit `shift`. */
interface Field {
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
}

/** As few bits as each dimension needs; none straddles two words. */
function layOut(space: SearchSpace): Field[] {
  let word = 0;
  let used = 0;
  return space.dimensions.map(({ choices }) => {
    const bits = 32 - Math.clz32(choices.length - 1);
    if (used + bits > 32) {
      word++;
      used = 0;
    }
    const field = { word, shift: used, bits };
    used += bits;
    return field;
  });
}

function packWords(members: ArchitectureSet, fields: readonly Field[], width: number): Int32Array {
  const { packed, dimensions } = members;
  const words = new Int32Array(members.size * width);
  for (let d = 0; d < dimensions; d++) {
    const { word, shift } = fields[d]!;
    for (let member = 0; member < members.size; member++) {
      const at = member * width + word;
      words[at] = words[at]! | (packed[member * dimensions + d]! << shift);
    }
  }
  return words;
}
