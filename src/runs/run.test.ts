import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, lissnas, start } from '../../test/cli.js';
import { createRandom } from '../math/random.js';

const program = resolve(import.meta.dirname, 'testing/slow-program.mjs');
const space = 'name: small\ndimensions:\n  layer: { choices: [a, b, c, d], repeat: 6 }\n';
const EVALUATIONS = 48;

let base: string;
let whole: string; // a folder with the run that was never stopped
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-run-'));
  whole = folder('whole');
  const ended = await shrink(whole, 0).ended;
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

function folder(name: string): string {
  const path = mkdtempSync(join(base, `${name}-`));
  writeFileSync(join(path, 'space.yaml'), space);
  return path;
}

/** The same command in every folder, so that the artifacts must be equal byte by byte; only the program's speed differs, by a file. */
function shrink(cwd: string, milliseconds: number) {
  writeFileSync(
    join(cwd, 'program.mjs'),
    `process.argv.splice(2, 2, 'asked', '${milliseconds}');\nawait import(${JSON.stringify(program)});\n`,
  );
  const options = ['--evaluations', String(EVALUATIONS), '--size', '60', '--rounds', '4', '--random-seed', '3'];
  const measure = ['--command', process.execPath, '--arg', 'program.mjs', '--concurrency', '2'];
  return start(['shrink', '--space', 'space.yaml', ...measure, ...options, '--out', 'run'], cwd);
}

const resume = (cwd: string) => lissnas(['resume', 'run'], cwd);
const artifact = (cwd: string) => readFileSync(join(cwd, 'run/shrunk-space.json'), 'utf8');
const journalOf = (cwd: string) => join(cwd, 'run/journal.ndjson');
const asked = (cwd: string) =>
  existsSync(join(cwd, 'asked')) ? readFileSync(join(cwd, 'asked'), 'utf8').split('\n').slice(0, -1) : [];

/** Architectures whose evaluation is safely in the journal. */
function finished(cwd: string): string[] {
  if (!existsSync(journalOf(cwd))) return [];
  const lines = readFileSync(journalOf(cwd), 'utf8').split('\n').slice(0, -1); // the last one has no end
  return lines.flatMap((line) => /"key":"([\d.]+)"/.exec(line)?.[1] ?? []);
}

function expectSame(cwd: string, ended: Ended) {
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  expect(artifact(cwd)).toBe(artifact(whole));
  expect(finished(cwd).toSorted()).toEqual(finished(whole).toSorted());
  expect(readdirSync(join(cwd, 'run')).toSorted()).toEqual([
    'config.yaml',
    'journal.ndjson',
    'run.json',
    'shrunk-space.json',
  ]);
}

it('a run spends exactly its budget, failures included, and names its inputs', () => {
  expect(finished(whole)).toHaveLength(EVALUATIONS);
  expect(new Set(asked(whole)).size).toBe(EVALUATIONS);
  const { provenance, failures, spent, size } = JSON.parse(artifact(whole));
  expect(spent).toBe(EVALUATIONS);
  expect(size).toBe(60);
  expect(failures.length).toBeGreaterThan(0);
  expect(provenance).toMatchObject({ version: '0.1.0', randomSeed: 3 });
  expect(provenance.command).toMatch(/^lissnas shrink --space space.yaml .* --out run$/);
});

it('killed again and again with kill -9 it ends in the same bytes, and pays for no finished evaluation twice', async () => {
  const cwd = folder('killed');
  const random = createRandom(Date.now());
  let kills = 0;
  let { child, ended } = shrink(cwd, 25);
  for (;;) {
    const before = finished(cwd).length;
    const askedBefore = asked(cwd).length;
    const known = new Set(finished(cwd));
    // wait for the process to be at work, then for a random moment more
    const isOver = ended.then(() => true);
    while (asked(cwd).length === askedBefore && !(await Promise.race([isOver, delay(5, false)])));
    await Promise.race([isOver, delay(random.integer(300))]);
    child.kill('SIGKILL');
    const last = await ended;
    expect(
      asked(cwd)
        .slice(askedBefore)
        .filter((key) => known.has(key)),
    ).toEqual([]);
    expect(finished(cwd).length).toBeGreaterThanOrEqual(before);
    if (last.signal !== 'SIGKILL') {
      expect(last.code).toBe(0);
      break;
    }
    kills++;
    if (!existsSync(join(cwd, 'run/config.yaml'))) ({ child, ended } = shrink(cwd, 25));
    else ({ child, ended } = start(['resume', 'run'], cwd));
  }
  expect(kills).toBeGreaterThan(1);
  expectSame(cwd, await resume(cwd));
});

describe('a journal cut at any byte', () => {
  it.each([0, 1, 40, 0.3, 0.62, 0.95])('%s', async (where) => {
    const cwd = folder('cut');
    await shrink(cwd, 0).ended;
    rmSync(join(cwd, 'run/shrunk-space.json'));
    const { length } = readFileSync(journalOf(cwd));
    truncateSync(journalOf(cwd), where < 1 ? Math.floor(where * length) : where);
    const known = new Set(finished(cwd));
    rmSync(join(cwd, 'asked'));
    const ended = await resume(cwd);
    expect(ended.code).toBe(0);
    expect(artifact(cwd)).toBe(artifact(whole));
    expect(asked(cwd).filter((key) => known.has(key))).toEqual([]);
    expect(asked(cwd)).toHaveLength(EVALUATIONS - known.size);
  });
});

