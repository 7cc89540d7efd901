/** A tiny space and tables of it, for tests. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { defineSpace } from '../../spaces/define.js';
import { readTable } from '../read-table.js';
import type { Table } from '../table.js';

/** 3 x 2 x 2 = 12 architectures; `kernel` has numeric labels of which none is an index of its own but all differ from their indices. */
export const tiny = defineSpace({
  name: 'tiny',
  dimensions: [
    { name: 'op', choices: ['none', 'conv', 'pool'] },
    { name: 'kernel', choices: [3, 5] },
    { name: 'se', choices: [0, 1] },
  ],
});

/** A new folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lissnas-table-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes the content to a file that goes away with the test. */
export function temporaryFile(name: string, content: string | Uint8Array): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}

/** A table of `tiny` from CSV text. */
export function tinyTable(content: string | Uint8Array, name = 'table.csv'): Promise<Table> {
  return readTable(temporaryFile(name, content), tiny);
}
