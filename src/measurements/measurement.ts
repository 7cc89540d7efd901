/** What one evaluation gives: an accuracy with its costs and where it came from, or why there is none. */
import type { Architecture } from '../spaces/space.js';

/** A measured architecture. Frozen. */
export interface Measurement {
  readonly kind: 'measured';
  readonly architecture: Architecture;
  /** the number to be maximized; percent when it is an accuracy */
  readonly accuracy: number;
  /** other measured numbers by name, e.g. latency; may be empty */
  readonly costs: Readonly<Record<string, number>>;
  /** where the number came from, e.g. 'table nasbench201.csv.gz column c10_test' */
  readonly source: string;
}

/** The evaluation was tried and failed (crash, time-out, NaN). It counts as spent. */
export interface Failure {
  readonly kind: 'failed';
  readonly architecture: Architecture;
  readonly reason: string;
}

/** The architecture cannot be measured at all (not in the table). It never counts as spent. */
export interface Unavailable {
  readonly kind: 'unavailable';
  readonly architecture: Architecture;
  readonly reason: string;
}

/** What an evaluator answers. */
export type Outcome = Measurement | Failure | Unavailable;
