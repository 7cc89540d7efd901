/** Choosing the surrogate's terms, fitting them, and judging the whole procedure on rows it has not seen. */
import { type Random, sampleInPlace } from '../math/random.js';
import type { Codes } from '../spaces/space.js';
import { predictor } from './surrogate-predictor.js';
import {
  fitRidge,
  type Moments,
  momentsOf,
  type Prior,
  type Ridge,
  selectMoments,
  sumMoments,
} from './surrogate-ridge.js';
import { type Contrasts, featureCount, type Term, writeFeatures } from './surrogate-terms.js';

const FOLDS = 5;

/** A regression with its predictions of rows it has not seen. */
export interface CrossValidated {
  /** fitted on all rows */
  readonly whole: Ridge;
  /** for each row, the prediction of the fit that has not seen its fold */
  readonly held: Float64Array;
  readonly folds: number;
}

/**
 * Six fits: one without each fold, one on all rows. A fold sees nothing of the rows it is judged on: also its prior and its choice of triples come
 * from the other rows. The moments are computed fold by fold and shared by all fits.
 */
export async function crossValidated(
  codes: readonly Codes[],
  y: Float64Array,
  contrasts: Contrasts,
  random: Random,
): Promise<CrossValidated> {
  const order = sampleInPlace([...codes.keys()], codes.length, random);
  const folds = Array.from({ length: FOLDS }, (_, fold) => order.filter((_, i) => i % FOLDS === fold));
  const budget = columnBudget(codes.length);
  const momentsFor = async (terms: readonly Term[], known: readonly Moments[] = []) => {
    const parts: Moments[] = [];
    for (const [fold, rows] of folds.entries()) {
      await breathe();
      parts.push(termMoments(terms, contrasts, codes, rows, y, known[fold]));
    }
    return parts;
  };
  const without = (parts: readonly Moments[], fold: number) => sumMoments(parts.filter((_, part) => part !== fold));
  const fits = [...folds.keys(), -1]; // -1: no fold left out

  const singles = usableDimensions(codes, contrasts).map((d): Term => [d]);
  const singleParts = await momentsFor(singles);
  const pairTerms = likelyPairs(
    fitRidge(sumMoments(singleParts), firstPrior(singles, contrasts), 1).prior,
    contrasts,
    budget,
  );
  const base = [...singles, ...pairTerms];
  const baseParts = await momentsFor(base, singleParts);
  const bases: Ridge[] = [];
  for (const fold of fits) {
    await breathe();
    bases.push(fitRidge(without(baseParts, fold), firstPrior(base, contrasts), 2));
  }

  const triples = bases.map(({ prior }) => likelyTriples(prior, contrasts, budget));
  const keys = new Map(triples.flat().map((term) => [term.join(), term]));
  const all = [...base, ...keys.values()];
  const allParts = keys.size === 0 ? baseParts : await momentsFor(all, baseParts);
  const held = new Float64Array(y.length);
  let whole = bases[FOLDS];
  for (const [f, fold] of fits.entries()) {
    await breathe();
    const prior = withTriples(bases[f].prior, triples[f], contrasts);
    const moments = selectMoments(without(allParts, fold), featuresOf(prior.terms, all, contrasts));
    const fitted = fitRidge(moments, prior, 1);
    if (fold < 0) whole = fitted;
    else {
      const predict = predictor(fitted, contrasts);
      for (const row of folds[fold]) held[row] = predict(codes[row]);
    }
  }
  return { whole, held, folds: FOLDS };
}

/** Lets timers and input of the process have their turn. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** How many features can be afforded: at most 1200, and no more than rows to learn them from; fewer where there are very many rows. */
function columnBudget(rows: number): number {
  return Math.min(1200, Math.max(rows, LEAST_FEATURES), Math.floor(Math.sqrt(1.2e10 / rows)));
}

const LEAST_FEATURES = 100;
/** Shares of the budget that single dimensions and pairs may take, and triples. */
const BASE_SHARE = 0.8;
const TRIPLE_SHARE = 0.25;
const MOST_TRIPLES = 40;

/** Dimensions of which the rows hold more than one choice. */
function usableDimensions(codes: readonly Codes[], contrasts: Contrasts): number[] {
  return [...contrasts.keys()].filter((d) => codes.some((row) => row[d] !== codes[0][d]));
}

