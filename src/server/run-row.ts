/** One line about a run, as the server sends it and the dashboard shows it. */
import type { RunReport, RunState } from '../report/run-report.js';

/** A run in the list. */
export interface RunRow {
  readonly name: string;
  readonly kind: RunReport['kind'];
  readonly state: RunState;
  /** one sentence where something is wrong */
  readonly problem?: string;
  /** the name of its space; empty where not known */
  readonly space: string;
  /** what is being done, or was done last; empty where not known */
  readonly label: string;
  /** evaluations, or images passed forward in runs that train; 0 of 0 where not known */
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number | null;
  /** ISO; empty where not known */
  readonly began: string;
  readonly updated: string;
  /** architectures kept, of a run that has ended and has told it */
  readonly size?: number;
  /** best accuracy so far */
  readonly best?: number;
  /** while it still goes on although it shall not */
  readonly stopping?: 'pause' | 'cancel';
}