it('a flipped bit in the journal is refused with the line, and nothing is changed', async () => {
  const cwd = folder('flipped');
  await shrink(cwd, 0).ended;
  rmSync(join(cwd, 'run/shrunk-space.json'));
  const bytes = readFileSync(journalOf(cwd));
  bytes[Math.floor(bytes.length / 2)]! ^= 4;
  writeFileSync(journalOf(cwd), bytes);
  const ended = await resume(cwd);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(/^lissnas: run\/journal\.ndjson: line \d+ is damaged .*\n$/);
  expect(readFileSync(journalOf(cwd))).toEqual(bytes);
});

it('resuming a finished run says so and changes nothing, also after the program is gone', async () => {
  const cwd = folder('finished');
  await shrink(cwd, 0).ended;
  const before = readdirSync(join(cwd, 'run')).map((name) => readFileSync(join(cwd, 'run', name), 'utf8'));
  rmSync(join(cwd, 'program.mjs'));
  const ended = await resume(cwd);
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain('had ended before');
  expect(readdirSync(join(cwd, 'run')).map((name) => readFileSync(join(cwd, 'run', name), 'utf8'))).toEqual(before);
});

it('resumes from another folder: a relative program is still found', async () => {
  const cwd = folder('moved');
  const { child, ended } = shrink(cwd, 20);
  while (finished(cwd).length < 5) await delay(5);
  child.kill('SIGKILL');
  await ended;
  const resumed = await lissnas(['resume', join(cwd, 'run')], base);
  expect(resumed.stderr).toBe('');
  expect(artifact(cwd)).toBe(artifact(whole));
});

describe('stopped by the user', () => {
  it.each([
    'SIGINT',
    'SIGTERM',
  ] as const)('%s closes the journal, says how to resume and exits with 130', async (signal) => {
    const cwd = folder('stopped');
    const { child, ended } = shrink(cwd, 20);
    while (finished(cwd).length < 5) await delay(5);
    child.kill(signal);
    const stopped = await ended;
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect(stopped.stderr).toContain('lissnas resume run');
    expect(readdirSync(join(cwd, 'run')).toSorted()).toEqual(['config.yaml', 'journal.ndjson', 'run.json']);
    expect(readFileSync(journalOf(cwd), 'utf8').endsWith('\n')).toBe(true);
    expectSame(cwd, await resume(cwd));
  });
});

it('a second process in the folder is refused while the first one works, and harms nothing', async () => {
  const cwd = folder('two');
  const first = shrink(cwd, 20);
  while (finished(cwd).length < 5) await delay(5);
  const second = await resume(cwd);
  expect(second.code).toBe(2);
  expect(second.stderr).toMatch(/^lissnas: run: the folder is in use by process \d+; .*\n$/);
  expect((await first.ended).code).toBe(0);
  expect(artifact(cwd)).toBe(artifact(whole));
});

describe('a run on a table', () => {
  const row = (i: number) =>
    `${['a', 'b', 'c', 'd'][i >> 4]},${['a', 'b', 'c', 'd'][(i >> 2) & 3]},${['a', 'b', 'c', 'd'][i & 3]},${50 + (i >> 4) * 3 + (i & 3)}\n`;

  async function tableRun(): Promise<string> {
    const cwd = folder('table');
    writeFileSync(join(cwd, 'space.yaml'), 'name: small\ndimensions:\n  layer: { choices: [a, b, c, d], repeat: 3 }\n');
    writeFileSync(
      join(cwd, 'table.csv'),
      `layer0,layer1,layer2,acc\n${Array.from({ length: 64 }, (_, i) => row(i)).join('')}`,
    );
    const options = ['--table', 'table.csv', '--accuracy', 'acc', '--evaluations', '20', '--size', '5', '--out', 'run'];
    expect((await lissnas(['shrink', '--space', 'space.yaml', ...options], cwd)).code).toBe(0);
    rmSync(join(cwd, 'run/shrunk-space.json'));
    return cwd;
  }

  it('is refused once the table has changed', async () => {
    const cwd = await tableRun();
    appendFileSync(join(cwd, 'table.csv'), '\n');
    const ended = await resume(cwd);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^lissnas: .*table\.csv: has changed since this run began.*\n$/);
    expect(existsSync(join(cwd, 'run/shrunk-space.json'))).toBe(false);
  });

  it('is refused once its configuration has changed, and does not need the space file', async () => {
    const cwd = await tableRun();
    rmSync(join(cwd, 'space.yaml'));
    const config = readFileSync(join(cwd, 'run/config.yaml'), 'utf8');
    writeFileSync(join(cwd, 'run/config.yaml'), config.replace('evaluations: 20', 'evaluations: 21'));
    const ended = await resume(cwd);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/the journal belongs to a run with another configuration/);
    writeFileSync(join(cwd, 'run/config.yaml'), config);
    expect((await resume(cwd)).code).toBe(0);
  });
});
