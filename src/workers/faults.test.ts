/** What is refused, what is set aside, and how a worker ends. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { lissnas } from '../../test/cli.js';
import { redis } from '../../test/optional.js';
import { type RedisServer, startRedis, startWorkerProcess, until, type WorkerProcess } from '../../test/redis.js';
import { queueAddress } from '../queue/address.js';
import { connectQueue } from '../queue/connection.js';
import { JobQueue } from '../queue/jobs.js';
import { JOBS_PREFIX } from '../queue/keys.js';
import { type WorkersStatus, workersStatus } from './status.js';

const SPACE = 'name: mine\ndimensions: { layer: { choices: [a, b, c, d], repeat: 6 } }\n';
/** Dies over one architecture in four, with words, until a file "cured" is there. */
const POISONED = `
import { existsSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { id, codes } = JSON.parse(line);
  if (codes[0] === 1 && !existsSync('cured')) {
    writeSync(2, 'x '.repeat(4500) + '\\nweights of redis://me:open-sesame@host/1\\n');
    writeSync(2, process.env.LISSNAS_QUEUE_PASSWORD + ' is the password\\nCUDA error: device lost\\n');
    process.exit(9);
  }
  console.log(JSON.stringify({ id, accuracy: 50 + codes.reduce((a, b) => a + b) }));
}
`;

const executable = redis();

