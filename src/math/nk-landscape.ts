/**
 * Kauffman's NK landscapes with any number of choices per position: tunably rugged functions whose correlations are
 * known in closed form. Kauffman and Levin (1987); Weinberger (1990, 1991); Fontana et al. (1993).
 *
 * The value of a point is the mean of n contributions, one per position; each depends on the choice at that position and
 * at k linked positions, and is uniform in [0, 1), independent for every combination. Contributions are hashed when
 * asked for, never stored, so that the size of the landscape costs nothing.
 */
import { createRandom, mix, sampleInPlace } from './random.js';

/** What makes one landscape. */
export interface NkOptions {
  /** number of choices of every position, each at least 1 */
  readonly choices: readonly number[];
  /** how many other positions each contribution depends on: 0 (additive) to n - 1 (white noise) */
  readonly k: number;
  readonly randomSeed: number;
  /** links to random other positions (default) or to the k positions that follow, around the end */
  readonly neighbourhood?: 'random' | 'adjacent';
}

/**
 * About which mean a correlation is taken. 'ensemble': over all landscapes of this shape, the published form.
 * 'landscape': about each landscape's own mean, which is what measurements on one landscape estimate (a ratio of
 * expectations; the two differ by a share of prod(choices)^-1 over each contribution's positions).
 */
export type NkCentre = 'ensemble' | 'landscape';

/** One landscape; a pure function of its options. */
export interface NkLandscape {
  readonly choices: readonly number[];
  readonly k: number;
  /** for every position, the positions its contribution depends on, itself first */
  readonly links: readonly (readonly number[])[];
  /** The value of a point, in [0, 1); `codes` holds one choice index per position. */
  fitness(codes: ArrayLike<number>): number;
  /**
   * Expected correlation between the values of two points that differ in exactly `distance` positions, all such pairs
   * equally likely, given the links. With equally many choices everywhere it is, for any links,
   * (1 - d/n) prod_{i=1..k} (1 - d/(n-i)): the chance that d random positions miss a contribution's k + 1.
   */
  correlationAtDistance(distance: number, centre?: NkCentre): number;
  /**
   * Expected autocorrelation after `lag` steps of a walk that starts anywhere and moves to each of the
   * sum(choices - 1) one-edit neighbours equally often; returns to an earlier choice are counted, which the common
   * approximation (1 - (k+1)/n)^lag leaves out.
   */
  autocorrelation(lag: number, centre?: NkCentre): number;
}

/** @throws RangeError for no positions, a count of choices below 1, or k outside 0 .. n - 1 */
export function createNkLandscape(options: NkOptions): NkLandscape {
  const { k, randomSeed, neighbourhood = 'random' } = options;
  const choices = [...options.choices];
  const n = choices.length;
  if (n === 0) throw new RangeError('an NK landscape needs at least one position');
  const wrong = choices.find((count) => !(Number.isInteger(count) && count >= 1));
  if (wrong !== undefined) throw new RangeError(`a position of an NK landscape cannot have ${wrong} choices`);
  if (!(Number.isInteger(k) && k >= 0 && k < n)) throw new RangeError(`k must be 0 to ${n - 1}, not ${k}`);

  const links = choices.map((_, position) =>
    neighbourhood === 'adjacent' ? adjacentLinks(position, k, n) : randomLinks(position, k, n, randomSeed),
  );
  const origins = Int32Array.from(choices, (_, position) => mix(mix(randomSeed | 0, 0x4e4b), position));

  const fitness = (codes: ArrayLike<number>): number => {
    let sum = 0;
    for (let position = 0; position < n; position++) {
      let hash = origins[position];
      for (const linked of links[position]) hash = mix(hash, codes[linked]);
      sum += (mix(hash, 0x5bd1e995) >>> 0) / 2 ** 32;
    }
    return sum / n;
  };

  const survival = lazily(() => links.map((own) => survivalByDistance(choices, own)));
  const spectra = lazily(() => links.map((own) => spectrum(choices, own)));

  return {
    choices,
    k,
    links,
    fitness,
    correlationAtDistance: (distance, centre = 'ensemble') =>
      ratio(
        survival().map((byDistance) => byDistance[distance] ?? Number.NaN),
        spectra(),
        centre,
      ),
    autocorrelation: (lag, centre = 'ensemble') =>
      ratio(
        spectra().map((own) => own.reduce((sum, { weight, eigenvalue }) => sum + weight * eigenvalue ** lag, 0)),
        spectra(),
        centre,
      ),
  };
}

function adjacentLinks(position: number, k: number, n: number): number[] {
  return Array.from({ length: k + 1 }, (_, i) => (position + i) % n);
}

function randomLinks(position: number, k: number, n: number, randomSeed: number): number[] {
  const others = Array.from({ length: n }, (_, i) => i).filter((other) => other !== position);
  return [position, ...sampleInPlace(others, k, createRandom(randomSeed).split('links').split(position))];
}

/**
 * The chance, for each distance, that a random pair at this distance agrees in all of `own`. A set D of changed positions
 * carries prod_{D} (choices - 1) pairs, so the chance is a ratio of elementary symmetric polynomials.
 */
function survivalByDistance(choices: readonly number[], own: readonly number[]): number[] {
  const outside = choices.map((count, position) => (own.includes(position) ? 0 : count - 1));
  const all = symmetricPolynomials(choices.map((count) => count - 1));
  return symmetricPolynomials(outside).map((missing, distance) => missing / all[distance]);
}

/** Coefficients of prod (1 + w z), ascending. */
function symmetricPolynomials(weights: readonly number[]): number[] {
  const coefficients = [1, ...weights.map(() => 0)];
  for (const weight of weights) {
    for (let d = coefficients.length - 1; d >= 1; d--) coefficients[d] += weight * coefficients[d - 1];
  }
  return coefficients;
}

interface Component {
  /** share of the variance of one contribution over the ensemble */
  readonly weight: number;
  /** what one step of the walk multiplies this component by */
  readonly eigenvalue: number;
}

/**
 * A contribution on the positions N splits into independent components, one for each subset T of N, with variance shares
 * prod_{T} (q - 1) / prod_{N} q; one step multiplies component T by 1 - sum_{T} q / sum (q - 1), positions of one choice aside.
 * Subsets with the same sum are gathered, so that large k stays cheap. The first component is the empty subset.
 */
function spectrum(choices: readonly number[], own: readonly number[]): Component[] {
  const degree = choices.reduce((sum, count) => sum + count - 1, 0);
  let bySum = new Map([[0, 1]]);
  for (const position of own) {
    const count = choices[position];
    if (count === 1) continue;
    const next = new Map<number, number>();
    for (const [sum, weight] of bySum) {
      next.set(sum, (next.get(sum) ?? 0) + weight / count);
      next.set(sum + count, (next.get(sum + count) ?? 0) + (weight * (count - 1)) / count);
    }
    bySum = next;
  }
  return [...bySum].map(([sum, weight]) => ({ weight, eigenvalue: degree === 0 ? 1 : 1 - sum / degree }));
}

/** Mean covariance of the contributions over their variance, with the part of the landscape's own mean removed if asked. */
function ratio(covariances: readonly number[], spectra: readonly Component[][], centre: NkCentre): number {
  let covariance = 0;
  let total = 0;
  for (let i = 0; i < covariances.length; i++) {
    const ownMean = centre === 'landscape' ? spectra[i][0].weight : 0;
    covariance += covariances[i] - ownMean;
    total += 1 - ownMean;
  }
  return total > 0 ? covariance / total : Number.NaN;
}

function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
