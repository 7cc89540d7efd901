/** How architectures are written: the default notation of every space, and the interface of a space's own. */
import { InputError } from '../errors.js';
import { nearest } from './nearest.js';
import type { Codes, Dimension } from './space.js';

/** A space's published way to write an architecture. It may use neither `,` nor `=`, which mark the default notation, unless it begins with a word of its own. */
export interface Notation {
  /** what marks a text as written so, whatever else is in it, e.g. `Genotype(` */
  readonly beginning?: string;
  /** Writes codes that are in range. */
  format(codes: Codes): string;
  /** Reads a text without surrounding blanks. @throws InputError naming the part that is wrong */
  parse(text: string): Codes;
}

/** The index of the choice with this label, or undefined. */
export function choiceWithLabel(dimension: Dimension, label: string): number | undefined {
  const index = dimension.choices.findIndex((choice) => String(choice) === label);
  return index >= 0 ? index : undefined;
}

/**
 * The default notation: choice labels joined by commas in the order of the dimensions.
 * It also reads `name=label,...` in any order; dimensions of one choice may then be left out.
 */
export function labelNotation(dimensions: readonly Dimension[]): Notation {
  return {
    format: (codes) => dimensions.map(({ choices }, d) => String(choices[codes[d]!])).join(','),
    parse: (text) => {
      const parts = text.split(',').map((part) => part.trim());
      if (parts.length === dimensions.length) {
        const codes = parts.map((part, d) => choiceWithLabel(dimensions[d]!, part));
        if (codes.every((code) => code !== undefined)) return codes;
      }
      return parts.every((part) => part.includes('='))
        ? parseNamed(dimensions, parts)
        : parseInOrder(dimensions, parts);
    },
  };
}

function parseInOrder(dimensions: readonly Dimension[], parts: readonly string[]): number[] {
  if (parts.length !== dimensions.length) {
    throw new InputError(
      `"${parts.join(',')}" has ${parts.length} choices, but the space has ${dimensions.length} dimensions`,
    );
  }
  return parts.map((part, d) => readChoice(dimensions[d]!, part));
}

function parseNamed(dimensions: readonly Dimension[], parts: readonly string[]): number[] {
  const codes = new Map<string, number>();
  const names = dimensions.map(({ name }) => name);
  for (const part of parts) {
    const equals = part.indexOf('=');
    const name = part.slice(0, equals).trim();
    const dimension = dimensions.find((candidate) => candidate.name === name);
    if (dimension === undefined) {
      throw new InputError(`unknown dimension "${name}"; ${nearest(name, names)}`);
    }
    if (codes.has(name)) throw new InputError(`dimension "${name}" is given twice`);
    codes.set(name, readChoice(dimension, part.slice(equals + 1).trim()));
  }
  return dimensions.map(({ name, choices }) => {
    const code = codes.get(name) ?? (choices.length === 1 ? 0 : undefined);
    if (code === undefined) throw new InputError(`dimension "${name}" is missing from "${parts.join(',')}"`);
    return code;
  });
}

function readChoice(dimension: Dimension, label: string): number {
  const code = choiceWithLabel(dimension, label);
  if (code !== undefined) return code;
  throw new InputError(
    `"${label}" is no choice of dimension "${dimension.name}"; its choices are ${dimension.choices.join(', ')}`,
  );
}
