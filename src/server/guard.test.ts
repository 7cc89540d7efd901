/** Nobody else may ask, and nobody without the token may change anything. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newToken } from './control.js';
import { policyOf } from './page.js';
import { type Serving, serve } from './serve.js';
import { ask, type Question, sendRaw } from './testing/asking.js';
import { plainReport, quickRun } from './testing/small-runs.js';

const token = newToken();

let base: string;
let runs: string;
let server: Serving; // with control
let readOnly: Serving;
const resumed: string[] = [];
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-guard-'));
  runs = join(base, 'runs');
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
