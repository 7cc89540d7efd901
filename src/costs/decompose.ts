/** Turns an expensive exact cost into a table look-up, where it is a sum over groups of dimensions. */
import { LissnasError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { additiveCost, type CostTable } from '../spaces/additive-cost.js';
import type { Architecture, Codes, SearchSpace } from '../spaces/space.js';

/** Several integer costs of one architecture, e.g. its FLOPs and parameters. */
export type Measure = (architecture: Architecture) => readonly number[];

/** How the look-up is made and checked. */
export interface DecomposeOptions {
  /** indices of the dimensions of each group; each dimension in exactly one group */
  readonly groups: readonly (readonly number[])[];
  /** the look-up divides by this, e.g. 1e6 for millions */
  readonly divisor: number;
  /** random architectures on which the look-up must equal the measure */
  readonly checks?: number;
}

/**
 * Look-ups that equal the measure: the first architecture's cost plus, per group, a table of differences from it.
 * Measures one architecture per combination of each group, and `checks` more.
 * @param space must be unconstrained
 * @returns one function per number that the measure gives
 * @throws LissnasError with code 'decompose' when the measure is not a sum over the groups
 */
export function decompose(
  space: SearchSpace,
  measure: Measure,
  { groups, divisor, checks = 8 }: DecomposeOptions,
): ((codes: Codes) => number)[] {
  checkGroups(space, groups);
  const counts = space.dimensions.map(({ choices }) => choices.length);
  const origin = space.architecture(new Array(counts.length).fill(0));
  const base = measure(origin);
  const measured = groups.map((dimensions) => combinations(space, origin, dimensions).map(measure));
  const tablesOf = (k: number): CostTable[] =>
    groups.map((dimensions, g) => ({ dimensions, values: measured[g]!.map((costs) => costs[k]! - base[k]!) }));
  const random = createRandom(0);
  const probes = Array.from({ length: checks }, () => space.sample(random)).map((architecture) => ({
    architecture,
    costs: measure(architecture),
  }));
  return base.map((own, k) => {
    const lookUp = additiveCost(counts, own, tablesOf(k));
    const wrong = probes.find(({ architecture, costs }) => lookUp(architecture) !== costs[k]);
    if (wrong !== undefined) {
      throw new LissnasError(
        'decompose',
        `cost ${k} of space "${space.name}" is not a sum over the groups: ${space.format(wrong.architecture)} costs ${wrong.costs[k]}, not ${lookUp(wrong.architecture)}`,
      );
    }
    return additiveCost(counts, own, tablesOf(k), divisor);
  });
}

/** All architectures that differ from the origin in the group's dimensions alone, the last dimension varying fastest. */
function combinations(space: SearchSpace, origin: Architecture, dimensions: readonly number[]): Architecture[] {
  return dimensions
    .reduce<number[][]>(
      (partial, d) =>
        partial.flatMap((codes) => space.dimensions[d]!.choices.map((_, choice) => codes.with(d, choice))),
      [[...origin]],
    )
    .map((codes) => space.architecture(codes));
}

function checkGroups(space: SearchSpace, groups: readonly (readonly number[])[]): void {
  const grouped = groups.flat().sort((a, b) => a - b);
  if (grouped.length !== space.dimensions.length || grouped.some((d, i) => d !== i)) {
    throw new LissnasError('decompose', `the groups must hold each dimension of space "${space.name}" exactly once`);
  }
  if (!space.unconstrained) {
    throw new LissnasError('decompose', `space "${space.name}" has forbidden rules, so it has no tables by group`);
  }
}
