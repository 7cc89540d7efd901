/** What lies inside a folder and what only seems to. */
import { readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Whether a real path is that of a folder, or lies in it. @param root a real path too */
export function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** The real path of something in a folder; undefined where it is not there or is a link that leads out. @param root a real path */
export async function realInside(path: string, root: string): Promise<string | undefined> {
  const real = await realpath(path).catch(() => undefined);
  return real !== undefined && isInside(real, root) ? real : undefined;
}

/**
 * What in a run's folder is not to be read, in one sentence: a link that leads out of the folder of runs, or something that is neither file nor
 * folder. @param root the real path of the folder of runs
 */
export async function foreignIn(folder: string, root: string): Promise<string | undefined> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink() && (await realInside(path, root)) === undefined) {
      return `"${entry.name}" is a link that leads out of the folder of runs, which is not followed`;
    }
    if (!entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink()) {
      return `"${entry.name}" is neither a file nor a folder`;
    }
    if (entry.isDirectory() && entry.name === 'journals') {
      const inner = await foreignIn(path, root);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}

/** A sentence without the paths of this machine: those in the folder of runs become relative, of others only the last part stays. */
export function withoutPaths(sentence: string, root: string): string {
  const shortened = sentence.replaceAll(root + sep, '').replaceAll(root, '.');
  return shortened.replace(/(?<![\w./])\/(?:[^\s/:"'`,;]+\/)+([^\s/:"'`,;]+)/g, '$1').split('\n')[0]!;
}
