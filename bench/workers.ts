/** Evaluations over Redis by four worker processes, beside one process without a queue, for a program that only waits. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../src/evaluators/command.js';
import { remote } from '../src/evaluators/remote.js';
import { createRandom } from '../src/math/random.js';
import type { Evaluator } from '../src/measurements/evaluator.js';
import { queueAddress } from '../src/queue/address.js';
import { programWork } from '../src/queue/program-work.js';
import { createTask } from '../src/queue/task.js';
import { VERSION } from '../src/runs/version.js';
import { builtInSpaces } from '../src/spaces/index.js';
import type { Architecture, SearchSpace } from '../src/spaces/space.js';
import { workersStatus } from '../src/workers/status.js';
import { redis } from '../test/optional.js';
import { startRedis, startWorkerProcess, until } from '../test/redis.js';
import { line } from './lines.js';
import { repository } from './repository.js';
import type { Line, Skipped } from './timing.js';

const WORKERS = 4;
const EVALUATIONS = 500;
const PROGRAM = `
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  await new Promise((done) => setTimeout(done, 100));
  console.log(JSON.stringify({ id: JSON.parse(line).id, accuracy: 90 }));
}
`;

export async function workers(): Promise<(Line | Skipped)[]> {
  const executable = redis();
  if (executable === undefined) return [{ what: 'workers', skipped: 'no redis-server was found' }];
  const folder = mkdtempSync(join(tmpdir(), 'lissnas-bench-'));
  const server = await startRedis(executable, folder, { written: 'everysec' });
  const file = join(folder, 'waits.mjs');
  writeFileSync(file, PROGRAM);
  const own = ['--queue', server.url, '--program', process.execPath, '--arg', file];
  const started = Array.from({ length: WORKERS }, () => startWorkerProcess(own, folder, { sources: repository }));
  try {
    const space = builtInSpaces['nasbench-macro'];
    const given = { program: process.execPath, args: [file] };
    const alone = command({ ...given, space });
    const task = createTask(space, await programWork(given), VERSION);
    const queued = await remote({ address: queueAddress(server.url), task, name: alone.name });
    const areReady = async () =>
      (await workersStatus(server.url)).workers.filter(({ serves }) => serves.length > 0).length === WORKERS;
    await until(areReady, 'the workers', 120);
    const ours = await seconds(queued, space, 'queued');
    const peer = await seconds(alone, space, 'alone');
    await Promise.all([queued.close?.(), alone.close?.()]);
    const what = `${EVALUATIONS} evaluations of 100 ms by ${WORKERS} workers over Redis`;
    return [line(what, ours, peer, 'one process', 'goal: 3.8 times as fast')];
  } finally {
    for (const worker of started) await worker.kill();
    await server.kill();
    rmSync(folder, { recursive: true });
  }
}

/** Of all evaluations together, after a few that are not counted. */
async function seconds(evaluator: Evaluator, space: SearchSpace, label: string): Promise<number> {
  const random = createRandom(1).split(label);
  const seen = new Map<string, Architecture>();
  while (seen.size < EVALUATIONS + 2 * WORKERS) {
    const architecture = space.sample(random);
    seen.set(space.format(architecture), architecture);
  }
  const all = [...seen.values()];
  await Promise.all(all.splice(0, 2 * WORKERS).map((architecture) => evaluator.evaluate(architecture)));
  const from = performance.now();
  await Promise.all(all.map((architecture) => evaluator.evaluate(architecture)));
  return (performance.now() - from) / 1000;
}
