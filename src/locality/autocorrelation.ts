/** Autocorrelation of accuracy along random walks, and the correlation length. */
import type { Random } from '../math/random.js';
import { drawWeights, isConstant, percentileBounds } from '../math/statistics.js';
import { forEachEdit } from '../spaces/edits.js';
import type { SearchSpace } from '../spaces/space.js';
import { type CleanEvidence, cleanEvidence, type Evidence, indexRows, isComplete } from './evidence.js';
import { spectrumClasses, type VarianceSpectrum, varianceSpectrum } from './spectrum.js';
import type { Walk } from './walks.js';

/** Autocorrelation at one lag, with bounds that equal it where it is exact and are NaN where one walk alone cannot give any. */
export interface LagCorrelation {
  readonly lag: number;
  readonly correlation: number;
  readonly low: number;
  readonly high: number;
  /** pairs of visits it rests on; 0 where it is exact */
  readonly pairs: number;
}

/**
 * Autocorrelation at lags 1 .. maxLag of measured walks: mean product of deviations from the mean over all visits, over the
 * variance over all visits. The bootstrap resamples whole walks.
 */
export function walkAutocorrelation(
  walks: readonly Pick<Walk, 'accuracies'>[],
  options: { readonly maxLag: number; readonly random: Random; readonly resamples?: number; readonly level?: number },
): LagCorrelation[] {
  const { maxLag, random, resamples = 500, level = 0.95 } = options;
  const estimate = (weights: Float64Array) => Array.from({ length: maxLag }, (_, i) => lagged(walks, weights, i + 1));
  const weights = new Float64Array(walks.length).fill(1);
  const measured = estimate(weights);
  const found = measured.map(() => [] as number[]);
  for (let resample = 0; resample < resamples && walks.length > 1; resample++) {
    drawWeights(weights, random);
    estimate(weights).forEach(({ correlation }, i) => {
      if (!Number.isNaN(correlation)) found[i].push(correlation);
    });
  }
  return measured.map(({ correlation, pairs }, i) => {
    const [low, high] = percentileBounds(found[i], level);
    return { lag: i + 1, correlation, low, high, pairs };
  });
}

function lagged(walks: readonly Pick<Walk, 'accuracies'>[], weights: Float64Array, lag: number) {
  let visits = 0;
  let sum = 0;
  let squares = 0;
  let products = 0;
  let pairs = 0;
  walks.forEach(({ accuracies }, w) => {
    for (const accuracy of accuracies) {
      if (!Number.isFinite(accuracy)) continue;
      visits += weights[w];
      sum += weights[w] * accuracy;
    }
  });
  const centre = sum / visits;
  walks.forEach(({ accuracies }, w) => {
    accuracies.forEach((accuracy, t) => {
      if (!Number.isFinite(accuracy)) return;
      squares += weights[w] * (accuracy - centre) ** 2;
      const later = accuracies[t + lag];
      if (!Number.isFinite(later)) return;
      products += weights[w] * (accuracy - centre) * (later - centre);
      pairs += weights[w];
    });
  });
  const variance = squares / visits;
  const spread = variance > 1e-24 * centre * centre; // equal accuracies leave rounding only
  return { correlation: spread && pairs > 0 ? products / pairs / variance : Number.NaN, pairs };
}

/**
 * The exact autocorrelation of a stationary random walk on a complete table, lags 1 .. maxLag; undefined where the table is
 * not complete. Where architectures differ in their number of neighbours the walk visits each in proportion to it, and
 * mean and variance are taken over these visits.
 */
export function exactAutocorrelation(
  space: SearchSpace,
  evidence: Evidence,
  maxLag: number,
): LagCorrelation[] | undefined {
  const clean = cleanEvidence(evidence);
  const unordered = !space.dimensions.some(({ ordered, choices }) => ordered && choices.length > 2);
  const spectrum = unordered ? varianceSpectrum(space, clean) : undefined;
  if (spectrum) return autocorrelationFromSpectrum(spectrum, maxLag);
  return isComplete(space, clean) ? autocorrelationOnGraph(space, clean, maxLag) : undefined;
}

