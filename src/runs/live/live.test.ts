/** What a run tells in its folder, and how it is stopped by a file there. */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../config.js';
import { startOneShot } from '../one-shot/run.js';
import { tinyConfig, writeImages } from '../one-shot/testing/tiny-run.js';
import { resumeRun, startRun } from '../run.js';
import { seeRun } from '../state.js';
import { StoppedByFile, writeWanted } from './control.js';
import { LIVE_NAMES, liveFiles } from './files.js';
import { LineFile, readLines } from './line-file.js';
import { readLog } from './log.js';
import { readStatus } from './status.js';
import { readTrainings, TrainingLog } from './training-log.js';

const program = resolve(import.meta.dirname, '../testing/slow-program.mjs');
const declaration = 'name: small\ndimensions:\n  layer: { choices: [a, b, c, d], repeat: 6 }\n';
const EVALUATIONS = 40;

let base: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-live-'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A sixteenth of the architectures fails; nothing but the speed differs by `milliseconds`. */
function config(milliseconds: number): Config {
  const file = join(base, `program-${milliseconds}.mjs`);
  writeFileSync(
    file,
    `process.argv.splice(2, 2, ${JSON.stringify(join(base, 'asked'))}, '${milliseconds}');\nawait import(${JSON.stringify(program)});\n`,
  );
  return {
    space: { declaration },
    evaluator: { kind: 'command', program: process.execPath, args: [file], cwd: base, concurrency: 2 },
    shrink: { evaluations: EVALUATIONS, size: 40, rounds: 4 },
    randomSeed: 3,
  };
}

/** Without the name of the program, which tells how slow it is. */
const artifact = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'shrunk-space.json'), 'utf8').replaceAll(/program-\d+\.mjs/g, 'program.mjs'));

