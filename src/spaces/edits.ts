/** Edits, edit distance and neighbourhoods: the graph that locality lives on. */
import type { Architecture, Codes, SearchSpace } from './space.js';

/** Least number of edits from `a` to `b`, ignoring validity on the way: changed dimensions, or steps where a dimension is ordered. */
export function editDistance(space: SearchSpace, a: Codes, b: Codes): number {
  let distance = 0;
  for (let d = 0; d < space.dimensions.length; d++) {
    const steps = Math.abs((a[d] as number) - (b[d] as number));
    if (steps > 0) distance += space.dimensions[d]?.ordered ? steps : 1;
  }
  return distance;
}

/** The largest edit distance that two architectures of the space could have. */
export function diameter(space: SearchSpace): number {
  return space.dimensions.reduce(
    (sum, { choices, ordered }) => sum + (ordered ? choices.length - 1 : choices.length > 1 ? 1 : 0),
    0,
  );
}

/**
 * Calls `visit(d, choice)` for every single edit that leads from `codes` to a valid neighbour.
 * `codes` is changed while visiting (it *is* the neighbour inside the callback) and restored after.
 */
export function forEachEdit(
  space: SearchSpace,
  codes: number[] | Uint8Array,
  visit: (dimension: number, choice: number) => void,
): void {
  for (let d = 0; d < space.dimensions.length; d++) {
    const dimension = space.dimensions[d];
    if (dimension === undefined) continue;
    const own = codes[d] as number;
    const first = dimension.ordered ? Math.max(0, own - 1) : 0;
    const last = dimension.ordered ? Math.min(dimension.choices.length - 1, own + 1) : dimension.choices.length - 1;
    for (let choice = first; choice <= last; choice++) {
      if (choice === own) continue;
      codes[d] = choice;
      if (space.unconstrained || space.isValid(codes)) visit(d, choice);
    }
    codes[d] = own;
  }
}

/** All valid architectures one edit away, in the order of dimensions and choices. */
export function neighbours(space: SearchSpace, architecture: Codes): Architecture[] {
  const codes = Array.from(architecture);
  const found: Architecture[] = [];
  forEachEdit(space, codes, () => found.push(space.architecture(codes)));
  return found;
}
