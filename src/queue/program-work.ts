/** Which program is meant: its words, and the hashes of the files among them. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ProgramWork } from './task.js';

const LARGEST_FILE = 50_000_000; // bytes; larger files are data, and hashing them would take long

/** A program as its user gives it. */
export interface GivenProgram {
  readonly program: string;
  readonly args?: readonly string[] | undefined;
  readonly cwd?: string | undefined;
  readonly timeoutS?: number | undefined;
}

/** A program is the same where its words are, and the contents of the files that they name (seen from the folder it runs in). */
export async function programWork({
  program,
  args = [],
  cwd = '.',
  timeoutS = 3600,
}: GivenProgram): Promise<ProgramWork> {
  const words = [program, ...args];
  const files: Record<string, string> = {};
  for (const word of new Set(words)) {
    const path = resolve(cwd, word);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() && found.size <= LARGEST_FILE) {
      files[word] = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
    }
  }
  return { kind: 'command', words, files, timeoutS };
}

/** Why another program is not this one, in words; undefined where it is. */
export function programDifference(asked: ProgramWork, own: ProgramWork): string | undefined {
  const [there, here] = [asked, own].map(({ words }) => JSON.stringify(words.join(' ')));
  if (asked.words.length !== own.words.length || asked.words.some((word, i) => word !== own.words[i])) {
    return `the program ${there} is asked for, and this worker has ${here}`;
  }
  const other = asked.words.find((word) => asked.files[word] !== own.files[word]);
  return other === undefined ? undefined : `its file "${other}" is not the same as that of the run`;
}
