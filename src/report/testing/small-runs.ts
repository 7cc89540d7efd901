/** Real runs of a second or so, for tests that look into their folders. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../../runs/config.js';
import { unpackColumn } from '../columns.js';
import type { Column } from '../run-report.js';

/** 6 dimensions, one of a single choice and one ordered, with a forbidden combination and a cost. */
export const declaration = `name: small
dimensions:
  op0: [none, skip, conv1, conv3]
  op1: [none, skip, conv1, conv3]
  kernel: { choices: [3, 5, 7, 9], ordered: true }
  stem: [only]
  expand: [1, 4, 6]
  se: [0, 1, 2]
forbidden:
  - { op0: none, expand: 6 }
costs:
  macs: { unit: M, base: 1, choices: { op0: [0, 0, 2, 9], op1: [0, 0, 2, 9], kernel: [0, 1, 2, 3], expand: [1, 4, 6] } }
`;

const program = resolve(import.meta.dirname, '../../runs/testing/slow-program.mjs');

/** Measured by a program that fails for some and reports a cost of its own, within a limit. */
export function programConfig(folder: string, other: Partial<Config['shrink']> = {}): Config {
  const file = join(folder, 'program.mjs');
  writeFileSync(
    file,
    `process.argv.splice(2, 2, ${JSON.stringify(join(folder, 'asked'))}, '0');\nawait import(${JSON.stringify(program)});\n`,
  );
  return {
    space: { declaration },
    evaluator: { kind: 'command', program: process.execPath, args: [file], cwd: folder },
    shrink: { evaluations: 60, size: 40, rounds: 4, limits: [{ cost: 'macs', max: 18 }], ...other },
    randomSeed: 3,
  };
}

/** On a synthetic landscape, so that the truth is known. */
export function landscapeConfig(space: Config['space'], shrink: Config['shrink']): Config {
  return { space, evaluator: { kind: 'nk', k: 1 }, shrink, randomSeed: 2 };
}

/** The rows of a column of codes. */
export function rowsOf(codes: Column, count: number): number[][] {
  const values = unpackColumn(codes);
  const dimensions = count === 0 ? 0 : values.length / count;
  return Array.from({ length: count }, (_, i) => Array.from({ length: dimensions }, (__, d) => values[d * count + i]!));
}

/** The hashes of all files of a folder, by name. */
export function hashesIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file, createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );
}
