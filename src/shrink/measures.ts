/** What tells a good shrunk space from a bad one (formulas in docs/algorithm.md). Pure functions of plain numbers. */
import { mean } from '../math/statistics.js';
import type { ArchitectureSet } from '../spaces/architecture-set.js';
import type { SearchSpace } from '../spaces/space.js';
import { connectedComponents } from './components.js';

/** True accuracies of a space that is listed: `accuracies[i]` is that of architecture number i of `architectures`. */
export interface Truth {
  readonly architectures: ArchitectureSet;
  readonly accuracies: ArrayLike<number>;
}

/** The indices in the truth of those members that it knows, in the order of the members. */
export function knownMembers(members: ArchitectureSet, truth: Truth): Int32Array {
  const known: number[] = [];
  for (let member = 0; member < members.size; member++) {
    const index = truth.architectures.indexOf(members.codesAt(member));
    if (index >= 0) known.push(index);
  }
  return Int32Array.from(known);
}

/** Mean accuracy of the kept architectures, given by index; NaN when none is kept. */
export function meanAccuracy(kept: ArrayLike<number>, accuracies: ArrayLike<number>): number {
  return mean(Float64Array.from(kept, (index) => accuracies[index]!));
}

/** The best accuracy among the kept; -Infinity when none is kept. */
export function bestKept(kept: ArrayLike<number>, accuracies: ArrayLike<number>): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < kept.length; i++) best = Math.max(best, accuracies[kept[i]!]!);
  return best;
}

/** The best accuracy of all. -Infinity when there is none. */
export function bestOf(accuracies: ArrayLike<number>): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < accuracies.length; i++) best = Math.max(best, accuracies[i]!);
  return best;
}

/** What the best network of the whole space is better than the best kept one; 0 where the optimum is kept. */
export function regret(kept: ArrayLike<number>, accuracies: ArrayLike<number>): number {
  return bestOf(accuracies) - bestKept(kept, accuracies);
}

/** Whether an architecture of the highest accuracy is kept; any one will do where several share it. */
export function optimumKept(kept: ArrayLike<number>, accuracies: ArrayLike<number>): boolean {
  return kept.length > 0 && regret(kept, accuracies) === 0;
}

/**
 * How many of the `k` truly best are kept, 0 .. k. Where the k-th place is shared by t architectures of which only p fit in,
 * each of them counts as p / t: the expected count when ties are broken at random. `k` is at most the size of the space.
 */
export function retained(kept: ArrayLike<number>, accuracies: ArrayLike<number>, k: number): number {
  const places = Math.min(k, accuracies.length);
  if (places < 1) return 0;
  const border = Float64Array.from(accuracies).sort()[accuracies.length - places]!;
  const rank = (indices: ArrayLike<number>) => {
    let above = 0;
    let tied = 0;
    for (let i = 0; i < indices.length; i++) {
      const accuracy = accuracies[indices[i]!]!;
      if (accuracy > border) above++;
      else if (accuracy === border) tied++;
    }
    return { above, tied };
  };
  const all = rank(Array.from(accuracies, (_, index) => index));
  const own = rank(kept);
  return own.above + (own.tied * (places - all.above)) / all.tied;
}

/** `retained` as a share of k, 0 .. 1. */
export function retention(kept: ArrayLike<number>, accuracies: ArrayLike<number>, k: number): number {
  return retained(kept, accuracies, k) / Math.min(k, accuracies.length);
}

/** What the shrink index is made of. */
export interface ShrinkIndexTerms {
  readonly meanShrunk: number;
  readonly meanWhole: number;
  readonly bestWhole: number;
  /** architectures in the shrunk and in the whole space, at least 1 */
  readonly shrunk: number | bigint;
  readonly whole: number | bigint;
}

/**
 * Shrink index = gain x reduction, where gain = (mean shrunk - mean whole) / (best whole - mean whole) and
 * reduction = 1 - ln|shrunk| / ln|whole|: 1 for the optimum alone, 0 for the whole space or a random subset, negative where
 * shrinking lost accuracy. NaN for a space of one architecture or of equal accuracies.
 */
export function shrinkIndex({ meanShrunk, meanWhole, bestWhole, shrunk, whole }: ShrinkIndexTerms): number {
  const gain = (meanShrunk - meanWhole) / (bestWhole - meanWhole);
  const reduction = 1 - logOf(shrunk) / logOf(whole);
  return gain * reduction;
}

