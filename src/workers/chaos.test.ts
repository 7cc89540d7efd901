/** Workers killed at random, Redis restarted, the run itself killed and resumed: nothing is lost, nothing is counted twice. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lissnas, start } from '../../test/cli.js';
import { redis } from '../../test/optional.js';
import { type RedisServer, startRedis, startWorkerProcess, until, type WorkerProcess } from '../../test/redis.js';
import { createRandom } from '../math/random.js';
import { workersStatus } from './status.js';

const SPACE = 'name: mine\ndimensions: { layer: { choices: [a, b, c, d], repeat: 8 } }\n';
const PROGRAM = [process.execPath, resolve(import.meta.dirname, 'testing/noting-program.mjs'), '20'];
const EVALUATIONS = 1150; // at most; it ends a little earlier, where the size is reached
const KILLS = 6;

const executable = redis();

describe.skipIf(executable === undefined)('a run over a queue', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'lissnas-chaos-'));
  let server: RedisServer;
  let workers: WorkerProcess[] = [];

  beforeAll(async () => {
    writeFileSync(join(cwd, 'space.yaml'), SPACE);
    server = await startRedis(executable!, mkdtempSync(join(cwd, 'redis-')));
  });
  afterAll(async () => {
    for (const worker of workers) await worker.kill();
    await server?.kill();
    rmSync(cwd, { recursive: true, force: true });
  }, 200_000);

  const newWorker = () => {
    const [program, ...args] = PROGRAM;
    const own = ['--program', program!, ...args.flatMap((arg) => ['--arg', arg])];
    return startWorkerProcess(['--queue', server.url, '--lease', '5', ...own], cwd);
  };
  const shrink = ['shrink', '--space', 'space.yaml', '--evaluations', String(EVALUATIONS), '--size', '100'];
  const journal = () => {
    const path = join(cwd, 'queued/journal.ndjson');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
    return lines.filter((line) => line.includes('"kind":"evaluation"'));
  };
  /** All but the command line, which names the folder and the queue. */
  const bytes = (out: string) =>
    readFileSync(join(cwd, out, 'shrunk-space.json'), 'utf8').replace(/"command":"lissnas [^"]*",/, '');

  it('ends in the same shrunk space, every evaluation once, whoever is killed meanwhile', async () => {
    const alone = lissnas([...shrink, '--out', 'alone', '--concurrency', '4', '--', ...PROGRAM], cwd);
    workers = Array.from({ length: 4 }, newWorker);
    const random = createRandom(7);
    const first = start([...shrink, '--queue', server.url, '--out', 'queued', '--', ...PROGRAM], cwd);
    await until(() => journal().length > 0, 'the first evaluations');

    let isOver = false;
    const killing = (async () => {
      for (let kill = 0; kill < KILLS && !isOver; kill++) {
        await pause(700 + random.integer(800));
        const victim = random.integer(workers.length);
        await workers[victim]!.kill();
        workers[victim] = newWorker();
      }
    })();
    await until(() => journal().length > EVALUATIONS / 5, 'a fifth of the evaluations');
    first.child.kill('SIGKILL');
    await first.ended;
    const before = journal().length;
    const second = start(['resume', 'queued'], cwd);
    await until(() => journal().length > EVALUATIONS / 2, 'half of the evaluations');
    await server.kill();
    await pause(1000);
    await server.restart();
    expect(await second.ended).toMatchObject({ code: 0 });
    isOver = true;
    await killing;
    expect(before).toBeLessThan(EVALUATIONS / 2);

    expect(await alone).toMatchObject({ code: 0 });
    expect(bytes('queued')).toBe(bytes('alone'));
    const keys = journal();
    const { spent } = JSON.parse(bytes('alone'));
    expect(spent).toBeGreaterThanOrEqual(1000);
    expect(keys).toHaveLength(spent);
    expect(new Set(keys.map((line) => JSON.parse(line).body.key)).size).toBe(spent);
    const tasks = async () => (await workersStatus(server.url)).tasks;
    await until(
      async () => (await tasks()).every(({ active, waiting }) => active + waiting === 0),
      'what lost workers had to come back and be found finished',
    );
    expect(await tasks()).toMatchObject([{ finished: spent, again: 0, waiting: 0, setAside: 0 }]);
  }, 1_200_000);
});
