/** Malformed requests of every kind: the server answers afterwards as before, and no byte beside the runs is ever sent. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newToken } from './control.js';
import { type Serving, serve } from './serve.js';
import { ask, listen, sendRaw } from './testing/asking.js';
import { plainReport, quickRun } from './testing/small-runs.js';

const CANARY = 'canary-51d0e2';
const SEED = 20_260;
const SECONDS = 12;

let base: string;
let server: Serving;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-fuzz-'));
  const runs = join(base, 'runs');
  await quickRun(join(runs, 'a'));
  mkdirSync(join(base, CANARY));
  writeFileSync(join(base, 'canary.txt'), CANARY);
  writeFileSync(join(base, 'page.html'), '<p>the page</p>');
  const control = { token: newToken(), resume: () => Promise.reject(new Error('nothing may be started')) };
  server = await serve({ runs, port: 0, reportOf: plainReport, page: join(base, 'page.html'), control });
});
afterAll(async () => {
  await server.close();
  rmSync(base, { recursive: true, force: true });
});

async function expectAlive(): Promise<void> {
  const answer = await ask(server.port, '/api/runs');
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toMatchObject([{ name: 'a', state: 'ended' }]);
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString('latin1'));
const method = fc.oneof(
  { weight: 6, arbitrary: fc.constant('GET') },
  { weight: 1, arbitrary: fc.constantFrom('POST', 'HEAD', 'OPTIONS', 'TRACE', 'TRACK', 'PRI', 'get', '') },
  { weight: 1, arbitrary: bytes },
);
const step = fc.oneof(
  fc.constantFrom(
    'api',
    'runs',
    'a',
    'files',
    'log',
    'report.html',
    'config.yaml',
    'control',
    'events',
    'workers',
    '..',
    '%2e%2e',
    '%2f',
    '%00',
    '\\',
    '%',
    '*',
    'canary.txt',
    '?after=',
    '#',
  ),
  bytes,
);
const target = fc.oneof(
  fc.array(step, { maxLength: 8 }).map((steps) => `/${steps.join('/')}`),
  fc.constantFrom('/', '/api/runs', '/api/runs/a', '/api/runs/a/log', '/api/runs/a/files/config.yaml', '/api/events'),
  fc.constantFrom('*', 'http://127.0.0.1/', '//', 'file:///etc/passwd', '/api/runs/a/files/..%2f..%2fcanary.txt'),
  bytes,
);
const version = fc.oneof(
  { weight: 6, arbitrary: fc.constant('HTTP/1.1') },
  { weight: 1, arbitrary: fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/9', 'ICY', '') },
  { weight: 1, arbitrary: bytes },
);
const header = fc.oneof(
  fc.constantFrom(
    'Host: 127.0.0.1:PORT',
    'Host: evil',
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 99999999999999999999',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'Expect: 100-continue',
    'Connection: upgrade',
    'Upgrade: websocket',
    'Connection: keep-alive',
    'Content-Type: application/json',
    'Origin: http://127.0.0.1:PORT',
    'If-None-Match: *',
    'Range: bytes=0-',
    ': no name',
    ' folded',
    `X: ${'x'.repeat(20_000)}`,
  ),
  bytes,
);
const headers = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(header, { maxLength: 6 }) },
);
const lineEnd = fc.oneof(
  { weight: 8, arbitrary: fc.constant('\r\n') },
  { weight: 1, arbitrary: fc.constantFrom('\n', '\r') },
);
const body = fc.oneof(
  bytes,
  fc.constantFrom('', '5\r\nhello\r\n0\r\n\r\n', '{"wanted":"run"}', 'ffffffffffffffff\r\n'),
);
const request = fc
  .tuple(method, target, version, headers, lineEnd, body)
  .map(
    ([verb, path, protocol, others, end, rest]) =>
      [`${verb} ${path} ${protocol}`, 'Host: 127.0.0.1:PORT', ...others, '', ''].join(end) + rest,
  );
const pipelined = fc.array(request, { minLength: 1, maxLength: 3 }).map((requests) => requests.join(''));
const cut = fc
  .tuple(pipelined, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([text, share]) => text.slice(0, Math.ceil(share * text.length)));
const sent = fc.oneof(pipelined, pipelined, cut, bytes);

it(`survives random requests for ${SECONDS} seconds`, async () => {
  const statuses = new Set<string>();
  let count = 0;
  const property = fc.asyncProperty(fc.array(sent, { minLength: 8, maxLength: 8 }), async (texts) => {
    const answers = await Promise.all(
      texts.map((text) =>
        sendRaw(server.port, Buffer.from(text.replaceAll('PORT', String(server.port)), 'latin1'), 50),
      ),
    );
    for (const answer of answers) {
      expect(answer).not.toContain(CANARY);
      expect(answer).not.toContain(base);
      expect(answer).not.toMatch(/node_modules|\.ts:\d|\.js:\d/); // of a stack
      expect(answer).not.toMatch(/^HTTP\/1\.1 5/m);
      for (const [, status] of answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)) statuses.add(status!);
      count++;
    }
  });
  const began = performance.now();
  await fc.assert(property, {
    seed: SEED,
    numRuns: 10_000,
    interruptAfterTimeLimit: SECONDS * 1000,
    endOnFailure: true,
  });
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(count).toBeGreaterThan(200);
  expect([...statuses]).toEqual(expect.arrayContaining(['200', '400', '404', '405']));
  await expectAlive();
}, 60_000);

it('requests that never end are cut off, and others are answered meanwhile', async () => {
  const host = `Host: 127.0.0.1:${server.port}\r\n`;
  const slow = ['', 'GET', `GET / HTTP/1.1\r\n${host}`, `GET / HTTP/1.1\r\n${host}X: `].map((text) =>
    sendRaw(server.port, text, 15_000),
  );
  const waiting = sendRaw(
    server.port,
    `POST /api/runs/a/control HTTP/1.1\r\n${host}Origin: http://127.0.0.1:${server.port}\r\nContent-Length: 100\r\n\r\n{`,
    15_000,
  );
  await expectAlive();
  const began = performance.now();
  const answers = await Promise.all(slow);
  expect(performance.now() - began).toBeLessThan(14_000);
  for (const answer of answers) expect(answer).toMatch(/^(HTTP\/1\.1 408 |$)/);
  expect(await waiting).toMatch(/^HTTP\/1\.1 (401|408) /);
  await expectAlive();
}, 60_000);

it('hundreds of connections at once, left half way, harm nobody who comes later', async () => {
  const sockets = Array.from({ length: 400 }, () => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write('GET /api/events HTTP/1.1\r\nHost: 127'));
    socket.on('error', () => {});
    return socket;
  });
  await new Promise((done) => setTimeout(done, 300));
  for (const socket of sockets) socket.destroy();
  await new Promise((done) => setTimeout(done, 100));
  const listeners = await Promise.all(Array.from({ length: 20 }, () => listen(server.port)));
  for (const listener of listeners) listener.close();
  await expectAlive();
});