describe.skipIf(executable === undefined)('a queue with a password', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'lissnas-faults-'));
  let server: RedisServer;
  let url: string;
  let workers: WorkerProcess[] = [];

  beforeAll(async () => {
    writeFileSync(join(cwd, 'space.yaml'), SPACE);
    writeFileSync(join(cwd, 'poisoned.mjs'), POISONED);
    server = await startRedis(executable!, mkdtempSync(join(cwd, 'redis-')), { password: 'open-sesame' });
    url = server.url.replace('//', '//:open-sesame@');
  });
  afterAll(async () => {
    for (const worker of workers) await worker.kill();
    await server?.kill();
    rmSync(cwd, { recursive: true, force: true });
  });

  it('refuses in one sentence, without a password in it', async () => {
    const wrong = server.url.replace('//', '//:not-this-one@');
    const cases = [
      [wrong, /^lissnas: the queue redis:\/\/127\.0\.0\.1:\d+ does not take this user name and password\n$/],
      [server.url, /asks for a password; give it in the variable LISSNAS_QUEUE_PASSWORD\n$/],
      ['redis://:not-this-one@127.0.0.1:1', /cannot be reached: nothing listens there\n$/],
      ['http://:not-this-one@127.0.0.1:1', /is no address: redis:/],
    ] as const;
    for (const [queue, words] of cases) {
      const { code, stdout, stderr } = await lissnas(['workers', '--queue', queue], cwd);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(words);
      expect(stderr).not.toContain('not-this-one');
    }
  }, 300_000);

  it('a run that is refused after the queue has been reached ends all the same', async () => {
    const shrink = ['shrink', '--space', 'space.yaml', '--queue', url, '--out', 'refused', '--evaluations'];
    const cases = [
      [['4'], 'lissnas: 4 evaluations are below one round; give at least 5\n'],
      [['20', '--cost', 'weight', '--max-cost', '1'], /^lissnas: .*weight.*\n$/],
    ] as const;
    for (const [more, words] of cases) {
      const { code, stderr } = await lissnas([...shrink, ...more, '--', process.execPath, 'poisoned.mjs'], cwd);
      expect(code).toBe(2);
      expect(stderr).toMatch(words);
    }
  }, 300_000);

  it('sets aside what breaks down again and again, with its log, and counts it as failed until it is forgotten', async () => {
    const program = [process.execPath, 'poisoned.mjs'];
    const own = ['--queue', server.url, '--program', program[0]!, '--arg', program[1]!];
    const env = { LISSNAS_QUEUE_PASSWORD: 'open-sesame' };
    workers = [1, 2].map(() => startWorkerProcess(own, cwd, { env }));
    const words = ['shrink', '--space', 'space.yaml', '--evaluations', '20', '--size', '10', '--random-seed', '4'];
    const shrink = async (out: string) => {
      expect(await lissnas([...words, '--queue', url, '--out', out, '--', ...program], cwd)).toMatchObject({ code: 0 });
      return readFileSync(join(cwd, out, 'journal.ndjson'), 'utf8').match(/set aside after 3 tries/g) ?? [];
    };
    const failures = await shrink('run');
    const status = await workersStatus(url);
    const { setAside, reasons } = status.tasks[0]!;
    expect(setAside).toBeGreaterThan(0);
    expect(failures).toHaveLength(setAside);
    for (const { tries, reason, architecture, brokenTries } of reasons) {
      expect([tries, brokenTries.length]).toEqual([3, 3]);
      expect(reason).toMatch(/ended with exit code 9; standard error ends: .*CUDA error: device lost$/);
      expect(architecture).toMatch(/^b/);
      for (const { log, worker } of brokenTries) {
        expect(log).toMatch(
          /^[x ]+\nweights of redis:\/\/me@host\/1\nundefined is the password\nCUDA error: device lost\n$/,
        );
        expect(log.length).toBeLessThanOrEqual(4000);
        expect(status.workers.map(({ name }) => name)).toContain(worker);
      }
    }
    // each of the two has tried what the other could not do
    expect(reasons.some(({ brokenTries }) => new Set(brokenTries.map(({ worker }) => worker)).size === 2)).toBe(true);
    for (const file of ['config.yaml', 'journal.ndjson', 'shrunk-space.json', 'log.ndjson'])
      expect(readFileSync(join(cwd, 'run', file), 'utf8')).not.toContain('open-sesame');
    expect(JSON.stringify(status)).not.toContain('open-sesame');

    const told = await lissnas(['workers', '--queue', url], cwd);
    expect(told.stdout).toContain(`  ${reasons[0]!.architecture}, tried 3 times: the program`);
    expect(told.stdout).toContain('    | CUDA error: device lost\n');
    writeFileSync(join(cwd, 'cured'), '');
    const forgotten = await lissnas(['workers', '--queue', url, '--forget-set-aside', '--json'], cwd);
    expect(JSON.parse(forgotten.stdout)).toMatchObject({ forgotten: setAside, tasks: [{ setAside: 0, reasons: [] }] });
    expect(await shrink('again')).toEqual([]);
  }, 500_000);

  it('sets aside unread what is no job of the task', async () => {
    const redis = await connectQueue(queueAddress(url));
    const [task] = (await workersStatus(url)).tasks;
    const jobs = new JobQueue(redis, task!.hash);
    onTestFinished(async () => {
      await jobs.close();
      redis.disconnect();
    });
    const codes = [0, 0, 0, 0, 0, 0];
    const odd: Record<string, unknown> = {
      'another key': { key: 'k', codes },
      'another space': { key: 'another space', codes: [0, 0, 0] },
      'no such choice': { key: 'no such choice', codes: [9, 9, 9, 9, 9, 9] },
      'a program': { key: 'a program', codes, program: 'touch', args: ['owned'] },
      text: 'touch owned',
    };
    const queue = new Queue(task!.hash, { connection: redis, prefix: JOBS_PREFIX });
    for (const [jobId, data] of Object.entries(odd)) await queue.add('evaluation', data, { jobId });
    const key = `${JOBS_PREFIX}:${task!.hash}`;
    const form = { name: 'evaluation', data: '{"key":', opts: '{}', timestamp: 1, delay: 0, priority: 0 };
    await redis.multi().hset(`${key}:no JSON`, form).lpush(`${key}:wait`, 'no JSON').exec();
    await until(async () => (await jobs.counts()).setAside === 6, 'all to be set aside');
    const { code, stdout } = await lissnas(['workers', '--queue', url, '--json'], cwd);
    expect(code).toBe(0);
    const { reasons, waiting, active } = (JSON.parse(stdout) as WorkersStatus).tasks[0]!;
    expect({ waiting, active }).toEqual({ waiting: 0, active: 0 });
    expect(reasons.map((own) => own.key).sort()).toEqual([...Object.keys(odd), 'no JSON'].sort());
    for (const { reason } of reasons) expect(reason).toBe('the job is of a form that this version does not know');
    expect(existsSync(join(cwd, 'owned'))).toBe(false);
  }, 300_000);

  it('workers end in good order', async () => {
    for (const { child } of workers) child.kill('SIGTERM');
    for (const { ended } of workers) expect(await ended).toMatchObject({ code: 0 });
    expect((await workersStatus(url)).workers).toEqual([]);
  }, 200_000);
});
