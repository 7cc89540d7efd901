/** Everything docs/results.md is made of, as plain data. */
import type { SurrogateReport } from '../../src/evaluators/surrogate.js';
import type { LagCorrelation } from '../../src/locality/autocorrelation.js';
import type { DistanceCorrelation } from '../../src/locality/by-distance.js';
import type { LocalOptima } from '../../src/locality/local-optima.js';
import type { Interval } from '../../src/math/statistics.js';
import type { AuditReport } from '../../src/shrink/audit.js';
import type { HugeSpace } from '../huge.js';
import type { Settings } from './tasks.js';

/** What one signal and budget gave. */
export interface AuditResult {
  readonly dataSet: string;
  /** 'true' where the shrinkers measured the column that is reported, else what they measured */
  readonly signal: string;
  readonly report: AuditReport;
  /** mean accuracy that each round of LISSNAS found in its space by fresh samples, over the random seeds */
  readonly rounds: readonly Interval[];
  /** the shape of the truly best architectures of the space, as many as are kept */
  readonly oracle: { readonly diversity: number; readonly pockets: number };
}

/** The large space through its surrogate. */
export interface LargeResult {
  readonly surrogate: SurrogateReport;
  readonly audit: AuditReport;
  /** mean predicted accuracy of the best 1 % of the random sample under the limit */
  readonly best1PercentMean: number;
  /** really measured networks of the published sample: those under the limit, and those that LISSNAS kept (all random seeds) */
  readonly measuredWhole: { readonly count: number; readonly mean: number; readonly best: number };
  readonly measuredKept: { readonly count: number; readonly mean: number };
}

export interface LocalityResult {
  readonly dataSet: string;
  readonly byDistance: readonly DistanceCorrelation[];
  readonly walk: readonly LagCorrelation[];
  readonly optima: LocalOptima | undefined;
}

export interface ResultsData {
  readonly settings: Settings;
  readonly node: string;
  readonly cores: number;
  readonly version: string;
  /** full budget, true signal */
  readonly audits: readonly AuditResult[];
  /** half the budget, true signal, LISSNAS alone */
  readonly half: readonly AuditResult[];
  /** the cheap signal */
  readonly cheap: readonly AuditResult[];
  readonly hardware: readonly AuditResult[];
  readonly large: LargeResult;
  readonly locality: readonly LocalityResult[];
  readonly huge: readonly HugeSpace[];
}
