/**
 * A run as plain data, ready to be looked at: what `report.html` holds and the server sends. Nothing in it has to be computed again but what a
 * reader asks for. Numbers that are not known are NaN here, and so null in its JSON.
 */
import type { DistanceCorrelation } from '../locality/by-distance.js';
import type { LocalityKind } from '../locality/verdict.js';
import type { Interval } from '../math/statistics.js';
import type { Round, StopReason } from '../shrink/result.js';
import type { Provenance, RecordedCostBins, RecordedLimit } from '../shrink/shrunk-space-data.js';
import type { SpaceSource } from '../shrink/space-source.js';
import type { Choice } from '../spaces/space.js';

/** The format that this version writes, and the only one that the pages of this version read. */
export const REPORT_FORMAT = 'lissnas-report/1';

/** Numbers of one kind: little-endian bytes, gzip, base64. */
export interface Column {
  readonly type: 'uint8' | 'int32' | 'float32' | 'float64';
  /** how many numbers */
  readonly length: number;
  readonly data: string;
}

/**
 * How it stands with a run. `stopped`: it has not ended and nothing works on it, so that `lissnas resume` goes on; `damaged`: its files cannot be
 * read, and `problem` says which and why.
 */
export type RunState = 'running' | 'paused' | 'stopped' | 'cancelled' | 'failed' | 'ended' | 'damaged';

/** All of a run, finished or not; what is not known yet is absent. */
export interface RunReport {
  readonly format: typeof REPORT_FORMAT;
  /** of the program that made the report */
  readonly version: string;
  /** the last part of the folder's path */
  readonly name: string;
  /** by a table or a program, or by a supernet that the run trains itself */
  readonly kind: 'shrink' | 'one-shot';
  readonly state: RunState;
  /** one sentence where something is wrong */
  readonly problem?: string;
  /** one paragraph: what was asked, what was done, what came of it */
  readonly story: string;
  /** space before and after, evaluations, limits, what was found; texts ready to be shown */
  readonly facts: readonly Fact[];
  /** the text of config.yaml */
  readonly config: string;
  readonly space: ReportedSpace;
  /** in the order in which they were made */
  readonly evaluations: Evaluations;
  /** of a run that goes on: the space of its latest round */
  readonly shrunk?: ReportedShrunkSpace;
  readonly figures: Figures;
}

/** The format of a document with several reports. */
export const COMPARISON_FORMAT = 'lissnas-comparison/1';

/** Runs side by side: what `lissnas compare` shows. */
export interface Comparison {
  readonly format: typeof COMPARISON_FORMAT;
  /** in the order in which they were named */
  readonly reports: readonly RunReport[];
}

/** One line of the table of facts. */
export interface Fact {
  readonly label: string;
  readonly whole: string;
  readonly shrunk: string;
}

/** The space that was shrunk, with all that is needed to write and read its architectures. Without dimensions where a damaged run does not tell it. */
export interface ReportedSpace {
  readonly name: string;
  /** exact, in decimal digits */
  readonly size: string;
  readonly dimensions: readonly {
    readonly name: string;
    readonly choices: readonly Choice[];
    readonly ordered: boolean;
  }[];
  readonly hash: string;
  readonly source: SpaceSource;
}

/** Evaluations, column by column: n rows. */
export interface Evaluations {
  readonly count: number;
  /** uint8, dimension by dimension: n choice indices of the first, then n of the second, and so on */
  readonly codes: Column;
  /** float64, percent as the evaluator says; NaN where it failed */
  readonly accuracy: Column;
  /** float32, true accuracies to six significant digits where a column of the table tells them; NaN where it does not */
  readonly truth?: Column;
  /** int32, the round that asked for it, from 0; -1 where not known yet */
  readonly round: Column;
  /** float64 columns by the cost's name; NaN where not known */
  readonly costs: Readonly<Record<string, Column>>;
  /** by row */
  readonly failures: readonly { readonly row: number; readonly reason: string }[];
}

/**
 * The shrunk space, in the order of admission: as `shrunk-space.json` but with single precision, and with all that `why` needs to explain any architecture.
 */
export interface ReportedShrunkSpace {
  readonly size: number;
  readonly provenance: Provenance;
  readonly limits: readonly RecordedLimit[];
  readonly costBins?: RecordedCostBins;
  readonly spent: number;
  readonly stop: StopReason;
  /** sizes as decimal digits */
  readonly rounds: readonly ReportedRound[];
  /** uint8, dimension by dimension: `size` choice indices of the first, then of the second, and so on */
  readonly codes: Column;
  /** int32 */
  readonly pocketOf: Column;
  readonly pocketCount: number;
  /** float32, to five significant digits */
  readonly predicted: Column;
  /** int32, how many members have a better prediction, which its digits alone do not tell, less the member's own index: small numbers */
  readonly better: Column;
  /** float32, to six significant digits: true accuracies where a column of the table tells them; NaN where it does not */
  readonly truth?: Column;
  /** float32 columns by the cost's name, to five significant digits and never beyond a limit */
  readonly costs: Readonly<Record<string, Column>>;
}

/** A round of the shrink; architectures as choice indices. */
export interface ReportedRound extends Omit<Round, 'size' | 'seeds'> {
  readonly size: string;
  readonly seeds: readonly {
    readonly codes: readonly number[];
    readonly measured: number;
    readonly predicted: number;
    readonly costBin: number;
    readonly pocket: number;
  }[];
}

