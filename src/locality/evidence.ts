/** Measured architectures, the raw material of every estimate here. */
import type { Architecture, Codes, SearchSpace } from '../spaces/space.js';

/** Architectures with their accuracies, row by row. NaN or infinite accuracies (failed networks) are left out of every estimate. */
export interface Evidence {
  readonly architectures: readonly (Architecture | Codes)[];
  readonly accuracies: ArrayLike<number>;
  /** rows drawn together (one walk, one chain) share a number; they are resampled together, so that intervals stay honest */
  readonly groups?: ArrayLike<number> | undefined;
}

/** Evidence with finite accuracies only. */
export interface CleanEvidence {
  readonly architectures: readonly Codes[];
  readonly accuracies: Float64Array;
  readonly groups: Int32Array | undefined;
}

/** Leaves out rows without a finite accuracy. @throws RangeError when the parts differ in length */
export function cleanEvidence(evidence: Evidence): CleanEvidence {
  const { architectures, accuracies, groups } = evidence;
  if (architectures.length !== accuracies.length || (groups !== undefined && groups.length !== accuracies.length)) {
    throw new RangeError(`${architectures.length} architectures came with ${accuracies.length} accuracies`);
  }
  const rows: number[] = [];
  for (let row = 0; row < accuracies.length; row++) if (Number.isFinite(accuracies[row])) rows.push(row);
  return {
    architectures: rows.map((row) => architectures[row]),
    accuracies: Float64Array.from(rows, (row) => accuracies[row]),
    groups: groups && Int32Array.from(rows, (row) => groups[row]),
  };
}

/** A key that two rows share exactly when their codes are equal. */
export function codesKey(codes: Codes): string {
  let key = '';
  for (let d = 0; d < codes.length; d++) key += String.fromCharCode(codes[d]);
  return key;
}

/** The row that holds an architecture, or -1; where several do, the first. */
export type RowIndex = (codes: Codes) => number;

/** Builds a look-up from codes to rows: an array over the whole product where that is small, otherwise a map. */
export function indexRows(space: SearchSpace, architectures: readonly Codes[]): RowIndex {
  const counts = space.dimensions.map(({ choices }) => choices.length);
  const product = counts.reduce((size, count) => size * count, 1);
  if (product <= 2 ** 22) {
    const rows = new Int32Array(product).fill(-1);
    for (let row = architectures.length - 1; row >= 0; row--) rows[position(counts, architectures[row])] = row;
    return (codes) => rows[position(counts, codes)];
  }
  const rows = new Map<string, number>();
  architectures.forEach((codes, row) => {
    const key = codesKey(codes);
    if (!rows.has(key)) rows.set(key, row);
  });
  return (codes) => rows.get(codesKey(codes)) ?? -1;
}

/** Whether the evidence holds a finite accuracy for every architecture of the space. */
export function isComplete(space: SearchSpace, evidence: CleanEvidence): boolean {
  if (space.size > BigInt(evidence.architectures.length)) return false;
  return BigInt(new Set(evidence.architectures.map(codesKey)).size) === space.size;
}

/** Place of the codes in the product of all choices, the last dimension running fastest. */
export function position(counts: readonly number[], codes: Codes): number {
  let place = 0;
  for (let d = 0; d < counts.length; d++) place = place * counts[d] + codes[d];
  return place;
}
