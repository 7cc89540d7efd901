import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError, LissnasError } from '../errors.js';
import type { JournalEntry } from './entry.js';
import { JOURNAL_FORMAT, type JournalFile, openJournal } from './journal.js';
import { encodeLine } from './lines.js';
import { replay } from './replay.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-journal-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const header = { run: 'a-run' };
const ENTRIES: JournalEntry[] = [
  {
    kind: 'evaluation',
    key: '0.1.2',
    outcome: { kind: 'measured', accuracy: 93.1, costs: { macs_m: 12.5 }, source: 't' },
  },
  { kind: 'event', name: 'round', data: { number: 1, 'Jürgen*JJ': ['JJJ', null] } },
  { kind: 'evaluation', key: '2.1.0', outcome: { kind: 'failed', reason: 'timed out' } },
  { kind: 'evaluation', key: '2.2.0', outcome: { kind: 'unavailable', reason: 'not in the table' } },
];

async function write(path: string, entries: JournalEntry[] = ENTRIES): Promise<Buffer> {
  const journal = await openJournal(path, header);
  await Promise.all(entries.map((entry) => journal.append(entry)));
  await journal.close();
  return readFileSync(path);
}

async function readBack(path: string) {
  const journal = await openJournal(path, header);
  await journal.close();
  return journal;
}

