/** The members of a shrunk space as a table: columns first, rows in blocks, whatever the file format. */
import { setImmediate } from 'node:timers/promises';
import type { ShrunkSpace } from '../shrink/shrunk-space.js';
import type { Choice } from '../spaces/space.js';

/** A cell; undefined where there is nothing to say. */
export type Cell = Choice | undefined;

/** One column of the table. */
export interface MemberColumn {
  readonly name: string;
  readonly kind: 'label' | 'integer' | 'number';
  /** of the member with this index */
  cell(index: number): Cell;
}

/** What the table shall hold. */
export interface MemberTableOptions {
  /** the order of the rows: best prediction first unless told otherwise */
  readonly order?: 'prediction' | 'admission';
  /**
   * false leaves the column of deviations empty. A deviation costs O(measurements^2): about three minutes for a million
   * members and 400 measurements, when all the rest takes seconds.
   */
  readonly deviation?: boolean;
  /** the first so many rows only; all of them unless told otherwise */
  readonly limit?: number;
}

/** The table: its columns, and the members in the order of the rows. */
export interface MemberTable {
  readonly columns: readonly MemberColumn[];
  readonly rows: Int32Array;
}

/**
 * One column per dimension with the labels of its choices, then `pocket`, `predicted_mean`, `predicted_deviation` and
 * `measured_accuracy`, then every cost that limits or bins are about. A later column whose name is taken gets an underscore at its end.
 */
export function memberTable(shrunk: ShrunkSpace, options: MemberTableOptions = {}): MemberTable {
  const { order = 'prediction', deviation = true, limit } = options;
  const { space, members, pocketOf, predicted, memberCosts } = shrunk.data;
  const D = space.dimensions.length;
  const codes = members.packed;
  const taken = new Set(space.dimensions.map(({ name }) => name));
  const free = (name: string): string => {
    if (taken.has(name)) return free(`${name}_`);
    taken.add(name);
    return name;
  };
  const dimensions = space.dimensions.map(
    ({ name, choices }, d): MemberColumn => ({
      name,
      kind: choices.every(Number.isSafeInteger) ? 'integer' : choices.every(Number.isFinite) ? 'number' : 'label',
      cell: (index) => choices[codes[index * D + d]!],
    }),
  );
  const columns: MemberColumn[] = [
    ...dimensions,
    { name: free('pocket'), kind: 'integer', cell: (index) => pocketOf[index] },
    { name: free('predicted_mean'), kind: 'number', cell: (index) => predicted[index] },
    {
      name: free('predicted_deviation'),
      kind: 'number',
      cell: (index) => (deviation ? shrunk.predict(members.codesAt(index)).deviation : undefined),
    },
    {
      name: free('measured_accuracy'),
      kind: 'number',
      cell: (index) => shrunk.measured(members.codesAt(index))?.accuracy,
    },
    ...[...memberCosts].map(
      ([name, costs]): MemberColumn => ({
        name: free(name),
        kind: 'number',
        cell: (index) => (Number.isNaN(costs[index]!) ? undefined : costs[index]),
      }),
    ),
  ];
  const rows = order === 'prediction' ? shrunk.byPrediction : Int32Array.from(predicted, (_, index) => index);
  return { columns, rows: rows.subarray(0, limit) };
}

/** The rows in blocks of at most `length`. Lets the rest of the program breathe before each. */
export async function* blocksOf(rows: Int32Array, length: number): AsyncGenerator<Int32Array> {
  for (let start = 0; start < rows.length; start += length) {
    await setImmediate();
    yield rows.subarray(start, start + length);
  }
}
