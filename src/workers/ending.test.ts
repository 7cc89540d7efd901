/** Workers that are asked to end while they work: nothing is lost, nothing is made twice, and no try is used up. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redis as redisProgram } from '../../test/optional.js';
import { type RedisServer, startRedis, startWorkerProcess, until, type WorkerProcess } from '../../test/redis.js';
import { tiny } from '../benchmarks/testing/tiny.js';
import { remote } from '../evaluators/remote.js';
import { queueAddress } from '../queue/address.js';
import { connectQueue } from '../queue/connection.js';
import { JobQueue, jobSource } from '../queue/jobs.js';
import { programWork } from '../queue/program-work.js';
import { createTask, evaluationKey, taskText } from '../queue/task.js';
import { VERSION } from '../runs/version.js';
import { workersStatus } from './status.js';

/** Takes as many milliseconds as a file says when it is asked. */
const PROGRAM = `
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
for await (const line of createInterface({ input: process.stdin })) {
  const { id, codes } = JSON.parse(line);
  appendFileSync('asked', process.pid + '\\n');
  await pause(Number(readFileSync('delay', 'utf8')));
  console.log(JSON.stringify({ id, accuracy: 50 + codes.reduce((a, b) => a + b) }));
}
`;

const executable = redisProgram();

describe.skipIf(executable === undefined)('a worker that gets SIGTERM', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'lissnas-ending-'));
  const program = process.execPath;
  const args = ['slow.mjs'];
  let server: RedisServer;
  let redis: Redis;
  const workers: WorkerProcess[] = [];

  beforeAll(async () => {
    writeFileSync(join(cwd, 'slow.mjs'), PROGRAM);
    server = await startRedis(executable!, mkdtempSync(join(cwd, 'redis-')));
    redis = await connectQueue(queueAddress(server.url));
  });
  afterAll(async () => {
    for (const worker of workers) await worker.kill();
    redis?.disconnect();
    await server?.kill();
    rmSync(cwd, { recursive: true, force: true });
  }, 200_000);

  const newWorker = (grace: number) => {
    const own = ['--queue', server.url, '--grace', String(grace), '--program', program, '--arg', args[0]!];
    const worker = startWorkerProcess(own, cwd);
    workers.push(worker);
    return worker;
  };
  const delay = (ms: number) => writeFileSync(join(cwd, 'delay'), String(ms));
  const asked = () =>
    existsSync(join(cwd, 'asked')) ? readFileSync(join(cwd, 'asked'), 'utf8').trim().split('\n') : [];
  const isRunning = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it('ends what is under way within its grace, takes nothing new, and gives back what takes longer', async () => {
    const task = createTask(tiny, await programWork({ program, args, cwd }), VERSION);
    const { hash } = taskText(task);
    const evaluator = await remote({ address: queueAddress(server.url), task, name: 'slow' });
    const codes = [
      [0, 0, 0],
      [1, 0, 0],
      [2, 0, 0],
      [0, 1, 1],
    ];
    const four = codes.map((own) => tiny.architecture(own));
    const outcomes = Promise.all(four.map((architecture) => evaluator.evaluate(architecture)));

    delay(3000);
    const patient = newWorker(60);
    await until(() => asked().length === 1, 'the first evaluation');
    patient.child.kill('SIGTERM');
    await until(() => patient.stderr().includes('Stopping; 1 under way may take 60 s more.'), 'the worker to say so');
    await until(async () => (await workersStatus(server.url)).workers[0]?.isStopping === true, 'all others to see it');
    expect(await patient.ended).toMatchObject({ code: 0, stderr: expect.stringContaining('Ended in good order.') });
    expect(asked()).toHaveLength(1);
    const status = async () => (await workersStatus(server.url)).tasks[0]!;
    expect(await status()).toMatchObject({ finished: 1, active: 0, setAside: 0 });

    delay(600_000);
    const hasty = newWorker(1);
    await until(() => asked().length === 2, 'the second evaluation');
    hasty.child.kill('SIGTERM');
    expect(await hasty.ended).toMatchObject({ code: 0 });
    await until(() => !isRunning(Number(asked()[1])), 'its program to be gone');
    expect(await status()).toMatchObject({ finished: 1, active: 0, waiting: 2, setAside: 0, reasons: [] });
    expect((await workersStatus(server.url)).workers).toEqual([]);
    // the job that was given back is the next one, and has all its tries
    const source = jobSource(redis, hash, 'looking', 30_000);
    const job = await source.getNextJob('token', { block: false });
    expect([job?.attemptsStarted, job?.attemptsMade]).toEqual([2, 0]);
    await job!.moveToWait('token');
    await source.close(true);

    delay(0);
    const last = newWorker(30);
    const accuracies = (await outcomes).map((outcome) => outcome.kind === 'measured' && outcome.accuracy);
    expect(accuracies).toEqual([50, 51, 52, 52]);
    expect(await status()).toMatchObject({ finished: 4, again: 0, active: 0, waiting: 0, setAside: 0 });
    expect(asked()).toHaveLength(5);
    const jobs = new JobQueue(redis, hash);
    for (const architecture of four) expect(await jobs.brokenTries(evaluationKey(task, architecture))).toEqual([]);
    await jobs.close();
    await evaluator.close?.();
    last.child.kill('SIGTERM');
    expect(await last.ended).toMatchObject({ code: 0 });
  }, 500_000);
});