describe('openJournal', () => {
  it('gives back exactly what was appended, over several openings', async () => {
    const path = join(folder, 'plain');
    await write(path, ENTRIES.slice(0, 1));
    await write(path, ENTRIES.slice(1));
    const { entries, repaired } = await readBack(path);
    expect(entries).toEqual(ENTRIES);
    expect(repaired).toBeUndefined();
  });

  it('keeps numbers that JSON cannot write, and hostile names', async () => {
    const path = join(folder, 'numbers');
    const costs = Object.fromEntries([
      ['__proto__', 1],
      ['a', -0],
      ['b', Number.NaN],
      ['c', Number.NEGATIVE_INFINITY],
      ['d', 0.1 + 0.2],
      ['e', 5e-324],
    ]);
    await write(path, [
      {
        kind: 'evaluation',
        key: '0',
        outcome: { kind: 'measured', accuracy: Number.POSITIVE_INFINITY, costs, source: '' },
      },
    ]);
    const [entry] = (await readBack(path)).entries;
    if (entry?.kind !== 'evaluation' || entry.outcome.kind !== 'measured') throw new Error('expected a measurement');
    expect(entry.outcome.accuracy).toBe(Number.POSITIVE_INFINITY);
    expect(Object.entries(entry.outcome.costs)).toEqual(Object.entries(costs));
    expect(Object.is(entry.outcome.costs.a, -0)).toBe(true);
    expect(Object.getPrototypeOf(entry.outcome.costs)).toBe(Object.prototype);
  });

  it('cut at every byte: keeps every whole line, and can be appended to', async () => {
    const whole = await write(join(folder, 'whole'));
    const path = join(folder, 'cut');
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      // the header is line 1; a line counts as whole when only its newline is missing
      const wholeLines = whole.toString('latin1').split('\n').slice(0, -1);
      let lines = 0;
      for (let used = 0; lines < wholeLines.length; lines++) {
        used += (wholeLines[lines] as string).length;
        if (used > length) break;
        used++;
      }
      const kept = Math.max(0, lines - 1);
      const journal = await openJournal(path, header);
      expect(journal.entries, `cut at byte ${length}`).toEqual(ENTRIES.slice(0, kept));
      await journal.append(ENTRIES[3] as JournalEntry);
      await journal.close();
      expect((await readBack(path)).entries).toEqual([...ENTRIES.slice(0, kept), ENTRIES[3]]);
    }
  });

  it('says in words what it dropped', async () => {
    const path = join(folder, 'words');
    const whole = await write(path);
    writeFileSync(path, whole.subarray(0, whole.length - 5));
    expect((await readBack(path)).repaired).toMatch(/dropped the half-written line 5 \(\d+ bytes\)/);
    expect((await readBack(path)).repaired).toBeUndefined();
  });

  it('any flipped bit is refused with the line and what can be kept, and the file is left as it is', async () => {
    const whole = await write(join(folder, 'sound'));
    const path = join(folder, 'flipped');
    const lineOf = (byte: number) => whole.subarray(0, byte).toString('latin1').split('\n').length;
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const bytes = Buffer.from(whole);
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      writeFileSync(path, bytes);
      const error: unknown = await openJournal(path, header).catch((thrown: unknown) => thrown);
      expect(error, `bit ${bit}`).toBeInstanceOf(InputError);
      const line = lineOf(bit >> 3);
      if (line > 1) {
        expect((error as Error).message).toContain(`line ${line} is damaged`);
        expect((error as Error).message).toContain(`the journal up to line ${line - 1} can be kept`);
      }
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
  });

  it('refuses lost, doubled and swapped lines', async () => {
    const lines = (await write(join(folder, 'lines'))).toString().split('\n');
    const [first, a, b, c] = lines as [string, string, string, string];
    const path = join(folder, 'reordered');
    for (const order of [
      [first, b, c],
      [first, a, a, b],
      [first, b, a],
      [a, b],
    ]) {
      writeFileSync(path, `${order.join('\n')}\n`);
      await expect(openJournal(path, header)).rejects.toThrow(InputError);
    }
  });

  it('refuses another run, another format, another shape of entry, and a file that is no journal', async () => {
    const path = join(folder, 'other');
    await write(path);
    await expect(openJournal(path, { run: 'another' })).rejects.toThrow(/another configuration/);
    const future = encodeLine(0, '{"kind":"header","format":"lissnas-journal/2","run":"a-run"}');
    writeFileSync(path, future);
    await expect(openJournal(path, header)).rejects.toThrow(/"lissnas-journal\/2".*"lissnas-journal\/1"/);
    const begin = encodeLine(0, JSON.stringify({ kind: 'header', format: JOURNAL_FORMAT, ...header }));
    writeFileSync(path, begin + encodeLine(1, '{"kind":"evaluation","key":"0"}'));
    await expect(openJournal(path, header)).rejects.toThrow(/line 2 is damaged.*no entry/);
    for (const text of ['thesis.txt, no newline', 'two\nlines\n', '\n', '\0\0\0']) {
      writeFileSync(path, text);
      await expect(openJournal(path, header)).rejects.toThrow(InputError);
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });

  it('reads journals that version 1 has written', async () => {
    const path = join(folder, 'old');
    copyFileSync(resolve(import.meta.dirname, '../../test/fixtures/journal-v1.ndjson'), path);
    const journal = await openJournal(path, { run: '5d2f3c1c5a1e4b0b9f6a7c8d9e0f1a2b' });
    await journal.close();
    const { finished, spent, events } = replay(journal.entries);
    expect([...finished]).toEqual([
      [
        '0.1.4',
        { kind: 'measured', accuracy: 71.25, costs: { latency_ms: 3.5 }, source: 'table demo.csv column top1' },
      ],
      ['2.0.3', { kind: 'failed', reason: 'the program ended with exit code 1' }],
      ['2.0.4', { kind: 'unavailable', reason: 'not in the table' }],
    ]);
    expect(spent).toBe(2);
    expect(events).toEqual([{ kind: 'event', name: 'round', data: { round: 1, members: 120 } }]);
  });
});

