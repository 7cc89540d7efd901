/** Pairs of measured architectures, sorted by edit distance. */
import { type Random, sampleInPlace } from '../math/random.js';
import { diameter, forEachEdit } from '../spaces/edits.js';
import type { Codes, SearchSpace } from '../spaces/space.js';
import { rowDistances } from './distances.js';
import { indexRows } from './evidence.js';

/** Row numbers of pairs at one distance: pair p is (`first[p]`, `second[p]`). */
export interface PairList {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** how many pairs at this distance were met; more than are kept where the limit was reached */
  readonly met: number;
}

/** Rows beyond this many are not all compared with each other. */
const comparedRows = 6000;

/**
 * Pairs of rows by edit distance, index 0 unused (equal architectures form no pair), at most `maxPairs` a distance, drawn
 * evenly. Up to 6,000 rows every pair is looked at; beyond, all pairs within a random 6,000 rows, and for distance 1 the
 * measured neighbours of those rows.
 */
export function pairsByDistance(
  space: SearchSpace,
  architectures: readonly Codes[],
  options: { readonly maxPairs: number; readonly random: Random },
): PairList[] {
  const { maxPairs, random } = options;
  const reservoirs = Array.from({ length: diameter(space) + 1 }, () => new Reservoir(maxPairs, random));
  const all = architectures.map((_, row) => row);
  const partial = all.length > comparedRows;
  const rows = partial ? sampleInPlace(all, comparedRows, random) : all;
  const distanceOf = rowDistances(space, architectures);
  for (let i = 1; i < rows.length; i++) {
    for (let j = 0; j < i; j++) {
      const distance = distanceOf(rows[i], rows[j]);
      if (distance > (partial ? 1 : 0)) reservoirs[distance].offer(rows[i], rows[j]);
    }
  }
  if (partial && reservoirs.length > 1) offerNeighbours(space, architectures, rows, reservoirs[1]);
  return reservoirs.map((reservoir) => reservoir.pairs());
}

function offerNeighbours(
  space: SearchSpace,
  architectures: readonly Codes[],
  rows: readonly number[],
  reservoir: Reservoir,
): void {
  const rowOf = indexRows(space, architectures);
  for (const row of rows) {
    const codes = Array.from(architectures[row]);
    forEachEdit(space, codes, () => {
      const other = rowOf(codes);
      if (other >= 0) reservoir.offer(row, other);
    });
  }
}

/** Keeps an even sample of all pairs offered, drawing how many to skip rather than a number for each (algorithm L of Li, 1994). */
class Reservoir {
  readonly #limit: number;
  readonly #random: Random;
  readonly #first: number[] = [];
  readonly #second: number[] = [];
  #met = 0;
  #next = 0;
  #threshold = 1;

  constructor(limit: number, random: Random) {
    this.#limit = limit;
    this.#random = random;
  }

  offer(first: number, second: number): void {
    this.#met++;
    if (this.#met <= this.#limit) {
      this.#put(this.#met - 1, first, second);
      if (this.#met === this.#limit) this.#skip();
    } else if (this.#met === this.#next) {
      this.#put(this.#random.integer(this.#limit), first, second);
      this.#skip();
    }
  }

  pairs(): PairList {
    return { first: Int32Array.from(this.#first), second: Int32Array.from(this.#second), met: this.#met };
  }

  #put(slot: number, first: number, second: number): void {
    this.#first[slot] = first;
    this.#second[slot] = second;
  }

  #skip(): void {
    this.#threshold *= (1 - this.#random.float()) ** (1 / this.#limit);
    this.#next = this.#met + 1 + Math.floor(Math.log(1 - this.#random.float()) / Math.log1p(-this.#threshold));
  }
}
