/** Terms of the surrogate: what single dimensions, pairs and triples of them add to the accuracy. */
import type { Codes, SearchSpace } from '../spaces/space.js';

/** One to three dimensions, ascending, whose choices together make a group of features. */
export type Term = readonly number[];

/**
 * Features per dimension: row `c` of `contrasts[d]` describes choice c by q - 1 numbers (q choices), orthogonal to each other
 * and to the constant, each with mean square 1 over the choices. They are discrete polynomials (linear, quadratic, ...).
 */
export type Contrasts = readonly (readonly Float64Array[])[];

/** The contrasts of every dimension of the space. */
export function contrastsOf(space: SearchSpace): Contrasts {
  return space.dimensions.map(({ choices }) => orthogonalPolynomials(choices.length));
}

function orthogonalPolynomials(q: number): Float64Array[] {
  const basis: Float64Array[] = [new Float64Array(q).fill(1)];
  const position = Float64Array.from({ length: q }, (_, c) => (q === 1 ? 0 : (2 * c) / (q - 1) - 1));
  while (basis.length < q) {
    const last = basis[basis.length - 1];
    const next = last.map((value, c) => value * position[c]);
    for (let pass = 0; pass < 2; pass++) {
      // twice, since once loses digits where there are many choices
      for (const earlier of basis) {
        const share = next.reduce((sum, value, c) => sum + value * earlier[c], 0) / q;
        for (let c = 0; c < q; c++) next[c] -= share * earlier[c];
      }
    }
    const scale = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0) / q);
    basis.push(next.map((value) => value / scale));
  }
  return Array.from({ length: q }, (_, c) => Float64Array.from(basis.slice(1), (feature) => feature[c]));
}

/** How many features a term has: the product over its dimensions of choices - 1. */
export function featureCount(term: Term, contrasts: Contrasts): number {
  return term.reduce((product, d) => product * (contrasts[d].length - 1), 1);
}

/** Writes the features of `term` for these codes into `target` from `at` on; returns where the next term begins. */
export function writeFeatures(
  term: Term,
  contrasts: Contrasts,
  codes: Codes,
  target: Float64Array | number[],
  at: number,
): number {
  let length = 1;
  target[at] = 1;
  for (const d of term) {
    const factors = contrasts[d][codes[d]];
    const own = factors.length;
    for (let i = length - 1; i >= 0; i--) {
      const value = target[at + i];
      for (let j = own - 1; j >= 0; j--) target[at + i * own + j] = value * factors[j];
    }
    length *= own;
  }
  return at + length;
}

/**
 * A term's contribution for every combination of its choices, folded from its weights: entry
 * `(c0 * q1 + c1) * q2 + c2`. So a prediction is one look-up a term.
 */
export function contributionTable(term: Term, contrasts: Contrasts, weights: ArrayLike<number>): Float64Array {
  const sizes = term.map((d) => contrasts[d].length);
  const table = new Float64Array(sizes.reduce((product, size) => product * size, 1));
  const codes: number[] = [];
  const features: number[] = [];
  for (let entry = 0; entry < table.length; entry++) {
    let rest = entry;
    for (let i = term.length - 1; i >= 0; i--) {
      codes[term[i]] = rest % sizes[i];
      rest = Math.floor(rest / sizes[i]);
    }
    const count = writeFeatures(term, contrasts, codes, features, 0);
    for (let f = 0; f < count; f++) table[entry] += features[f] * weights[f];
  }
  return table;
}
