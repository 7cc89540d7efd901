import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { writeFileAtomic } from './atomic.js';
import { createRunFolder, openRunFolder } from './folder.js';
import { lockFolder } from './lock.js';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-folder-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe('createRunFolder', () => {
  it('makes a new folder, parents included, and takes an empty one', async () => {
    const path = join(base, 'a', 'b');
    const folder = await createRunFolder(path);
    expect(folder).toMatchObject({ path, journal: join(path, 'journal.ndjson'), existed: false });
    expect(JSON.parse(readFileSync(join(path, 'run.json'), 'utf8'))).toEqual({ format: 'lissnas-run/1' });
    mkdirSync(join(base, 'empty'));
    await createRunFolder(join(base, 'empty'));
  });

  it('takes a folder whose run was stopped before it had a configuration', async () => {
    const { path } = await createRunFolder(join(base, 'early'));
    const lock = await lockFolder(path);
    expect((await createRunFolder(path)).existed).toBe(false);
    await lock.release();
  });

  it('refuses a run, with the way to resume it, unless resuming is allowed', async () => {
    const folder = await createRunFolder(join(base, 'run'));
    writeFileSync(folder.config, 'space: x\n');
    await expect(createRunFolder(folder.path)).rejects.toThrow(`lissnas resume ${folder.path}`);
    expect(await createRunFolder(folder.path, { allowResume: true })).toEqual({ ...folder, existed: true });
    expect(await openRunFolder(folder.path)).toEqual({ ...folder, existed: true });
  });

  it('refuses foreign files, a file, and places that cannot be written to, and leaves nothing there', async () => {
    writeFileSync(join(base, 'thesis.txt'), 'mine');
    await expect(createRunFolder(base)).rejects.toThrow(/is not empty \(it holds "thesis.txt"\)/);
    for (const path of [join(base, 'thesis.txt'), join(base, 'thesis.txt', 'run')]) {
      await expect(createRunFolder(path)).rejects.toThrow(InputError);
    }
    expect(readdirSync(base)).toEqual(['thesis.txt']);
  });

  it('refuses a folder without permission', async () => {
    const asRoot = process.getuid?.() === 0; // root may write anywhere, so be somebody else meanwhile
    chmodSync(base, 0o555);
    if (asRoot) process.seteuid?.(65_534);
    try {
      await expect(createRunFolder(join(base, 'run'))).rejects.toThrow(/permission is denied/);
      await expect(createRunFolder(base)).rejects.toThrow(/permission is denied/);
    } finally {
      if (asRoot) process.seteuid?.(0);
      chmodSync(base, 0o700);
    }
  });
});

describe('openRunFolder', () => {
  it('refuses what is no run, and a format of another version', async () => {
    await expect(openRunFolder(join(base, 'none'))).rejects.toThrow(/does not exist/);
    await expect(openRunFolder(base)).rejects.toThrow(/holds no run/);
    const folder = await createRunFolder(join(base, 'run'));
    writeFileSync(folder.config, '');
    writeFileSync(join(folder.path, 'run.json'), '{"format":"lissnas-run/2"}');
    await expect(openRunFolder(folder.path)).rejects.toThrow(/"lissnas-run\/2".*"lissnas-run\/1"/);
    writeFileSync(join(folder.path, 'run.json'), '{');
    await expect(openRunFolder(folder.path)).rejects.toThrow(/another program/);
  });
});

describe('writeFileAtomic', () => {
  it('writes text, bytes and pieces, and replaces what was there', async () => {
    const path = join(base, 'file');
    await writeFileAtomic(path, 'old');
    await writeFileAtomic(path, Buffer.from('new'));
    expect(readFileSync(path, 'utf8')).toBe('new');
    await writeFileAtomic(
      path,
      (function* () {
        yield 'one ';
        yield Buffer.from('two');
      })(),
    );
    expect(readFileSync(path, 'utf8')).toBe('one two');
    expect(readdirSync(base)).toEqual(['file']);
  });

  it('leaves the old file and nothing else when it fails', async () => {
    const path = join(base, 'file');
    await writeFileAtomic(path, 'old');
    const broken = (async function* () {
      yield 'half';
      throw new Error('stopped');
    })();
    await expect(writeFileAtomic(path, broken)).rejects.toThrow('stopped');
    const full = (async function* () {
      yield 'half';
      throw Object.assign(new Error('injected'), { code: 'ENOSPC' });
    })();
    await expect(writeFileAtomic(path, full)).rejects.toThrow(/cannot be written because the disk is full/);
    mkdirSync(join(base, 'folder'));
    await expect(writeFileAtomic(join(base, 'folder'), 'x')).rejects.toThrow(InputError);
    await expect(writeFileAtomic(join(base, 'no', 'file'), 'x')).rejects.toThrow(/its folder does not exist/);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(base).sort()).toEqual(['file', 'folder']);
    expect(existsSync(join(base, 'no'))).toBe(false);
  });
});
