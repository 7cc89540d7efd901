/** The one implementation of SearchSpace: dimensions, optional forbidden rules, costs, notation and canonical form. */
import { InputError } from '../errors.js';
import { labelNotation, type Notation } from './notation.js';
import type { Architecture, Choice, Codes, Cost, Dimension, ForbiddenRule, SearchSpace } from './space.js';
import { type Validity, validByRules } from './validity.js';

/** What a space is made of. */
export interface SpaceDefinition {
  readonly name: string;
  readonly dimensions: readonly DimensionDefinition[];
  /** combinations that may not occur; none by default */
  readonly forbidden?: readonly ForbiddenRule[];
  /** which combinations may occur, where rules cannot say it; then without `forbidden` */
  readonly validity?: Validity;
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
  const validity = definition.validity ?? validByRules(name, dimensions, definition.forbidden ?? []);
  const unconstrained = definition.validity === undefined && (definition.forbidden ?? []).length === 0;
  const choiceCounts = dimensions.map(({ choices }) => choices.length);
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
    if (!unconstrained && !validity.isValid(copy)) {
      throw new InputError(`"${notation.format(copy)}" is not in space "${name}": ${validity.complaint(copy)}`);
    }
    return trusted(copy);
  }

  return Object.freeze({
    name,
    dimensions,
    size: validity.size,
    forbidden: Object.freeze([...(definition.forbidden ?? [])]),
    costs: new Map((definition.costs ?? []).map((cost) => [cost.name, cost])),
    unconstrained,
    ...(validity.ties !== undefined && { ties: validity.ties }),
    isValid: (codes: Codes) => unconstrained || validity.isValid(codes),
    architecture,
    parse: (text: string) => {
      const trimmed = text.trim();
      return architecture((isLabels(trimmed, notation) ? labels : notation).parse(trimmed));
    },
    format: (codes: Codes) => notation.format(codes),
    canonical: (original: Architecture) => (canonical === undefined ? original : architecture(canonical(original))),
    sample: (random) => trusted(validity.sample(random)),
  } satisfies SearchSpace);
}

/** Whether the text is in the default notation, and not in the space's own. */
function isLabels(text: string, { beginning }: Notation): boolean {
  return /[,=]/.test(text) && !(beginning !== undefined && text.startsWith(beginning));
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
