/** Reading one cell as a choice of a dimension. */
import type { Dimension } from '../spaces/space.js';

/** Returns the choice index that a text means, or -1. */
export type ChoiceReader = (text: string) => number;

/**
 * Reads labels as the space writes them; a numeric label in any spelling of the number ('3', '3.0'),
 * and true / false for the labels 1 / 0.
 */
export function labelReader({ choices }: Dimension): ChoiceReader {
  const byLabel = new Map(choices.map((choice, index) => [String(choice), index]));
  const byNumber = new Map<number, number>();
  choices.forEach((choice, index) => {
    if (typeof choice === 'number') byNumber.set(choice, index);
  });
  return (text) => {
    const exact = byLabel.get(text);
    if (exact !== undefined) return exact;
    const flag = /^true$/i.test(text) ? 1 : /^false$/i.test(text) ? 0 : undefined;
    const value = flag ?? (isNumber(text) ? Number(text) : undefined);
    return value === undefined ? -1 : (byNumber.get(value) ?? byLabel.get(String(value)) ?? -1);
  };
}

/** Reads choice indices, counted from 0. */
export function indexReader({ choices }: Dimension): ChoiceReader {
  return (text) => {
    const index = isNumber(text) ? Number(text) : -1;
    return Number.isInteger(index) && index >= 0 && index < choices.length ? index : -1;
  };
}

/** Whether a text is a plain finite decimal number (no hexadecimal, no thousands separators, no infinities). */
export function isNumber(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text));
}