describe('a failing disk', () => {
  interface Faults {
    /** bytes that fit on the disk */
    capacity?: number;
    failSync?: boolean;
    failTruncate?: boolean;
    shortWrites?: boolean;
  }

  const fault = (code: string) => Object.assign(new Error(`${code}: injected`), { code });

  function faulty(faults: Faults): (path: string) => Promise<JournalFile> {
    return async (path) => {
      const file = await open(path, 'a+').then(async (created) => {
        await created.close();
        return open(path, 'r+');
      });
      return {
        readFile: file.readFile.bind(file),
        close: () => file.close(),
        truncate: (length) => (faults.failTruncate ? Promise.reject(fault('EIO')) : file.truncate(length)),
        datasync: () => (faults.failSync ? Promise.reject(fault('EIO')) : file.datasync()),
        async write(bytes: Uint8Array, offset: number, length: number, position: number) {
          const room = Math.min(length, (faults.capacity ?? Number.POSITIVE_INFINITY) - position);
          if (room <= 0) throw fault('ENOSPC');
          return file.write(bytes, offset, faults.shortWrites ? Math.min(room, 3) : room, position);
        },
      } as JournalFile;
    };
  }

  it('full: the append is refused in words, the file ends at the last entry that counts, and a later run goes on', async () => {
    const path = join(folder, 'full');
    const size = (await write(path, ENTRIES.slice(0, 2))).length;
    const journal = await openJournal(path, header, faulty({ capacity: size + 20 }));
    const appends = [ENTRIES[2], ENTRIES[3]].map((entry) => journal.append(entry as JournalEntry));
    for (const result of await Promise.allSettled(appends)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'journal' } });
      expect(String((result as PromiseRejectedResult).reason.message)).toMatch(/the disk is full.*does not count/);
    }
    await expect(journal.append(ENTRIES[3] as JournalEntry)).rejects.toThrow(LissnasError);
    await journal.close();
    expect(statSync(path).size).toBe(size);
    expect((await readBack(path)).entries).toEqual(ENTRIES.slice(0, 2));
  });

  it('a failed flush does not count, and even where the file cannot be shortened nothing that counted is lost', async () => {
    for (const failTruncate of [false, true]) {
      const path = join(folder, `sync-${failTruncate}`);
      await write(path, ENTRIES.slice(0, 2));
      const faults: Faults = { failTruncate };
      const journal = await openJournal(path, header, faulty(faults));
      faults.failSync = true;
      await expect(journal.append(ENTRIES[2] as JournalEntry)).rejects.toThrow(/input\/output error/);
      faults.failSync = false;
      await expect(journal.append(ENTRIES[2] as JournalEntry)).rejects.toThrow(/input\/output error/);
      await journal.close();
      expect((await readBack(path)).entries.slice(0, 2)).toEqual(ENTRIES.slice(0, 2));
    }
  });

  it('short writes are continued', async () => {
    const path = join(folder, 'short');
    const journal = await openJournal(path, header, faulty({ shortWrites: true }));
    await Promise.all(ENTRIES.map((entry) => journal.append(entry)));
    await journal.close();
    expect((await readBack(path)).entries).toEqual(ENTRIES);
  });

  it('an entry that is not JSON is refused alone', async () => {
    const path = join(folder, 'not-json');
    const journal = await openJournal(path, header);
    await expect(journal.append({ kind: 'event', name: 'x', data: 1n })).rejects.toThrow(TypeError);
    await journal.append(ENTRIES[0] as JournalEntry);
    await journal.close();
    expect((await readBack(path)).entries).toEqual(ENTRIES.slice(0, 1));
  });

  it('appends that are under way together share a flush', async () => {
    const path = join(folder, 'group');
    let flushes = 0;
    const journal = await openJournal(path, header, async (where) => {
      const file = await faulty({})(where);
      const datasync = () => {
        flushes++;
        return file.datasync();
      };
      return { ...file, datasync };
    });
    const before = flushes;
    await Promise.all(
      Array.from({ length: 100 }, (_, i) => journal.append({ kind: 'event', name: String(i), data: i })),
    );
    expect(flushes - before).toBeLessThan(5);
    await journal.close();
    await expect(journal.append(ENTRIES[0] as JournalEntry)).rejects.toThrow(/closed/);
    expect((await readBack(path)).entries.length).toBe(100);
  });
});

it('a process killed again and again loses nothing that it said was finished', async () => {
  const path = join(folder, 'killed');
  const root = resolve(import.meta.dirname, '../..');
  const acknowledged = new Set<string>();
  for (let round = 0; round < 6; round++) {
    const child = spawn(process.execPath, ['scripts/run.mjs', 'src/journal/testing/append-forever.ts', path], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    while (output === '' && child.exitCode === null) await delay(5);
    await delay(7 * round);
    child.kill('SIGKILL');
    await new Promise((done) => child.once('close', done));
    for (const line of output.split('\n').slice(0, -1)) acknowledged.add(line);
    const journal = await openJournal(path, { run: 'killed' });
    await journal.close();
    const { finished } = replay(journal.entries);
    expect(finished.size).toBe(journal.entries.length); // nothing was paid twice
    for (const key of acknowledged) {
      expect(finished.get(key)).toMatchObject({ kind: 'measured', accuracy: Number(key) / 7 });
    }
  }
  expect(acknowledged.size).toBeGreaterThanOrEqual(6);
});
