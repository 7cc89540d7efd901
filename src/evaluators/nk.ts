/** A synthetic evaluator: an NK landscape over the dimensions of any space. */
import { InputError } from '../errors.js';
import { createNkLandscape } from '../math/nk-landscape.js';
import type { Evaluator } from '../measurements/evaluator.js';
import type { Codes, SearchSpace } from '../spaces/space.js';
import { fromFunction } from './from-function.js';

/** Which landscape. */
export interface NkLandscapeOptions {
  /** how many others the contribution of each dimension depends on: 0 is smooth */
  readonly k: number;
  readonly landscapeSeed: number;
}

/** The landscape as an evaluator, and its values, 0 to 100. @throws InputError where k does not suit the space */
export function nkLandscape(
  space: SearchSpace,
  { k, landscapeSeed }: NkLandscapeOptions,
): { readonly evaluator: Evaluator; readonly truth: (codes: Codes) => number } {
  const choices = space.dimensions.map((dimension) => dimension.choices.length);
  if (k >= choices.length) throw new InputError(`k ${k} must be below the number of dimensions, ${choices.length}`);
  const landscape = createNkLandscape({ choices, k, randomSeed: landscapeSeed });
  const truth = (codes: Codes) => 100 * landscape.fitness(codes);
  const name = `synthetic NK landscape, k ${k}, number ${landscapeSeed}`;
  return { evaluator: fromFunction((codes) => truth(codes), { space, name }), truth };
}
