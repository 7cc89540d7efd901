/** A wrapper that adds noise to accuracies, to see how much a search can bear. */
import { InputError } from '../errors.js';
import { createRandom, hashText, mix } from '../math/random.js';
import type { Evaluator } from '../measurements/evaluator.js';
import { delegated } from './delegated.js';
import { measured } from './outcomes.js';

/** Settings of `noisy`. */
export interface NoiseOptions {
  /** standard deviation of the normal noise, in the accuracy's unit */
  readonly deviation: number;
  readonly randomSeed: number;
}

/** Adds normal noise that is a function of the random seed and the architecture alone, so asking again gives the same number. */
export function noisy(evaluator: Evaluator, { deviation, randomSeed }: NoiseOptions): Evaluator {
  if (!(deviation >= 0 && Number.isFinite(deviation))) {
    throw new InputError(`the deviation of noise is ${deviation}, at least 0 is needed`);
  }
  const name = `${evaluator.name} with noise of deviation ${deviation}`;
  return {
    ...delegated(evaluator),
    name,
    async evaluate(architecture, signal) {
      const outcome = await evaluator.evaluate(architecture, signal);
      if (outcome.kind !== 'measured') return outcome;
      const noise = createRandom(mix(randomSeed | 0, hashText(architecture.join(',')))).normal();
      return measured(architecture, outcome.accuracy + deviation * noise, name, outcome.costs);
    },
  };
}
