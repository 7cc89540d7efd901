/** The interface of every way to measure an architecture: a table, a program, a supernet, a remote machine. */
import type { Architecture } from '../spaces/space.js';
import type { Outcome } from './measurement.js';

/**
 * Measures architectures. An evaluator answers the same architecture with the same outcome however often, in whatever
 * order and however many at once it is asked (noise is drawn from the architecture, not from a shared stream),
 * so that a resumed run equals one that never stopped.
 */
export interface Evaluator {
  /** for people and provenance, e.g. 'table nasbench201.csv.gz, column c10_test' */
  readonly name: string;
  /** how many `evaluate` calls may usefully be under way at once */
  readonly concurrency: number;
  /** Failures of one architecture are outcomes; a rejected promise means that no architecture can be measured any more. */
  evaluate(architecture: Architecture, signal?: AbortSignal): Promise<Outcome>;
  /** false where it is known beforehand that the outcome would be `unavailable`; missing means: anything may be tried */
  canMeasure?(architecture: Architecture): boolean;
  /** Frees what the evaluator holds (processes, files). */
  close?(): Promise<void>;
}
