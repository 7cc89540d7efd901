/** The real tables as small spaces of choice indices, for tests only. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { benchmarkFile } from '../../../test/benchmarks.js';
import { productSpace } from './spaces.js';

/** Columns of a table, by file; undefined where the file is not at hand. */
export function realTable(relative: string, dimensions: readonly string[], choices: number, column: string) {
  const file = benchmarkFile(relative);
  if (file === undefined) return undefined;
  const [header, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  const space = productSpace(dimensions.map(() => choices));
  const rows = lines.map((line) => line.split(','));
  const places = dimensions.map((name) => names.indexOf(name));
  const value = names.indexOf(column);
  return {
    space,
    architectures: rows.map((row) => space.architecture(places.map((place) => Number(row[place])))),
    accuracies: Float64Array.from(rows, (row) => Number(row[value])),
  };
}

export const nasbench201 = (column: string) =>
  realTable('nasbench201/nasbench201.csv.gz', ['e1_0', 'e2_0', 'e2_1', 'e3_0', 'e3_1', 'e3_2'], 5, column);

export const nasbenchMacro = (column: string) =>
  realTable('nasbench-macro/nasbench_macro.csv.gz', ['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7'], 3, column);
