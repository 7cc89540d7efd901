/** What limits on sums come down to: groups of dimensions that decide independently, and what each of their combinations costs above the cheapest. */
import { createRandom } from '../math/random.js';
import type { CostSum } from './cost-sum.js';
import { linkedGroups } from './linked-groups.js';
import type { SearchSpace } from './space.js';

/** A limit on a cost that is a sum. */
export interface SumLimit {
  readonly sum: CostSum;
  readonly max: number;
}

/** Choices of a group's dimensions that do not break a rule within it. */
export interface Combination {
  /** in the order of the group's dimensions */
  readonly codes: readonly number[];
  /** for every limit what it costs above the cheapest combination of the group, before the division; at least 0 */
  readonly excess: readonly number[];
}

/** Dimensions that decide about costs and validity by themselves. */
export interface LimitGroup {
  readonly dimensions: readonly number[];
  /** those of which every cost is known */
  readonly combinations: readonly Combination[];
}

/** All groups, and what the limits leave. */
export interface LimitGroups {
  readonly groups: readonly LimitGroup[];
  /** the lowest cost there is, for every limit by itself; Infinity where no cost is known */
  readonly least: readonly number[];
  /** how much excess each limit leaves for all groups together, with an allowance for rounding; below 0 where there is none */
  readonly slack: readonly number[];
  /** whether forbidden rules outside the groups may still rule combinations out */
  readonly mayBeInvalid: boolean;
}

/** Combinations of one group that are looked at. */
const MOST_COMBINATIONS = 4096;
/** Share of the numbers involved by which sums in different orders may differ. */
const ROUNDING = 1e-10;

/**
 * Splits the space's dimensions into groups, so that every cost is a sum over groups.
 * @param choices the choices that count, by dimension, ascending
 * @returns undefined where a group has too many combinations
 */
export function limitGroups(
  space: SearchSpace,
  limits: readonly SumLimit[],
  choices: readonly (readonly number[])[],
): LimitGroups | undefined {
  const sizeOf = (dimensions: readonly number[]) => dimensions.reduce((product, d) => product * choices[d]!.length, 1);
  const tables = limits.flatMap(({ sum }) => sum.tables);
  const alone = choices.map((_, dimension) => [dimension]);
  let sets = linkedGroups([...alone, ...tables.map(({ dimensions }) => dimensions)]);
  if (sets.some((set) => sizeOf(set) > MOST_COMBINATIONS)) return undefined;
  const left: (readonly number[])[] = []; // ties that would make a group too large
  for (const tie of space.unconstrained ? [] : (space.ties ?? [choices.map((_, d) => d)])) {
    const joined = linkedGroups([...sets, tie]);
    if (joined.some((set) => sizeOf(set) > MOST_COMBINATIONS)) left.push(tie);
    else sets = joined;
  }
  const isValidIn = validity(space, new Set(left.flat()));
  const values = sets.map((dimensions) => {
    const own = limits.map(({ sum }) => sum.tables.filter((table) => dimensions.includes(table.dimensions[0]!)));
    const counts = space.dimensions.map((dimension) => dimension.choices.length);
    return combinations(dimensions, choices)
      .filter((codes) => isValidIn(dimensions, codes))
      .map((codes) => ({ codes, costs: own.map((parts) => costOf(parts, dimensions, codes, counts)) }));
  });
  const known = (costs: readonly number[]) => costs.filter((cost) => !Number.isNaN(cost));
  const least = values.map((group) => limits.map((_, l) => leastOf(known(group.map(({ costs }) => costs[l]!)))));
  return {
    groups: values.map((group, g) => ({
      dimensions: sets[g]!,
      combinations: group
        .filter(({ costs }) => costs.every((cost) => !Number.isNaN(cost)))
        .map(({ codes, costs }) => ({ codes, excess: costs.map((cost, l) => cost - least[g]![l]!) })),
    })),
    least: limits.map(({ sum }, l) => (sum.base + least.reduce((total, own) => total + own[l]!, 0)) / sum.divisor),
    slack: limits.map(({ sum, max }, l) => {
      const cheapest = sum.base + least.reduce((total, own) => total + own[l]!, 0);
      const largest = values.reduce(
        (total, group) => total + group.reduce((most, { costs }) => Math.max(most, Math.abs(costs[l]! || 0)), 0),
        Math.abs(sum.base) + Math.abs(max * sum.divisor),
      );
      return max * sum.divisor - cheapest + ROUNDING * largest;
    }),
    mayBeInvalid: left.length > 0,
  };
}

/** Tells whether codes of a group break no rule; always true where rules reach beyond the groups. */
function validity(space: SearchSpace, beyond: ReadonlySet<number>) {
  const valid = space.sample(createRandom(0));
  return (dimensions: readonly number[], codes: readonly number[]): boolean => {
    if (space.unconstrained || dimensions.some((d) => beyond.has(d))) return true;
    const changed = Array.from(valid);
    dimensions.forEach((d, i) => {
      changed[d] = codes[i]!;
    });
    return space.isValid(changed);
  };
}

function combinations(dimensions: readonly number[], choices: readonly (readonly number[])[]): number[][] {
  return dimensions.reduce<number[][]>(
    (partial, d) => partial.flatMap((codes) => choices[d]!.map((choice) => [...codes, choice])),
    [[]],
  );
}

function costOf(
  tables: CostSum['tables'],
  dimensions: readonly number[],
  codes: readonly number[],
  counts: readonly number[],
): number {
  return tables.reduce((total, table) => {
    const index = table.dimensions.reduce((at, d) => at * counts[d]! + codes[dimensions.indexOf(d)]!, 0);
    return total + table.values[index]!;
  }, 0);
}

function leastOf(costs: readonly number[]): number {
  return costs.reduce((least, cost) => Math.min(least, cost), Number.POSITIVE_INFINITY);
}
