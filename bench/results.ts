/**
 * npm run results -- FOLDER [--one-shot FOLDER] [--quick] [--out DIR]: regenerates docs/results.md and its figures from the published tables in
 * FOLDER, which is laid out as nasbench201/, nasbench-macro/, hw-nas-bench/, accel-nasbench/, and from what `npm run measure:macro` and
 * `npm run measure:default` have left. --quick is a smoke test with small budgets; --render takes the tables' numbers from the run before; with --huge beside it,
 * the huge spaces alone are shrunk anew.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '../src/errors.js';
import { carryOut } from './carry-out.js';
import { repository } from './repository.js';
import { collect, hugeSpaces } from './results/collect.js';
import type { ResultsData } from './results/data.js';
import { foldDefault } from './results/default-fold.js';
import { defaultSection } from './results/default-section.js';
import { figures } from './results/figures.js';
import { foldMacro } from './results/macro-fold.js';
import { macroSection } from './results/macro-section.js';
import { markdown } from './results/markdown.js';
import { type OneShotMeasurements, readOneShot } from './results/one-shot-read.js';
import { FULL, QUICK } from './results/tasks.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    out: { type: 'string', default: join(repository, 'docs') },
    /** where the raw numbers go, and come from with --render */
    data: { type: 'string', default: join(repository, '.build/results.json') },
    render: { type: 'boolean', default: false },
    /** with --render: only the huge spaces are shrunk anew */
    huge: { type: 'boolean', default: false },
    /** macro-*.json and default-*.json; without it those that are kept in bench/measured/, if there are any */
    'one-shot': { type: 'string' },
  },
});

async function main(): Promise<void> {
  const measurements = oneShotMeasurements(); // may be refused: before anything that takes long
  const data = values.render ? rendered() : await measured();
  const figureFolder = join(values.out, 'figures');
  mkdirSync(figureFolder, { recursive: true });
  for (const [name, svg] of figures(data)) writeFileSync(join(figureFolder, name), svg);
  writeFileSync(join(values.out, 'results.md'), markdown(data, oneShotSections(measurements)));
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

/** The numbers of the run before. */
function rendered(): ResultsData {
  const before = readData();
  if (!values.huge) return before;
  const huge = hugeSpaces(before.settings, (text) => process.stderr.write(`${text}\n`));
  writeFileSync(values.data, JSON.stringify({ ...before, huge }));
  return readData();
}

function oneShotMeasurements(): OneShotMeasurements {
  const kept = join(repository, 'bench/measured');
  const folder = values['one-shot'] ?? (existsSync(kept) ? kept : undefined);
  return folder === undefined ? { macro: [], defaults: [] } : readOneShot(folder);
}

function oneShotSections({ macro, defaults }: OneShotMeasurements): string[] {
  return [
    ...(macro.length > 0 ? [macroSection(foldMacro(macro))] : []),
    ...(defaults.length > 0 ? [defaultSection(foldDefault(defaults))] : []),
  ];
}

function readData(): ResultsData {
  const revive = (_: string, value: unknown) => (value === null ? Number.NaN : value);
  return JSON.parse(readFileSync(values.data, 'utf8'), revive) as ResultsData;
}

carryOut(main);
