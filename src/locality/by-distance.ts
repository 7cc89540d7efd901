/** Correlation of accuracy by edit distance. */
import type { Random } from '../math/random.js';
import { drawWeights, isConstant, percentileBounds } from '../math/statistics.js';
import { diameter } from '../spaces/edits.js';
import type { SearchSpace } from '../spaces/space.js';
import { rowDistances } from './distances.js';
import { type CleanEvidence, cleanEvidence, type Evidence, isComplete } from './evidence.js';
import { type PairList, pairsByDistance } from './pairs.js';
import { spectrumClasses, type VarianceSpectrum, varianceSpectrum } from './spectrum.js';

/**
 * The correlation of accuracy over pairs at one edit distance: the mean product of their deviations from the mean accuracy,
 * over the variance of the accuracy. NaN where no pair was measured or all accuracies are equal.
 */
export interface DistanceCorrelation {
  readonly distance: number;
  readonly correlation: number;
  /** confidence bounds; equal to `correlation` where it is exact, NaN where nothing can be said */
  readonly low: number;
  readonly high: number;
  /** pairs at this distance; a sampled estimate uses at most `maxPairs` of them */
  readonly pairs: number;
}

/** How a sampled estimate is made. */
export interface SampledOptions {
  readonly random: Random;
  /** pairs used per distance; 10,000 unless told */
  readonly maxPairs?: number;
  /** bootstrap resamples; 200 unless told */
  readonly resamples?: number;
  /** coverage of the intervals; 0.95 unless told */
  readonly level?: number;
}

/**
 * Estimates the correlation at every distance 1 .. diameter from measured architectures. The bootstrap resamples
 * architectures (or the groups they were drawn in), never pairs, because pairs share architectures.
 */
export function correlationByDistance(
  space: SearchSpace,
  evidence: Evidence,
  options: SampledOptions,
): DistanceCorrelation[] {
  const { random, maxPairs = 10_000 } = options;
  const clean = cleanEvidence(evidence);
  const lists = pairsByDistance(space, clean.architectures, { maxPairs, random: random.split('pairs') });
  return correlationOfPairs(clean, lists, options);
}

/** As `correlationByDistance`, on pairs already found by `pairsByDistance`. */
export function correlationOfPairs(
  clean: CleanEvidence,
  lists: readonly PairList[],
  options: Omit<SampledOptions, 'maxPairs'>,
): DistanceCorrelation[] {
  const { random, resamples = 200, level = 0.95 } = options;
  const found = lists.map(() => [] as number[]);
  const once = new Float64Array(clean.accuracies.length).fill(1);
  const measured = weightedCorrelations(clean, lists, once, undefined);

  const { groups, count } = groupsOf(clean);
  const weights = new Float64Array(count);
  const rowWeights = new Float64Array(clean.accuracies.length);
  const draws = random.split('bootstrap');
  for (let resample = 0; resample < resamples && count > 1; resample++) {
    drawWeights(weights, draws);
    for (let row = 0; row < rowWeights.length; row++) rowWeights[row] = weights[groups[row]];
    weightedCorrelations(clean, lists, rowWeights, clean.groups).forEach((correlation, distance) => {
      if (!Number.isNaN(correlation)) found[distance].push(correlation);
    });
  }

  return lists.slice(1).map(({ met }, i) => {
    const [low, high] = percentileBounds(found[i + 1], level);
    return { distance: i + 1, correlation: measured[i + 1], low, high, pairs: met };
  });
}

