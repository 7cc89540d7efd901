/** The figures of real small runs, counted again from their members and measurements. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { benchmarkFile } from '../../../test/benchmarks.js';
import { openShrunkSpace } from '../../runs/open.js';
import { startRun } from '../../runs/run.js';
import type { ShrunkSpace } from '../../shrink/shrunk-space.js';
import { editDistance } from '../../spaces/edits.js';
import { forEachArchitecture } from '../../spaces/enumerate.js';
import { reportOf } from '../report-of.js';
import type { RunReport } from '../run-report.js';
import { summarize } from '../run-summary.js';
import { declaration, landscapeConfig, programConfig } from '../testing/small-runs.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let base: string;
let measured: { report: RunReport; shrunk: ShrunkSpace };
let known: { report: RunReport; shrunk: ShrunkSpace };
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-figures-'));
  const folders = [join(base, 'measured'), join(base, 'known')] as const;
  await startRun(programConfig(base), folders[0]);
  await startRun(landscapeConfig({ declaration }, { evaluations: 80, size: 60 }), folders[1]);
  [measured, known] = (await Promise.all(
    folders.map(async (folder) => ({ report: await reportOf(folder), shrunk: await openShrunkSpace(folder) })),
  )) as [typeof measured, typeof known];
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const codesOf = ({ data }: ShrunkSpace) =>
  Array.from({ length: data.members.size }, (_, i) => [...data.members.codesAt(i)]);
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Counts values by looking through the edges one by one. */
function counted(values: readonly number[], edges: readonly number[]): number[] {
  const counts = edges.slice(1).map(() => 0);
  for (const value of values) {
    let bin = 0;
    while (bin + 1 < counts.length && value >= edges[bin + 1]!) bin++;
    counts[bin]!++;
  }
  return counts;
}

it('have what there is to show, each with a caption that says no nonsense', () => {
  expect(Object.keys(measured.report.figures)).toEqual(
    'distribution cost map locality choices rounds progress'.split(' '),
  );
  for (const { caption } of [...Object.values(measured.report.figures), ...Object.values(known.report.figures)]) {
    expect(caption).toMatch(/^[A-Z0-9].*\.$/);
    expect(caption).not.toMatch(/NaN|undefined|null|Infinity/);
  }
});

describe('distribution', () => {
  it('puts the first measurements beside the predictions where the truth is not known', () => {
    const { data } = measured.shrunk;
    const { edges, series } = measured.report.figures.distribution!;
    const first = data.measurements.slice(0, data.rounds[0]!.measured).map(({ accuracy }) => accuracy);
    const [whole, kept] = series;
    expect(whole!.basis).toBe(`measured: the first ${first.length}, a uniform sample within the limits`);
    expect(whole!.counts).toEqual(counted(first, edges));
    expect(whole!.mean).toBeCloseTo(average(first), 12);
    expect(kept!.basis).toBe('predicted: all 40');
    expect(kept!.counts).toEqual(counted([...data.predicted], edges));
  });

  it('holds every architecture of the whole space where the truth is known', async () => {
    const { series, edges } = known.report.figures.distribution!;
    const { space } = known.shrunk;
    expect(series.map(({ count }) => BigInt(count))).toEqual([space.size, 60n]);
    for (const { count, counts } of series) expect(counts.reduce((sum, own) => sum + own)).toBe(count);
    expect(edges.length - 1).toBeGreaterThanOrEqual(30);
    expect(edges.length - 1).toBeLessThanOrEqual(62);
    const width = edges[1]! - edges[0]!;
    edges.slice(1).forEach((edge, i) => {
      expect(edge - edges[i]!).toBeCloseTo(width, 9);
    });
    const summary = summarize(known.shrunk);
    expect(series[1]!.mean).toBeGreaterThan(series[0]!.mean);
    expect(summary.truth).toBeUndefined();
  });
});

