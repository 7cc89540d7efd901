/** Workers that differ from the run leave its work to one that does not, and say why. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lissnas, start, startFile } from '../../test/cli.js';
import { redis } from '../../test/optional.js';
import {
  killable,
  type RedisServer,
  startRedis,
  startWorkerProcess,
  until,
  type WorkerProcess,
} from '../../test/redis.js';
import { type Config, configSchema } from '../runs/config.js';
import { writeImages } from '../runs/one-shot/testing/tiny-run.js';
import { startRun } from '../runs/run.js';
import { VERSION } from '../runs/version.js';
import { workersStatus } from './status.js';

const SPACE = 'name: mine\ndimensions: { layer: { choices: [a, b, c, d], repeat: 6 } }\n';
const PIXELS = `
name: pixels
dimensions: { kernel: { choices: [3, 5], repeat: 3 }, width: [4, 8] }
network:
  input: { shape: [1, 8, 8], classes: 4 }
  stem: { block: conv, channels: 4 }
  layers:
    - { block: mbconv, expansion: 2, kernel: $kernel, channels: $width, stride: 2, depth: 3 }
`;
const PROGRAM = `
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { id, codes } = JSON.parse(line);
  appendFileSync('asked', codes.join('.') + '\\n');
  console.log(JSON.stringify({ id, accuracy: 50 + codes.reduce((a, b) => a + b) }));
}
`;

const executable = redis();

describe.skipIf(executable === undefined)('a queue with workers that do not fit', () => {
  const base = mkdtempSync(join(tmpdir(), 'lissnas-refusals-'));
  const fitting = join(base, 'fitting');
  const other = join(base, 'other');
  const program = [process.execPath, 'evaluator.mjs'];
  const processes: WorkerProcess[] = [];
  let server: RedisServer;

  beforeAll(async () => {
    for (const [folder, images, text] of [
      [fitting, 1, PROGRAM],
      [other, 2, `${PROGRAM}\n`],
    ] as const) {
      mkdirSync(folder);
      writeFileSync(join(folder, 'evaluator.mjs'), text);
      writeFileSync(join(folder, 'asked'), '');
      writeImages(folder, images);
    }
    writeFileSync(join(fitting, 'space.yaml'), SPACE);
    writeFileSync(join(fitting, 'pixels.yaml'), PIXELS);
    server = await startRedis(executable!, mkdtempSync(join(base, 'redis-')));
    processes.push(
      newWorker(other),
      killable(startFile('src/workers/testing/worker-of-version.ts', [server.url, '0.0.0', ...program], fitting)),
    );
    await until(async () => (await workersStatus(server.url)).workers.length === 2, 'two workers');
  }, 300_000);
  afterAll(async () => {
    for (const { child } of processes) child.kill('SIGTERM');
    for (const { ended } of processes) expect(await ended).toMatchObject({ code: 0 });
    await server?.kill();
    rmSync(base, { recursive: true, force: true });
  }, 200_000);

  const newWorker = (folder: string) => {
    const own = ['--program', program[0]!, '--arg', program[1]!, '--engine', 'wasm', '--data', 'images'];
    return startWorkerProcess(['--queue', server.url, ...own], folder);
  };
  const reasonsTold = async () => {
    const { code, stdout } = await lissnas(['workers', '--queue', server.url, '--json'], base);
    expect(code).toBe(0);
    const { workers } = JSON.parse(stdout) as Awaited<ReturnType<typeof workersStatus>>;
    return new Map(workers.map(({ version, refuses }) => [version, refuses.map(({ reason }) => reason)]));
  };
  const notes = (folder: string) => readFileSync(join(folder, 'asked'), 'utf8').split('\n').slice(0, -1);
  const bytes = (out: string) => readFileSync(join(base, out, 'shrunk-space.json'), 'utf8');

  it('the run says who refuses and why, `lissnas workers` too, and a worker that fits does all the work', async () => {
    const sizes = ['--evaluations', '20', '--size', '10'];
    const words = ['shrink', '--space', 'space.yaml', ...sizes, '--queue', server.url, '--out', '../run'];
    const run = start([...words, '--', ...program], fitting);
    const config: Config = configSchema.parse({
      space: { file: join(fitting, 'pixels.yaml') },
      evaluator: {
        kind: 'training',
        data: { kind: 'idx', path: join(fitting, 'images'), testSize: 40 },
        validation: 40,
        recipe: { batch: 4, steps: 3, augmentation: { padding: 1, flip: false } },
        evaluation: { calibrationBatches: 1, calibrationSize: 16 },
      },
      shrink: { evaluations: 5, size: 4 },
    });
    const remarks: string[] = [];
    const hooks = { onRemark: (text: string) => void remarks.push(text) };
    const trained = startRun({ ...config, queue: server.url }, join(base, 'trained'), hooks);
    await until(() => run.stderr().includes('none takes'), 'the run to say that nobody takes its work');
    await until(() => remarks.length > 0, 'the training to say that nobody takes its work');

    const others = [`it is of version 0.0.0, and the run of ${VERSION}`];
    const file = 'its file "evaluator.mjs" is not the same as that of the run';
    const images = 'its images are not the same as those of the run';
    const { workers } = await workersStatus(server.url);
    const nameOf = (version: string) => workers.find((worker) => worker.version === version)?.name;
    const told = (reason: string) =>
      [`${reason} (${nameOf(VERSION)})`, `${others[0]} (${nameOf('0.0.0')})`].sort((a, b) => a.localeCompare(b));
    for (const [words, reason] of [
      [run.stderr(), file],
      [remarks.join('\n'), images],
    ] as const) {
      expect(words).toContain('2 workers are there, but none takes this work: ');
      for (const part of told(reason)) expect(words).toContain(part);
    }
    const reasons = await reasonsTold();
    expect(reasons.get('0.0.0')).toEqual([...others, ...others]);
    expect([...reasons.get(VERSION)!].sort()).toEqual([file, images]);

    processes.push(newWorker(fitting));
    expect(await run.ended).toMatchObject({ code: 0 });
    const { spent } = JSON.parse(bytes('run'));
    expect(notes(other)).toEqual([]);
    expect(notes(fitting)).toHaveLength(spent);
    expect(new Set(notes(fitting)).size).toBe(spent);

    const { shrunk } = await trained;
    await startRun(config, join(base, 'alone'));
    expect(bytes('trained')).toBe(bytes('alone'));
    const finished = async () =>
      (await workersStatus(server.url)).workers.map(({ done }) => done).sort((a, b) => a - b);
    const all = [0, 0, spent + shrunk.data.spent];
    await until(
      async () => String(await finished()) === String(all),
      'the worker that fits to tell of all its work',
      30,
    );
  }, 500_000);
});
