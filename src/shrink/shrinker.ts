/** The interface of everything that shrinks a space: what it is given. */

import type { Random } from '../math/random.js';
import type { Evaluator } from '../measurements/evaluator.js';
import type { Cost, Limit, SearchSpace } from '../spaces/space.js';
import type { Round, ShrinkResult, Shrunk } from './result.js';

/** How far a run has come; for people. */
export interface ShrinkProgress {
  /** 1-based */
  readonly round: number;
  readonly rounds: number;
  readonly step: 'measure' | 'fit' | 'grow';
  readonly spent: number;
  readonly evaluations: number;
  /** members grown in this step, where `step` is 'grow' */
  readonly members?: number;
  readonly bestMeasured?: number;
}

/** One task for a shrinker. */
export interface ShrinkTask {
  readonly space: SearchSpace;
  readonly evaluator: Evaluator;
  /** evaluations that may be spent in all */
  readonly evaluations: number;
  /** architectures to keep; without it the shrinker stops by itself when the mean accuracy no longer improves */
  readonly size?: number;
  readonly limits?: readonly Limit[];
  /** keep, sample and seed equally in each of `count` cost bins (quantiles of the cost over the space within the limits) */
  readonly costBins?: { readonly cost: Cost; readonly count: number };
  /** how pockets grow: best prediction first, or whole neighbourhoods of growing radius */
  readonly growth?: 'pockets' | 'radius';
  /** rounds to spread the evaluations over */
  readonly rounds?: number;
  readonly random: Random;
  readonly onProgress?: (progress: ShrinkProgress) => void;
  /**
   * Called with all rounds so far when one has ended, when its mean has been sampled, and when the last is taken back. `soFar` makes
   * the result that the shrink has come to, until it is called again; undefined while no round has listed its space.
   */
  readonly onRounds?: (rounds: readonly Round[], soFar: (() => ShrinkResult) | undefined) => void;
  /** Stops at the next evaluation with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Anything that shrinks a space: LISSNAS and the baselines alike. */
export type Shrinker<Result extends Shrunk = Shrunk> = (task: ShrinkTask) => Promise<Result>;
