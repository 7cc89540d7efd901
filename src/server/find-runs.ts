/** The runs in a folder. */
import type { Dirent } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { realInside } from './inside.js';

/** One run. */
export interface FoundRun {
  /** the path in the folder of runs, with `/`; of that folder itself, its own name */
  readonly name: string;
  /** real path of its folder */
  readonly path: string;
  /** real path of the folder of runs */
  readonly root: string;
}

const MOST_RUNS = 5000;

/**
 * All runs in a folder, by name: the folder itself, those in it, or those in folders in it. None where it does not exist.
 * Folders that links lead to count where they lie in the folder too.
 */
export async function findRuns(folder: string): Promise<FoundRun[]> {
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined) return [];
  const entries = await entriesOf(root);
  if (isRun(entries)) return [{ name: basename(root), path: root, root }];
  const runs: FoundRun[] = [];
  for (const outer of await foldersIn(root, root, entries)) {
    const inside = await entriesOf(outer.path);
    if (isRun(inside)) runs.push({ ...outer, root });
    else {
      for (const { name, path } of await foldersIn(outer.path, root, inside)) {
        if (isRun(await entriesOf(path))) runs.push({ name: `${outer.name}/${name}`, path, root });
        if (runs.length >= MOST_RUNS) break;
      }
    }
    if (runs.length >= MOST_RUNS) break;
  }
  return runs.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Also a run of which a file is missing. */
function isRun(entries: readonly Dirent[]): boolean {
  const has = (name: string) => entries.some((entry) => entry.name === name);
  return has('run.json') || (has('config.yaml') && (has('journal.ndjson') || has('status.json')));
}

async function foldersIn(folder: string, root: string, entries: readonly Dirent[]) {
  const folders: { name: string; path: string }[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) folders.push({ name: entry.name, path });
    const real = entry.isSymbolicLink() ? await realInside(path, root) : undefined;
    if (real !== undefined) folders.push({ name: entry.name, path: real });
  }
  return folders;
}

/** Nothing where it is no folder, or cannot be read. */
function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}
