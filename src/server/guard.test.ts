/** Nobody else may ask, no path leads out, and no file beside the runs is ever sent. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newToken } from './control.js';
import { withoutPaths } from './inside.js';
import { policyOf } from './page.js';
import { type Serving, serve } from './serve.js';
import { ask, type Question, sendRaw } from './testing/asking.js';
import { plainReport, quickRun } from './testing/small-runs.js';

const CANARY = 'canary-7f3a9c';
const token = newToken();

let base: string;
let runs: string;
let server: Serving; // with control
let readOnly: Serving;
const resumed: string[] = [];
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-guard-'));
  runs = join(base, 'runs');
  writeFileSync(join(base, 'canary.txt'), CANARY);
  await quickRun(join(runs, 'a'));
  await quickRun(join(runs, 'stopped'));
  rmSync(join(runs, 'stopped/shrunk-space.json'));
  writeFileSync(join(base, 'page.html'), '<p>the page</p>');
  const options = { runs, port: 0, reportOf: plainReport, page: join(base, 'page.html') };
  readOnly = await serve(options);
  const resume = async (folder: string) => void resumed.push(folder);
  server = await serve({ ...options, control: { token, resume } });
});
afterAll(async () => {
  await server.close();
  await readOnly.close();
  rmSync(base, { recursive: true, force: true });
});

const own = () => `http://127.0.0.1:${server.port}`;

describe('names of the server', () => {
  it.each(['127.0.0.1', 'localhost'])('%s is one', async (name) => {
    const answer = await ask(server.port, '/api/runs', { headers: { Host: `${name}:${server.port}` } });
    expect(answer.status).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    'localhost',
    'localhost:1',
    '127.0.0.1.evil.example:PORT',
    'localhost.evil.example:PORT',
    '0.0.0.0:PORT',
    '127.1:PORT',
    '2130706433:PORT',
    '[::1]:PORT',
    'user@127.0.0.1:PORT',
    '127.0.0.1:PORT.evil.example',
    ' ',
  ])('%s is none, as after DNS rebinding', async (name) => {
    for (const path of ['/', '/api/runs', '/api/runs/a', '/api/events', '/api/runs/a/files/config.yaml']) {
      const host = name.replace('PORT', String(server.port));
      const answer = await ask(server.port, path, { headers: { Host: host } });
      expect(answer.status).toBe(421);
      expect(JSON.parse(answer.text)).toEqual({ error: `this server answers to 127.0.0.1:${server.port} only` });
    }
  });

  it('none, two, and another one in the address are refused', async () => {
    const host = `Host: 127.0.0.1:${server.port}\r\n`;
    expect(await sendRaw(server.port, 'GET /api/runs HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendRaw(server.port, 'GET /api/runs HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /);
    expect(await sendRaw(server.port, `GET /api/runs HTTP/1.1\r\n${host}Host: evil.example\r\n\r\n`)).toMatch(/ 421 /);
    for (const address of [
      'http://evil.example/api/runs',
      `${own()}/api/runs`,
      '*',
      'api/runs',
      '//evil.example/api',
    ]) {
      const answer = await sendRaw(server.port, `GET ${address} HTTP/1.1\r\n${host}\r\n`);
      expect(answer, address).toMatch(/^HTTP\/1\.1 (400|404) /);
      expect(answer).not.toContain('shrink');
    }
    expect(await sendRaw(server.port, `CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\n${host}\r\n`)).toBe('');
  });
});

describe('pages of other origins', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['a foreign origin', { Origin: 'https://evil.example' }],
    ['no origin of its own', { Origin: 'null' }],
    ['another port', { Origin: 'http://127.0.0.1:1' }],
    ['this server by another name', { Origin: 'http://localhost:PORT' }],
    ['https', { Origin: 'https://127.0.0.1:PORT' }],
    ['another site, as the browser says', { 'Sec-Fetch-Site': 'cross-site' }],
    ['another program of this machine, as the browser says', { 'Sec-Fetch-Site': 'same-site' }],
  ])('%s may ask nothing', async (_, headers) => {
    const withPort = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(server.port))]),
    );
    for (const [path, question] of [
      ['/api/runs', {}],
      ['/api/events', {}],
      ['/api/runs/a/report.html', {}],
      ['/api/runs/stopped/control', wish('cancel')],
    ] as [string, Question][]) {
      const answer = await ask(server.port, path, { ...question, headers: { ...question.headers, ...withPort } });
      expect(answer.status, path).toBe(403);
      expect(answer.headers['access-control-allow-origin']).toBe(undefined);
      expect(answer.text).not.toContain('shrink');
    }
  });

  it('get no leave beforehand either', async () => {
    const headers = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' };
    const answer = await ask(server.port, '/api/runs/a/control', { method: 'OPTIONS', headers });
    expect(answer.status).toBe(405);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('may link to the page, which holds nothing', async () => {
    const answer = await ask(server.port, '/', {
      headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' },
    });
    expect(answer).toMatchObject({ status: 200, text: '<p>the page</p>' });
  });
});

/** A rightful wish, with other headers or another body in place of some. */
function wish(wanted: string, headers: Readonly<Record<string, string>> = {}, body?: string): Question {
  return {
    method: 'POST',
    headers: { Origin: own(), Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
    body: body ?? JSON.stringify({ wanted }),
  };
}

describe('pausing, cancelling and going on', () => {
  const path = '/api/runs/stopped/control';

  it('needs the token, a JSON body and the page of this server', async () => {
    expect(token).toMatch(/^[\w-]{43}$/); // 256 bits
    const without = (name: string): Question => {
      const { [name]: _, ...headers } = wish('run').headers as Record<string, string>;
      return { ...wish('run'), headers };
    };
    const refused: [Question, number][] = [
      [without('Authorization'), 401],
      [wish('run', { Authorization: `Bearer ${newToken()}` }), 401],
      [wish('run', { Authorization: `Bearer ${token.slice(0, -1)}` }), 401],
      [wish('run', { Authorization: token }), 401],
      [wish('run', { Authorization: '' }), 401],
      [without('Origin'), 403],
      [without('Content-Type'), 415],
      [wish('run', { 'Content-Type': 'text/plain' }), 415],
      [wish('run', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'wanted=run'), 415],
      [wish('run', {}, ''), 400],
      [wish('run', {}, '{"wanted":"run"'), 400],
      [wish('delete'), 400],
      [wish('run', {}, '{"wanted":"run","more":1}'), 400],
      [wish('run', {}, '{"__proto__":{"wanted":"run"}}'), 400],
      [wish('run', {}, JSON.stringify({ wanted: 'x'.repeat(2000) })), 413],
      [wish('pause'), 409],
    ];
    for (const [question, status] of refused) {
      const answer = await ask(server.port, path, question);
      expect(answer.status, JSON.stringify(question)).toBe(status);
      expect(JSON.parse(answer.text).error).toMatch(/^[^\n]+$/);
      expect(answer.text).not.toContain(token);
    }
    expect(resumed).toEqual([]);
    expect((await ask(server.port, '/api/runs/none/control', wish('run'))).status).toBe(404);
    expect((await ask(server.port, '/api/runs/a/control', wish('cancel'))).status).toBe(409);
    expect((await ask(server.port, '/api/runs', wish('run'))).status).toBe(405);
  });

  it('starts a run once, however often it is asked', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(server.port, path, wish('run'))));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(resumed).toEqual([join(runs, 'stopped')]);
    expect((await ask(server.port, path, wish('cancel'))).status).toBe(202);
    expect((await ask(server.port, '/api/runs')).text).toContain('"state":"cancelled"');
    rmSync(join(runs, 'stopped/control.json'));
  });

  it('is not there at all where it was not allowed', async () => {
    const question = {
      ...wish('run'),
      headers: { ...wish('run').headers, Origin: `http://127.0.0.1:${readOnly.port}` },
    };
    expect(await ask(readOnly.port, path, question)).toMatchObject({ status: 403 });
    expect((await ask(readOnly.port, '/api/runs/a', { method: 'DELETE' })).status).toBe(405);
  });
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

  it('what is no file is not read: a folder, and a pipe that would never end', async () => {
    cpSync(join(runs, 'a'), join(runs, 'odd'), { recursive: true });
    mkdirSync(join(runs, 'odd/report.html'));
    expect((await ask(server.port, '/api/runs/odd/report.html')).status).toBe(404);
    execFileSync('mkfifo', [join(runs, 'odd/log.ndjson.pipe')]);
    renameSync(join(runs, 'odd/log.ndjson.pipe'), join(runs, 'odd/log.ndjson'));
    for (const path of ['', '/log']) {
      const answer = await ask(server.port, `/api/runs/odd${path}`);
      expect(answer).toMatchObject({ status: 422, text: expect.stringContaining('neither a file nor a folder') });
    }
    rmSync(join(runs, 'odd'), { recursive: true });
  });
});

it('every answer bears the headers that guard it', async () => {
  for (const path of ['/', '/api/runs', '/api/runs/a', '/api/runs/none', '/api/runs/a/files/config.yaml', '/nothing']) {
    const { headers } = await ask(server.port, path);
    expect(headers['x-content-type-options'], path).toBe('nosniff');
    expect(headers['referrer-policy'], path).toBe('no-referrer');
    expect(headers['cache-control'], path).toBe('no-store');
    expect(headers['content-security-policy'], path).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  }
});

it('the policy of the page names each of its programs by a hash that OpenSSL gives too', () => {
  // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
  expect(policyOf('<script>alert(1)</script>')).toContain(
    "script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='",
  );
  expect(policyOf('<p>')).toContain("script-src 'none'");
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