/** Natural logarithm, also of integers beyond the range of a number. */
function logOf(value: number | bigint): number {
  const beyond = typeof value === 'bigint' ? Math.max(0, value.toString(2).length - 1000) : 0;
  return Math.log(Number(typeof value === 'bigint' ? value >> BigInt(beyond) : value)) + beyond * Math.LN2;
}

/** How often each choice occurs among the members: `[dimension][choice]`. */
export function choiceCounts(space: SearchSpace, members: ArchitectureSet): Float64Array[] {
  const counts = space.dimensions.map(({ choices }) => new Float64Array(choices.length));
  const { packed, dimensions } = members;
  for (let d = 0; d < dimensions; d++) {
    const own = counts[d]!;
    for (let at = d; at < packed.length; at += dimensions) own[packed[at]!] = own[packed[at]!]! + 1;
  }
  return counts;
}

/**
 * Mean edit distance of two different random members over the number of dimensions. Exact: edit distance is a sum over
 * dimensions, so the number of members with each choice is all that counts. 0 for fewer than two members; at most 1 where no
 * dimension is ordered.
 */
export function diversity(space: SearchSpace, members: ArchitectureSet): number {
  const n = members.size;
  if (n < 2) return 0;
  const counts = choiceCounts(space, members);
  const total = space.dimensions.reduce(
    (sum, { ordered }, d) => sum + (ordered ? stepsApart(counts[d]!) : pairsApart(counts[d]!)),
    0,
  );
  return total / ((n * (n - 1)) / 2) / space.dimensions.length;
}

/** Pairs of members with different choices. */
function pairsApart(counts: Float64Array): number {
  let pairs = 0;
  let before = 0;
  for (const count of counts) {
    pairs += before * count;
    before += count;
  }
  return pairs;
}

/** Steps between the choices of all pairs: every step is between those below it and those above. */
function stepsApart(counts: Float64Array): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let steps = 0;
  let below = 0;
  for (const count of counts) {
    below += count;
    steps += below * (total - below);
  }
  return steps;
}

/** For every dimension how many of its choices still occur. */
export function choicesAlive(space: SearchSpace, members: ArchitectureSet): number[] {
  return choiceCounts(space, members).map((counts) => counts.filter((count) => count > 0).length);
}

/** Number of connected components under single edits. */
export function pocketCount(space: SearchSpace, members: ArchitectureSet): number {
  return connectedComponents(space, members).count;
}

/** All measures that need no truth. */
export interface ShapeMeasures {
  readonly size: number;
  readonly pockets: number;
  readonly diversity: number;
  readonly choicesAlive: readonly number[];
}

/** Measures the shape of a set of architectures. */
export function measureShape(space: SearchSpace, members: ArchitectureSet): ShapeMeasures {
  return {
    size: members.size,
    pockets: pocketCount(space, members),
    diversity: diversity(space, members),
    choicesAlive: choicesAlive(space, members),
  };
}

/** All measures that compare with the truth. */
export interface QualityMeasures {
  /** members that the truth knows; the measures are about these */
  readonly known: number;
  readonly meanAccuracy: number;
  readonly bestKept: number;
  readonly regret: number;
  readonly optimumKept: boolean;
  readonly shrinkIndex: number;
  /** how many of the top k are kept, for each k that was asked for */
  readonly retained: readonly { readonly k: number; readonly count: number }[];
}

/** Measures a set of architectures against the truth. */
export function measureQuality(members: ArchitectureSet, truth: Truth, topK: readonly number[]): QualityMeasures {
  const { accuracies } = truth;
  const kept = knownMembers(members, truth);
  const meanShrunk = meanAccuracy(kept, accuracies);
  return {
    known: kept.length,
    meanAccuracy: meanShrunk,
    bestKept: bestKept(kept, accuracies),
    regret: regret(kept, accuracies),
    optimumKept: optimumKept(kept, accuracies),
    shrinkIndex: shrinkIndex({
      meanShrunk,
      meanWhole: mean(accuracies),
      bestWhole: bestOf(accuracies),
      shrunk: kept.length,
      whole: accuracies.length,
    }),
    retained: topK.map((k) => ({ k, count: retained(kept, accuracies, k) })),
  };
}
