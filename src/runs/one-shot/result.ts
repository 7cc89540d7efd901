/** What a one-shot run has found, as plain data: `result.json`. */
import { kendallTau } from '../../math/kendall.js';
import { createRandom } from '../../math/random.js';
import { bootstrapInterval, type Interval, mean } from '../../math/statistics.js';

/** The format of `result.json` that this version writes. */
export const RESULT_FORMAT = 'lissnas-result/1';

/** One network trained from scratch. */
export interface ScratchResult {
  /** in the space's notation */
  readonly architecture: string;
  /** of the cost that the run compares by */
  readonly cost: number;
  /** percent of the test images; null where training diverged */
  readonly accuracy: number | null;
}

/** How well a supernet ranks architectures that were also trained from scratch. */
export interface Ranking {
  /** steps that the supernet had been trained for in all */
  readonly step: number;
  /** Kendall tau-b between the supernet's accuracy and that from scratch, with a 95 % bootstrap interval over the references */
  readonly tau: Interval;
  /** mean accuracy of the references with the supernet's weights, percent of the validation images */
  readonly meanAccuracy: number;
}

/** What one way to search has come to. */
export interface FoundResult extends ScratchResult {
  /** with the supernet's weights, percent of the validation images */
  readonly supernetAccuracy: number;
  /** evaluations by the supernet, those for shrinking included */
  readonly evaluations: number;
}

/** What a way to train and search without LISSNAS has come to, at the same budget. */
export interface ControlResult {
  readonly name: string;
  /** architectures that were left to search in, as text, since it may be a very large whole number */
  readonly size: string;
  /** inside the space that LISSNAS shrank; absent without references */
  readonly ranking?: Ranking;
  readonly found: FoundResult;
}

/** All of a run. */
export interface OneShotResult {
  readonly format: typeof RESULT_FORMAT;
  readonly version: string;
  readonly space: string;
  readonly data: string;
  readonly randomSeed: number;
  /** name and unit of the cost that networks are compared by */
  readonly cost: { readonly name: string; readonly unit: string };
  readonly wholeSize: string;
  readonly shrunkSize: number;
  readonly pockets: number;
  /** of the architectures evaluated to shrink, by the warm supernet: percent of the validation images */
  readonly accuracy: {
    /** of the first round's, a uniform sample of the whole space */
    readonly whole: Interval;
    /** of members of the shrunk space, the references, by the same supernet; absent without references */
    readonly shrunk?: Interval;
  };
  /** absent without references */
  readonly ranking?: {
    readonly references: readonly (ScratchResult & { readonly before: number | null; readonly after: number | null })[];
    /** by the supernet as it was when the space was shrunk */
    readonly before: Ranking;
    /** by the supernet that went on inside the shrunk space */
    readonly after: Ranking;
  };
  readonly found: FoundResult;
  readonly random: ScratchResult;
  readonly biggest: ScratchResult;
  readonly controls: readonly ControlResult[];
}

/** Kendall tau-b over the references that both know, with its interval. */
export function rankingOf(
  step: number,
  supernet: readonly (number | null)[],
  scratch: readonly (number | null)[],
): Ranking {
  const both = supernet.flatMap((own, i) => {
    const truth = scratch[i];
    return own === null || truth === null || truth === undefined ? [] : [{ own, truth }];
  });
  const tau = bootstrapInterval(
    both.length,
    (weights) => {
      const drawn = both.flatMap((pair, i) => new Array<typeof pair>(weights[i]!).fill(pair));
      return kendallTau(
        drawn.map(({ own }) => own),
        drawn.map(({ truth }) => truth),
      );
    },
    { random: createRandom(0).split('tau') },
  );
  return { step, tau, meanAccuracy: mean(both.map(({ own }) => own)) };
}
