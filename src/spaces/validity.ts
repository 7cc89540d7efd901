/** Which combinations of choices are architectures: as forbidden rules say, or as a space decides for itself. */
import { InputError, LissnasError } from '../errors.js';
import type { Random } from '../math/random.js';
import { countRules } from './counting.js';
import { describeRule, readRules, ruleBreaker, tiedDimensions } from './forbidden.js';
import type { Codes, Dimension, ForbiddenRule } from './space.js';

/** What a space knows of its architectures. All codes are in range. */
export interface Validity {
  /** how many architectures there are, at least 1 */
  readonly size: bigint;
  isValid(codes: Codes): boolean;
  /** why codes that are not valid are not, e.g. `a=1, b=2 is forbidden` */
  complaint(codes: Codes): string;
  /** groups of dimensions, by index, in each of which it is decided by itself whether codes are valid; missing where it is not known */
  readonly ties?: readonly (readonly number[])[];
  /** uniformly random valid codes */
  sample(random: Random): number[];
}

/** The combinations that break none of the rules. @throws InputError for wrong rules, and rules that leave nothing or cannot be counted */
export function validByRules(
  space: string,
  dimensions: readonly Dimension[],
  forbidden: readonly ForbiddenRule[],
): Validity {
  const rules = readRules(dimensions, forbidden);
  const firstBroken = ruleBreaker(dimensions, rules);
  const { count, sampleInto } = counted(space, dimensions, rules);
  if (count === 0n) throw new InputError(`the forbidden rules of space "${space}" leave no architecture`);
  return {
    size: count,
    ties: tiedDimensions(rules),
    isValid: (codes) => firstBroken(codes) < 0,
    complaint: (codes) => `${describeRule(dimensions, rules[firstBroken(codes)]!)} is forbidden`,
    sample: (random) => {
      const codes: number[] = new Array(dimensions.length).fill(0);
      sampleInto(codes, random);
      return codes;
    },
  };
}

function counted(space: string, dimensions: readonly Dimension[], rules: Parameters<typeof countRules>[1]) {
  const choices = dimensions.map((dimension) => dimension.choices.length);
  try {
    return countRules(choices, rules);
  } catch (error) {
    if (error instanceof LissnasError) throw new InputError(`space "${space}": ${error.message}`, {}, { cause: error });
    throw error;
  }
}
