/** Reading option values: each refusal says the option, the value and what was allowed. */
import type { Command } from 'commander';
import { InputError } from '../errors.js';

/** A reader of whole numbers from `least` on, for commander's option parsing. */
export function wholeNumber(option: string, least = 0): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InputError(`${option} ${text} is not a whole number of at least ${least}`);
    }
    return value;
  };
}

/** A reader of finite numbers. */
export function finiteNumber(option: string): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) throw new InputError(`${option} ${text} is not a number`);
    return value;
  };
}

/** A reader of one of several words. */
export function oneOf<Word extends string>(option: string, words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((known) => known === text);
    if (word === undefined) throw new InputError(`${option} ${text} is not known; allowed: ${words.join(', ')}`);
    return word;
  };
}

/** Collects the values of an option that may be given several times. */
export function collect<Value>(read: (text: string) => Value): (text: string, before?: Value[]) => Value[] {
  return (text, before = []) => [...before, read(text)];
}

/**
 * The value of an option that must be given. Commander's own check would come before that for misspelt options.
 * @param option as the help writes it, e.g. '--size M'
 */
export function needed<Value>(value: Value | undefined, option: string): Value {
  if (value === undefined) throw new InputError(`${option} is missing`);
  return value;
}

/** A command file: adds its command to the program. */
export type Register = (program: Command) => void;