describe('a run by a program', () => {
  let folder: string;
  beforeAll(async () => {
    folder = join(base, 'whole');
    await startRun(config(0), folder);
  });

  it('ends with a status that agrees with its result', async () => {
    const status = readStatus(folder)!;
    const shrunk = artifact(folder);
    expect(status).toMatchObject({ state: 'ended', done: EVALUATIONS, total: EVALUATIONS, secondsLeft: null });
    const accuracies = shrunk.measurements.map((one: { accuracy: number }) => one.accuracy);
    expect(status.best).toBe(Math.max(...accuracies));
    expect(status.rounds!.map(({ spent, size }) => ({ spent, size: Number(size) }))).toEqual(
      shrunk.rounds.map(({ spent, size }: { spent: number; size: string }) => ({ spent, size: Number(size) })),
    );
    expect(status.rounds!.slice(0, -1).every(({ mean }) => mean !== undefined && mean.low <= mean.high)).toBe(true);
    expect(Date.parse(status.began)).toBeLessThanOrEqual(Date.parse(status.updated));
    expect(await seeRun(folder, 'shrink')).toMatchObject({ state: 'ended' });
  });

  it('has told its rounds in order, and each reason of failures once with their number at the end', () => {
    const lines = readLog(folder);
    const texts = lines.map(({ text }) => text);
    expect(lines.map(({ n }) => n)).toEqual(lines.map((_, index) => index + 1));
    expect(texts[0]).toBe('begun');
    expect(texts.at(-1)).toBe('ended');
    for (const round of [1, 2, 3, 4])
      expect(texts.filter((text) => text.startsWith(`round ${round}: after`))).toHaveLength(1);
    const failures = artifact(folder).failures.length;
    expect(failures).toBeGreaterThan(1);
    expect(lines.filter(({ level }) => level === 'warning').map(({ text }) => text)).toEqual([
      'an evaluation failed: the program says: out of memory',
      `${failures} evaluations failed: the program says: out of memory`,
    ]);
  });

  it.each([
    'pause',
    'cancel',
  ] as const)('%s stops it at a safe point, and it goes on to the same result without what it has told', async (wanted) => {
    const stopped = join(base, wanted);
    const run = startRun(config(100), stopped);
    while (!existsSync(join(stopped, 'journal.ndjson'))) await delay(5);
    expect(await seeRun(stopped, 'shrink')).toMatchObject({ state: 'running', status: { state: 'running' } });
    writeWanted(stopped, wanted);
    await expect(run).rejects.toThrow(StoppedByFile);
    const state = wanted === 'pause' ? 'paused' : 'cancelled';
    expect(readStatus(stopped)).toMatchObject({ state, secondsLeft: null });
    expect(await seeRun(stopped, 'shrink')).toMatchObject({ state });
    expect(existsSync(join(stopped, 'shrunk-space.json'))).toBe(false);
    for (const name of wanted === 'pause' ? LIVE_NAMES : []) rmSync(join(stopped, name), { force: true });
    await resumeRun(stopped);
    expect(artifact(stopped)).toEqual(artifact(folder));
    expect(existsSync(liveFiles(stopped).control)).toBe(false);
    expect(readStatus(stopped)).toMatchObject({ state: 'ended' });
    if (wanted === 'cancel') {
      const texts = readLog(stopped).map(({ text }) => text);
      expect(texts).toContain('cancelled');
      expect(texts).toContain('resumed');
      expect(new Set(texts).size).toBe(texts.length); // no round is told twice
    }
  });

  it('one that is refused when it is resumed says why', async () => {
    const refused = join(base, 'refused');
    const run = startRun(config(100), refused);
    while (!existsSync(join(refused, 'journal.ndjson'))) await delay(5);
    writeWanted(refused, 'pause');
    await run.catch(() => undefined);
    appendFileSync(join(refused, 'config.yaml'), 'rubbish: 1\n');
    await expect(resumeRun(refused)).rejects.toThrow(/rubbish/);
    expect(readStatus(refused)).toMatchObject({ state: 'failed', problem: expect.stringContaining('rubbish') });
    expect(readLog(refused).at(-1)).toMatchObject({ level: 'error', text: expect.stringContaining('rubbish') });
  });

  it('one that fails before anything was measured leaves no folder, whatever it has told', async () => {
    const failed = join(base, 'no', 'such');
    const broken = { ...config(0), evaluator: { kind: 'command' as const, program: join(base, 'missing'), cwd: base } };
    await expect(startRun(broken, failed)).rejects.toThrow();
    expect(existsSync(join(base, 'no'))).toBe(false);
  });

  it('ends as well where nothing can be told', async () => {
    const mute = join(base, 'mute');
    const names = LIVE_NAMES;
    const run = startRun(config(10), mute, {
      onStart: () => {
        for (const name of names) {
          rmSync(join(mute, name), { force: true });
          mkdirSync(join(mute, name)); // no file can be written in the place of a folder
        }
      },
    });
    await run;
    expect(artifact(mute)).toEqual(artifact(folder));
    expect(readdirSync(mute).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
  });
});

it('a run that trains tells its stages, and the loss of every step of its trainings', async () => {
  const folder = join(base, 'one-shot');
  const { result } = await startOneShot(tinyConfig(writeImages(base)), folder);
  const lines = readTrainings(folder);
  const names = [...new Set(lines.map(({ training }) => training))];
  expect(names.slice(0, 2)).toEqual(['warm-up', 'inside']);
  expect(names[2]).toBe(`from scratch: ${result.found.architecture}`);
  const warmUp = lines.filter(({ training }) => training === 'warm-up');
  expect(warmUp.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  expect(warmUp.every(({ loss, accuracy }) => loss > 0 && accuracy >= 0 && accuracy <= 100)).toBe(true);
  const status = readStatus(folder)!;
  expect(status).toMatchObject({ state: 'ended', best: result.found.accuracy });
  expect(status.done).toBe(status.total);
  const texts = readLog(folder).map(({ text }) => text);
  expect(texts.some((text) => text.startsWith('warming the supernet up: 4 steps'))).toBe(true);
  expect(texts.some((text) => text.startsWith(`found ${result.found.architecture}: `))).toBe(true);
  expect(await seeRun(folder, 'one-shot')).toMatchObject({ state: 'ended' });
});

describe('the files', () => {
  it('a training of many steps has about 200 lines, each the mean of its steps', () => {
    const folder = mkdtempSync(join(base, 'training-'));
    const log = new TrainingLog(folder);
    for (let step = 1; step <= 1000; step++)
      log.add({ training: 'a', step, steps: 1000, loss: step, accuracy: 2 * step });
    const lines = readTrainings(folder);
    expect(lines).toHaveLength(200);
    expect(lines[0]).toEqual({ training: 'a', step: 5, loss: 3, accuracy: 6 });
    expect(lines.at(-1)).toEqual({ training: 'a', step: 1000, loss: 998, accuracy: 1996 });
    const again = new TrainingLog(folder); // killed, and begun again at the checkpoint of step 500
    for (let step = 501; step <= 510; step++) again.add({ training: 'a', step, steps: 1000, loss: 7, accuracy: 7 });
    expect(
      readTrainings(folder)
        .map(({ step }) => step)
        .slice(-3),
    ).toEqual([500, 505, 510]);
  });

  it('lines are dropped from the older half on, and a torn one is passed over', () => {
    const path = join(base, 'lines.ndjson');
    writeFileSync(path, '{"i":-1}\n{"i":');
    const file = new LineFile(path, 1000);
    for (let i = 0; i < 500; i++) file.append({ i });
    expect(statSync(path).size).toBeLessThanOrEqual(1000);
    const kept = readLines(path).map((line) => (line as { i: number }).i);
    expect(kept.length).toBeGreaterThan(40);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, k) => 500 - kept.length + k));
    rmSync(path);
    file.append({ i: 'after' });
    expect(readLines(path)).toEqual([{ i: 'after' }]);
  });

  it('rubbish in them reads as nothing', async () => {
    const folder = mkdtempSync(join(base, 'rubbish-'));
    const { status, log, training, control } = liveFiles(folder);
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '{"format":"lissnas-status/2"}',
      '\u0000\uffff',
      '[1]\n[2]\n{"n":-1}',
    ]) {
      for (const path of [status, log, training, control]) writeFileSync(path, text);
      expect([readStatus(folder), readLog(folder), readTrainings(folder)]).toEqual([undefined, [], []]);
      expect(await seeRun(folder, 'shrink')).toEqual({ state: 'stopped', status: undefined });
    }
    chmodSync(status, 0o000);
    await expect(seeRun(join(base, 'nowhere'), 'shrink')).rejects.toThrow();
  });
});
