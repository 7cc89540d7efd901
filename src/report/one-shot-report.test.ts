/** The report of a run that trains a supernet: of one that has ended, and of one that has not. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { seeJournal } from '../journal/read-only.js';
import { replay } from '../journal/replay.js';
import { readArchitectureFile } from '../runs/architecture-file.js';
import { oneShotFiles } from '../runs/one-shot/files.js';
import type { OneShotResult } from '../runs/one-shot/result.js';
import { startOneShot } from '../runs/one-shot/run.js';
import { tinyConfig, writeImages } from '../runs/one-shot/testing/tiny-run.js';
import { unpackColumn } from './columns.js';
import { reportOf } from './report-of.js';
import type { RunReport } from './run-report.js';
import { hashesIn } from './testing/small-runs.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let base: string;
let folder: string;
let result: OneShotResult;
let report: RunReport;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-one-shot-report-'));
  folder = join(base, 'run');
  const config = tinyConfig(writeImages(base), {
    ...{ references: 4, control: true, baselines: true },
    shrink: { evaluations: 12, size: 8, limits: [{ cost: 'flops_m', max: 0.4 }] },
  });
  result = (await startOneShot(config, folder)).result;
  report = await reportOf(folder);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

it('tells what result.json tells', () => {
  expect(report).toMatchObject({ kind: 'one-shot', state: 'ended', shrunk: { size: 8 }, evaluations: { count: 12 } });
  expect(report.facts[0]).toEqual({
    label: 'architectures',
    whole: Number(result.wholeSize).toLocaleString('en'),
    shrunk: '8',
  });
  expect(report.facts.map(({ label }) => label)).toEqual(
    expect.arrayContaining([
      'found, trained from scratch',
      'found with no shrinking, trained from scratch',
      'the biggest, trained from scratch',
    ]),
  );
  expect(report.story).toContain(`found ${result.found.architecture}`);
  expect(report.story).toContain('All 8 members keep the limits: flops_m at most 0.4 M.');
  for (const text of [report.story, ...Object.values(report.figures).map(({ caption }) => caption)]) {
    expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
  }
});

it('shows the rankings of the supernet and of all controls, reference by reference', async () => {
  const { panels } = report.figures.ranking!;
  expect(panels.map(({ name }) => name)).toEqual([
    'whole space',
    'shrunk space',
    'no shrinking',
    'operator dropping',
    'angle-based shrinking',
  ]);
  const { references, before, after } = result.ranking!;
  const pointsOf = (judged: (i: number) => number | null | undefined) =>
    references.flatMap(({ architecture, accuracy }, i) =>
      accuracy === null || typeof judged(i) !== 'number'
        ? []
        : [{ architecture, supernet: judged(i), truth: accuracy }],
    );
  expect(panels[0]).toEqual({ name: 'whole space', tau: before.tau, points: pointsOf((i) => references[i]!.before) });
  expect(panels[1]).toEqual({ name: 'shrunk space', tau: after.tau, points: pointsOf((i) => references[i]!.after) });
  const journal = await seeJournal(oneShotFiles(folder).journal('references-control'));
  const judged = [...replay(journal!.entries).finished.values()].map((outcome) =>
    outcome.kind === 'measured' ? outcome.accuracy : null,
  );
  expect(panels[2]!.points.map(({ supernet }) => supernet).toSorted()).toEqual(
    judged.filter((own) => own !== null).toSorted(),
  );
  expect(panels[2]!.points.length).toBeGreaterThan(0);
});

it('draws the network found, for the images of the run', async () => {
  const { architecture, layers, drawing } = report.figures.network!;
  const best = await readArchitectureFile(oneShotFiles(folder).best.architecture);
  expect(architecture).toBe(result.found.architecture);
  expect(layers.reduce((sum, { flops }) => sum + flops, 0) / 1e6).toBeCloseTo(best.costs.get('flops_m')!.value, 9);
  expect(layers.reduce((sum, { parameters }) => sum + parameters, 0) / 1e6).toBeCloseTo(
    best.costs.get('params_m')!.value,
    9,
  );
  expect(drawing).toBe(readFileSync(oneShotFiles(folder).best.drawing, 'utf8'));
});

it('has the losses of the trainings and costs for the images', () => {
  expect(report.figures.training!.trainings.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['warm-up', 'inside']),
  );
  for (const { steps, loss, accuracy } of report.figures.training!.trainings) {
    expect([loss.length, accuracy.length]).toEqual([steps.length, steps.length]);
  }
  expect(Math.max(...unpackColumn(report.evaluations.costs.flops_m!))).toBeLessThanOrEqual(0.4);
  expect(Math.max(...unpackColumn(report.shrunk!.costs.flops_m!))).toBeLessThanOrEqual(0.4);
});

it('changes nothing, and knows a run that has not ended', async () => {
  const copy = join(base, 'copy');
  cpSync(folder, copy, { recursive: true });
  for (const name of ['result.json', 'status.json', 'best.json', 'best.svg', 'best.onnx']) rmSync(join(copy, name));
  const before = hashesIn(copy);
  const stopped = await reportOf(copy);
  expect(hashesIn(copy)).toEqual(before);
  expect(stopped).toMatchObject({ kind: 'one-shot', state: 'stopped', shrunk: { size: 8 } });
  expect(stopped.problem).toBeUndefined();
  expect(stopped.figures.network).toBeUndefined(); // the images are not known without reading them
  expect(stopped.figures.ranking).toBeUndefined();
  rmSync(join(copy, 'shrunk-space.json'));
  const earlier = await reportOf(copy);
  expect(earlier).toMatchObject({ state: 'stopped', evaluations: { count: 12 } });
  expect(Object.keys(earlier.figures)).toEqual(
    ['distribution', 'cost', 'map', 'locality', 'training', 'progress'].filter((name) => name in earlier.figures),
  );
});

it.each([
  '',
  '{}',
  '{"format":"lissnas-result/1","found":{}}',
  '[1',
])('says that result.json is damaged: %j', async (text) => {
  const copy = join(base, 'damaged');
  cpSync(folder, copy, { recursive: true });
  writeFileSync(join(copy, 'result.json'), text);
  const damaged = await reportOf(copy);
  expect(damaged.state).toBe('damaged');
  expect(damaged.problem).toContain('result.json');
});

it('a drawing in the folder that is not the network is not shown', async () => {
  const copy = join(base, 'forged');
  cpSync(folder, copy, { recursive: true });
  writeFileSync(oneShotFiles(copy).best.drawing, '<svg><script>alert(1)</script></svg>');
  expect(JSON.stringify(await reportOf(copy))).not.toContain('alert(1)');
});