describe('cost', () => {
  it('names the members that no other beats, found by comparing all with all', () => {
    const { data } = measured.shrunk;
    const { cost, max, accuracy, front } = measured.report.figures.cost!;
    expect({ cost, max, accuracy }).toEqual({ cost: 'macs', max: 18, accuracy: 'predicted' });
    const costs = data.memberCosts.get('macs')!;
    const points = [...data.predicted].map((accuracy, i) => ({ accuracy, cost: costs[i]! }));
    const unbeaten = points.flatMap((own, i) => {
      const isBeaten = points.some(
        (other, j) =>
          (other.accuracy >= own.accuracy &&
            other.cost <= own.cost &&
            (other.accuracy > own.accuracy || other.cost < own.cost)) ||
          (other.accuracy === own.accuracy && other.cost === own.cost && j < i),
      );
      return isBeaten ? [] : [i];
    });
    expect([...front].sort((a, b) => a - b)).toEqual(unbeaten);
    expect(front.map((i) => costs[i]!)).toEqual(front.map((i) => costs[i]!).toSorted((a, b) => a - b));
  });
});

describe('map', () => {
  it('shows as much of the squared distances as it says, with all members about its centre', () => {
    const { shrunk, report } = measured;
    const { x, y, centre, shown } = report.figures.map!;
    const members = codesOf(shrunk);
    const at = (axis: readonly (readonly number[])[], codes: readonly number[]) =>
      codes.reduce((sum, code, d) => sum + axis[d]![code]!, 0);
    // half the mean edit distance of all pairs is the variance of all coordinates
    const variance = average(members.flatMap((a) => members.map((b) => editDistance(shrunk.space, a, b)))) / 2;
    [x, y].forEach((axis, i) => {
      const places = members.map((codes) => at(axis, codes));
      expect(average(places)).toBeCloseTo(centre[i]!, 9);
      expect(average(places.map((place) => (place - centre[i]!) ** 2)) / variance).toBeCloseTo(shown[i]!, 9);
    });
    expect(shown[0]).toBeGreaterThanOrEqual(shown[1]);
    expect(shown[0] + shown[1]).toBeLessThanOrEqual(1 + 1e-9);
    const covariance = average(members.map((codes) => (at(x, codes) - centre[0]) * (at(y, codes) - centre[1])));
    expect(covariance).toBeCloseTo(0, 9);
  });

  it('never makes two members further apart than their edits', () => {
    const { shrunk, report } = known;
    const { x, y } = report.figures.map!;
    const place = (codes: readonly number[], axis: readonly (readonly number[])[]) =>
      codes.reduce((sum, code, d) => sum + axis[d]![code]!, 0);
    const members = codesOf(shrunk);
    for (const a of members) {
      for (const b of members) {
        const squared = (place(a, x) - place(b, x)) ** 2 + (place(a, y) - place(b, y)) ** 2;
        expect(squared).toBeLessThanOrEqual(editDistance(shrunk.space, a, b) + 1e-9);
      }
    }
  });
});

describe('choices', () => {
  it('counts shares and means by hand', () => {
    const { shrunk, report } = measured;
    const members = codesOf(shrunk);
    const { dimensions } = report.figures.choices!;
    expect(dimensions.map(({ name }) => name)).toEqual(shrunk.space.dimensions.map(({ name }) => name));
    dimensions.forEach(({ choices }, d) => {
      choices.forEach((own, c) => {
        const having = shrunk.data.measurements.filter(({ architecture }) => architecture[d] === c);
        expect(own.share).toBeCloseTo(members.filter((codes) => codes[d] === c).length / members.length, 12);
        expect(own.measured).toBe(having.length);
        if (having.length === 0) expect(own.mean).toBeNull();
        else expect(own.mean).toBeCloseTo(average(having.map(({ accuracy }) => accuracy)), 9);
      });
    });
    expect(dimensions[3]!.choices).toEqual([expect.objectContaining({ choice: 'only', share: 1 })]);
    const orders = dimensions.flatMap(({ choices }) => choices.flatMap(({ prunedAs }) => prunedAs ?? []));
    expect(orders.toSorted((a, b) => a - b)).toEqual(orders.map((_, i) => i + 1));
    const left = dimensions.reduce(
      (product, { choices }) => product * choices.filter((own) => own.prunedAs === undefined).length,
      1,
    );
    expect(left).toBeGreaterThanOrEqual(40);
  });
});

