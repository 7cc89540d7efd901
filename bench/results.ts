/**
 * npm run results -- FOLDER [--quick] [--out DIR]: regenerates docs/results.md and its figures from the published tables in FOLDER,
 * which is laid out as nasbench201/, nasbench-macro/, hw-nas-bench/, accel-nasbench/. --quick is a smoke test with small budgets.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '../src/errors.js';
import { repository } from './repository.js';
import { collect } from './results/collect.js';
import type { ResultsData } from './results/data.js';
import { figures } from './results/figures.js';
import { markdown } from './results/markdown.js';
import { FULL, QUICK } from './results/tasks.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    out: { type: 'string', default: join(repository, 'docs') },
    /** where the raw numbers go, and come from with --render */
    data: { type: 'string', default: join(repository, '.build/results.json') },
    render: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const data = values.render ? readData() : await measured();
  const figureFolder = join(values.out, 'figures');
  mkdirSync(figureFolder, { recursive: true });
  for (const [name, svg] of figures(data)) writeFileSync(join(figureFolder, name), svg);
  writeFileSync(join(values.out, 'results.md'), markdown(data));
}

async function measured(): Promise<ResultsData> {
  const folder = positionals[0];
  if (folder === undefined) throw new InputError('give the folder of the published tables: npm run results -- FOLDER');
  const started = performance.now();
  const data = await collect(resolve(folder), values.quick ? QUICK : FULL, (text) => {
    process.stderr.write(`${((performance.now() - started) / 1000).toFixed(0)} s: ${text}\n`);
  });
  mkdirSync(join(values.data, '..'), { recursive: true });
  writeFileSync(values.data, JSON.stringify(data));
  return readData(); // numbers that cannot be told are null from here on, however they come
}

function readData(): ResultsData {
  const revive = (_: string, value: unknown) => (value === null ? Number.NaN : value);
  return JSON.parse(readFileSync(values.data, 'utf8'), revive) as ResultsData;
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof InputError ? error.message : error instanceof Error ? error.stack : error}\n`,
  );
  process.exitCode = error instanceof InputError ? 2 : 1;
});