/** One step multiplies the component of set T by 1 - sum_{T} q / sum (q - 1). */
export function autocorrelationFromSpectrum(spectrum: VarianceSpectrum, maxLag: number): LagCorrelation[] {
  const degree = spectrum.counts.reduce((sum, count) => sum + count - 1, 0);
  const classes = spectrumClasses(spectrum).map(({ variance, inside }) => ({
    share: variance / spectrum.variance,
    eigenvalue: 1 - inside.reduce((sum, count) => sum + count, 0) / degree,
  }));
  return lags(maxLag, (lag) =>
    spectrum.variance > 0
      ? classes.reduce((sum, { share, eigenvalue }) => sum + share * eigenvalue ** lag, 0)
      : Number.NaN,
  );
}

/** The walk itself, stepped by its transition matrix over the listed edit graph. */
export function autocorrelationOnGraph(space: SearchSpace, clean: CleanEvidence, maxLag: number): LagCorrelation[] {
  const { architectures, accuracies } = clean;
  const rowOf = indexRows(space, architectures);
  const adjacent = architectures.map((architecture) => {
    const codes = Array.from(architecture);
    const rows: number[] = [];
    forEachEdit(space, codes, () => rows.push(rowOf(codes)));
    return Int32Array.from(rows);
  });
  const degrees = adjacent.reduce((sum, rows) => sum + rows.length, 0);
  const visited = adjacent.reduce((sum, rows, i) => sum + rows.length * accuracies[i], 0);
  const start = accuracies.map((accuracy) => accuracy - visited / degrees);
  const product = (values: Float64Array) =>
    adjacent.reduce((sum, rows, i) => sum + rows.length * start[i] * values[i], 0);
  const variance = isConstant(accuracies) ? 0 : product(start);
  let moved = start;
  return lags(maxLag, () => {
    const before = moved;
    moved = Float64Array.from(adjacent, (rows) => rows.reduce((sum, row) => sum + before[row], 0) / rows.length || 0);
    return variance > 0 ? product(moved) / variance : Number.NaN;
  });
}

function lags(maxLag: number, correlationAt: (lag: number) => number): LagCorrelation[] {
  return Array.from({ length: maxLag }, (_, i) => {
    const correlation = correlationAt(i + 1);
    return { lag: i + 1, correlation, low: correlation, high: correlation, pairs: 0 };
  });
}

/** How far correlation carries, in edits. */
export interface CorrelationLength {
  /** -1 / ln r(1), as if the decay were exponential; 0 where r(1) <= 0, NaN where r(1) is */
  readonly fromFirst: number;
  /** where the curve, drawn straight from 1 at 0 through its points, first falls to 1/e; NaN where it does not within the points given */
  readonly crossing: number;
}

/** The correlation length of a curve given at 1, 2, 3 .. edits or lags. Both usual definitions, under their own names. */
export function correlationLength(correlations: readonly number[]): CorrelationLength {
  const first = correlations[0] ?? Number.NaN;
  const points = correlations.map((correlation, i) => ({ at: i + 1, correlation }));
  return {
    fromFirst: first <= 0 ? 0 : -1 / Math.log(Math.min(first, 1)),
    crossing: crossingOf(points, 1 / Math.E) ?? Number.NaN,
  };
}

/** Where straight lines from (0, 1) through the points first fall to `level`; undefined where they stay above. Points without a number are passed over. */
export function crossingOf(
  points: readonly { readonly at: number; readonly correlation: number }[],
  level: number,
): number | undefined {
  let before = { at: 0, correlation: 1 };
  for (const point of points) {
    if (Number.isNaN(point.correlation)) continue;
    if (point.correlation <= level) {
      const share = (before.correlation - level) / (before.correlation - point.correlation);
      return before.at + share * (point.at - before.at);
    }
    before = point;
  }
  return undefined;
}
