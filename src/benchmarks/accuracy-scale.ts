/** Accuracies as percent, whichever of the two usual scales a column has. */
import { InputError } from '../errors.js';
import { quantile } from '../math/statistics.js';
import type { Codes } from '../spaces/space.js';
import type { Table, TableColumn } from './table.js';

/** By what to multiply a column so that it is percent. */
export interface AccuracyScale {
  readonly factor: 1 | 100;
  /** said to the user where the factor is not 1 */
  readonly note?: string;
}

/** Different values in (0, 1], most of the column, from which the few above count as the odd ones; failed networks share a value or two. */
const LEAST_FRACTIONS = 10;
/** Share of suspicious values from which a column counts as mixed. */
const MIXED_SHARE = 0.01;

/**
 * A column all within 0 to 1 holds fractions and is multiplied by 100. Any other column is taken as it is, unless it mixes both:
 * at least 1 % of its values lie in (0, 1] *and*, multiplied by 100, among the upper 90 % of the values above 1.5. So 0.93 beside 93.1 is refused,
 * and so are a few values above 1.5 where most of the column lies in (0, 1] and at least ten of those differ;
 * while a failed network of 0.1 or 1 % beside networks of 60 % is not; columns with negative numbers are no accuracies and never scaled.
 * @throws InputError naming the first architecture of a mixed column
 */
export function accuracyScale(table: Table, column: TableColumn): AccuracyScale {
  const present = column.values.filter((value) => !Number.isNaN(value));
  if (present.length === 0) {
    throw new InputError('the column has no values at all', { file: table.file, column: column.name });
  }
  const least = present.reduce((a, b) => Math.min(a, b));
  const most = present.reduce((a, b) => Math.max(a, b));
  if (least >= 0 && most > 0 && most <= 1) {
    const note = `column "${column.name}" lies within 0 and 1; it is read as fractions and multiplied by 100`;
    return { factor: 100, note };
  }
  const large = present.filter((value) => value > 1.5);
  if (least < 0 || large.length === 0) return { factor: 1 };
  const fractions = present.filter((value) => value > 0 && value <= 1);
  if (2 * fractions.length > present.length && new Set(fractions).size >= LEAST_FRACTIONS) {
    const odd = column.values.findIndex((value) => value > 1.5);
    throw new InputError(
      `${fractions.length} of ${present.length} values look like fractions, but ${column.values[odd]} for ${nameAt(table, odd)} does not; ` +
        'write all of them in one scale',
      { file: table.file, column: column.name },
    );
  }
  const border = quantile(large, 0.1);
  const isSuspect = (value: number) => value > 0 && value <= 1 && 100 * value >= border && 100 * value <= most + 1;
  const suspects = present.filter(isSuspect).length;
  if (suspects === 0 || suspects < MIXED_SHARE * present.length) return { factor: 1 };
  const first = column.values.findIndex(isSuspect);
  throw new InputError(
    `${suspects} of ${present.length} values look like fractions (${column.values[first]} for ${nameAt(table, first)}) ` +
      `beside percent (up to ${most}); write all of them in one scale`,
    { file: table.file, column: column.name },
  );
}

/** A function from codes to percent accuracy in this column (NaN: not in the table), e.g. the truth to report against. */
export function accuracyIn(table: Table, name: string): (codes: Codes) => number {
  const column = table.column(name);
  const { factor } = accuracyScale(table, column);
  return (codes) => factor * column.of(codes);
}

function nameAt(table: Table, row: number): string {
  let at = 0;
  for (const architecture of table.architectures()) {
    if (at++ === row) return table.space.format(architecture);
  }
  return `architecture ${row}`;
}
