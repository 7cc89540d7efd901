/** The dashboard's server as a process of its own: it says where it is, pauses and goes on with a real run, and ends at once. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { lissnas, type Started, start } from '../../test/cli.js';
import { ask, listen } from '../server/testing/asking.js';
import { startSlowRun } from '../server/testing/small-runs.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let base: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-serve-'));
  mkdirSync(join(base, 'runs'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 120_000; !(await isSo()); ) {
    if (performance.now() > end) throw new Error('it never came about');
    await delay(50);
  }
}

/** Starts the command and waits for what it prints first. */
async function serving(...options: string[]): Promise<Started & { readonly said: string }> {
  const started = start(['serve', 'runs', '--port', '0', ...options], base);
  let said = '';
  started.child.stdout?.on('data', (text: string) => (said += text));
  await until(() => said.includes('\n') || started.child.exitCode !== null);
  return { ...started, said };
}

/** Without the milliseconds that the program took. */
const artifact = (name: string) =>
  JSON.parse(readFileSync(join(base, 'runs', name, 'shrunk-space.json'), 'utf8').replaceAll(/asked \d+/g, 'asked'));

it('pauses, cancels and goes on with a real run, which ends as one that was never stopped', {
  timeout: 240_000,
}, async () => {
  const whole = await startSlowRun(join(base, 'runs'), 'whole', 0).ended;
  expect(whole.code).toBe(0);
  const { child, ended, said } = await serving('--allow-control', '--json');
  const { address, port, token } = JSON.parse(said);
  expect(address).toBe(`http://127.0.0.1:${port}/#token=${token}`);
  const headers = {
    Origin: `http://127.0.0.1:${port}`,
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
  };
  const wish = (wanted: string) =>
    ask(port, '/api/runs/run/control', { method: 'POST', headers, body: JSON.stringify({ wanted }) });
  const stateIs = (state: string) => async () => {
    const rows = JSON.parse((await ask(port, '/api/runs')).text) as { name: string; state: string; done: number }[];
    return rows.some((row) => row.name === 'run' && row.state === state && row.done > 0);
  };

  const run = startSlowRun(join(base, 'runs'), 'run', 400);
  await until(stateIs('running'));
  expect((await wish('run')).status).toBe(409);
  expect((await wish('pause')).status).toBe(202);
  expect(await run.ended).toMatchObject({
    code: 130,
    stderr: expect.stringMatching(/was paused\n.*lissnas resume run/),
  });
  expect(await stateIs('paused')()).toBe(true);
  expect((await wish('pause')).status).toBe(409);

  expect((await wish('run')).status).toBe(202);
  await until(stateIs('running'));
  expect((await wish('cancel')).status).toBe(202);
  await until(stateIs('cancelled'));
  expect(existsSync(join(base, 'runs/run/shrunk-space.json'))).toBe(false);

  expect((await wish('run')).status).toBe(202);
  await until(stateIs('ended'));
  expect((await wish('run')).status).toBe(409);
  const { provenance: _, ...own } = artifact('run');
  const { provenance: __, ...expected } = artifact('whole');
  expect(own).toEqual(expected);

  const listener = await listen(port);
  const began = performance.now();
  child.kill('SIGINT');
  await listener.closed;
  expect((await ended).code).toBe(0);
  expect(performance.now() - began).toBeLessThan(5000);
});

it('a port that is taken or none, and nothing to show', async () => {
  const { child, ended, said } = await serving();
  const port = /^http:\/\/127\.0\.0\.1:(\d+)\/\n$/.exec(said)![1]!;
  const refused = await lissnas(['serve', 'runs', '--port', port], base);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toBe(`lissnas: port ${port} is taken by another program; choose one with --port\n`);
  expect((await lissnas(['serve', '--port', '65536'], base)).code).toBe(2);
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0 });
});
