/** What is refused, what is set aside, and how a worker ends. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lissnas } from '../../test/cli.js';
import { redis } from '../../test/optional.js';
import { type RedisServer, startRedis, startWorkerProcess } from '../../test/redis.js';
import { workersStatus } from './status.js';

const SPACE = 'name: mine\ndimensions: { layer: { choices: [a, b, c, d], repeat: 6 } }\n';
/** Dies over one architecture in four. */
const POISONED = `
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { id, codes } = JSON.parse(line);
  if (codes[0] === 1) process.exit(9);
  console.log(JSON.stringify({ id, accuracy: 50 + codes.reduce((a, b) => a + b) }));
}
`;

const executable = redis();

describe.skipIf(executable === undefined)('a queue with a password', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'lissnas-faults-'));
  let server: RedisServer;
  let url: string;

  beforeAll(async () => {
    writeFileSync(join(cwd, 'space.yaml'), SPACE);
    writeFileSync(join(cwd, 'poisoned.mjs'), POISONED);
    server = await startRedis(executable!, mkdtempSync(join(cwd, 'redis-')), { password: 'open-sesame' });
    url = server.url.replace('//', '//:open-sesame@');
  });
  afterAll(async () => {
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
  }, 100_000);

  it('sets aside what breaks down again and again, and counts it as failed', async () => {
    const program = [process.execPath, 'poisoned.mjs'];
    const worker = startWorkerProcess(['--queue', url, '--program', program[0]!, '--arg', program[1]!], cwd);
    const words = ['shrink', '--space', 'space.yaml', '--evaluations', '20', '--size', '10', '--random-seed', '4'];
    const ended = await lissnas([...words, '--queue', url, '--out', 'run', '--', ...program], cwd);
    expect(ended).toMatchObject({ code: 0 });
    const status = await workersStatus(url);
    const { setAside, reasons } = status.tasks[0]!;
    expect(setAside).toBeGreaterThan(0);
    expect(reasons[0]).toMatchObject({ tries: 3, reason: expect.stringContaining('9') });
    const journal = readFileSync(join(cwd, 'run/journal.ndjson'), 'utf8');
    expect(journal.match(/set aside after 3 tries/g)).toHaveLength(setAside);
    for (const file of ['config.yaml', 'journal.ndjson', 'shrunk-space.json', 'log.ndjson'])
      expect(readFileSync(join(cwd, 'run', file), 'utf8')).not.toContain('open-sesame');
    expect(JSON.stringify(status)).not.toContain('open-sesame');
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toMatchObject({ code: 0 });
    expect((await workersStatus(url)).workers).toEqual([]);
  }, 150_000);
});