/** Before the data speak: all single dimensions together explain about the whole variance, all pairs a tenth of it. */
function firstPrior(terms: readonly Term[], contrasts: Contrasts): Prior {
  const counts = terms.map((term) => featureCount(term, contrasts));
  const featuresOfOrder = (order: number) =>
    counts.reduce((sum, count, t) => sum + (terms[t].length === order ? count : 0), 0);
  const singles = featuresOfOrder(1);
  const pairs = featuresOfOrder(2);
  return {
    terms,
    counts,
    variances: terms.map(({ length }) => (length === 1 ? 1 / singles : 0.1 / pairs)),
    noise: 0.1,
  };
}

/** The pairs whose dimensions matter most by themselves, as many as the budget allows. */
function likelyPairs({ terms, variances }: Prior, contrasts: Contrasts, budget: number): Term[] {
  const candidates: { term: Term; score: number }[] = [];
  for (let i = 0; i < terms.length; i++) {
    for (let j = 0; j < i; j++) {
      candidates.push({ term: [terms[j][0], terms[i][0]], score: variances[i] * variances[j] });
    }
  }
  const singles = terms.reduce((sum, term) => sum + featureCount(term, contrasts), 0);
  return withinBudget(candidates, contrasts, BASE_SHARE * budget - singles);
}

/** The triples with a strong pair and a strong third dimension: an interaction seldom comes without its parts. */
function likelyTriples({ terms, variances }: Prior, contrasts: Contrasts, budget: number): Term[] {
  const variance = new Map(terms.map((term, t) => [term.join(), variances[t]]));
  const of = (...term: number[]) => variance.get(term.join()) ?? 0;
  const singles = terms.filter(({ length }) => length === 1).map(([d]) => d);
  const candidates: { term: Term; score: number }[] = [];
  for (const i of singles) {
    for (const j of singles) {
      if (j <= i || of(i, j) === 0) continue;
      for (const k of singles) {
        if (k <= j) continue;
        candidates.push({ term: [i, j, k], score: of(i, j) * of(k) + of(i, k) * of(j) + of(j, k) * of(i) });
      }
    }
  }
  const used = terms.reduce((sum, term) => sum + featureCount(term, contrasts), 0);
  return withinBudget(candidates, contrasts, Math.min(budget - used, TRIPLE_SHARE * budget)).slice(0, MOST_TRIPLES);
}

function withinBudget(candidates: { term: Term; score: number }[], contrasts: Contrasts, features: number): Term[] {
  candidates.sort((a, b) => b.score - a.score);
  const chosen: Term[] = [];
  let left = features;
  for (const { term } of candidates) {
    const count = featureCount(term, contrasts);
    if (count > left) break;
    left -= count;
    chosen.push(term);
  }
  return chosen;
}

function withTriples(base: Prior, triples: readonly Term[], contrasts: Contrasts): Prior {
  return {
    terms: [...base.terms, ...triples],
    counts: [...base.counts, ...triples.map((term) => featureCount(term, contrasts))],
    variances: [...base.variances, ...triples.map(() => 2e-4)],
    noise: base.noise,
  };
}

/** The places of the terms' features (and of the constant) among the features of `all`. */
function featuresOf(terms: readonly Term[], all: readonly Term[], contrasts: Contrasts): number[] {
  const starts = new Map<string, number>();
  let at = 1;
  for (const term of all) {
    starts.set(term.join(), at);
    at += featureCount(term, contrasts);
  }
  return [
    0,
    ...terms.flatMap((term) => {
      const start = starts.get(term.join()) as number;
      return Array.from({ length: featureCount(term, contrasts) }, (_, i) => start + i);
    }),
  ];
}

function termMoments(
  terms: readonly Term[],
  contrasts: Contrasts,
  codes: readonly Codes[],
  rows: readonly number[],
  y: Float64Array,
  known: Moments | undefined,
): Moments {
  const size = 1 + terms.reduce((sum, term) => sum + featureCount(term, contrasts), 0);
  const write = (row: number, target: Float64Array) => {
    let at = 1;
    for (const term of terms) at = writeFeatures(term, contrasts, codes[row], target, at);
  };
  return momentsOf(rows, size, write, y, known);
}
