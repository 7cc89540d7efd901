/** Turns an expensive exact cost into a table look-up, where it is a sum over groups of dimensions. */
import { LissnasError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { type AdditiveFunction, additiveCost } from '../spaces/additive-cost.js';
import type { CostTable } from '../spaces/cost-sum.js';
import type { SearchSpace } from '../spaces/space.js';

/** Several integer costs of one point, e.g. FLOPs and parameters. Asked also of points that break the space's forbidden rules. */
export type Measure = (codes: readonly number[]) => readonly number[];

/** How the look-up is made and checked. */
export interface DecomposeOptions {
  /** indices of the dimensions of each group; each dimension in one group at least, two groups with at most one dimension in common */
  readonly groups: readonly (readonly number[])[];
  /** the look-up divides by this, e.g. 1e6 for millions */
  readonly divisor: number;
  /** random architectures on which the look-up must equal the measure */
  readonly checks?: number;
}

/**
 * Look-ups that equal the measure: the first point's cost plus, per group, a table of differences from it; what a dimension alone
 * changes counts in each of its groups, so it is taken off again for every group beyond the first.
 * Measures one point per combination of each group, and `checks` more.
 * @returns one function per number that the measure gives
 * @throws LissnasError with code 'decompose' when the measure is not a sum over the groups
 */
export function decompose(
  space: SearchSpace,
  measure: Measure,
  { groups, divisor, checks = 8 }: DecomposeOptions,
): AdditiveFunction[] {
  checkGroups(space, groups);
  const counts = space.dimensions.map(({ choices }) => choices.length);
  const origin: readonly number[] = new Array(counts.length).fill(0);
  const base = measure(origin);
  const measured = groups.map((dimensions) => combinations(space, origin, dimensions).map(measure));
  const shared = sharedDimensions(space, groups);
  const alone = shared.map(({ dimension }) => combinations(space, origin, [dimension]).map(measure));
  const tablesOf = (k: number): CostTable[] => [
    ...groups.map((dimensions, g) => ({ dimensions, values: measured[g]!.map((costs) => costs[k]! - base[k]!) })),
    ...shared.map(({ dimension, times }, i) => ({
      dimensions: [dimension],
      values: alone[i]!.map((costs) => -times * (costs[k]! - base[k]!)),
    })),
  ];
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

/** All points that differ from the origin in the group's dimensions alone, the last dimension varying fastest. */
function combinations(space: SearchSpace, origin: readonly number[], dimensions: readonly number[]): number[][] {
  return dimensions.reduce<number[][]>(
    (partial, d) => partial.flatMap((codes) => space.dimensions[d]!.choices.map((_, choice) => codes.with(d, choice))),
    [[...origin]],
  );
}

/** Dimensions of several groups, and of how many beyond the first. */
function sharedDimensions({ dimensions }: SearchSpace, groups: readonly (readonly number[])[]) {
  return dimensions
    .map((_, dimension) => ({ dimension, times: groups.filter((group) => group.includes(dimension)).length - 1 }))
    .filter(({ times }) => times > 0);
}

function checkGroups(space: SearchSpace, groups: readonly (readonly number[])[]): void {
  const grouped = new Set(groups.flat());
  if (grouped.size !== space.dimensions.length || space.dimensions.some((_, d) => !grouped.has(d))) {
    throw new LissnasError('decompose', `the groups must hold each dimension of space "${space.name}"`);
  }
  const overlap = groups.some((group, i) =>
    groups.slice(i + 1).some((other) => other.filter((d) => group.includes(d)).length > 1),
  );
  if (overlap) {
    throw new LissnasError('decompose', `two groups of space "${space.name}" have more than one dimension in common`);
  }
}
