/** How children come from parents. They may be invalid or outside the region searched: the caller checks. */
import type { Random } from '../math/random.js';
import type { Codes, SearchSpace } from '../spaces/space.js';

/** Uniform crossover: each dimension from either parent with equal chance. */
export function crossover(mother: Codes, father: Codes, random: Random): number[] {
  return Array.from(mother, (own, d) => (random.integer(2) === 0 ? own : father[d]!));
}

/** Edits each dimension with chance 1 / dimensions: to any other choice, or one step along the choices where they are ordered. In place. */
export function mutate({ dimensions }: SearchSpace, codes: number[], random: Random): number[] {
  dimensions.forEach(({ choices, ordered }, d) => {
    if (choices.length === 1 || random.integer(dimensions.length) > 0) return;
    const own = codes[d]!;
    if (!ordered) codes[d] = (own + 1 + random.integer(choices.length - 1)) % choices.length;
    else if (own === 0) codes[d] = 1;
    else codes[d] = own === choices.length - 1 || random.integer(2) === 0 ? own - 1 : own + 1;
  });
  return codes;
}
