/** Options of the commands that measure one-shot search, from text to checked numbers. */
import { InputError } from '../../src/errors.js';

/** A whole number of at least `least`. @throws InputError naming the option */
export function wholeNumber(option: string, text: string, least = 1): number {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= least) return value;
  throw new InputError(`--${option} is "${text}", a whole number from ${least} is needed`);
}

/** A number above 0. @throws InputError naming the option */
export function positiveNumber(option: string, text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InputError(`--${option} is "${text}", a number above 0 is needed`);
}

/** Different random seeds, as in '1,2,3'. @throws InputError naming what is none */
export function randomSeeds(text: string): number[] {
  const numbers = text.split(',').map((part) => wholeNumber('random-seeds', part.trim(), 0));
  const repeated = numbers.find((number, i) => numbers.indexOf(number) !== i);
  if (repeated !== undefined) throw new InputError(`--random-seeds names ${repeated} twice`);
  return numbers;
}
