/** What a shrinker returns: plain data from which the artifact, the explanations and the report are made. */
import type { Interval } from '../math/statistics.js';
import type { Failure, Measurement } from '../measurements/measurement.js';
import type { KernelParameters } from '../predictors/locality-kernel.js';
import type { ArchitectureSet } from '../spaces/architecture-set.js';
import type { Architecture, Cost, Limit, SearchSpace } from '../spaces/space.js';

/** A measured architecture that a pocket grows from. */
export interface Seed {
  readonly architecture: Architecture;
  readonly measured: number;
  readonly predicted: number;
  /** 0 .. costBins - 1, from cheap to costly; 0 where no bins were asked for */
  readonly costBin: number;
  /** index of the pocket of the same round that it ended in */
  readonly pocket: number;
}

/** A connected set of architectures kept in one round: any member is reached from any other by single edits inside it. */
export interface Pocket {
  readonly size: number;
  /** indices into the round's `seeds`, best prediction first */
  readonly seeds: readonly number[];
  /** indices of the pockets of the round before that hold a seed of this one; empty in the first listed round */
  readonly parents: readonly number[];
}

/** One round: sample, fit, select seeds, grow pockets. */
export interface Round {
  /** evaluations spent when this round's predictor was fitted; they are the first `measured` measurements */
  readonly spent: number;
  /** how many of the measurements the predictor of this round knows */
  readonly measured: number;
  readonly kernel: KernelParameters;
  /** architectures in the space that this round made */
  readonly size: bigint;
  /**
   * How the round's space is held: grown into `pockets`, or, where it is far too large to list,
   * as the `level-set` of all architectures predicted at or above the border.
   */
  readonly held: 'pockets' | 'level-set';
  /** lowest predicted mean that was admitted */
  readonly border: number;
  /** empty for a level set */
  readonly seeds: readonly Seed[];
  readonly pockets: readonly Pocket[];
  /** mean accuracy of this round's space, estimated on fresh uniform samples of it; absent where none were taken */
  readonly sampledMean?: Interval;
}

/**
 * Why the rounds ended. Where a size was asked for: 'size reached', or 'space exhausted' where fewer could be reached. Otherwise
 * 'no improvement' of the mean accuracy, 'budget spent' before that, or 'space exhausted' where nothing new was left to measure.
 * 'not finished' stands in what a shrink that goes on has come to so far.
 */
export type StopReason = 'size reached' | 'no improvement' | 'budget spent' | 'space exhausted' | 'not finished';

/** What every shrinker returns, LISSNAS and baselines alike: the architectures kept and the evaluations it took. */
export interface Shrunk {
  /** e.g. 'lissnas', 'operational-pruning' */
  readonly method: string;
  readonly space: SearchSpace;
  readonly limits: readonly Limit[];
  /** kept architectures in the order of admission */
  readonly members: ArchitectureSet;
  /** pocket index of each member: the connected components under single edits, numbered by first member */
  readonly pocketOf: Int32Array;
  readonly pocketCount: number;
  /** all measurements, in the order in which they were taken */
  readonly measurements: readonly Measurement[];
  readonly failures: readonly Failure[];
  /** evaluations spent: measurements and failures */
  readonly spent: number;
}

/** The space that LISSNAS shrank, and how it came to be. */
export interface ShrinkResult extends Shrunk {
  readonly method: 'lissnas';
  /** predicted mean of each member */
  readonly predicted: Float64Array;
  /** the rounds up to and including the one kept; its space is `members`, its pockets number `pocketOf` */
  readonly rounds: readonly Round[];
  readonly stop: StopReason;
  /** the cost bins, where they were asked for */
  readonly costBins?: { readonly cost: Cost; readonly edges: readonly number[] };
}
