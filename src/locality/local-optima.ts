/** Local optima of a space that can be listed. */
import { forEachEdit } from '../spaces/edits.js';
import type { SearchSpace } from '../spaces/space.js';
import { cleanEvidence, type Evidence, indexRows, isComplete } from './evidence.js';

/** Counts of local optima under one-edit neighbourhoods; published counts differ by the rule for equal neighbours. */
export interface LocalOptima {
  /** better than every neighbour */
  readonly strict: number;
  /** no neighbour is better */
  readonly nonStrict: number;
  /** connected sets of equally accurate architectures that no neighbour of theirs beats, a plateau counted once */
  readonly plateaus: number;
}

/** Counts the local optima of a complete table; undefined where some architecture has no accuracy. */
export function localOptima(space: SearchSpace, evidence: Evidence): LocalOptima | undefined {
  const clean = cleanEvidence(evidence);
  if (!isComplete(space, clean)) return undefined;
  const { architectures, accuracies } = clean;
  const rowOf = indexRows(space, architectures);

  const neighboursOf = (row: number): number[] => {
    const codes = Array.from(architectures[row]);
    const rows: number[] = [];
    forEachEdit(space, codes, () => rows.push(rowOf(codes)));
    return rows;
  };

  let strict = 0;
  const candidates = new Set<number>();
  for (let row = 0; row < accuracies.length; row++) {
    const best = neighboursOf(row).reduce((most, other) => Math.max(most, accuracies[other]), Number.NEGATIVE_INFINITY);
    if (best < accuracies[row]) strict++;
    if (best <= accuracies[row]) candidates.add(row);
  }
  return { strict, nonStrict: candidates.size, plateaus: countPlateaus(candidates, accuracies, neighboursOf) };
}

/** A plateau counts only when all of it is unbeaten, so its rows are all candidates. */
function countPlateaus(
  candidates: ReadonlySet<number>,
  accuracies: Float64Array,
  neighboursOf: (row: number) => number[],
): number {
  const seen = new Set<number>();
  let plateaus = 0;
  for (const start of candidates) {
    if (seen.has(start)) continue;
    seen.add(start);
    const plateau = [start];
    let unbeaten = true;
    for (let i = 0; i < plateau.length; i++) {
      unbeaten &&= candidates.has(plateau[i]);
      for (const other of neighboursOf(plateau[i])) {
        if (accuracies[other] !== accuracies[start] || seen.has(other)) continue;
        seen.add(other);
        plateau.push(other);
      }
    }
    if (unbeaten) plateaus++;
  }
  return plateaus;
}
