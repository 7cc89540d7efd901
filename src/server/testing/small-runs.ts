/** Small runs and a plain report of them, for tests of the server. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Started, start } from '../../../test/cli.js';
import { InputError } from '../../errors.js';
import type { Column, RunReport } from '../../report/run-report.js';
import { startRun } from '../../runs/run.js';
import { seeRun } from '../../runs/state.js';

const slowProgram = resolve(import.meta.dirname, '../../runs/testing/slow-program.mjs');
const declaration = 'name: small\ndimensions:\n  layer: { choices: [a, b, c, d], repeat: 6 }\n';

/** Starts a run of 40 evaluations in a process of its own; each takes so many milliseconds, and two go on at once. `name` is its folder in `cwd`. */
export function startSlowRun(cwd: string, name: string, milliseconds: number): Started {
  writeFileSync(join(cwd, 'space.yaml'), declaration);
  const options = ['--evaluations', '40', '--size', '40', '--rounds', '4', '--random-seed', '3', '--out', name];
  const program = [process.execPath, slowProgram, join(cwd, 'asked'), String(milliseconds)];
  return start(['shrink', '--space', 'space.yaml', '--concurrency', '2', ...options, '--', ...program], cwd);
}

/** Carries out a run of a moment in a folder. */
export async function quickRun(folder: string): Promise<void> {
  const evaluator = { kind: 'nk' as const, k: 1 };
  await startRun({ space: { declaration }, evaluator, shrink: { evaluations: 20, size: 30 } }, folder);
}

const nothing: Column = { type: 'uint8', length: 0, data: '' };

/** A report with little in it but the configuration, the state and the size of the journal. @throws InputError where there is no configuration */
export async function plainReport(folder: string): Promise<RunReport> {
  const config = textOf(join(folder, 'config.yaml'));
  const { state, status } = await seeRun(folder, 'shrink');
  return {
    ...{ format: 'lissnas-report/1', version: '0', name: basename(folder), kind: 'shrink', state, config, facts: [] },
    story: `${textOf(join(folder, 'journal.ndjson')).length} bytes`,
    space: { name: 'small', size: '4096', dimensions: [], hash: '', source: { kind: 'built-in' } },
    evaluations: { count: 0, codes: nothing, accuracy: nothing, round: nothing, costs: {}, failures: [] },
    figures: {},
    ...(status?.problem !== undefined && { problem: status.problem }),
  };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InputError('cannot be read', { file }, { cause });
  }
}
