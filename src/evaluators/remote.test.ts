/** Evaluations made by worker processes keep the promises of any other evaluator. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { redis as redisProgram } from '../../test/optional.js';
import { type RedisServer, startRedis, startWorkerProcess, until, type WorkerProcess } from '../../test/redis.js';
import { tiny } from '../benchmarks/testing/tiny.js';
import { evaluateAll } from '../measurements/evaluate-all.js';
import { queueAddress } from '../queue/address.js';
import { connectQueue } from '../queue/connection.js';
import { JobQueue } from '../queue/jobs.js';
import { resultKey } from '../queue/keys.js';
import { programWork } from '../queue/program-work.js';
import { createTask, evaluationKey, type Task, taskText } from '../queue/task.js';
import { writeRecord } from '../queue/worker-record.js';
import { VERSION } from '../runs/version.js';
import { remote } from './remote.js';
import { evaluatorContract } from './testing/contract.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 200_000 });

const fixture = fileURLToPath(new URL('testing/fixtures/program.mjs', import.meta.url));
const program = process.execPath;
/** All twelve. */
const every = [0, 1, 2].flatMap((op) =>
  [0, 1].flatMap((kernel) => [0, 1].map((se) => tiny.architecture([op, kernel, se]))),
);

const executable = redisProgram();

describe.skipIf(executable === undefined)('remote', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lissnas-remote-'));
  const workers: WorkerProcess[] = [];
  let server: RedisServer;
  let redis: Redis;

  beforeAll(async () => {
    server = await startRedis(executable!, folder);
    redis = await connectQueue(queueAddress(server.url));
    for (const mode of ['good', 'error', 'dies at once']) {
      const own = ['--program', program, '--arg', fixture, '--arg', mode, '--concurrency', '2'];
      workers.push(startWorkerProcess(['--queue', server.url, ...own], folder));
    }
  }, 200_000);
  afterAll(async () => {
    for (const worker of workers) await worker.kill();
    redis?.disconnect();
    await server?.kill();
    rmSync(folder, { recursive: true, force: true });
  }, 200_000);

  /** @param mode of the fixture; there are workers only for the three above */
  const asking = async (mode: string, more: readonly string[] = []) => {
    const task = createTask(tiny, await programWork({ program, args: [fixture, mode, ...more] }), VERSION);
    const evaluator = await remote({ address: queueAddress(server.url), task, name: `remote ${mode}` });
    onTestFinished(() => evaluator.close?.());
    return { evaluator, task };
  };
  const jobsOf = (task: Task) => {
    const jobs = new JobQueue(redis, taskText(task).hash);
    onTestFinished(() => jobs.close());
    return jobs;
  };

  evaluatorContract('remote', async () => ({
    evaluator: (await asking('good')).evaluator,
    architectures: [tiny.parse('pool,5,1'), tiny.parse('conv,3,0'), tiny.parse('none,3,1')],
  }));

  it('gives outcomes in the order of asking, and a fault that the program tells as a failure', async () => {
    const outcomes = await evaluateAll((await asking('error')).evaluator, every);
    expect(outcomes.map(({ architecture }) => architecture)).toEqual(every);
    outcomes.forEach((outcome, i) => {
      const [op, kernel, se] = every[i]!;
      if (op === 1)
        expect(outcome).toMatchObject({ kind: 'failed', reason: 'the program says: out of memory: größer' });
      else expect(outcome).toMatchObject({ kind: 'measured', accuracy: 50 + 10 * op! + kernel! + 0.5 * se! });
    });
  });

  it('gives up where one after the other is set aside, without asking for all that still wait', async () => {
    const { evaluator, task } = await asking('dies at once');
    await expect(evaluateAll(evaluator, every)).rejects.toThrow(
      /^remote dies at once broke down 3 times in a row, the last time so: .*no module named torch.* See what `lissnas workers` says/,
    );
    await expect(evaluator.evaluate(every[0]!)).rejects.toThrow('broke down 3 times in a row');
    const { setAside, waiting } = await jobsOf(task).counts();
    expect(setAside).toBeGreaterThanOrEqual(3);
    expect(setAside + waiting).toBeLessThanOrEqual(3 + 2 * 2); // as many as were under way
  });

  it('has no more than two jobs in the queue for each place of the workers that take them', async () => {
    const { evaluator, task } = await asking('nobody has this');
    const jobs = jobsOf(task);
    const asked = every.map((architecture) => evaluator.evaluate(architecture));
    for (const one of asked) one.catch(() => {});
    await until(async () => (await jobs.counts()).waiting === 2, 'two jobs for a worker that may come');
    const record = { host: 'h', pid: 1, version: VERSION, busy: [], done: 0, broken: 0, startedAt: 1, refuses: [] };
    const serving = { ...record, serves: [taskText(task).hash], isStopping: false };
    await writeRecord(redis, { ...serving, name: 'w1', concurrency: 3 });
    await until(async () => (await jobs.counts()).waiting === 6, 'six jobs for three places');
    await writeRecord(redis, { ...serving, name: 'w2', concurrency: 2 });
    await until(async () => (await jobs.counts()).waiting === 10, 'ten jobs for five places');
    await evaluator.close?.();
    for (const one of asked)
      await expect(one).rejects.toThrow('remote nobody has this was closed during an evaluation');
    expect(await jobs.counts()).toEqual({ waiting: 0, active: 0, setAside: 0 });
    await expect(evaluator.evaluate(every[0]!)).rejects.toThrow('has been closed');
  });

  it('an abort takes back what nobody has begun, wherever it waits', async () => {
    const { evaluator, task } = await asking('nobody has this', ['either']);
    const jobs = jobsOf(task);
    const stop = new AbortController();
    const asked = every.map((architecture) => evaluator.evaluate(architecture, stop.signal));
    for (const one of asked) one.catch(() => {});
    await until(async () => (await jobs.counts()).waiting === 2, 'two jobs');
    const reason = new Error('no longer wanted');
    stop.abort(reason);
    for (const one of asked) await expect(one).rejects.toBe(reason);
    await until(async () => (await jobs.counts()).waiting === 0, 'them to be taken back');
    const another = evaluator.evaluate(every[0]!);
    another.catch(() => {});
    await until(async () => (await jobs.counts()).waiting === 1, 'another one in a place that is free');
  });

  it('a damaged result is no answer', async () => {
    const { evaluator, task } = await asking('nobody has this', ['nor this']);
    await redis.set(resultKey(evaluationKey(task, every[0]!)), 'by\n{"kind":"evaluation"}');
    await expect(evaluator.evaluate(every[0]!)).rejects.toThrow('the queue holds a damaged result of evaluation');
  });

  it('a queue that takes nothing is refused at the start, and lets go', async () => {
    await redis.config('SET', 'maxmemory', '1');
    onTestFinished(async () => void (await redis.config('SET', 'maxmemory', '0')));
    const before = await redis.client('LIST');
    await expect(asking('good')).rejects.toThrow(/^the queue redis:\/\/127\.0\.0\.1:\d+ cannot be used: OOM /);
    const lines = (text: unknown) => String(text).trim().split('\n').length;
    await until(async () => lines(await redis.client('LIST')) <= lines(before), 'its connection to be closed');
  });
});
