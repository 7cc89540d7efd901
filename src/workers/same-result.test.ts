/** Four worker processes over a real Redis give what one process gives, and nothing is paid for twice. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, lissnas } from '../../test/cli.js';
import { redis } from '../../test/optional.js';
import { type RedisServer, startRedis, startWorkerProcess, until, type WorkerProcess } from '../../test/redis.js';
import type { Config } from '../runs/config.js';
import { startRun } from '../runs/run.js';
import { workersStatus } from './status.js';

const SPACE = `name: mine
dimensions: { layer: { choices: [a, b, c, d], repeat: 6 } }
costs: { size: { unit: M, base: 1, choices: { layer: [0, 1, 2, 3] } } }
`;
const PROGRAM = resolve(import.meta.dirname, 'testing/noting-program.mjs');

const executable = redis();

describe.skipIf(executable === undefined)('a queue', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'lissnas-queue-'));
  const program = [process.execPath, PROGRAM, '2'];
  let server: RedisServer;
  let workers: WorkerProcess[];

  beforeAll(async () => {
    writeFileSync(join(cwd, 'space.yaml'), SPACE);
    server = await startRedis(executable!, mkdtempSync(join(cwd, 'redis-')));
    const [name, ...args] = program;
    const own = [
      '--queue',
      server.url,
      '--concurrency',
      '2',
      '--program',
      name!,
      ...args.flatMap((arg) => ['--arg', arg]),
    ];
    workers = Array.from({ length: 4 }, () => startWorkerProcess(own, cwd));
    await until(async () => (await workersStatus(server.url)).workers.length === 4, 'four workers');
  }, 300_000);

  afterAll(async () => {
    for (const { child } of workers ?? []) child.kill('SIGTERM');
    for (const { ended } of workers ?? []) expect(await ended).toMatchObject({ code: 0 });
    await server?.kill();
    rmSync(cwd, { recursive: true });
  }, 200_000);

  const shrink = async (out: string, ...more: string[]): Promise<Ended> => {
    const words = ['shrink', '--evaluations', '60', '--size', '40', '--out', out, ...more];
    const ended = await lissnas(words, cwd);
    expect(ended).toMatchObject({ code: 0 });
    return ended;
  };
  /** All but the command line, which names the folder and the queue. */
  const bytes = (out: string) =>
    readFileSync(join(cwd, out, 'shrunk-space.json'), 'utf8').replace(/"command":"lissnas [^"]*",/, '');
  const asked = () => readFileSync(join(cwd, 'asked'), 'utf8').split('\n').length - 1;

  it('gives the same shrunk space, byte for byte, with a program, and pays for nothing twice', async () => {
    const own = ['--space', 'space.yaml'];
    await shrink('alone', ...own, '--', ...program);
    const alone = asked();
    await shrink('queued', ...own, '--queue', server.url, '--', ...program);
    expect(bytes('queued')).toBe(bytes('alone'));
    expect(asked()).toBe(2 * alone);
    await shrink('again', ...own, '--queue', server.url, '--', ...program);
    expect(bytes('again')).toBe(bytes('alone'));
    expect(asked()).toBe(2 * alone);
    const { workers: there, tasks } = await workersStatus(server.url);
    expect(tasks).toMatchObject([{ finished: alone, again: 0, waiting: 0, active: 0, setAside: 0 }]);
    expect(there.filter(({ done }) => done > 0).length).toBeGreaterThan(1);
  }, 400_000);

  it('finds the same in a search', async () => {
    const search = async (...more: string[]) => {
      const own = ['search', '--space', 'space.yaml', '--evaluations', '24', '--concurrency', '4', '--json'];
      const { code, stdout } = await lissnas([...own, ...more, '--', ...program], cwd);
      expect(code).toBe(0);
      return stdout;
    };
    expect(await search('--queue', server.url)).toBe(await search());
  }, 400_000);

  it('gives the same shrunk space with a landscape that needs no program', async () => {
    const config: Config = {
      space: 'nasbench-macro',
      evaluator: { kind: 'nk', k: 2 },
      shrink: { evaluations: 60, size: 40 },
    };
    await startRun(config, join(cwd, 'nk-alone'));
    await startRun({ ...config, queue: server.url }, join(cwd, 'nk-queued'));
    expect(bytes('nk-queued')).toBe(bytes('nk-alone'));
    expect(await lissnas(['report', 'nk-queued', '--json'], cwd)).toMatchObject({ code: 0 }); // no queue holds it up
  }, 300_000);
});
