/** Forbidden combinations of choices: rules that tell which points of a space are no architectures. */
import { InputError } from '../errors.js';
import { linkedGroups } from './linked-groups.js';
import type { Choice, Codes, Dimension, ForbiddenRule, RuleChoices } from './space.js';

/** One part of a rule: the dimension's index and the choice indices that match. */
export interface Term {
  readonly dimension: number;
  readonly choices: ReadonlySet<number>;
}

/** A rule in indices. An architecture breaks it when every term matches; a rule without terms is broken by all. */
export type Rule = readonly Term[];

/**
 * Reads rules from names into indices, with terms in the order of the dimensions.
 * @throws InputError for an unknown dimension or choice, or a rule that mentions nothing
 */
export function readRules(dimensions: readonly Dimension[], forbidden: readonly ForbiddenRule[]): Rule[] {
  const indexOf = new Map(dimensions.map(({ name }, index) => [name, index]));
  return forbidden.map((rule, position) => {
    const entries = rule instanceof Map ? [...rule.entries()] : Object.entries(rule);
    const terms = entries.map(([name, choices]) => {
      const dimension = indexOf.get(name);
      if (dimension === undefined) {
        throw new InputError(
          `forbidden rule ${position + 1} mentions the unknown dimension "${name}"; the dimensions are ${[...indexOf.keys()].join(', ')}`,
        );
      }
      return readTerm(dimensions[dimension]!, dimension, choices, position);
    });
    if (terms.length === 0) throw new InputError(`forbidden rule ${position + 1} mentions no dimension`);
    return terms
      .filter(({ dimension, choices }) => choices.size < dimensions[dimension]!.choices.length)
      .sort((a, b) => a.dimension - b.dimension);
  });
}

function readTerm(dimension: Dimension, index: number, value: RuleChoices, position: number): Term {
  const labels = dimension.choices.map(String);
  const values: readonly Choice[] = typeof value === 'object' ? value : [value];
  if (values.length === 0) {
    throw new InputError(`forbidden rule ${position + 1} lists no choice of dimension "${dimension.name}"`);
  }
  const choices = values.map((choice) => {
    const found = labels.indexOf(String(choice));
    if (found >= 0) return found;
    throw new InputError(
      `forbidden rule ${position + 1} mentions the unknown choice "${choice}" of dimension "${dimension.name}"; its choices are ${labels.join(', ')}`,
    );
  });
  return { dimension: index, choices: new Set(choices) };
}

/** A quick test for the first rule that given codes break: its index, or -1 when they break none. */
export function ruleBreaker(dimensions: readonly Dimension[], rules: readonly Rule[]): (codes: Codes) => number {
  const terms = rules.flat();
  const dimensionOf = Uint16Array.from(terms, (term) => term.dimension);
  const matches = Uint8Array.from(
    terms.flatMap(({ dimension, choices }) => dimensions[dimension]!.choices.map((_, c) => (choices.has(c) ? 1 : 0))),
  );
  const ends = new Uint32Array(rules.length); // of each rule in `terms`
  const offsets = new Uint32Array(terms.length); // of each term in `matches`
  rules.forEach((rule, index) => {
    ends[index] = (index > 0 ? ends[index - 1]! : 0) + rule.length;
  });
  terms.forEach(({ dimension }, index) => {
    if (index + 1 < terms.length) offsets[index + 1] = offsets[index]! + dimensions[dimension]!.choices.length;
  });
  return (codes) => {
    let term = 0;
    for (let rule = 0; rule < ends.length; rule++) {
      const end = ends[rule]!;
      while (term < end && matches[offsets[term]! + codes[dimensionOf[term]!]!] === 1) term++;
      if (term === end) return rule;
      term = end;
    }
    return -1;
  };
}

/** The dimensions that rules mention, in groups that no rule connects; whether codes break a rule is decided in each group by itself. */
export function tiedDimensions(rules: readonly Rule[]): number[][] {
  return linkedGroups(rules.map((rule) => rule.map(({ dimension }) => dimension)));
}

/** A rule as a person reads it, e.g. `kernel=5 with expand=1 or 3`. */
export function describeRule(dimensions: readonly Dimension[], rule: Rule): string {
  return rule
    .map(({ dimension, choices }) => {
      const { name, choices: labels } = dimensions[dimension]!;
      return `${name}=${[...choices].map((choice) => labels[choice]).join(' or ')}`;
    })
    .join(' with ');
}
