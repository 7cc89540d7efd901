import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ended, lissnas, start } from '../../test/cli.js';
import { createRandom } from '../math/random.js';
import { readConfig } from './config.js';
import { resumeRun, startRun } from './run.js';

const program = resolve(import.meta.dirname, 'testing/slow-program.mjs');
const space = 'name: small\ndimensions:\n  layer: { choices: [a, b, c, d], repeat: 6 }\n';
const EVALUATIONS = 48;
const FILES = ['config.yaml', 'journal.ndjson', 'log.ndjson', 'run.json', 'shrunk-space.json', 'status.json'];

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
  expect(readdirSync(join(cwd, 'run')).toSorted()).toEqual(FILES);
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
  for (let kills = 0; kills < 4; kills++) {
    const askedBefore = asked(cwd).length;
    const known = new Set(finished(cwd));
    const { child, ended } = existsSync(join(cwd, 'run/config.yaml'))
      ? start(['resume', 'run'], cwd)
      : shrink(cwd, kills === 0 ? 25 : 0);
    const isOver = ended.then(() => true);
    while (asked(cwd).length === askedBefore && !(await Promise.race([isOver, delay(5, false)])));
    await Promise.race([isOver, delay(random.integer(250))]);
    child.kill('SIGKILL');
    await ended;
    if (existsSync(join(cwd, 'run'))) writeFileSync(join(cwd, 'run/.shrunk-space.json.0123abcd.unfinished'), '{"form');
    expect(
      asked(cwd)
        .slice(askedBefore)
        .filter((key) => known.has(key)),
    ).toEqual([]);
    expect(finished(cwd).length).toBeGreaterThanOrEqual(known.size);
  }
  expectSame(cwd, await resume(cwd));
});

it('a journal cut at any byte leads to the same bytes again, and only what was cut off is paid again', async () => {
  const bytes = readFileSync(journalOf(whole));
  const reference = artifact(whole);
  const firstEntries = [...bytes].flatMap((byte, at) => (byte === 10 ? [at] : [])).slice(0, 2) as [number, number];
  const random = createRandom(Date.now());
  const random5 = Array.from({ length: 5 }, () => random.integer(bytes.length));
  for (const at of [
    0,
    1,
    40,
    firstEntries[0],
    firstEntries[0] + 1,
    firstEntries[1] - 1,
    bytes.length - 1,
    ...random5,
  ]) {
    writeFileSync(journalOf(whole), bytes.subarray(0, at));
    rmSync(join(whole, 'run/shrunk-space.json'));
    const known = new Set(finished(whole));
    const before = asked(whole).length;
    const { replayed } = await resumeRun(join(whole, 'run'));
    expect(artifact(whole) === reference, `cut at ${at}`).toBe(true);
    expect(replayed - known.size, `cut at ${at}`).toBeLessThanOrEqual(1); // a line that lacks only its end is whole
    const again = asked(whole).slice(before);
    expect(again.filter((key) => known.has(key))).toEqual([]);
    expect(again, `cut at ${at}`).toHaveLength(EVALUATIONS - replayed);
  }
});

it('a flipped bit in the journal is refused with the line, and nothing is changed', async () => {
  const bytes = readFileSync(journalOf(whole));
  const reference = artifact(whole);
  const flipped = Buffer.from(bytes);
  flipped[Math.floor(bytes.length / 2)]! ^= 4;
  writeFileSync(journalOf(whole), flipped);
  rmSync(join(whole, 'run/shrunk-space.json'));
  await expect(resumeRun(join(whole, 'run'))).rejects.toThrow(/journal\.ndjson: line \d+ is damaged/);
  expect(readFileSync(journalOf(whole)).equals(flipped)).toBe(true);
  writeFileSync(journalOf(whole), bytes);
  await resumeRun(join(whole, 'run'));
  expect(artifact(whole)).toBe(reference);
});

it('resuming a finished run says so and changes nothing', async () => {
  const contents = () => readdirSync(join(whole, 'run')).map((name) => readFileSync(join(whole, 'run', name), 'utf8'));
  const before = contents();
  const askedBefore = asked(whole).length;
  const ended = await lissnas(['resume', join(whole, 'run')], base); // from another folder
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toContain('had ended before');
  expect(contents()).toEqual(before);
  expect(asked(whole)).toHaveLength(askedBefore);
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
    expect(readdirSync(join(cwd, 'run')).toSorted()).toEqual(FILES.filter((name) => name !== 'shrunk-space.json'));
    expect(readFileSync(journalOf(cwd), 'utf8').endsWith('\n')).toBe(true);
    expectSame(cwd, await resume(cwd));
  });
});

it('a second process in the folder is refused while the first one works, and harms nothing', async () => {
  const cwd = folder('two');
  const first = shrink(cwd, 20);
  while (finished(cwd).length < 5) await delay(5);
  await expect(resumeRun(join(cwd, 'run'))).rejects.toThrow(`the folder is in use by process ${first.child.pid};`);
  expectSame(cwd, await first.ended);
});

it('of two that start in the same folder at once, one runs and the other is refused', async () => {
  const cwd = folder('race');
  writeFileSync(join(cwd, 'space.yaml'), space);
  const config = {
    space: { file: join(cwd, 'space.yaml') },
    evaluator: { kind: 'nk' as const, k: 1 },
    shrink: { evaluations: 20, size: 30 },
  };
  const both = await Promise.allSettled([startRun(config, join(cwd, 'run')), startRun(config, join(cwd, 'run'))]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(readdirSync(join(cwd, 'run')).toSorted()).toEqual(FILES);
});

describe('a run on a table', () => {
  const letters = ['a', 'b', 'c', 'd'];
  const row = (i: number) =>
    `${letters[i >> 4]},${letters[(i >> 2) & 3]},${letters[i & 3]},${50 + (i >> 4) * 3 + (i & 3)}`;
  let cwd: string;
  beforeEach(async () => {
    cwd = folder('table');
    writeFileSync(join(cwd, 'space.yaml'), space.replace('repeat: 6', 'repeat: 3'));
    const rows = Array.from({ length: 64 }, (_, i) => row(i));
    writeFileSync(join(cwd, 'table.csv'), ['layer0,layer1,layer2,acc', ...rows, ''].join('\n'));
    writeFileSync(
      join(cwd, 'my.yaml'),
      'space: space.yaml\nevaluator: { kind: table, file: table.csv, accuracy: acc }\nshrink: { evaluations: 20, size: 5 }\n',
    );
    await startRun(await readConfig(join(cwd, 'my.yaml')), join(cwd, 'run'));
    rmSync(join(cwd, 'run/shrunk-space.json'));
  });

  it('is refused once the table has changed', async () => {
    appendFileSync(join(cwd, 'table.csv'), '\n');
    await expect(resumeRun(join(cwd, 'run'))).rejects.toThrow(/table\.csv: has changed since this run began/);
    expect(existsSync(join(cwd, 'run/shrunk-space.json'))).toBe(false);
  });

  it('is refused once its configuration has changed, and does not need the space file', async () => {
    rmSync(join(cwd, 'space.yaml'));
    const config = readFileSync(join(cwd, 'run/config.yaml'), 'utf8');
    writeFileSync(join(cwd, 'run/config.yaml'), config.replace('evaluations: 20', 'evaluations: 21'));
    await expect(resumeRun(join(cwd, 'run'))).rejects.toThrow(
      /the journal belongs to a run with another configuration/,
    );
    writeFileSync(join(cwd, 'run/config.yaml'), config);
    expect((await resumeRun(join(cwd, 'run'))).shrunk.size).toBe(5);
  });
});
