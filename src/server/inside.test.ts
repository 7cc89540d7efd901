/** No path leads out of the folder of runs, and no file beside the runs is ever sent. */
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutPaths } from './inside.js';
import { type Serving, serve } from './serve.js';
import { ask, sendRaw } from './testing/asking.js';
import { plainReport, quickRun } from './testing/small-runs.js';

const CANARY = 'canary-7f3a9c';

let base: string;
let runs: string;
let server: Serving;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-inside-'));
  runs = join(base, 'runs');
  writeFileSync(join(base, 'canary.txt'), CANARY);
  await quickRun(join(runs, 'a'));
  server = await serve({ runs, port: 0, reportOf: plainReport });
});
afterAll(async () => {
  await server.close();
  rmSync(base, { recursive: true, force: true });
});

describe('paths', () => {
  const steps = [
    '..',
    '%2e%2e',
    '%2E.',
    '..%2f..',
    '..%5c..',
    '%252e%252e',
    '%c0%ae%c0%ae',
    '%ff%fe',
    '..%00',
    '%00',
    '.',
    '%2f',
    '%5c',
    'a%2f..',
    'a%2f..%2f..',
    '__proto__',
    'constructor',
    `${'..%2f'.repeat(50)}etc`,
    'x'.repeat(1500),
  ];
  const ends = [
    'canary.txt',
    '..%2fcanary.txt',
    '%2e%2e%2fcanary.txt',
    'canary.txt%00config.yaml',
    'config.yaml%2f..%2f..%2f..%2fcanary.txt',
  ];

  it('no spelling of them leads to a file beside the runs', async () => {
    const seen: string[] = [];
    for (const step of steps) {
      for (const end of ends) {
        for (const path of [
          `/${step}/${end}`,
          `/api/runs/${step}/files/${end}`,
          `/api/runs/a/files/${step}/${end}`,
          `/api/runs/${step}%2f${end}`,
          `/api/runs/${step}/${end}`,
        ]) {
          const answer = await sendRaw(
            server.port,
            `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n`,
            5000,
          );
          expect(answer).toMatch(/^HTTP\/1\.1 (400|403|404|414|421) /);
          expect(answer).not.toContain(CANARY);
          expect(answer).not.toContain(base);
          seen.push(answer.slice(9, 12));
        }
      }
    }
    expect(new Set(seen)).toEqual(new Set(['404']));
  }, 120_000);

  it('backslashes, bytes that are no ASCII, and addresses that are too long are refused', async () => {
    const host = `\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n`;
    for (const [path, status] of [
      ['/api/runs/..\\..\\canary.txt', 400],
      ['/api/runs/%', 400],
      ['/api/runs/%zz', 400],
      [`/api/runs/${'a'.repeat(3000)}`, 414],
      [`/${'a'.repeat(20_000)}`, 431],
    ] as const) {
      expect(await sendRaw(server.port, `GET ${path} HTTP/1.1${host}`), path).toMatch(
        new RegExp(`^HTTP/1\\.1 ${status} `),
      );
    }
    const bytes = Buffer.from(`GET /api/runs/\xff\xfe HTTP/1.1${host}`, 'latin1');
    expect(await sendRaw(server.port, bytes)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('links that lead out are not followed, those that stay inside are', async () => {
    const outside = join(base, 'outside');
    await quickRun(outside);
    writeFileSync(join(outside, 'config.yaml'), `${CANARY}: 1\n`);
    symlinkSync(outside, join(runs, 'linked-out'));
    symlinkSync(join(runs, 'a'), join(runs, 'linked-in'));
    const harmed = ['report.html', 'config.yaml', 'status.json', 'log.ndjson', 'journal.ndjson', 'best.py'];
    for (const name of harmed) {
      cpSync(join(runs, 'a'), join(runs, `bent-${name}`), { recursive: true });
      rmSync(join(runs, `bent-${name}`, name), { force: true });
      symlinkSync(join(base, 'canary.txt'), join(runs, `bent-${name}`, name));
    }
    const rows = JSON.parse((await ask(server.port, '/api/runs')).text) as {
      name: string;
      state: string;
      problem?: string;
    }[];
    const named = new Map(rows.map((row) => [row.name, row]));
    expect(named.has('linked-out')).toBe(false);
    expect(named.get('linked-in')).toMatchObject({ state: 'ended' });
    expect((await ask(server.port, '/api/runs/linked-in/files/config.yaml')).status).toBe(200);
    for (const name of harmed) {
      expect(named.get(`bent-${name}`)).toMatchObject({
        state: 'damaged',
        problem: expect.stringContaining(`"${name}" is a link`),
      });
      for (const path of ['', '/log', '/report.html', '/files/config.yaml', '/files/best.py', '/files/report.html']) {
        const answer = await ask(server.port, `/api/runs/bent-${name}${path}`);
        expect(answer.text).not.toContain(CANARY);
        expect(answer.text).not.toContain(base);
      }
      rmSync(join(runs, `bent-${name}`), { recursive: true });
    }
    rmSync(join(runs, 'linked-out'));
    rmSync(join(runs, 'linked-in'));
  });

  it('a run that is exchanged for a link after it was listed is not followed either', async () => {
    await quickRun(join(runs, 'swapped'));
    expect((await ask(server.port, '/api/runs/swapped')).status).toBe(200);
    renameSync(join(runs, 'swapped'), join(base, 'swapped-away'));
    symlinkSync(join(base, 'swapped-away'), join(runs, 'swapped'));
    for (const path of ['', '/log', '/files/config.yaml']) {
      expect((await ask(server.port, `/api/runs/swapped${path}`)).status).toBe(404);
    }
    rmSync(join(runs, 'swapped'));
  });

  it('what is no file is not read: a folder, and a socket that would never end', async () => {
    cpSync(join(runs, 'a'), join(runs, 'odd'), { recursive: true });
    mkdirSync(join(runs, 'odd/report.html'));
    expect((await ask(server.port, '/api/runs/odd/report.html')).status).toBe(404);
    rmSync(join(runs, 'odd/log.ndjson'));
    const socket = createServer();
    await new Promise<void>((done) => socket.listen(join(runs, 'odd/log.ndjson'), done));
    for (const path of ['', '/log']) {
      const answer = await ask(server.port, `/api/runs/odd${path}`);
      expect(answer).toMatchObject({ status: 422, text: expect.stringContaining('neither a file nor a folder') });
    }
    socket.close();
    rmSync(join(runs, 'odd'), { recursive: true });
  });
});

it('sentences lose the paths of this machine', () => {
  expect(withoutPaths('/data/runs/a/journal.ndjson: line 3 is damaged', '/data/runs')).toBe(
    'a/journal.ndjson: line 3 is damaged',
  );
  expect(withoutPaths('/home/me/secret place/table.csv: has changed', '/data/runs')).not.toContain('/home/me');
  expect(withoutPaths('"/home/me/table.csv" and (/etc/x/y.z), 3/4 of it', '/data/runs')).toBe(
    '"table.csv" and (y.z), 3/4 of it',
  );
});
