/** Rows of a published table, for tests: a plain gzipped CSV without quotes. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { SearchSpace } from '../space.js';

/** One row: the codes of its architecture, and any column by name. */
export interface TableRow {
  readonly codes: readonly number[];
  column(name: string): string;
}

/** Reads all rows; the columns of the dimensions hold labels where they match one, otherwise choice indices. */
export function tableRows(file: string, space: SearchSpace): TableRow[] {
  const [header, ...rows] = gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(','));
  const place = new Map(header!.map((name, index) => [name, index]));
  const labels = space.dimensions.map(({ choices }) => choices.map(String));
  return rows.map((cells) => ({
    codes: space.dimensions.map(({ name }, d) => {
      const cell = cells[place.get(name)!]!;
      const code = labels[d]!.indexOf(cell);
      return code >= 0 ? code : Number(cell);
    }),
    column: (name) => cells[place.get(name)!]!,
  }));
}
