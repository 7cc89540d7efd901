/** A file of latencies or other costs, whatever its form. */
import type { Cost } from '../spaces/space.js';

/** A file whose columns are costs by their names. */
export interface CostFile {
  /** the path as it was given */
  readonly file: string;
  readonly sha256: string;
  readonly names: readonly string[];
  /** @throws InputError where there is no such column, or it holds something that is no cost */
  cost(name: string): Cost;
  /** what the reader found worth saying about the file */
  readonly remarks: readonly string[];
  /** what a user should know about one cost: for how much of the space it is known */
  notes(name: string): readonly string[];
}
