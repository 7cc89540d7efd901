/**
 * One process at a time in a run folder.
 *
 * Every process first writes a lock file of its own, under a name that nobody else ever uses, and then looks for others. Of two that come at once
 * at least one sees the other and steps back, so two can never hold the folder. The file of a dead process can be removed by
 * anybody at any time, because its name is never used again; so taking over needs no agreement either.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { InputError } from '../errors.js';
import { temporaryName, writeError } from './atomic.js';

/** A held lock. It is also released when the process exits or is ended by SIGINT, SIGTERM or SIGHUP. */
export interface FolderLock {
  /** May be called twice. */
  release(): Promise<void>;
}

const PREFIX = 'lock.';
const ATTEMPTS = 20;

const holderSchema = z.object({
  format: z.literal('lissnas-lock/1'),
  pid: z.number().int().positive(),
  host: z.string(),
  /** tells this process from a later one with the same id; null where the system does not say */
  started: z.string().nullable(),
});

type Holder = z.infer<typeof holderSchema>;

/** Whether a file name in a run folder is that of a lock. */
export function isLockName(name: string): boolean {
  return name.startsWith(PREFIX);
}

/**
 * Locks an existing folder for this process. Locks of processes that no longer run are cleared away.
 * @throws InputError naming the process that holds the folder
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const own: Holder = {
    format: 'lissnas-lock/1',
    pid: process.pid,
    host: hostname(),
    started: processStart(process.pid) ?? null,
  };
  let seenBefore: string | undefined;
  for (let attempt = 1; ; attempt++) {
    const name = `${PREFIX}${process.pid}.${randomBytes(8).toString('hex')}`;
    const path = join(folder, name);
    const release = releaseOnExit(path);
    try {
      await appear(path, `${JSON.stringify(own)}\n`);
      const other = await findOther(folder, name);
      if (other === undefined) return { release };
      // whoever steps back comes again under a new name: a name that stays is a holder
      if (other.name === seenBefore || attempt === ATTEMPTS) throw other.refusal;
      seenBefore = other.name;
    } catch (error) {
      await release();
      throw error;
    }
    await release();
    await delay(30 + Math.random() * 20 * attempt); // two that met step back by different times
  }
}

/** Whether a process that lives, here or on another machine, holds the folder; only looks. @throws where the folder cannot be read */
export async function isFolderInUse(folder: string): Promise<boolean> {
  for (const name of (await readdir(folder)).filter(isLockName)) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (text === undefined) continue; // released meanwhile
    const holder = readHolder(text);
    if (holder !== undefined && (holder.host !== hostname() || isAlive(holder))) return true;
  }
  return false;
}

/** Like writeFileAtomic, but nothing is flushed: a lock need not outlive a power cut, and it must not linger unread. */
async function appear(path: string, text: string): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeError(path, error);
  }
}

/** Another process's lock in the folder and the words for it, or undefined; locks of the dead are removed on the way. */
async function findOther(folder: string, ownName: string): Promise<{ name: string; refusal: InputError } | undefined> {
  for (const name of await readdir(folder)) {
    if (!isLockName(name) || name === ownName) continue;
    const path = join(folder, name);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue; // released meanwhile
    const holder = readHolder(text);
    if (holder?.host === hostname() && !isAlive(holder)) await rm(path, { force: true });
    else return { name, refusal: refusalOf(folder, path, holder) };
  }
  return undefined;
}

function refusalOf(folder: string, path: string, holder: Holder | undefined): InputError {
  if (holder === undefined) {
    return new InputError('is not a lock that this version knows; delete it if no other lissnas works in this folder', {
      file: path,
    });
  }
  return holder.host === hostname()
    ? new InputError(`the folder is in use by process ${holder.pid}; wait until it ends, or end it`, { file: folder })
    : new InputError(
        `the folder is in use by process ${holder.pid} on the machine "${holder.host}"; wait for it, or delete this file if it no longer runs`,
        { file: path },
      );
}

function readHolder(text: string): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  const now = processStart(pid);
  return now === undefined || started === null || now === started;
}

/** When a process started, as text that no other process of this machine shares with its id; undefined where the system does not say. */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before may hold spaces
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const state = fields[0];
    return state === 'Z' || state === 'X' ? 'ended' : `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

const held = new Set<string>();
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function releaseOnExit(path: string): () => Promise<void> {
  if (held.size === 0) {
    process.on('exit', releaseAll);
    for (const signal of ENDING_SIGNALS) process.on(signal, endBySignal);
  }
  held.add(path);
  return async () => {
    if (!held.delete(path)) return;
    if (held.size === 0) {
      process.off('exit', releaseAll);
      for (const signal of ENDING_SIGNALS) process.off(signal, endBySignal);
    }
    await rm(path, { force: true });
  };
}

function releaseAll(): void {
  for (const path of held) rmSync(path, { force: true });
}

/** A signal that nobody else listens to ends the process as it would have without us; otherwise the listener decides. */
function endBySignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  releaseAll();
  process.off(signal, endBySignal);
  process.kill(process.pid, signal);
}
