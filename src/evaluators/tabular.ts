/** An evaluator that looks accuracies up in a table. */
import { basename } from 'node:path';
import { accuracyScale } from '../benchmarks/accuracy-scale.js';
import type { Table } from '../benchmarks/table.js';
import type { Evaluator } from '../measurements/evaluator.js';
import { measured, unavailable } from './outcomes.js';

export { accuracyIn as truthOf } from '../benchmarks/accuracy-scale.js';

/** Settings of `tabular`. */
export interface TabularOptions {
  /** columns reported as costs, by their names; a missing cell leaves the cost out */
  readonly costs?: readonly string[];
}

/**
 * Measures by looking up `column`, in percent (a column of fractions is multiplied by 100). Where the table has no value
 * the outcome is `unavailable`. @throws InputError for an unknown or text column, or one that mixes fractions and percent
 */
export function tabular(table: Table, column: string, { costs = [] }: TabularOptions = {}): Evaluator {
  const accuracies = table.column(column);
  const { factor } = accuracyScale(table, accuracies);
  const costColumns = costs.map((name) => table.column(name));
  const name = `table ${basename(table.file)} column ${column}`;
  return {
    name,
    concurrency: 1,
    canMeasure: (architecture) => !Number.isNaN(accuracies.of(architecture)),
    async evaluate(architecture, signal) {
      signal?.throwIfAborted();
      const accuracy = factor * accuracies.of(architecture);
      if (Number.isNaN(accuracy)) return unavailable(architecture, `${name} has no value for it`);
      const known = costColumns.map(({ name, of }) => [name, of(architecture)] as const);
      return measured(
        architecture,
        accuracy,
        name,
        Object.fromEntries(known.filter(([, value]) => !Number.isNaN(value))),
      );
    },
  };
}
