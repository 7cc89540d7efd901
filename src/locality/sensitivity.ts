/** How much accuracy hangs on each dimension. */
import { isConstant, mean } from '../math/statistics.js';
import type { Choice, Codes, SearchSpace } from '../spaces/space.js';
import { type CleanEvidence, cleanEvidence, type Evidence } from './evidence.js';
import { varianceSpectrum } from './spectrum.js';

/** What one choice does. */
export interface ChoiceEffect {
  readonly choice: Choice;
  /** mean accuracy of the measured architectures with this choice; NaN where there is none */
  readonly mean: number;
  readonly measured: number;
}

/** Sensitivity of accuracy to one dimension, as shares of the variance (Sobol indices). */
export interface DimensionSensitivity {
  readonly dimension: string;
  /** share explained by this dimension alone */
  readonly firstOrder: number;
  /** share lost when this dimension alone is not known: itself and all its interactions; NaN where it cannot be estimated */
  readonly total: number;
  /** measured pairs that differ in this dimension only, on which a sampled `total` rests */
  readonly pairs: number;
  readonly choices: readonly ChoiceEffect[];
}

/** Sensitivities of all dimensions. */
export interface Sensitivity {
  /** true for a complete table of an unconstrained space, where the indices are exact */
  readonly exact: boolean;
  readonly dimensions: readonly DimensionSensitivity[];
}

/**
 * Exact Sobol indices on complete, unconstrained tables. Otherwise estimates: `firstOrder` is epsilon squared, the share of
 * variance between choices less what chance alone would put there; `total` is Jansen's, from measured pairs that differ in
 * this dimension only, under choices that are all equally likely. Both are held to 0 .. 1; both are NaN where accuracies are constant.
 */
export function sensitivity(space: SearchSpace, evidence: Evidence): Sensitivity {
  const clean = cleanEvidence(evidence);
  const indices = exactIndices(space, clean) ?? estimatedIndices(space, clean);
  return {
    exact: indices.exact,
    dimensions: space.dimensions.map(({ name }, d) => ({
      dimension: name,
      firstOrder: indices.firstOrder[d],
      total: indices.total[d],
      pairs: indices.pairs[d],
      choices: choiceEffects(space, clean, d),
    })),
  };
}

interface Indices {
  exact: boolean;
  firstOrder: number[];
  total: number[];
  pairs: number[];
}

function exactIndices(space: SearchSpace, clean: CleanEvidence): Indices | undefined {
  const spectrum = varianceSpectrum(space, clean);
  if (!spectrum) return undefined;
  const { dimensions, counts, variances, variance, size } = spectrum;
  const varies = !isConstant(clean.accuracies);
  const firstOrder = space.dimensions.map(() => (varies ? 0 : Number.NaN));
  const total = [...firstOrder];
  const pairs = space.dimensions.map(() => 0);
  dimensions.forEach((d, axis) => {
    pairs[d] = (size * (counts[axis] - 1)) / 2;
    if (!varies) return;
    firstOrder[d] = variances[1 << axis] / variance;
    variances.forEach((part, set) => {
      if (set & (1 << axis)) total[d] += part / variance;
    });
  });
  return { exact: true, firstOrder, total, pairs };
}

function estimatedIndices(space: SearchSpace, clean: CleanEvidence): Indices {
  const { architectures, accuracies } = clean;
  const n = accuracies.length;
  const centre = mean(accuracies);
  const squares = isConstant(accuracies) ? 0 : accuracies.reduce((sum, accuracy) => sum + (accuracy - centre) ** 2, 0);
  const firstOrder: number[] = [];
  const total: number[] = [];
  const pairs: number[] = [];
  space.dimensions.forEach(({ choices }, d) => {
    const present = choiceEffects(space, clean, d).filter(({ measured }) => measured > 0);
    const between = present.reduce((sum, { mean: ofChoice, measured }) => sum + measured * (ofChoice - centre) ** 2, 0);
    const within = (squares - between) / (n - present.length);
    firstOrder.push(asShare((between - (present.length - 1) * within) / squares));

    const single = squaredSteps(architectures, accuracies, d);
    const chanceOfChange = (choices.length - 1) / choices.length;
    total.push(asShare((chanceOfChange * single.mean) / 2 / (squares / (n - 1))));
    pairs.push(single.pairs);
  });
  return { exact: false, firstOrder, total, pairs };
}

function asShare(value: number): number {
  return Number.isFinite(value) ? Math.max(0, Math.min(1, value)) : Number.NaN;
}

/** Mean squared difference of accuracy over the pairs that differ in dimension `d` only. */
function squaredSteps(architectures: readonly Codes[], accuracies: Float64Array, d: number) {
  const alike = new Map<string, number[]>();
  architectures.forEach((codes, row) => {
    let key = '';
    for (let other = 0; other < codes.length; other++) if (other !== d) key += String.fromCharCode(codes[other]);
    const rows = alike.get(key);
    if (rows) rows.push(row);
    else alike.set(key, [row]);
  });
  let sum = 0;
  let pairs = 0;
  for (const rows of alike.values()) {
    for (let i = 1; i < rows.length; i++) {
      for (let j = 0; j < i; j++) {
        if (architectures[rows[i]][d] === architectures[rows[j]][d]) continue;
        sum += (accuracies[rows[i]] - accuracies[rows[j]]) ** 2;
        pairs++;
      }
    }
  }
  return { mean: sum / pairs, pairs };
}

function choiceEffects(space: SearchSpace, { architectures, accuracies }: CleanEvidence, d: number): ChoiceEffect[] {
  const { choices } = space.dimensions[d];
  const sums = new Float64Array(choices.length);
  const measured = new Float64Array(choices.length);
  architectures.forEach((codes, row) => {
    sums[codes[d]] += accuracies[row];
    measured[codes[d]] += 1;
  });
  return choices.map((choice, c) => ({ choice, mean: sums[c] / measured[c], measured: measured[c] }));
}
