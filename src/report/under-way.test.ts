/** Reports of a run by a program that was stopped in each of its rounds: what they say is counted again from its journal, and from the run that was never stopped. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { liveFiles } from '../runs/live/files.js';
import { resumeRun, startRun } from '../runs/run.js';
import { ShrunkSpace } from '../shrink/shrunk-space.js';
import { unpackColumn } from './columns.js';
import { reportOf } from './report-of.js';
import type { RunReport } from './run-report.js';
import { programConfig, rowsOf } from './testing/small-runs.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let base: string;
let ended: ShrunkSpace;
/** Stopped in round 1 and in round 3, by the folder. */
let early: RunReport;
let late: RunReport;

/** Runs until so many evaluations of a round are finished. */
async function stoppedIn(round: number, evaluations: number): Promise<string> {
  const folder = join(base, `in-${round}`);
  const stop = new AbortController();
  const run = startRun(programConfig(base), folder, {
    signal: stop.signal,
    onProgress: (progress) => {
      if (progress.round === round && progress.spent >= evaluations) stop.abort(new Error('enough'));
    },
  });
  await expect(run).rejects.toThrow('enough');
  return folder;
}

const journalled = (folder: string) =>
  readFileSync(join(folder, 'journal.ndjson'), 'utf8')
    .split('\n')
    .flatMap((line) => /"kind":"(?:measured|failed)"/.exec(line) ?? []).length;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-under-way-'));
  await startRun(programConfig(base), join(base, 'ended'));
  ended = await ShrunkSpace.fromFile(join(base, 'ended', 'shrunk-space.json'));
  early = await reportOf(await stoppedIn(1, 12));
  late = await reportOf(await stoppedIn(3, ended.data.rounds[1]!.spent + 4));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('a run in its first round', () => {
  it('shows its evaluations where the kept ones will be', () => {
    const { evaluations, figures, shrunk } = early;
    expect(shrunk).toBeUndefined();
    expect(Object.keys(figures)).toEqual(expect.arrayContaining(['distribution', 'cost', 'map', 'progress']));
    const accuracies = [...unpackColumn(evaluations.accuracy)];
    const costs = [...unpackColumn(evaluations.costs.macs!)];
    const measured = accuracies.filter((own) => !Number.isNaN(own));
    expect(evaluations.count).toBe(journalled(join(base, 'in-1')));
    expect([...unpackColumn(evaluations.round)].every((round) => round === 0)).toBe(true);
    const [whole, ...others] = figures.distribution!.series;
    expect(others).toEqual([]);
    expect(whole).toMatchObject({ name: 'whole space', count: measured.length });
    expect(whole!.mean).toBeCloseTo(measured.reduce((a, b) => a + b) / measured.length, 9);
    expect(figures.cost!.accuracy).toBe('measured');
    const beats = (i: number, j: number) =>
      accuracies[i]! >= accuracies[j]! &&
      costs[i]! <= costs[j]! &&
      (accuracies[i]! > accuracies[j]! || costs[i]! < costs[j]! || i < j);
    const unbeaten = accuracies.flatMap((own, j) =>
      Number.isNaN(own) || accuracies.some((_, i) => i !== j && beats(i, j)) ? [] : j,
    );
    expect(figures.cost!.front.toSorted((a, b) => a - b)).toEqual(unbeaten);
  });

  it('says so in words', () => {
    expect(early.story).toContain(`So far ${early.evaluations.count} of 60 evaluations are finished`);
    expect(early.story).not.toContain('was shrunk');
    expect(early.figures.map!.caption).toContain(`${early.evaluations.count} evaluated architectures`);
  });
});

describe('a run in a later round', () => {
  it('shows the space of its latest round as the kept ones', async () => {
    const { data } = await ShrunkSpace.fromFile(liveFiles(join(base, 'in-3')).soFar);
    expect(data.stop).toBe('not finished');
    expect(data.rounds).toHaveLength(2);
    // the first rounds of a run do not depend on what comes after
    expect(data.rounds[0]).toEqual(ended.data.rounds[0]);
    expect(data.rounds[1]!.seeds).toEqual(ended.data.rounds[1]!.seeds);
    const { shrunk, figures } = late;
    expect(shrunk!.size).toBe(Number(ended.data.rounds[1]!.size));
    const rows = rowsOf(shrunk!.codes, shrunk!.size);
    expect(rows.every((codes) => data.members.has(codes))).toBe(true);
    expect(Object.keys(figures)).toEqual('distribution cost map locality choices rounds progress'.split(' '));
    expect(figures.rounds!.rounds).toHaveLength(2);
    expect(figures.rounds!.stop).toBeUndefined();
    expect(figures.distribution!.series.map(({ count }) => count)).toEqual([
      ended.data.rounds[0]!.measured,
      shrunk!.size,
    ]);
  });

  it('holds the evaluations since then, with their rounds', () => {
    const { evaluations } = late;
    const [first, second] = ended.data.rounds.map(({ spent }) => spent);
    expect(evaluations.count).toBe(journalled(join(base, 'in-3')));
    expect(evaluations.count).toBeGreaterThan(second!);
    expect([...unpackColumn(evaluations.round)]).toEqual(
      Array.from({ length: evaluations.count }, (_, i) => (i < first! ? 0 : i < second! ? 1 : 2)),
    );
  });

  it('says so in words and facts', () => {
    expect(late.story).toMatch(
      /So far \d+ of 60 evaluations are finished.* Its latest round, after \d+ evaluations, holds/,
    );
    expect(late.story).not.toContain('was shrunk');
    const size = late.shrunk!.size;
    expect(late.facts[0]).toMatchObject({ label: 'architectures', shrunk: `${size} so far, 40 wanted` });
    expect(late.facts.map(({ label }) => label)).not.toContain('stopped because');
  });

  it('ends as if it had never been stopped, and leaves nothing of that behind', async () => {
    const folder = join(base, 'in-3');
    const { shrunk } = await resumeRun(folder);
    expect(shrunk.data.members.packed).toEqual(ended.data.members.packed);
    expect(existsSync(liveFiles(folder).soFar)).toBe(false);
  });

  it('is none the worse for a damaged file of what it has come to', async () => {
    const folder = await stoppedIn(2, ended.data.rounds[0]!.spent + 4);
    writeFileSync(liveFiles(folder).soFar, '{"format":');
    const { state, shrunk, evaluations, story } = await reportOf(folder);
    expect(state).toBe('stopped');
    expect(shrunk).toBeUndefined();
    expect(evaluations.count).toBe(journalled(folder));
    expect(story).toContain('shrunk-so-far.json');
  });
});
