/** A run is a folder of plain files: their names, and making or finding such a folder. */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '../errors.js';
import { isUnfinishedName, writeError, writeFileAtomic } from './atomic.js';
import { isLockName } from './lock.js';

/** The format of a run folder that this version writes and the only one it reads so far. */
export const RUN_FORMAT = 'lissnas-run/1';

/** Where the parts of a run lie; each is the full path of a file that may not exist yet. */
export interface RunFolder {
  readonly path: string;
  readonly config: string;
  readonly journal: string;
  readonly shrunkSpace: string;
  /** true when the folder held a run before */
  readonly existed: boolean;
}

const VERSION_FILE = 'run.json';
const CONFIG_FILE = 'config.yaml';

/**
 * Makes the folder of a new run, parents included; it must not exist yet or be empty. With `allowResume` an existing run is opened instead.
 * Nothing new stays behind when it fails.
 * @throws InputError when the folder holds something (with advice), is no folder, or cannot be written to
 */
export async function createRunFolder(path: string, options: { allowResume?: boolean } = {}): Promise<RunFolder> {
  const names = await list(path);
  if (names?.includes(VERSION_FILE) && names.includes(CONFIG_FILE)) {
    if (options.allowResume) return openRunFolder(path);
    throw new InputError(`already holds a run; continue it with \`lissnas resume ${path}\` or choose another folder`, {
      file: path,
    });
  }
  const foreign = names?.find((name) => !isOwnBeginning(name));
  if (foreign !== undefined) {
    throw new InputError(`is not empty (it holds "${foreign}"); choose a new or empty folder`, { file: path });
  }
  const made = await makeFolder(path).catch((error: unknown) => {
    throw writeError(path, error);
  });
  try {
    await writeFileAtomic(join(path, VERSION_FILE), `${JSON.stringify({ format: RUN_FORMAT })}\n`);
  } catch (error) {
    if (made !== undefined) await rm(made, { recursive: true, force: true });
    throw error;
  }
  return filesOf(path, false);
}

/**
 * Makes a folder with its parents, one after the other (Node's recursive way never returns on some file systems, /proc among them).
 * Returns the first one that had to be made, or undefined.
 */
async function makeFolder(path: string): Promise<string | undefined> {
  const whole = resolve(path);
  const isThere = await stat(whole).catch(() => undefined);
  if (isThere?.isDirectory()) return undefined;
  const parent = dirname(whole);
  const first = parent === whole ? undefined : await makeFolder(parent);
  await mkdir(whole).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST' || isThere !== undefined) throw error; // another process may have been quicker
  });
  return first ?? whole;
}

/** The folder of an existing run. @throws InputError when there is none, or its format is not known */
export async function openRunFolder(path: string): Promise<RunFolder> {
  const names = await list(path);
  if (names === undefined) throw new InputError('does not exist, so there is no run to resume', { file: path });
  if (!names.includes(VERSION_FILE) || !names.includes(CONFIG_FILE)) {
    throw new InputError(`holds no run: ${VERSION_FILE} and ${CONFIG_FILE} are expected in it`, { file: path });
  }
  const text = await readFile(join(path, VERSION_FILE), 'utf8');
  const format = formatOf(text);
  if (format !== RUN_FORMAT) {
    throw new InputError(
      `the run has the format ${format === undefined ? 'of another program' : JSON.stringify(format)}, but this version reads "${RUN_FORMAT}" only`,
      { file: join(path, VERSION_FILE) },
    );
  }
  return filesOf(path, true);
}

/** What a run that was stopped before its configuration was written may have left. */
function isOwnBeginning(name: string): boolean {
  return name === VERSION_FILE || isLockName(name) || isUnfinishedName(name);
}

function filesOf(path: string, existed: boolean): RunFolder {
  return {
    path,
    config: join(path, CONFIG_FILE),
    journal: join(path, 'journal.ndjson'),
    shrunkSpace: join(path, 'shrunk-space.json'),
    existed,
  };
}

async function list(path: string): Promise<string[] | undefined> {
  try {
    return await readdir(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR')
      throw new InputError('is a file where a folder is needed', { file: path }, { cause: error });
    if (code === 'EACCES')
      throw new InputError('cannot be read: permission is denied', { file: path }, { cause: error });
    throw error;
  }
}

function formatOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { format?: unknown } | null)?.format;
  } catch {
    return undefined;
  }
}