/** Numbers the groups 0 .. count - 1; without groups every row is its own. */
function groupsOf({ groups, accuracies }: CleanEvidence): { groups: Int32Array; count: number } {
  const numbers = new Map<number, number>();
  const renumbered = Int32Array.from(groups ?? accuracies, (group, row) => {
    const key = groups ? group : row;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
  return { groups: renumbered, count: numbers.size };
}

/** Correlation per distance when row r counts `weights[r]` times; a pair within one group was drawn with it, once per draw. */
function weightedCorrelations(
  { accuracies }: CleanEvidence,
  lists: readonly PairList[],
  weights: Float64Array,
  groups: Int32Array | undefined,
): Float64Array {
  let total = 0;
  let sum = 0;
  for (let row = 0; row < accuracies.length; row++) {
    total += weights[row];
    sum += weights[row] * accuracies[row];
  }
  const centre = sum / total;
  const deviations = accuracies.map((accuracy) => accuracy - centre);
  let squares = 0;
  for (let row = 0; row < accuracies.length; row++) squares += weights[row] * deviations[row] ** 2;
  const variance = isConstant(accuracies) ? Number.NaN : squares / total;

  return Float64Array.from(lists, ({ first, second }) => {
    let products = 0;
    let pairs = 0;
    for (let p = 0; p < first.length; p++) {
      const a = first[p];
      const b = second[p];
      const together = groups !== undefined && groups[a] === groups[b];
      const weight = together ? weights[a] : weights[a] * weights[b];
      products += weight * deviations[a] * deviations[b];
      pairs += weight;
    }
    return variance > 0 && pairs > 0 ? products / pairs / variance : Number.NaN;
  });
}

/**
 * The exact correlation at every distance, over all pairs, of a complete table; undefined where the table is not complete,
 * or where it would take more than 16,000^2 / 2 comparisons (ordered dimensions or forbidden combinations only).
 */
export function exactCorrelationByDistance(space: SearchSpace, evidence: Evidence): DistanceCorrelation[] | undefined {
  const clean = cleanEvidence(evidence);
  if (!space.dimensions.some(({ ordered, choices }) => ordered && choices.length > 2)) {
    const spectrum = varianceSpectrum(space, clean);
    if (spectrum) return correlationFromSpectrum(spectrum);
  }
  if (clean.accuracies.length > 16_000 || !isComplete(space, clean)) return undefined;
  return correlationFromAllPairs(space, clean);
}

/**
 * Summed over all pairs at distance d, the component of set T contributes its variance times the coefficient of z^d in
 * prod_{T} (1 - z) prod_{not T} (1 + (q - 1) z), the eigenvalue of the distance-d graph on it.
 */
export function correlationFromSpectrum(spectrum: VarianceSpectrum): DistanceCorrelation[] {
  const { counts, size, variance } = spectrum;
  const pairsPerRow = productOfLinear(counts.map((count) => count - 1));
  const sums = new Float64Array(counts.length + 1);
  for (const { variance: part, inside, outside } of spectrumClasses(spectrum)) {
    const eigenvalues = productOfLinear([...inside.map(() => -1), ...outside.map((count) => count - 1)]);
    for (let d = 1; d < sums.length; d++) sums[d] += (part * eigenvalues[d]) / pairsPerRow[d];
  }
  return counts.map((_, i) =>
    exact(i + 1, variance > 0 ? sums[i + 1] / variance : Number.NaN, (size * pairsPerRow[i + 1]) / 2),
  );
}

/** Every pair, one by one: for tables with ordered dimensions or forbidden combinations, and to check the fast way. */
export function correlationFromAllPairs(space: SearchSpace, clean: CleanEvidence): DistanceCorrelation[] {
  const { architectures, accuracies } = clean;
  const n = accuracies.length;
  const centre = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / n;
  const deviations = accuracies.map((accuracy) => accuracy - centre);
  const variance = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0) / n;
  const products = new Float64Array(diameter(space) + 1);
  const pairs = new Float64Array(products.length);
  const distanceOf = rowDistances(space, architectures);
  for (let i = 1; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const distance = distanceOf(i, j);
      products[distance] += deviations[i] * deviations[j];
      pairs[distance] += 1;
    }
  }
  const constant = isConstant(accuracies);
  return Array.from(products.subarray(1), (sum, i) =>
    exact(i + 1, constant ? Number.NaN : sum / pairs[i + 1] / variance, pairs[i + 1]),
  );
}

function exact(distance: number, correlation: number, pairs: number): DistanceCorrelation {
  return { distance, correlation, low: correlation, high: correlation, pairs };
}

/** Coefficients of prod (1 + w z), ascending. */
function productOfLinear(weights: readonly number[]): number[] {
  const coefficients = [1, ...weights.map(() => 0)];
  for (const weight of weights) {
    for (let d = coefficients.length - 1; d >= 1; d--) coefficients[d] += weight * coefficients[d - 1];
  }
  return coefficients;
}
