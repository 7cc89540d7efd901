import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { lockFolder } from './lock.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const locks = () => readdirSync(folder).filter((name) => name.startsWith('lock.'));

function hold(): { child: ChildProcess; said: Promise<string>; ended: Promise<void> } {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'src/runs/testing/hold-lock.ts', folder], {
    cwd: resolve(import.meta.dirname, '../..'),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = new Promise<string>((done) => {
    child.stdout?.setEncoding('utf8').once('data', (text: string) => done(text.trim()));
    child.once('close', () => done('nothing'));
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  return { child, said, ended };
}

/** What the lock file of this very process says, as a template for made-up ones. */
async function ownHolder(): Promise<Record<string, unknown>> {
  const lock = await lockFolder(folder);
  const text = readFileSync(join(folder, locks()[0] as string), 'utf8');
  await lock.release();
  return JSON.parse(text) as Record<string, unknown>;
}

it('is held until it is released, and names the process that holds it', async () => {
  const lock = await lockFolder(folder);
  const refusal = await lockFolder(folder).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(InputError);
  expect((refusal as Error).message).toContain(`in use by process ${process.pid}`);
  expect(locks().length).toBe(1);
  await lock.release();
  await lock.release();
  expect(locks()).toEqual([]);
  await (await lockFolder(folder)).release();
});

it('another process is refused; after kill -9 the lock is taken over; a signal releases it', async () => {
  const first = hold();
  expect(await first.said).toBe('held');
  await expect(lockFolder(folder)).rejects.toThrow(`in use by process ${first.child.pid}`);
  first.child.kill('SIGKILL');
  await first.ended;
  expect(locks().length).toBe(1);
  await (await lockFolder(folder)).release();
  expect(locks()).toEqual([]);

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const other = hold();
    expect(await other.said).toBe('held');
    other.child.kill(signal);
    await other.ended;
    expect(other.child.signalCode).toBe(signal);
    expect(readdirSync(folder)).toEqual([]);
  }
});

it('of several that come at once to a stale lock at most one gets it', async () => {
  const stale = { ...(await ownHolder()), pid: 2 ** 22 + 1 }; // above the largest process id
  for (let round = 0; round < 2; round++) {
    writeFileSync(join(folder, `lock.stale${round}`), JSON.stringify(stale));
    const children = Array.from({ length: 5 }, hold);
    const said = await Promise.all(children.map((child) => child.said));
    expect(said.filter((text) => text === 'held').length).toBe(1);
    expect(said.filter((text) => /in use by process \d+/.test(text)).length).toBe(4);
    for (const { child } of children) child.stdin?.end();
    await Promise.all(children.map((child) => child.ended));
    expect(readdirSync(folder)).toEqual([]);
  }
});

it.skipIf(process.platform !== 'linux')(
  'a process id that was given to another process does not keep the lock',
  async () => {
    const { started, ...holder } = await ownHolder();
    expect(started).toMatch(/^\S+ \d+$/);
    writeFileSync(join(folder, 'lock.old'), JSON.stringify({ ...holder, started: 'an earlier boot 12' }));
    await (await lockFolder(folder)).release();
    expect(locks()).toEqual([]);
  },
);

it('a lock of another machine, and a file that is no lock, are left alone with advice', async () => {
  const holder = await ownHolder();
  writeFileSync(join(folder, 'lock.far'), JSON.stringify({ ...holder, host: `not-${hostname()}`, pid: 2 ** 22 + 1 }));
  await expect(lockFolder(folder)).rejects.toThrow(/on the machine "not-.*delete this file if it no longer runs/);
  writeFileSync(join(folder, 'lock.far'), '{');
  await expect(lockFolder(folder)).rejects.toThrow(/lock\.far: is not a lock/);
  expect(locks()).toEqual(['lock.far']);
});
