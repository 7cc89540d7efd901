/** Whether the neighbours of top architectures are top themselves: locality where a search needs it. */
import { sortedOrder } from '../math/ranks.js';
import { forEachEdit } from '../spaces/edits.js';
import type { SearchSpace } from '../spaces/space.js';
import { cleanEvidence, type Evidence, indexRows } from './evidence.js';

/** How top architectures gather. */
export interface TopNeighbours {
  /** what counts as top, e.g. 0.01 for the best 1 % */
  readonly share: number;
  /** how many that is, at least one */
  readonly top: number;
  /** the lowest accuracy among them */
  readonly threshold: number;
  /** measured neighbours of top architectures, counted once for each top architecture they are next to */
  readonly neighbours: number;
  /** which part of these is top; NaN where no neighbour was measured */
  readonly topShare: number;
  /** which part would be if top architectures lay anywhere: (top - 1) / (rows - 1) */
  readonly chance: number;
}

/**
 * The share of one-edit neighbours of the best architectures that belong to the best too, among measured architectures.
 * Equal accuracies at the border are broken by row order. @throws RangeError unless 0 < share <= 1
 */
export function topNeighbours(space: SearchSpace, evidence: Evidence, share: number): TopNeighbours {
  if (!(share > 0 && share <= 1))
    throw new RangeError(`the share of top architectures must be in (0, 1], not ${share}`);
  const { architectures, accuracies } = cleanEvidence(evidence);
  const rows = accuracies.length;
  const top = Math.min(rows, Math.max(1, Math.round(share * rows)));
  const best = [...sortedOrder(accuracies.map((accuracy) => -accuracy)).subarray(0, top)];
  const isTop = new Set(best);
  const rowOf = indexRows(space, architectures);
  let neighbours = 0;
  let alsoTop = 0;
  for (const row of best) {
    const codes = Array.from(architectures[row]);
    forEachEdit(space, codes, () => {
      const other = rowOf(codes);
      if (other < 0) return;
      neighbours++;
      if (isTop.has(other)) alsoTop++;
    });
  }
  return {
    share,
    top,
    threshold: top > 0 ? accuracies[best[top - 1]] : Number.NaN,
    neighbours,
    topShare: alsoTop / neighbours,
    chance: (top - 1) / (rows - 1),
  };
}
