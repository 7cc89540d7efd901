/** Reports of real runs by a program: what stands in them is counted again from the files. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { lockFolder } from '../runs/lock.js';
import { startRun } from '../runs/run.js';
import { ShrunkSpace } from '../shrink/shrunk-space.js';
import { unpackColumn } from './columns.js';
import { reportOf } from './report-of.js';
import type { RunReport } from './run-report.js';
import { hashesIn, programConfig, rowsOf } from './testing/small-runs.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let base: string;
let ended: string;
let report: RunReport;
let shrunk: ShrunkSpace;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-report-'));
  ended = join(base, 'ended');
  await startRun(programConfig(base), ended);
  report = await reportOf(ended);
  shrunk = await ShrunkSpace.fromFile(join(ended, 'shrunk-space.json'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

let copies = 0;
function copy(): string {
  const folder = join(base, `copy-${++copies}`);
  cpSync(ended, folder, { recursive: true });
  return folder;
}

describe('the report of a run that has ended', () => {
  it('says what it is', () => {
    expect(report).toMatchObject({ format: 'lissnas-report/1', name: 'ended', kind: 'shrink', state: 'ended' });
    expect(report.problem).toBeUndefined();
    expect(report.config).toBe(readFileSync(join(ended, 'config.yaml'), 'utf8'));
    expect(report.space).toMatchObject({
      name: 'small',
      size: String(shrunk.space.size),
      source: { kind: 'declaration' },
    });
    expect(report.story).toContain(`All 40 members keep the limits: macs at most 18 M.`);
    expect(report.story).not.toMatch(/undefined|NaN|null/);
    expect(JSON.stringify(report.facts)).not.toMatch(/undefined|NaN|null/);
  });

  it('holds all members with their predictions and costs', () => {
    const { size, codes, predicted, costs, pocketOf } = report.shrunk!;
    expect(rowsOf(codes, size)).toEqual(Array.from({ length: 40 }, (_, i) => [...shrunk.data.members.codesAt(i)]));
    expect([...unpackColumn(pocketOf)]).toEqual([...shrunk.data.pocketOf]);
    unpackColumn(predicted).forEach((value, i) => {
      expect(value / shrunk.data.predicted[i]!).toBeCloseTo(1, 4);
    });
    expect([...unpackColumn(costs.macs!)]).toEqual([...shrunk.data.memberCosts.get('macs')!]);
    expect(Math.max(...unpackColumn(costs.macs!))).toBeLessThanOrEqual(18);
    expect(report.shrunk!.truth).toBeUndefined();
  });

  it('holds all evaluations, in the order that `why` needs, with the failures', () => {
    const { count, accuracy, codes, round, failures, costs } = report.evaluations;
    const { measurements, spent, failures: failed, rounds } = shrunk.data;
    expect(count).toBe(spent);
    expect(failed.length).toBeGreaterThan(0);
    const accuracies = [...unpackColumn(accuracy)];
    const rows = rowsOf(codes, count);
    const measured = accuracies.flatMap((value, row) => (Number.isNaN(value) ? [] : [{ row, value }]));
    expect(measured.map(({ value }) => value)).toEqual(measurements.map((own) => own.accuracy));
    expect(measured.map(({ row }) => rows[row])).toEqual(measurements.map(({ architecture }) => [...architecture]));
    expect(failures.map(({ row }) => rows[row]).toSorted()).toEqual(
      failed.map(({ architecture }) => [...architecture]).toSorted(),
    );
    expect(failures.every(({ row, reason }) => Number.isNaN(accuracies[row]) && /out of memory/.test(reason))).toBe(
      true,
    );
    const roundOf = [...unpackColumn(round)];
    expect(rounds.map(({ spent: until }, index) => roundOf.filter((own) => own <= index).length === until)).toEqual(
      rounds.map(() => true),
    );
    expect(
      [...unpackColumn(costs.seconds!)].every((value, row) =>
        Number.isNaN(accuracies[row]) ? Number.isNaN(value) : value === 1.5,
      ),
    ).toBe(true);
    expect([...unpackColumn(costs.macs!)].every((value) => value <= 18)).toBe(true);
  });

  it('tells how many members are predicted better than each', () => {
    const { predicted } = shrunk.data;
    const better = [...unpackColumn(report.shrunk!.better)].map((own, member) => own + member);
    expect(better).toEqual(Array.from(predicted, (own) => predicted.filter((other) => other > own).length));
  });

  it('is the same again, and changes nothing in the folder', async () => {
    const before = hashesIn(ended);
    expect(await reportOf(ended)).toEqual(report);
    expect(hashesIn(ended)).toEqual(before);
  });

  it('survives JSON', () => {
    expect(JSON.parse(JSON.stringify(report)).shrunk.codes).toEqual(report.shrunk!.codes);
  });
});

describe('the report of a run that has not ended', () => {
  function unfinished(): string {
    const folder = copy();
    for (const name of ['shrunk-space.json', 'status.json']) rmSync(join(folder, name));
    return folder;
  }

  it('tells a stopped run by its journal, and leaves a half-written line where it is', async () => {
    const folder = unfinished();
    appendFileSync(join(folder, 'journal.ndjson'), '{"seq":61,"body":{"kind":"evalu');
    const before = hashesIn(folder);
    const stopped = await reportOf(folder);
    expect(stopped).toMatchObject({ state: 'stopped', evaluations: { count: 60 } });
    expect(stopped.problem).toBeUndefined();
    expect(stopped.shrunk).toBeUndefined();
    expect(stopped.figures.progress).toMatchObject({ planned: 60 });
    expect(stopped.figures.rounds).toBeUndefined();
    expect(stopped.story).toContain('So far 60 of 60 evaluations are finished');
    expect(Object.keys(stopped.evaluations.costs).toSorted()).toEqual(['macs', 'seconds']);
    expect(hashesIn(folder)).toEqual(before);
  });

  it('has the rounds that its status tells', async () => {
    const folder = unfinished();
    cpSync(join(ended, 'status.json'), join(folder, 'status.json'));
    const { figures } = await reportOf(folder);
    expect(figures.rounds!.rounds.map(({ spent }) => spent)).toEqual(shrunk.data.rounds.map(({ spent }) => spent));
    expect(figures.rounds!.stop).toBeUndefined();
  });

  it('has what is measured so far and no more', async () => {
    const folder = unfinished();
    const lines = readFileSync(join(folder, 'journal.ndjson'), 'utf8').split('\n').slice(0, 8);
    writeFileSync(join(folder, 'journal.ndjson'), `${lines.join('\n')}\n`);
    const { evaluations, figures } = await reportOf(folder);
    expect(evaluations.count).toBe(7);
    expect(figures.locality).toBeUndefined();
    rmSync(join(folder, 'journal.ndjson'));
    expect((await reportOf(folder)).evaluations.count).toBe(0);
  });

  it('is that of a running one while a process holds the folder', async () => {
    const folder = unfinished();
    const lock = await lockFolder(folder);
    const before = hashesIn(folder);
    expect((await reportOf(folder)).state).toBe('running');
    expect(hashesIn(folder)).toEqual(before);
    await lock.release();
    expect((await reportOf(folder)).state).toBe('stopped');
  });
});

describe('the report of a damaged run', () => {
  it.each([
    ['config.yaml', 'shrink: ['],
    ['config.yaml', 'space: nasbench201\nrubbish: 1\n'],
    ['run.json', '{"format":"lissnas-run/9"}'],
    ['run.json', ''],
    ['shrunk-space.json', '{"format":"lissnas-shrunk-space/1"}'],
    ['shrunk-space.json', '[]'],
  ])('says what is wrong with %s holding %j', async (name, text) => {
    const folder = copy();
    writeFileSync(join(folder, name), text);
    const damaged = await reportOf(folder);
    expect(damaged.state).toBe('damaged');
    expect(damaged.problem).toContain(name);
    expect(damaged.evaluations.count).toBe(60);
  });

  it.each(['config.yaml', 'run.json'])('says that %s is missing', async (name) => {
    const folder = copy();
    rmSync(join(folder, name));
    const damaged = await reportOf(folder);
    expect(damaged.state).toBe('damaged');
    expect(damaged.problem).toContain(name);
    expect(damaged.shrunk!.size).toBe(40);
  });

  it('tells the sound part of a journal that is damaged in its middle', async () => {
    const folder = copy();
    rmSync(join(folder, 'shrunk-space.json'));
    const file = join(folder, 'journal.ndjson');
    const lines = readFileSync(file, 'utf8').split('\n');
    lines[20] = lines[20]!.replace('measured', 'measurer').replace('failed', 'foiled');
    writeFileSync(file, lines.join('\n'));
    const damaged = await reportOf(folder);
    expect(damaged).toMatchObject({ state: 'damaged', evaluations: { count: 19 } });
    expect(damaged.problem).toMatch(/journal\.ndjson: line 21 is damaged/);
  });

  it('knows a run of which nothing but its first files is left', async () => {
    const folder = join(base, 'bare');
    mkdirSync(folder);
    writeFileSync(join(folder, 'run.json'), '{"format":"lissnas-run/1"}');
    const damaged = await reportOf(folder);
    expect(damaged).toMatchObject({ state: 'damaged', space: { name: '', dimensions: [] }, evaluations: { count: 0 } });
    expect(damaged.figures).toEqual({});
  });

  it('never throws, whatever is cut or changed in any file, and then agrees with the files or says that they are damaged', async () => {
    const random = createRandom(5);
    const names = ['config.yaml', 'run.json', 'journal.ndjson', 'shrunk-space.json', 'status.json', 'log.ndjson'];
    for (const name of names) {
      for (let round = 0; round < 6; round++) {
        const folder = copy();
        if (round < 3) rmSync(join(folder, 'shrunk-space.json'), { force: name !== 'shrunk-space.json' });
        const file = join(folder, name);
        if (!existsSync(file)) cpSync(join(ended, name), file);
        const bytes = readFileSync(file);
        const at = random.integer(bytes.length);
        if (round % 2 === 0) truncateSync(file, at);
        else
          writeFileSync(
            file,
            bytes.map((byte, i) => (i === at ? byte ^ (1 << random.integer(8)) : byte)),
          );
        const seen = await reportOf(folder);
        expect(['ended', 'stopped', 'damaged', 'failed', 'paused', 'cancelled']).toContain(seen.state);
        if (seen.state === 'damaged') expect(seen.problem).toMatch(/\S/);
        JSON.stringify(seen);
        rmSync(folder, { recursive: true });
      }
    }
  });

  it('is refused only where there is no run at all', async () => {
    const folder = join(base, 'nothing');
    await expect(reportOf(folder)).rejects.toThrow(InputError);
    mkdirSync(folder);
    await expect(reportOf(folder)).rejects.toThrow(/holds no run/);
    await expect(reportOf(join(base, 'program.mjs'))).rejects.toThrow(InputError);
  });
});
