/** What lies in Redis: results, jobs, records of workers, and those who wait and look. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { redis as redisProgram } from '../../test/optional.js';
import { type RedisServer, startRedis, until } from '../../test/redis.js';
import { queueAddress } from './address.js';
import { anotherConnection, connectQueue } from './connection.js';
import { JobQueue, jobSource, noteBrokenTry, type QueuedJob } from './jobs.js';
import { JOBS_PREFIX, resultKey, WORKERS, workerKey } from './keys.js';
import { Onlooker, whyNobody } from './onlooker.js';
import { readResults, storeResult } from './results.js';
import { Submissions } from './submissions.js';
import { servedTasks } from './tasks.js';
import { readRecords, redisTime, removeRecord, type WorkerRecord, writeRecord } from './worker-record.js';

const executable = redisProgram();
const task = 'task-hash';

const record: WorkerRecord = {
  ...{ name: 'w1', host: 'h', pid: 1, version: '1.0.0', concurrency: 2, busy: [], done: 0, broken: 0, startedAt: 1 },
  ...{ serves: [task], refuses: [], isStopping: false },
};

describe.skipIf(executable === undefined)('in Redis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lissnas-in-redis-'));
  let server: RedisServer;
  let redis: Redis;

  beforeAll(async () => {
    server = await startRedis(executable!, folder);
    redis = await connectQueue(queueAddress(server.url));
  });
  beforeEach(async () => void (await redis.flushall()));
  afterAll(async () => {
    redis?.disconnect();
    await server?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const newQueue = () => {
    const queue = new JobQueue(redis, task);
    onTestFinished(() => queue.close());
    return queue;
  };
  const newSource = (leaseMs = 5000) => {
    const source = jobSource(redis, task, 'w1', leaseMs);
    onTestFinished(() => source.close(true));
    return source;
  };

  describe('a result', () => {
    const measured = { kind: 'measured', accuracy: 71.5, costs: { ms: 5 }, source: 'a program' } as const;

    it('comes back as it was, numbers that JSON has not included; the first one stands', async () => {
      const odd = { ...measured, accuracy: -0, costs: { a: Number.POSITIVE_INFINITY, ['__proto__']: 1 } };
      await storeResult(redis, { task, key: 'one' }, measured, 'by a');
      await storeResult(redis, { task, key: 'two' }, odd, 'by a');
      await storeResult(redis, { task, key: 'one' }, { ...measured, accuracy: 1 }, 'by b');
      const [two, none, one] = await readResults(redis, ['two', 'none', 'one']);
      expect(one).toEqual(measured);
      expect(none).toBeUndefined();
      expect(two).toMatchObject({ accuracy: -0, costs: { a: Number.POSITIVE_INFINITY } });
    });

    it('is counted once, also where the same call is repeated; another computation is told apart', async () => {
      const counts = () => redis.hgetall(`lissnas:1:counts:${task}`);
      await storeResult(redis, { task, key: 'one' }, measured, 'by a');
      await storeResult(redis, { task, key: 'one' }, measured, 'by a');
      expect(await counts()).toEqual({ finished: '1' });
      await storeResult(redis, { task, key: 'one' }, measured, 'by b');
      expect(await counts()).toEqual({ finished: '1', again: '1' });
    });

    it.each([
      '',
      'by\n',
      'by\n{}',
      'by\n{"kind":"event","name":"x","data":1}',
      '{"kind":"evaluation"}',
    ])('that is damaged is refused by its name: %j', async (text) => {
      await redis.set(resultKey('one'), text);
      await expect(readResults(redis, ['one'])).rejects.toThrow(
        'the queue holds a damaged result of evaluation one; delete lissnas:1:result:one',
      );
    });

    it('of another evaluation is refused', async () => {
      await storeResult(redis, { task, key: 'one' }, measured, 'by a');
      await redis.copy(resultKey('one'), resultKey('two'));
      await expect(readResults(redis, ['two'])).rejects.toThrow('a damaged result of evaluation two');
    });
  });

  describe('records of workers', () => {
    it('of another form are left out, and nothing in them reaches a terminal as more than text', async () => {
      await writeRecord(redis, { ...record, refuses: [{ task, reason: 'its file \u001b[2J\u0007"x"\r is another' }] });
      const others = ['', 'null', '[]', '{', '{"name":"w"}', JSON.stringify({ ...record, concurrency: -1 })];
      others.push(JSON.stringify({ ...record, serves: 'everything' }), JSON.stringify({ ...record, busy: [1] }));
      for (const [i, text] of others.entries()) {
        await redis
          .multi()
          .set(workerKey(`odd${i}`), text)
          .zadd(WORKERS, await redisTime(redis), `odd${i}`)
          .exec();
      }
      await redis.zadd(WORKERS, await redisTime(redis), 'without a record');
      const records = await readRecords(redis);
      expect(records).toMatchObject([{ name: 'w1', isLost: false }]);
      expect(records[0]!.refuses[0]!.reason).toBe('its file  [2J "x"  is another');
    });

    it('grow old, and are taken away', async () => {
      await writeRecord(redis, record);
      await redis.zadd(WORKERS, (await redisTime(redis)) - 100, 'w1');
      expect(await readRecords(redis)).toMatchObject([{ name: 'w1', isLost: true }]);
      await removeRecord(redis, 'w1');
      expect(await readRecords(redis)).toEqual([]);
      expect(await redis.keys('*')).toEqual([]);
    });
  });

  describe('jobs', () => {
    const data = { key: 'k', codes: [0, 1] };

    it('are handed in once, and taken back unless a worker has them', async () => {
      const queue = newQueue();
      await queue.add(data);
      await queue.add(data);
      expect(await queue.counts()).toEqual({ waiting: 1, active: 0, setAside: 0 });
      await queue.remove('k');
      expect(await queue.look('k')).toEqual({ isThere: false });
      await queue.add(data);
      await newSource().getNextJob('token', { block: false });
      await queue.remove('k').catch(() => {});
      expect(await queue.counts()).toEqual({ waiting: 0, active: 1, setAside: 0 });
    });

    it('given back have used up no try; set aside, they tell why, with a log of bounded length and no password', async () => {
      const queue = newQueue();
      const source = newSource();
      await queue.add(data);
      const log = `${'x '.repeat(4500)} redis://me:secret@host the end`;
      const cut = `cret@host ${'x '.repeat(1995)}`; // of a program that had written more
      const next = async () => (await source.getNextJob('token', { block: false })) ?? undefined;
      for (const [tries, worker] of ['w0', 'w1', 'w2'].entries()) {
        let job: QueuedJob | undefined;
        await until(async () => {
          job = await next(); // after a pause where it broke down before
          return job !== undefined;
        }, 'the job');
        await job!.moveToWait('token');
        job = await next();
        expect(job!.attemptsMade).toBe(tries);
        await noteBrokenTry(job!, { worker, reason: 'of redis://:secret@h \u001b[1m', log: tries === 0 ? log : cut });
        await job!.moveToFailed(new Error(`reason ${tries}`), 'token', false);
      }
      expect(await queue.setAside(5)).toEqual([{ key: 'k', data, reason: 'reason 2', tries: 3 }]);
      const tries = await queue.brokenTries('k');
      expect(tries.map(({ worker }) => worker)).toEqual(['w0', 'w1', 'w2']);
      expect(tries[0]!.reason).toBe('of redis://h  [1m');
      expect(tries[0]!.log).toMatch(/^[x ]+ redis:\/\/me@host the end$/);
      expect(tries[0]!.log).toHaveLength(4000);
      expect(tries[1]!.log).toBe(` ${'x '.repeat(1995)}`);
      expect(await queue.forgetSetAside()).toBe(1);
      expect(await queue.look('k')).toEqual({ isThere: false });
      expect(await queue.brokenTries('k')).toEqual([]);
    });

    it('whose data are no JSON can be taken and told of', async () => {
      const queue = newQueue();
      await queue.add(data);
      await redis.hset(`${JOBS_PREFIX}:${task}:k`, 'data', '{"key":');
      const job = await newSource().getNextJob('token', { block: false });
      expect(job?.data).toBeNull();
      await job!.moveToFailed(new Error('odd'), 'token', false);
      expect(await queue.look('k')).toMatchObject({ isThere: true });
    });
  });

  describe('those who wait', () => {
    const data = { key: 'k', codes: [0] };
    const newSubmissions = () => {
      const submissions = new Submissions(redis, anotherConnection(queueAddress(server.url)), task);
      onTestFinished(() => submissions.close());
      return submissions;
    };

    it('share one job, hand it in again where Redis has lost it, and hear of its end', async () => {
      const submissions = newSubmissions();
      const both = Promise.all([submissions.submit(data), submissions.submit(data)]);
      const queue = newQueue();
      await until(async () => (await queue.counts()).waiting === 1, 'one job');
      await redis.flushall();
      await until(async () => (await queue.counts()).waiting === 1, 'the job again');
      await storeResult(redis, { task, key: 'k' }, { kind: 'failed', reason: 'too large' }, 'by a');
      const ended = { kind: 'finished', outcome: { kind: 'failed', reason: 'too large' } };
      expect(await both).toEqual([ended, ended]);
    });

    it('take the job back only when nobody waits any more', async () => {
      const submissions = newSubmissions();
      const queue = newQueue();
      const stops = [new AbortController(), new AbortController()];
      const asked = stops.map(({ signal }) => submissions.submit(data, signal));
      await until(async () => (await queue.counts()).waiting === 1, 'one job');
      for (const [i, stop] of stops.entries()) {
        const reason = new Error(`stop ${i}`);
        stop.abort(reason);
        await expect(asked[i]).rejects.toBe(reason);
        if (i === 0) expect(await queue.look('k')).toEqual({ isThere: true });
      }
      await until(async () => !(await queue.look('k')).isThere, 'the job to be taken back');
    });

    it('are told when all is closed, and their jobs are taken back', async () => {
      const submissions = newSubmissions();
      const queue = newQueue();
      const asked = expect(submissions.submit(data)).rejects.toThrow('the queue has been closed');
      await until(async () => (await queue.counts()).waiting === 1, 'one job');
      await submissions.close();
      await asked;
      expect(await queue.look('k')).toEqual({ isThere: false });
      await expect(submissions.submit(data)).rejects.toThrow('the queue has been closed');
    });
  });

  it('an onlooker announces its task again and counts places again after a fault of Redis, and says so once', async () => {
    const remarks: string[] = [];
    const slots: number[] = [];
    const onlooker = new Onlooker({
      ...{ redis, shown: 'redis://here', task: { hash: task, text: 'text', version: '1.0.0' } },
      onSlots: (count) => slots.push(count),
      onRemark: (text) => remarks.push(text),
    });
    onTestFinished(() => onlooker.stop());
    await writeRecord(redis, record);
    await writeRecord(redis, { ...record, name: 'w2', concurrency: 3 });
    await writeRecord(redis, { ...record, name: 'w3', isStopping: true });
    await writeRecord(redis, { ...record, name: 'w4', serves: [] });
    await until(() => slots.at(-1) === 5, 'the slots of those who serve');
    await redis.config('SET', 'maxmemory', '1');
    await until(() => remarks.length === 1, 'a remark');
    await redis.config('SET', 'maxmemory', '0');
    await redis.flushall();
    await until(() => remarks.length === 2, 'another remark');
    expect(remarks[0]).toMatch(/^The queue redis:\/\/here answers with a fault \(OOM .*\); waiting for it\.$/);
    expect(remarks[1]).toBe('The queue answers again.');
    expect(await servedTasks(redis)).toEqual([task]);
    await until(() => slots.at(-1) === 0, 'the slots to be gone');
  });
});

it('whyNobody says who does not take the work, and why', () => {
  const asked = { hash: task, version: '1.0.0' };
  const worker = (name: string, reason?: string, version = '1.0.0') => ({
    ...{ name, version },
    refuses:
      reason === undefined
        ? []
        : [
            { task, reason },
            { task: 'another', reason: 'of no interest' },
          ],
  });
  const words = (...workers: ReturnType<typeof worker>[]) => whyNobody(workers, asked, 'redis://here');
  expect(words()).toBe('No worker is there; start one with: lissnas worker --queue redis://here');
  expect(words(worker('a'))).toBe('1 worker is there, but none takes this work; waiting.');
  expect(words(worker('a', undefined, '2.0.0'))).toBe('1 worker is there, none of version 1.0.0; waiting.');
  const many = ['b', 'c', 'd', 'e', 'f'].map((name) => worker(name, 'it has no program'));
  expect(words(worker('a', 'its file is another'), ...many)).toBe(
    '6 workers are there, but none takes this work: its file is another (a); it has no program (b, c, d and 2 more); waiting.',
  );
});
