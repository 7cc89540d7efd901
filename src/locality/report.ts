/** Everything known about the locality of a space, as one plain document. */
import type { Random } from '../math/random.js';
import { mean, standardDeviation } from '../math/statistics.js';
import type { SearchSpace } from '../spaces/space.js';
import {
  type CorrelationLength,
  correlationLength,
  exactAutocorrelation,
  type LagCorrelation,
  walkAutocorrelation,
} from './autocorrelation.js';
import { correlationByDistance, type DistanceCorrelation, exactCorrelationByDistance } from './by-distance.js';
import { cleanEvidence, type Evidence, isComplete } from './evidence.js';
import { type LocalOptima, localOptima } from './local-optima.js';
import { type Sensitivity, sensitivity } from './sensitivity.js';
import { type TopNeighbours, topNeighbours } from './top-neighbours.js';
import { exactVerdict, type LocalityVerdict, localityVerdict } from './verdict.js';
import type { Walk } from './walks.js';

/** Plain data; numbers that cannot be told are NaN, which JSON writes as null. */
export interface LocalityReport {
  readonly space: string;
  /** exact number of architectures, in decimal digits */
  readonly size: string;
  /** architectures with a finite accuracy */
  readonly measured: number;
  /** rows left out because their accuracy is not finite */
  readonly failed: number;
  /** whether every architecture of the space is measured */
  readonly complete: boolean;
  readonly meanAccuracy: number;
  readonly accuracyDeviation: number;
  /** correlation of accuracy by edit distance */
  readonly byDistance: { readonly exact: boolean; readonly points: readonly DistanceCorrelation[] };
  /** autocorrelation along random walks, where the table is complete or walks were made */
  readonly walk: { readonly exact: boolean; readonly points: readonly LagCorrelation[] } | undefined;
  /** of the walk where there is one, otherwise of the curve by distance */
  readonly correlationLength: CorrelationLength;
  readonly topNeighbours: readonly TopNeighbours[];
  /** undefined where the table is not complete */
  readonly localOptima: LocalOptima | undefined;
  readonly sensitivity: Sensitivity;
  readonly verdict: LocalityVerdict;
}

/** What a report needs besides the evidence. */
export interface ReportOptions {
  readonly random: Random;
  /** lags of the walk; 10 unless told */
  readonly maxLag?: number;
  /** what counts as top; the best 1 % and 5 % unless told */
  readonly topShares?: readonly number[];
  /** walks measured, for spaces whose table is not complete */
  readonly walks?: readonly Walk[];
}

/** Reports exactly where the table is complete, and from the sample, with intervals, where it is not. */
export function localityReport(space: SearchSpace, evidence: Evidence, options: ReportOptions): LocalityReport {
  const { random, maxLag = 10, topShares = [0.01, 0.05], walks } = options;
  const clean = cleanEvidence(evidence);
  const exactCurve = exactCorrelationByDistance(space, clean);
  const curve = exactCurve ?? correlationByDistance(space, clean, { random: random.split('by distance') });
  const exactWalk = exactAutocorrelation(space, clean, maxLag);
  const walk = exactWalk ?? (walks && walkAutocorrelation(walks, { maxLag, random: random.split('walk') }));
  return {
    space: space.name,
    size: String(space.size),
    measured: clean.accuracies.length,
    failed: evidence.accuracies.length - clean.accuracies.length,
    complete: isComplete(space, clean),
    meanAccuracy: mean(clean.accuracies),
    accuracyDeviation: standardDeviation(clean.accuracies),
    byDistance: { exact: exactCurve !== undefined, points: curve },
    walk: walk && { exact: exactWalk !== undefined, points: walk },
    correlationLength: correlationLength((walk ?? curve).map(({ correlation }) => correlation)),
    topNeighbours: topShares.map((share) => topNeighbours(space, clean, share)),
    localOptima: localOptima(space, clean),
    sensitivity: sensitivity(space, clean),
    verdict: exactVerdict(space, clean) ?? localityVerdict(space, clean, { random: random.split('verdict') }),
  };
}