/** What every figure is shown with. */
export interface Figure {
  /** one or two sentences: what it shows and what is to be seen in it, with its numbers */
  readonly caption: string;
}

/** The figures of a run; one that has nothing to show is absent. */
export interface Figures {
  readonly distribution?: DistributionFigure;
  readonly cost?: CostFigure;
  readonly map?: MapFigure;
  readonly locality?: LocalityFigure;
  readonly choices?: ChoicesFigure;
  readonly rounds?: RoundsFigure;
  readonly ranking?: RankingFigure;
  readonly training?: TrainingFigure;
  readonly network?: NetworkFigure;
  readonly progress?: ProgressFigure;
}

/** Accuracies of the whole space and, once there is one, of the shrunk one. */
export interface DistributionFigure extends Figure {
  /** of the bins, all equally wide, ascending, one more than there are bins; a bin holds its lower edge, the last one both */
  readonly edges: readonly number[];
  /** lowest accuracy of all, where the first bin also holds what lies below its edge: a few very poor networks would stretch the figure */
  readonly lowest?: number;
  readonly series: readonly {
    readonly name: 'whole space' | 'shrunk space';
    /** where the accuracies come from, e.g. 'truth of all 15,625', 'first 60 evaluations, a uniform sample', 'predicted' */
    readonly basis: string;
    /** architectures that were counted */
    readonly count: number;
    readonly mean: number;
    /** architectures in each bin */
    readonly counts: readonly number[];
  }[];
}

/** Accuracy against cost. Members and evaluations are drawn from the report's own columns. */
export interface CostFigure extends Figure {
  /** a column of `evaluations.costs` and `shrunk.costs` */
  readonly cost: string;
  readonly unit: string;
  readonly max?: number;
  /** of members: the truth where it is known, otherwise the prediction. While nothing is kept, of evaluations: as measured */
  readonly accuracy: 'truth' | 'predicted' | 'measured';
  /** members, or evaluations, that no other beats in both, from cheap to costly; indices */
  readonly front: readonly number[];
}

/**
 * The kept architectures, or the evaluated ones while nothing is kept, in two dimensions: principal coordinates of the edit distance. An architecture lies at the sum of its choices' places,
 * (sum_d x[d][choice], sum_d y[d][choice]), less the centre.
 */
export interface MapFigure extends Figure {
  readonly x: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
  readonly centre: readonly [number, number];
  /** shares of the squared distances that the two axes show, 0 .. 1 */
  readonly shown: readonly [number, number];
}

/** How accuracy stays alike over edits. */
export interface LocalityFigure extends Figure {
  readonly kind: LocalityKind;
  readonly sentence: string;
  /** of accuracy ranks, by edit distance, with 95 % intervals */
  readonly curve: readonly DistanceCorrelation[];
}

/** What each dimension is worth and which choices survive, beside operational pruning on the same measurements and to the same size. */
export interface ChoicesFigure extends Figure {
  readonly dimensions: readonly {
    readonly name: string;
    /** share of the variance of the accuracy that hangs on this dimension and its interactions, 0 .. 1; NaN (null) where it cannot be told */
    readonly worth: number | null;
    readonly choices: readonly {
      readonly choice: Choice;
      /** share of the members with it, 0 .. 1 */
      readonly share: number;
      /** mean accuracy of the measured architectures with it; null where there is none */
      readonly mean: number | null;
      readonly measured: number;
      /** 1 for the choice that operational pruning deletes first; absent where it keeps it */
      readonly prunedAs?: number;
    }[];
  }[];
}

/** Mean accuracy by round, and why the rounds ended. */
export interface RoundsFigure extends Figure {
  readonly stop?: StopReason;
  readonly rounds: readonly {
    /** evaluations spent when its predictor was fitted */
    readonly spent: number;
    readonly size: string;
    readonly border: number;
    /** mean accuracy of fresh uniform samples, percent */
    readonly mean?: Interval;
  }[];
}

/** A supernet's ranking against networks trained from scratch. */
export interface RankingFigure extends Figure {
  readonly panels: readonly {
    readonly name: string;
    readonly tau: Interval;
    readonly points: readonly { readonly architecture: string; readonly supernet: number; readonly truth: number }[];
  }[];
}

/** Loss and accuracy over the steps of each training. */
export interface TrainingFigure extends Figure {
  readonly trainings: readonly {
    readonly name: string;
    readonly steps: readonly number[];
    readonly loss: readonly number[];
    /** percent of the training images of the last steps */
    readonly accuracy: readonly number[];
  }[];
}

/** The network found, drawn, with its cost by layer. */
export interface NetworkFigure extends Figure {
  readonly architecture: string;
  /** a self-contained SVG document */
  readonly drawing: string;
  /** in the order of the network, only layers that cost something */
  readonly layers: readonly {
    readonly name: string;
    readonly operation: string;
    readonly flops: number;
    readonly parameters: number;
  }[];
}

/** Accuracy of every evaluation in its order, drawn from the report's own columns. */
export interface ProgressFigure extends Figure {
  /** evaluations that will be spent in all, where that is known */
  readonly planned?: number;
}
