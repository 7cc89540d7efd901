/** What the server answers about runs that go on, have ended, were killed, are corrupt, or are not there. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import type { RunRow } from './run-row.js';
import { type Serving, serve } from './serve.js';
import { ask, listen } from './testing/asking.js';
import { plainReport, quickRun, startSlowRun } from './testing/small-runs.js';

let base: string;
let runs: string;
let server: Serving;
let made = 0; // reports
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-server-'));
  runs = join(base, 'runs');
  mkdirSync(runs);
  writeFileSync(join(base, 'page.html'), '<!doctype html><script type="module">let a = 1;</script><style>p{}</style>');
  server = await open(runs);
});
afterAll(async () => {
  await server.close();
  rmSync(base, { recursive: true, force: true });
});

function open(folder: string): Promise<Serving> {
  const reportOf = (path: string) => {
    made++;
    return plainReport(path);
  };
  return serve({ runs: folder, port: 0, reportOf, page: join(base, 'page.html') });
}

const get = async (path: string, port = server.port) => {
  const answer = await ask(port, path);
  return { ...answer, json: JSON.parse(answer.text || 'null') };
};
const rows = async (port = server.port): Promise<RunRow[]> => (await get('/api/runs', port)).json;
const rowOf = async (name: string) => (await rows()).find((row) => row.name === name)!;
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 30_000; !(await isSo()); ) {
    if (performance.now() > end) throw new Error('it never came about');
    await delay(20);
  }
}

it('an empty folder, none, a file, and a folder that goes away hold no runs', async () => {
  expect(await rows()).toEqual([]);
  const gone = join(base, 'gone');
  const other = await open(gone);
  try {
    expect(await rows(other.port)).toEqual([]);
    const listener = await listen(other.port);
    await quickRun(join(gone, 'a'));
    expect((await rows(other.port)).map(({ name }) => name)).toEqual(['a']);
    await until(() => listener.events.length >= 2);
    rmSync(gone, { recursive: true });
    expect(await rows(other.port)).toEqual([]);
    expect((await get('/api/runs/a', other.port)).status).toBe(404);
    await until(() => listener.events.some(({ data }) => JSON.stringify(data).includes('"gone":["a"]')));
    writeFileSync(gone, 'a file');
    expect(await rows(other.port)).toEqual([]);
    listener.close();
  } finally {
    await other.close();
  }
});

it('a run is found where it is given itself, in the folder, and one level below it', async () => {
  await quickRun(join(runs, 'group', 'inner run'));
  await quickRun(join(runs, 'ended'));
  mkdirSync(join(runs, 'no run'));
  writeFileSync(join(runs, 'notes.txt'), 'mine');
  expect((await rows()).map(({ name }) => name)).toEqual(['ended', 'group/inner run']);
  expect((await get('/api/runs/group%2Finner%20run')).json).toMatchObject({ name: 'group/inner run', state: 'ended' });
  const single = await open(join(runs, 'ended'));
  expect((await rows(single.port)).map(({ name }) => name)).toEqual(['ended']);
  expect((await get('/api/runs/ended', single.port)).status).toBe(200);
  await single.close();
});

describe('a run that has ended', () => {
  it('has a row, made of small files', async () => {
    const row = await rowOf('ended');
    const best = JSON.parse(readFileSync(join(runs, 'ended/status.json'), 'utf8')).best;
    expect(row).toMatchObject({ kind: 'shrink', state: 'ended', space: 'small', done: 20, total: 20, size: 30, best });
    expect(row.secondsLeft).toBe(null);
    expect(Date.parse(row.began)).toBeLessThanOrEqual(Date.parse(row.updated));
  });

  it('has a report, made once and not sent again to whom has it', async () => {
    const before = made;
    const first = await get('/api/runs/ended');
    expect(first.json).toMatchObject({ format: 'lissnas-report/1', state: 'ended' });
    const etag = first.headers.etag!;
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    const again = await ask(server.port, '/api/runs/ended', { headers: { 'If-None-Match': etag } });
    expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: '' });
    expect((await get('/api/runs/ended')).headers.etag).toBe(etag);
    expect(made - before).toBeLessThanOrEqual(1);
    utimesSync(join(runs, 'ended/journal.ndjson'), 1, 1);
    await until(async () => (await get('/api/runs/ended')).headers.etag !== etag);
  });

  it('has its log, all of it or from a line on', async () => {
    const { lines } = (await get('/api/runs/ended/log')).json;
    expect(lines[0]).toMatchObject({ n: 1, level: 'info', text: 'begun' });
    expect(lines.at(-1)).toMatchObject({ text: 'ended' });
    const { lines: later } = (await get('/api/runs/ended/log?after=3')).json;
    expect(later).toEqual(lines.slice(3));
    expect((await get(`/api/runs/ended/log?after=${lines.length}`)).json).toEqual({ lines: [] });
    expect((await get('/api/runs/ended/log?after=-1')).status).toBe(400);
  });

  it('hands out the files that it has, to be saved or shown without any power', async () => {
    const shrunk = await ask(server.port, '/api/runs/ended/files/shrunk-space.json');
    expect(shrunk.text).toBe(readFileSync(join(runs, 'ended/shrunk-space.json'), 'utf8'));
    expect(shrunk.headers['content-disposition']).toBe('attachment; filename="shrunk-space.json"');
    expect(shrunk.headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/);
    expect((await get('/api/runs/ended/report.html')).status).toBe(404);
    writeFileSync(join(runs, 'ended/report.html'), '<script>1</script>');
    const report = await ask(server.port, '/api/runs/ended/report.html');
    expect(report).toMatchObject({ status: 200, text: '<script>1</script>' });
    expect(report.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(report.headers['content-security-policy']).toMatch(
      /^sandbox allow-scripts allow-downloads; default-src 'none'/,
    );
    expect(report.headers['content-security-policy']).not.toContain('connect-src');
    writeFileSync(join(runs, 'ended/best.py'), '');
    expect(await ask(server.port, '/api/runs/ended/files/best.py')).toMatchObject({ status: 200, text: '' });
    for (const name of ['journal.ndjson', 'status.json', 'run.json', 'best.onnx', 'constructor', '']) {
      expect((await get(`/api/runs/ended/files/${name}`)).status, name).toBe(404);
    }
  });
});

it('the page is sent with a policy for its own programs; without one there is a sentence', async () => {
  const page = await ask(server.port, '/');
  expect(page.text).toContain('let a = 1;');
  // the hash of the program as `openssl dgst -sha256 -binary | base64` gives it
  expect(page.headers['content-security-policy']).toContain("script-src 'sha256-");
  expect(page.headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/);
  const other = await serve({ runs, port: 0, reportOf: plainReport, page: join(base, 'no page') });
  expect(await get('/', other.port)).toMatchObject({
    status: 503,
    json: { error: expect.stringContaining('npm run build') },
  });
  await other.close();
});

it('workers are told of where somebody watches them', async () => {
  expect((await get('/api/workers')).json).toEqual({ workers: [] });
  const other = await serve({ runs, port: 0, reportOf: plainReport, workers: async () => ({ waiting: 3 }) });
  expect((await get('/api/workers', other.port)).json).toEqual({ waiting: 3 });
  await other.close();
  const away = async () => {
    throw new InputError('the queue redis://host:6379 cannot be reached: nothing listens there');
  };
  const blind = await serve({ runs, port: 0, reportOf: plainReport, workers: away });
  expect(await get('/api/workers', blind.port)).toMatchObject({
    ...{ status: 200, json: { workers: [], error: expect.stringContaining('cannot be reached') } },
  });
  await blind.close();
});

it('a run that goes on is seen to grow, is killed, and is seen to have stopped', async () => {
  const listener = await listen(server.port);
  expect(listener.events[0]).toMatchObject({ event: 'runs', data: { gone: [] } });
  const { child, ended } = startSlowRun(runs, 'going', 300);
  await until(() => existsSync(join(runs, 'going/status.json')));
  const reports = new Set<string>();
  await until(async () => {
    const { json } = await get('/api/runs/going');
    if (json.state === 'running') reports.add(json.story);
    return reports.size >= 3;
  });
  expect(await rowOf('going')).toMatchObject({ state: 'running', space: 'small', total: 40 });
  const told = () => listener.events.filter(({ data }) => JSON.stringify(data).includes('"going"'));
  const versions = () =>
    told().flatMap(({ event, data }) => (event === 'run' ? (data as { version: string }).version : []));
  await until(() => versions().length > 1);
  child.kill('SIGKILL');
  await ended;
  expect(await rowOf('going')).toMatchObject({ state: 'stopped', secondsLeft: null });
  expect((await get('/api/runs/going')).json.state).toBe('stopped');
  await until(() =>
    told().some(({ event, data }) => event === 'runs' && JSON.stringify(data).includes('"state":"stopped"')),
  );
  expect(new Set(versions()).size).toBe(versions().length);
  await until(async () => (await get('/api/runs/going')).headers.etag === `"${versions().at(-1)}"`);
  const doneBy = told().flatMap(({ event, data }) =>
    event === 'runs'
      ? (data as { rows: RunRow[] }).rows.flatMap((one) => (one.name === 'going' ? [one.done] : []))
      : [],
  );
  expect(doneBy).toEqual(doneBy.toSorted((a, b) => a - b));
  listener.close();
});

it('each file cut, garbled or deleted while a page listens: every answer is JSON in good order, and the other runs are as before', async () => {
  const listener = await listen(server.port);
  const random = createRandom(7);
  const whole = join(runs, 'group/inner run');
  const names = readdirSync(whole);
  expect(names.length).toBeGreaterThan(5);
  const broken = join(runs, 'broken');
  for (const name of names) {
    for (const harm of ['cut', 'garbled', 'deleted', 'a folder'] as const) {
      rmSync(broken, { recursive: true, force: true });
      cpSync(whole, broken, { recursive: true });
      const file = join(broken, name);
      const { size } = statSync(file);
      if (harm === 'cut') truncateSync(file, Math.floor(size / 2));
      else if (harm === 'garbled')
        writeFileSync(
          file,
          Uint8Array.from({ length: size }, () => random.integer(256)),
        );
      else rmSync(file);
      if (harm === 'a folder') mkdirSync(file);
      const said = `${name} ${harm}`;
      const row = await rowOf('broken');
      if (row !== undefined && (name === 'config.yaml' || name === 'run.json')) expect(row.state, said).toBe('damaged');
      if (row?.state === 'damaged') expect(row.problem, said).toMatch(/^[^\n]{5,300}$/);
      expect(row?.problem ?? '', said).not.toContain(base);
      for (const path of ['/api/runs/broken', '/api/runs/broken/log', '/api/runs/broken/files/shrunk-space.json']) {
        const answer = await ask(server.port, path);
        expect([200, 404, 422], `${said} ${path}`).toContain(answer.status);
        if (answer.status !== 200) expect(JSON.parse(answer.text).error, said).toMatch(/^[^\n]{5,300}$/);
        if (answer.status !== 200) expect(answer.text, said).not.toMatch(/ at |\.ts|tmp/);
      }
    }
  }
  const told = (text: string) => listener.events.some(({ data }) => JSON.stringify(data).includes(text));
  await until(() => told('"name":"broken"')); // else nobody would hear that it is gone
  rmSync(broken, { recursive: true });
  expect(await rowOf('group/inner run')).toMatchObject({ state: 'ended' });
  await until(() => told('"gone":["broken"]'));
  listener.close();
});

it('no more pages may listen than the server bears, and those that leave make room', async () => {
  const listeners = await Promise.all(Array.from({ length: 32 }, () => listen(server.port)));
  await expect(listen(server.port)).rejects.toThrow('status 503');
  for (const listener of listeners) listener.close();
  await until(async () => {
    const one = await listen(server.port).catch(() => undefined);
    one?.close();
    return one !== undefined;
  });
});

it('hundreds of runs are listed quickly', async () => {
  const many = join(base, 'many');
  for (let i = 0; i < 300; i++) cpSync(join(runs, 'ended'), join(many, `run-${i}`), { recursive: true });
  const other = await open(many);
  await rows(other.port);
  const began = performance.now();
  expect(await rows(other.port)).toHaveLength(300);
  expect(performance.now() - began).toBeLessThan(5000); // a tenth of that where nothing else runs
  await other.close();
});
