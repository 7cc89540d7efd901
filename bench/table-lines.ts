/** The comparisons that need a published table. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readTable } from '../src/benchmarks/read-table.js';
import { tabular } from '../src/evaluators/tabular.js';
import { createRandom } from '../src/math/random.js';
import { shrink } from '../src/shrink/rounds.js';
import { loadSpace } from '../src/space-files/load.js';
import { line } from './lines.js';
import { splitCsv } from './plain.js';
import { benchmarkFile } from './repository.js';
import { type Line, type Skipped, timed } from './timing.js';

const TABLE = 'nasbench201/nasbench201.csv.gz';

export async function withTable(): Promise<(Line | Skipped)[]> {
  const file = benchmarkFile(TABLE);
  if (file === undefined) {
    const skipped = `${TABLE} was not found in the folder that LISSNAS_BENCHMARKS names`;
    return [{ what: 'CSV reading and the whole NAS-Bench-201 shrink', skipped }];
  }
  const space = await loadSpace('nasbench201');
  const [reading, splitting] = await timed(
    5,
    () => readTable(file, space),
    () => splitCsv(gunzipSync(readFileSync(file)).toString()),
  );
  const table = await readTable(file, space);
  let randomSeed = 0;
  const [shrinking] = await timed(5, () =>
    shrink({
      space,
      evaluator: tabular(table, 'c10_test'),
      evaluations: 230,
      size: 105,
      random: createRandom(randomSeed++),
    }),
  );
  return [
    line(
      'NAS-Bench-201 read from CSV.gz and checked',
      reading,
      splitting,
      'gunzip and split, nothing checked',
      `${table.size.toLocaleString('en')} rows of ${table.columns.length} numbers`,
    ),
    line('NAS-Bench-201 shrunk: 230 evaluations, 105 kept', shrinking, undefined, 'none', 'goal: under 1 s'),
  ];
}
