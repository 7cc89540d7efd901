/** Listing a space that is small enough to be listed. */
import type { SearchSpace } from './space.js';

/** Visits every valid architecture in the order of its codes. `codes` is one array, changed between visits. */
export function forEachArchitecture(space: SearchSpace, visit: (codes: Uint8Array) => void): void {
  const counts = space.dimensions.map(({ choices }) => choices.length);
  const codes = new Uint8Array(counts.length);
  for (;;) {
    if (space.unconstrained || space.isValid(codes)) visit(codes);
    let d = counts.length - 1;
    while (d >= 0 && codes[d]! + 1 === counts[d]) codes[d--] = 0;
    if (d < 0) return;
    codes[d] = codes[d]! + 1;
  }
}

/** A space of at most this many architectures is listed; a larger one is only ever sampled. */
export const LIST_LIMIT = 200_000n;
/** Combinations that may be looked at to list a space in which most are forbidden. */
const MOST_COMBINATIONS = 20_000_000;

/** Whether a space is small enough to go through all of it. */
export function isListable({ size, dimensions }: SearchSpace): boolean {
  return size <= LIST_LIMIT && dimensions.reduce((all, { choices }) => all * choices.length, 1) <= MOST_COMBINATIONS;
}
