/** Runs that are killed without warning end as if they never had been. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom } from '../../math/random.js';
import { LIVE_NAMES } from '../live/files.js';
import { tinyText, writeImages } from './testing/tiny-run.js';

const root = resolve(import.meta.dirname, '../../..');
const KILLS = 20;
/** A kill comes while one of these is written; the others come after a random share of the work. */
const WRITTEN = ['supernet-warm-up', 'shrunk-space', 'supernet-inside', 'best.safetensors', 'best.onnx', 'result'];
const augmentation = { padding: 1, flip: false };

let base: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-killed-'));
  const config = {
    supernet: {
      warmUp: { batch: 4, steps: 255, augmentation }, // one more checkpoint before the last step
      training: { batch: 4, steps: 60, sampling: 'pockets', augmentation },
    },
    shrink: { evaluations: 24, size: 20, limits: [{ cost: 'params_m', max: 0.04 }] },
    search: { evaluations: 12 },
    references: 2,
  };
  writeFileSync(join(base, 'run.yaml'), tinyText(writeImages(base), config));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** When to kill: no more than so much work is left, or a file is being written. */
interface Moment {
  readonly left: number;
  readonly writing: readonly string[];
  /** milliseconds after that */
  readonly after: number;
}

interface Ended {
  readonly wasKilled: boolean;
  /** what was told: work left, and what was done */
  readonly told: readonly { readonly left: number; readonly label: string }[];
  /** the file of the moment, where it was one */
  readonly written: string | undefined;
}

/** Starts the run in a folder, or goes on with it, until it ends or the moment has come. */
async function go(folder: string, moment?: Moment): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [join(root, 'scripts/run.mjs'), join(import.meta.dirname, 'testing/told-run.ts'), join(base, 'run.yaml'), folder],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const told: { left: number; label: string }[] = [];
  let written: string | undefined;
  let isDue = false;
  const kill = async () => {
    if (isDue) return;
    isDue = true;
    if (moment!.after > 0) await delay(moment!.after);
    child.kill('SIGKILL');
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, left, label] = /^(\S+) (.*)$/.exec(line)!;
    told.push({ left: Number(left), label: label! });
    if (moment !== undefined && Number(left) <= moment.left) void kill();
  });
  const watcher =
    moment &&
    watch(folder, (_, name) => {
      const file = moment.writing.find((own) => name?.startsWith(`.${own}`));
      if (isDue || file === undefined) return;
      written = file;
      void kill();
    });
  await ended;
  watcher?.close();
  if (child.signalCode === null) expect(complaint).toBe('');
  return { wasKilled: child.signalCode === 'SIGKILL', told, written };
}

/** Everything that a run leaves but its configuration, which names the threads, and what it only tells. */
function contents(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'config.yaml' && !LIVE_NAMES.includes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(names.sort().map((file) => [file.slice(folder.length + 1), readFileSync(file, 'latin1')]));
}

it(`killed at ${KILLS} random moments and resumed, with other numbers of threads, it leaves the same files, bit for bit`, async () => {
  const whole = mkdtempSync(join(base, 'whole-'));
  const { told } = await go(whole);
  const expected = contents(whole);
  expect([...expected.keys()]).toEqual(expect.arrayContaining(['best.onnx', 'best.safetensors', 'result.json']));

  const randomSeed = Date.now() % 1_000_000;
  const random = createRandom(randomSeed);
  const said = `random seed ${randomSeed}`;
  process.stderr.write(`killed.test: ${said}\n`);
  const work = told[0]!.left;
  const shares = Array.from({ length: KILLS - WRITTEN.length }, () => random.float()).sort((a, b) => b - a);
  const writing = new Set(WRITTEN);
  const killed = mkdtempSync(join(base, 'killed-'));
  const stages = new Set<string>();
  let kills = 0;
  for (let tries = 0; ; tries++) {
    expect(tries, said).toBeLessThan(2 * KILLS);
    const left = shares.length === 0 ? Number.NEGATIVE_INFINITY : shares[0]! * work;
    const ended = await go(killed, { left, writing: [...writing], after: random.integer(2) * random.integer(12) });
    if (!ended.wasKilled) break;
    kills++;
    if (ended.written !== undefined) writing.delete(ended.written);
    else shares.shift();
    const last = ended.told.at(-1);
    stages.add(ended.written ?? last?.label.replace(/[:\d].*/, '').trim() ?? 'before the first step');
    changeThreads(killed, 1 + random.integer(3));
  }
  expect(kills, said).toBeGreaterThanOrEqual(KILLS - 2); // one may come too late, as the run is about to end
  expect(stages.size, `${said}: ${[...stages].join(', ')}`).toBeGreaterThan(5);
  const actual = contents(killed);
  expect([...actual.keys()], said).toEqual([...expected.keys()]);
  for (const [name, content] of expected) expect(actual.get(name) === content, `${said}: ${name}`).toBe(true);
}, 600_000);

function changeThreads(folder: string, threads: number): void {
  const file = join(folder, 'config.yaml');
  if (!existsSync(file)) return;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^threads: \d+$/m, `threads: ${threads}`));
}
