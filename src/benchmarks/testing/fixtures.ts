/** Small published-format files that Python wrote (write-tables.py): stored ones, and new ones where a Python with PyTorch is found. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { torch } from '../../../test/optional.js';
import { temporaryFolder } from './tiny.js';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The folder of stored files, made by `write-tables.py FOLDER --sparse`. */
export const storedTables = resolve(here, 'fixtures');

/** A folder of files that Python writes now, with all epochs; undefined where there is no Python with PyTorch. It goes away with the test. */
export function newTables(architectures: number): string | undefined {
  const python = torch();
  if (python === undefined) return undefined;
  const folder = temporaryFolder();
  const program = join(here, 'write-tables.py');
  const { status, stderr } = spawnSync(python, [program, folder, '--architectures', String(architectures)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`write-tables.py failed: ${stderr}`);
  return folder;
}

/** What the tables of a folder hold, as Python worked it out: table -> architecture -> column -> value. */
export function expectedTables(folder: string): Readonly<Record<string, Record<string, Record<string, number>>>> {
  return JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
}
