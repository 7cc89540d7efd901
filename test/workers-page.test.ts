/** The workers of a queue in the dashboard, in a real browser: real workers on a real Redis, names that are HTML, and a Redis that is lost. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeRecord, type WorkerRecord, writeRecord } from '../src/queue/worker-record.js';
import { type Serving, serve } from '../src/server/serve.js';
import { plainReport } from '../src/server/testing/small-runs.js';
import { workersStatus } from '../src/workers/status.js';
import { startBrowser, type WatchedPage, watchedPage } from './browser.js';
import { type Started, start } from './cli.js';
import { chromium, redis } from './optional.js';
import { expectReadable, looks } from './pages.js';
import { type RedisServer, startRedis, startWorkerProcess, type WorkerProcess } from './redis.js';
import { root } from './sources.js';

const SPACE = 'name: "<b>mine</b>"\ndimensions: { layer: { choices: [a, b, c, d], repeat: 6 } }\n';
/** Takes its time, and dies over one architecture in four. */
const POISONED = `
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { id, codes } = JSON.parse(line);
  if (codes[0] === 1) process.exit(9);
  await new Promise((done) => setTimeout(done, 1000));
  console.log(JSON.stringify({ id, accuracy: 50 + codes.reduce((a, b) => a + b) }));
}
`;
const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
const PATIENCE = 180_000; // milliseconds, of a busy machine
const [browserProgram, redisProgram] = [chromium(), redis()];

describe.runIf(browserProgram !== undefined && redisProgram !== undefined)('the workers in the dashboard', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'lissnas-workers-page-'));
  let server: RedisServer;
  let client: Redis;
  let workers: WorkerProcess[] = [];
  let run: Started;
  let serving: Serving;
  let browser: Browser;
  let watched: WatchedPage;

  const cells = (table: string) =>
    watched.page.$$eval(`${table} tbody tr`, (rows) =>
      rows.map((row) => [...row.children].map((cell) => cell.textContent!.trim())),
    );

  beforeAll(async () => {
    writeFileSync(join(cwd, 'space.yaml'), SPACE);
    writeFileSync(join(cwd, 'poisoned.mjs'), POISONED);
    server = await startRedis(redisProgram!, mkdtempSync(join(cwd, 'redis-')));
    client = new Redis(server.url);
    const program = [process.execPath, 'poisoned.mjs'];
    workers = [
      startWorkerProcess(['--queue', server.url, '--program', program[0]!, '--arg', program[1]!], cwd),
      startWorkerProcess(['--queue', server.url], cwd),
    ];
    const words = ['shrink', '--space', 'space.yaml', '--evaluations', '40', '--size', '10', '--random-seed', '4'];
    run = start([...words, '--queue', server.url, '--out', 'runs/mine', '--', ...program], cwd);
    serving = await serve({
      ...{ runs: join(cwd, 'runs'), port: 0, reportOf: plainReport, page: join(root, 'dist/web/dashboard.html') },
      workers: () => workersStatus(server.url),
    });
    browser = await startBrowser(browserProgram!);
    watched = await watchedPage(browser);
    watched.page.setDefaultTimeout(PATIENCE);
    await watched.page.goto(serving.address);
  }, PATIENCE);

  afterAll(async () => {
    await browser?.close();
    await serving?.close();
    client?.disconnect();
    run?.child.kill('SIGKILL');
    for (const worker of workers) await worker.kill();
    await run?.ended;
    await server?.kill();
    rmSync(cwd, { recursive: true, force: true });
  });

  it('stand with what they do, or why they do nothing', { timeout: PATIENCE }, async () => {
    const { page } = watched;
    await page.locator('#workers tbody tr:has-text("it has no program; start it with --program")').waitFor();
    await page.locator('#workers tbody tr:has-text("1 of 1")').waitFor();
    const shown = await cells('#workers');
    const { workers: known } = await workersStatus(server.url);
    expect(shown.map(([name, host, version]) => [name, host, version])).toEqual(
      known.map(({ name, host, version }) => [name, host, version]),
    );
    for (const [, , , , busy, , state, doing] of shown) {
      expect(state).toBe('there');
      if (busy === '1 of 1') expect(doing).toMatch(/^[abcd]([ -|]?[abcd]){5}$/);
    }
  });

  it('beside the tasks, and what was set aside and why', { timeout: PATIENCE }, async () => {
    const { page } = watched;
    await page.locator('#set-aside li').first().waitFor();
    expect(await page.locator('#set-aside li').first().textContent()).toMatch(/^[0-9a-f]+, tried 3 times: .*9/);
    const [task] = await cells('#tasks');
    expect(task!.slice(0, 2)).toEqual(['<b>mine</b>', `command ${process.execPath} poisoned.mjs`]);
    expect(Number(task![5])).toBeGreaterThan(0);
  });

  it('with names that are HTML shown as they are', { timeout: PATIENCE }, async () => {
    const { page } = watched;
    const record: WorkerRecord = {
      ...{ name: HOSTILE, host: HOSTILE, pid: 1, version: HOSTILE, engine: HOSTILE, concurrency: 1 },
      ...{ busy: [{ space: HOSTILE, architecture: HOSTILE, since: 0 }], done: 0, broken: 0, startedAt: 0 },
      ...{ serves: [], refuses: [], isStopping: true },
    };
    await writeRecord(client, record);
    const own = page.locator('#workers tbody tr:has-text("<img")');
    await own.waitFor();
    const shown = (await cells('#workers')).find(([name]) => name === HOSTILE);
    expect(shown).toEqual([...Array.from({ length: 4 }, () => HOSTILE), '1 of 1', '0', 'stopping', HOSTILE]);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).not.toBe('1');
    for (const look of looks) {
      await page.setViewportSize({ width: look.width, height: 900 });
      await page.emulateMedia({ colorScheme: look.colorScheme });
      await expectReadable(page, look);
    }
    await removeRecord(client, HOSTILE);
  });

  it('and a Redis that is lost is told in a sentence, until it is back', { timeout: PATIENCE }, async () => {
    const { page } = watched;
    client.disconnect();
    await server.kill();
    const problem = page.locator('[role=alert]');
    await problem.waitFor();
    expect(await problem.textContent()).toMatch(
      /^the queue redis:\/\/127\.0\.0\.1:\d+ cannot be reached: nothing listens/,
    );
    expect(await page.locator('#workers').count()).toBe(0);
    await server.restart();
    await page.locator('#workers').waitFor();
    expect(await problem.count()).toBe(0);
  });

  it('the page raised no error', () => {
    expect(watched.faults).toEqual([]);
  });
});
