/** The one implementation of SearchSpace: dimensions, optional forbidden rules, costs, notation and canonical form. */
import { InputError, LissnasError } from '../errors.js';
import { type CountedRules, countRules } from './counting.js';
import { describeRule, readRules, ruleBreaker } from './forbidden.js';
import { labelNotation, type Notation } from './notation.js';
import type { Architecture, Choice, Codes, Cost, Dimension, ForbiddenRule, SearchSpace } from './space.js';

/** What a space is made of. */
export interface SpaceDefinition {
  readonly name: string;
  readonly dimensions: readonly DimensionDefinition[];
  /** combinations that may not occur; none by default */
  readonly forbidden?: readonly ForbiddenRule[];
  /** exact costs of any architecture; none by default */
  readonly costs?: readonly Cost[];
  /** the published notation; by default labels joined by commas, which every space can read besides its own */
  readonly notation?: Notation;
  /** the codes that stand for all that compute the same function; must be idempotent; by default the codes themselves */
  readonly canonical?: (codes: Codes) => Codes;
}

/** A dimension as one declares it; unordered unless it says otherwise. */
export interface DimensionDefinition {
  readonly name: string;
  readonly choices: readonly Choice[];
  readonly ordered?: boolean;
}

const MOST_CHOICES = 256;

/**
 * Makes a search space. Its methods may be taken off the object; the object and its dimensions are frozen.
 * @throws InputError when names or labels repeat, a dimension has no choice or more than 256, a rule mentions something
 *   unknown, or the rules leave no architecture
 */
export function defineSpace(definition: SpaceDefinition): SearchSpace {
  const { name, canonical } = definition;
  const dimensions = Object.freeze(definition.dimensions.map(checkedDimension));
  checkNames(name, dimensions, definition.notation === undefined);
  const rules = readRules(dimensions, definition.forbidden ?? []);
  const firstBroken = ruleBreaker(dimensions, rules);
  const unconstrained = rules.length === 0;
  const choiceCounts = dimensions.map(({ choices }) => choices.length);
  const { count: size, sampleInto } = countedRules(name, choiceCounts, rules);
  const labels = labelNotation(dimensions);
  const notation = definition.notation ?? labels;

  const trusted = (codes: number[]) => Object.freeze(codes) as unknown as Architecture;

  function architecture(codes: Codes): Architecture {
    if (codes.length !== choiceCounts.length) {
      throw new InputError(
        `an architecture of space "${name}" has ${choiceCounts.length} choices, but ${codes.length} were given`,
      );
    }
    const copy: number[] = new Array(choiceCounts.length);
    for (let d = 0; d < choiceCounts.length; d++) {
      const code = codes[d]!;
      if (!(code >= 0 && code < choiceCounts[d]! && Number.isInteger(code))) {
        throw new InputError(
          `${code} is no choice index of dimension "${dimensions[d]!.name}"; allowed are 0 to ${choiceCounts[d]! - 1}`,
        );
      }
      copy[d] = code;
    }
    const broken = firstBroken(copy);
    if (broken >= 0) {
      throw new InputError(
        `"${notation.format(copy)}" is not in space "${name}": ${describeRule(dimensions, rules[broken]!)} is forbidden`,
      );
    }
    return trusted(copy);
  }

  return Object.freeze({
    name,
    dimensions,
    size,
    forbidden: Object.freeze([...(definition.forbidden ?? [])]),
    costs: new Map((definition.costs ?? []).map((cost) => [cost.name, cost])),
    unconstrained,
    isValid: (codes: Codes) => unconstrained || firstBroken(codes) < 0,
    architecture,
    parse: (text: string) => {
      const trimmed = text.trim();
      return architecture((/[,=]/.test(trimmed) ? labels : notation).parse(trimmed));
    },
    format: (codes: Codes) => notation.format(codes),
    canonical: (original: Architecture) => (canonical === undefined ? original : architecture(canonical(original))),
    sample: (random) => {
      const codes: number[] = new Array(choiceCounts.length).fill(0);
      sampleInto(codes, random);
      return trusted(codes);
    },
  } satisfies SearchSpace);
}

function checkedDimension({ name, choices, ordered = false }: DimensionDefinition): Dimension {
  if (choices.length === 0) throw new InputError(`dimension "${name}" has no choices; it needs at least one`);
  if (choices.length > MOST_CHOICES) {
    throw new InputError(`dimension "${name}" has ${choices.length} choices; at most ${MOST_CHOICES} are allowed`);
  }
  const repeated = firstRepeated(choices.map(String));
  if (repeated !== undefined) throw new InputError(`dimension "${name}" has the choice "${repeated}" twice`);
  return Object.freeze({ name, choices: Object.freeze([...choices]), ordered });
}

function checkNames(space: string, dimensions: readonly Dimension[], labelsAreNotation: boolean): void {
  if (dimensions.length === 0) throw new InputError(`space "${space}" has no dimensions; it needs at least one`);
  const repeated = firstRepeated(dimensions.map(({ name }) => name));
  if (repeated !== undefined) throw new InputError(`space "${space}" has the dimension "${repeated}" twice`);
  for (const { name, choices } of dimensions) {
    if (!isPlain(name) || name.includes('=')) {
      throw new InputError(
        `dimension name ${JSON.stringify(name)} must not be empty, begin or end with a blank, or contain a comma, "=" or line break`,
      );
    }
    const odd = labelsAreNotation ? choices.find((choice) => !isPlain(String(choice))) : undefined;
    if (odd !== undefined) {
      throw new InputError(
        `choice ${JSON.stringify(odd)} of dimension "${name}" must not be empty, begin or end with a blank, or contain a comma or line break`,
      );
    }
  }
}

function isPlain(text: string): boolean {
  return text !== '' && text === text.trim() && !/[,\r\n]/.test(text);
}

function firstRepeated(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}

function countedRules(name: string, choiceCounts: readonly number[], rules: Parameters<typeof countRules>[1]) {
  let counted: CountedRules;
  try {
    counted = countRules(choiceCounts, rules);
  } catch (error) {
    if (error instanceof LissnasError) throw new InputError(`space "${name}": ${error.message}`, {}, { cause: error });
    throw error;
  }
  if (counted.count === 0n) throw new InputError(`the forbidden rules of space "${name}" leave no architecture`);
  return counted;
}
