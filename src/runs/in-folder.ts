/** Working in a run's folder: a new one that leaves nothing behind when nothing came of it, or one that is there; one process at a time. */
import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '../errors.js';
import { exists, isUnfinishedName, writeFileAtomic } from './atomic.js';
import { createRunFolder, openRunFolder, type RunFolder } from './folder.js';
import { LIVE_NAMES } from './live/files.js';
import { lockFolder } from './lock.js';

/** A run that begins. */
export interface NewRun<Job, Finished> {
  /** Reads the inputs; the text becomes `config.yaml`. */
  begin(): Promise<{ readonly job: Job; readonly text: string }>;
  carryOut(folder: RunFolder, job: Job): Promise<Finished>;
  /** asked when the run has failed: whether there is something to resume */
  isWorthKeeping(): boolean;
}

/** Carries out a run in a new or empty folder. @throws InputError where the folder holds something; whatever the run throws */
export async function inNewFolder<Job, Finished>(path: string, run: NewRun<Job, Finished>): Promise<Finished> {
  const missing = await missingFolders(path);
  const folder = await createRunFolder(path);
  const lock = await lockFolder(path);
  try {
    if (await exists(folder.config)) throw new InputError('another process has just run here', { file: path });
    try {
      const { job, text } = await run.begin();
      await writeFileAtomic(folder.config, text);
      return await run.carryOut(folder, job);
    } catch (error) {
      if (!run.isWorthKeeping()) {
        await removeFiles(folder);
        await lock.release();
        for (const made of missing) await rmdir(made).catch(() => {}); // somebody else has put something into it
      }
      throw error;
    }
  } finally {
    await lock.release();
  }
}

/** Works in the folder of an existing run. @throws InputError where there is none, or another process is at work in it */
export async function inRunFolder<Finished>(
  path: string,
  work: (folder: RunFolder) => Promise<Finished>,
): Promise<Finished> {
  const folder = await openRunFolder(path);
  const lock = await lockFolder(path);
  try {
    return await work(folder);
  } finally {
    await lock.release();
  }
}

/** The folder and those above it that do not exist yet, the innermost first. */
async function missingFolders(path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let folder = resolve(path); !(await exists(folder)); folder = dirname(folder)) missing.push(folder);
  return missing;
}

/** Takes away the files of a run that has measured nothing and trained nothing. */
async function removeFiles({ path, config, journal }: RunFolder): Promise<void> {
  const live = LIVE_NAMES.map((name) => join(path, name));
  for (const file of [config, journal, join(path, 'run.json'), ...live]) await rm(file, { force: true });
  await rm(join(path, 'journals'), { recursive: true, force: true });
}

/** Takes away what a process that was killed while writing has left. */
export async function removeUnfinished(path: string): Promise<void> {
  for (const name of await readdir(path)) if (isUnfinishedName(name)) await rm(join(path, name), { force: true });
}
