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

/** Keeps an even sample of all pairs offered (algorithm R of Vitter, 1985). */
class Reservoir {
  readonly #limit: number;
  readonly #random: Random;
  readonly #first: number[] = [];
  readonly #second: number[] = [];
  #met = 0;

  constructor(limit: number, random: Random) {
    this.#limit = limit;
    this.#random = random;
  }

  offer(first: number, second: number): void {
    this.#met++;
    const slot = this.#met <= this.#limit ? this.#met - 1 : this.#random.integer(this.#met);
    if (slot >= this.#limit) return;
    this.#first[slot] = first;
    this.#second[slot] = second;
  }

  pairs(): PairList {
    return { first: Int32Array.from(this.#first), second: Int32Array.from(this.#second), met: this.#met };
  }
}