describe('rounds, locality and progress', () => {
  it('agree with the shrunk space', () => {
    const { report, shrunk } = measured;
    const summary = summarize(shrunk);
    expect(report.figures.locality).toMatchObject(summary.locality);
    expect(report.figures.locality!.curve[0]!.pairs).toBeGreaterThanOrEqual(20);
    expect(report.figures.rounds!.stop).toBe(shrunk.data.stop);
    expect(report.figures.rounds!.rounds).toEqual(
      shrunk.data.rounds.map(({ spent, size, border, sampledMean }) => ({
        ...{ spent, size: String(size), border },
        ...(sampledMean && { mean: sampledMean }),
      })),
    );
    expect(report.figures.progress).toMatchObject({ planned: 60 });
    expect(report.figures.progress!.caption).toContain(`of which ${shrunk.data.failures.length} failed`);
  });
});

describe('a space without costs', () => {
  it('has no figure of costs, and all the others', async () => {
    const folder = join(base, 'plain');
    const plain = 'name: plain\ndimensions:\n  x: { choices: [a, b, c], repeat: 5 }\n';
    await startRun(landscapeConfig({ declaration: plain }, { evaluations: 40, size: 20 }), folder);
    const { figures, evaluations, shrunk } = await reportOf(folder);
    expect(Object.keys(figures)).toEqual('distribution map locality choices rounds progress'.split(' '));
    expect([evaluations.costs, shrunk!.costs]).toEqual([{}, {}]);
  });
});

const table = benchmarkFile('nasbench201/nasbench201.csv.gz');
describe.skipIf(table === undefined)('NAS-Bench-201', () => {
  it('shows the truth of all 15,625, exact sensitivities and a network', async () => {
    const folder = join(base, 'nasbench201');
    await startRun(
      {
        space: 'nasbench201',
        evaluator: { kind: 'table', file: table!, accuracy: 'c10_valid_12ep' },
        truth: 'c10_test',
        shrink: { evaluations: 100, size: 105, limits: [{ cost: 'flops_m', max: 100 }] },
      },
      folder,
    );
    const { figures, shrunk, facts, story } = await reportOf(folder);
    const { space } = await openShrunkSpace(folder);
    let within = 0;
    forEachArchitecture(space, (codes) => {
      if (space.costs.get('flops_m')!.of(codes) <= 100) within++;
    });
    const [whole, kept] = figures.distribution!.series;
    expect([whole!.count, kept!.count]).toEqual([within, 105]);
    expect(whole!.basis).toBe(`true accuracies of all ${within.toLocaleString('en')} within the limits`);
    expect(figures.distribution!.lowest).toBeCloseTo(10, 1);
    expect(kept!.counts.filter((own) => own > 0).length).toBeGreaterThan(2);
    expect(kept!.mean).toBeGreaterThan(92);
    expect(figures.cost).toMatchObject({ cost: 'flops_m', max: 100, accuracy: 'truth' });
    expect(figures.network!.layers.reduce((sum, { flops }) => sum + flops, 0)).toBeLessThanOrEqual(100e6);
    expect(figures.network!.drawing).toMatch(/^<svg/);
    expect(shrunk!.truth!.length).toBe(105);
    expect(facts.find(({ label }) => label === 'true mean accuracy')!.whole).toBe(whole!.mean.toFixed(2));
    expect(story).toContain('All 105 members keep the limits: flops_m at most 100 M.');
  });
});
