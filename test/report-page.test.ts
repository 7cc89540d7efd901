/** The pages of a run on NAS-Bench-201 in a real browser: every figure is there with the right numbers, everything can be used, nothing else is asked for. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Serving } from '../src/server/serve.js';
import { why } from '../src/shrink/why.js';
import { whySentences } from '../src/shrink/why-sentence.js';
import { benchmarkFile } from './benchmarks.js';
import { startBrowser, type WatchedPage } from './browser.js';
import { chromium } from './optional.js';
import { csv, download, expectReadable, explanation, looks, opened, type Reported, reported, served } from './pages.js';

const MOST_BYTES = 2_000_000;
const MOST_FLOPS = 120; // millions
const PATIENCE = 120_000; // milliseconds, of a busy machine
const executable = chromium();
const table = benchmarkFile('nasbench201/nasbench201.csv.gz');

const folder = mkdtempSync(join(tmpdir(), 'lissnas-page-'));
let run: Reported;
let serving: Serving;
let browser: Browser;
/** the published table, by architecture */
let published: Map<string, Record<string, string>>;

beforeAll(async () => {
  if (executable === undefined || table === undefined) return;
  const text = gunzipSync(readFileSync(table)).toString();
  const rows = parse(text, { columns: true }) as Record<string, string>[];
  published = new Map(rows.map((row) => [row.arch_str!, row]));
  run = await reported(folder, 'nb201', {
    space: 'nasbench201',
    evaluator: { kind: 'table', file: table, accuracy: 'c10_valid_12ep' },
    truth: 'c10_test',
    shrink: { evaluations: 300, size: 150, limits: [{ cost: 'flops_m', max: MOST_FLOPS }] },
    randomSeed: 1,
  });
  serving = await served(folder);
  browser = await startBrowser(executable);
}, PATIENCE);
afterAll(async () => {
  await browser?.close();
  await serving?.close();
  rmSync(folder, { recursive: true, force: true });
});

const isThere = executable !== undefined && table !== undefined;
describe.runIf(isThere).each(['report', 'dashboard'] as const)('the %s of a run on NAS-Bench-201', (kind) => {
  let address: string;
  let watched: WatchedPage;

  beforeAll(async () => {
    address = kind === 'report' ? pathToFileURL(run.file).href : `${serving.address}#/nb201`;
    watched = await opened(browser, address);
  }, PATIENCE);
  afterAll(() => watched?.page.context().close());

  it('has every figure that such a run can have, and a caption to each', async () => {
    const { page } = watched;
    const figures = await page.$$eval('figure[data-figure]', (all) =>
      all.map((figure) => [
        figure.getAttribute('data-figure'),
        figure.querySelector('figcaption')!.textContent!.length,
      ]),
    );
    expect((figures as [string, number][]).map(([id]) => id).sort()).toEqual([
      ...['choices', 'cost', 'distribution', 'locality', 'map', 'network', 'progress', 'rounds'],
    ]);
    for (const [, length] of figures) expect(length).toBeGreaterThan(30);
  });

  it('tells the story and the facts', async () => {
    const { page } = watched;
    expect(await page.textContent('.story')).toBe(run.report.story);
    const rows = await page.$$eval('#facts tbody tr', (all) =>
      all.map((row) => [...row.children].map((cell) => cell.textContent)),
    );
    expect(rows).toEqual(run.report.facts.map(({ label, whole, shrunk }) => [label, whole, shrunk]));
  });

  it('gives the numbers of every figure, as the run has them', async () => {
    const { page } = watched;
    const { shrunk } = run;
    const { data, space } = shrunk;
    const byText = new Map([...shrunk.members()].map((member) => [space.format(member.architecture), member]));

    const truthOf = (architecture: string) => Number(published.get(architecture)!.c10_test);

    const map = await csv(page, 'map');
    expect(new Set(map.map(({ architecture }) => architecture))).toEqual(new Set(byText.keys()));
    for (const { architecture, pocket, accuracy } of map) {
      expect(Number(pocket)).toBe(byText.get(architecture!)!.pocket);
      expect(Number(accuracy)).toBeCloseTo(truthOf(architecture!), 3); // six digits
    }

    const cost = await csv(page, 'cost');
    expect(cost.length).toBe(shrunk.size);
    for (const row of cost) {
      const { architecture } = byText.get(row.architecture!)!;
      const exact = space.costs.get('flops_m')!.of(architecture);
      expect(Math.abs(Number(row.flops_m) / exact - 1)).toBeLessThan(5e-5); // five digits
      expect(Number(row.flops_m)).toBeLessThanOrEqual(MOST_FLOPS);
      expect(Number(row.accuracy)).toBeCloseTo(truthOf(row.architecture!), 3);
    }
    const beaten = (row: Record<string, string>) =>
      cost.some(
        (other) =>
          Number(other.flops_m) <= Number(row.flops_m) &&
          Number(other.accuracy) >= Number(row.accuracy) &&
          (Number(other.flops_m) < Number(row.flops_m) || Number(other.accuracy) > Number(row.accuracy)),
      );
    expect(cost.filter((row) => row['on the Pareto front'] === 'yes').length).toBeGreaterThan(0);
    for (const row of cost) if (row['on the Pareto front'] === 'yes') expect(beaten(row)).toBe(false);

    const progress = await csv(page, 'progress');
    expect(progress.map((row) => [row.architecture, Number(row.accuracy)])).toEqual(
      data.measurements.map(({ architecture, accuracy }) => [space.format(architecture), accuracy]),
    );

    const rounds = await csv(page, 'rounds');
    expect(rounds.map((row) => [row.architectures, Number(row.evaluations)])).toEqual(
      data.rounds.map(({ size, spent }) => [String(size), spent]),
    );

    const choices = await csv(page, 'choices');
    for (const row of choices) {
      const d = space.dimensions.findIndex(({ name }) => name === row.dimension);
      const having = [...shrunk.members()].filter(
        ({ architecture }) => String(space.dimensions[d]!.choices[architecture[d]!]) === row.choice,
      );
      expect(Number(row['share of the kept'])).toBeCloseTo(having.length / shrunk.size, 6);
    }

    const distribution = await csv(page, 'distribution');
    const whole = [...published.values()].filter((row) => Number(row.c10_flops_m) <= MOST_FLOPS);
    for (const [name, truths] of [
      ['whole space', whole.map((row) => Number(row.c10_test))],
      ['shrunk space', [...byText.keys()].map(truthOf)],
    ] as const) {
      const bins = distribution.filter((row) => row.space === name);
      expect(bins.length).toBeGreaterThan(10);
      bins.forEach(({ from, to, architectures }, bin) => {
        const isLast = bin === bins.length - 1;
        const inside = truths.filter(
          (own) => own >= Number(from) && (own < Number(to) || (isLast && own === Number(to))),
        );
        expect(inside.length, `${name} from ${from}`).toBe(Number(architectures));
      });
    }

    const locality = await csv(page, 'locality');
    const apart = new Map<number, number>();
    data.measurements.forEach(({ architecture: a }, i) => {
      for (const { architecture: b } of data.measurements.slice(0, i)) {
        const distance = a.filter((code, d) => code !== b[d]).length;
        apart.set(distance, (apart.get(distance) ?? 0) + 1);
      }
    });
    for (const { edits, pairs } of locality) expect(Number(pairs)).toBe(apart.get(Number(edits)));

    const sum = (rows: Record<string, string>[], column: string) =>
      rows.reduce((all, row) => all + Number(row[column]), 0);
    const network = await csv(page, 'network');
    const drawn = published.get(run.report.figures.network!.architecture)!;
    expect(sum(network, 'FLOPs') / 1e6).toBeCloseTo(Number(drawn.c10_flops_m), 4);
    expect(sum(network, 'parameters') / 1e6).toBeCloseTo(Number(drawn.c10_params_m), 5);
  });

  it.runIf(kind === 'report')('saves figures as drawings that stand by themselves', async () => {
    const { page } = watched;
    for (const figure of ['distribution', 'cost', 'map', 'locality', 'choices', 'rounds', 'progress']) {
      const svg = await download(page, figure, 'SVG');
      const read = `new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml')`;
      const fault = await page.evaluate(`${read}.querySelector('parsererror')?.textContent`);
      expect(fault).toBeUndefined();
      expect(svg).not.toMatch(/var\(--|currentColor/);
      expect(svg.match(/<(path|rect|circle|line)\b/g)!.length).toBeGreaterThan(5);
    }
    expect(await download(page, 'network', 'SVG')).toBe(run.report.figures.network!.drawing);
    const circles = (await download(page, 'map', 'SVG')).match(/<circle/g)!;
    expect(circles.length).toBeGreaterThanOrEqual(run.shrunk.size);
  });

  it('shows an architecture under the pointer and explains it on a click, by keyboard too', async () => {
    const { page } = watched;
    const { shrunk } = run;
    const cloud = page.locator('[data-figure=map] [role=application]');
    await cloud.focus();
    await page.keyboard.press('ArrowRight');
    const [first] = (await page.locator('[data-figure=map] [aria-live]').textContent())!.split('\n');
    const architecture = shrunk.space.parse(first!);
    expect(shrunk.contains(architecture)).toBe(true);
    const expected = whySentences(shrunk, why(shrunk, architecture));
    await page.keyboard.press('Enter');
    expect(await page.inputValue('#asked')).toBe(first);
    expect(await explanation(page)).toEqual(expected);

    const ring = (await page.locator('[data-figure=map] .ring').boundingBox())!;
    await page.fill('#asked', '');
    await page.mouse.move(ring.x + ring.width / 2, ring.y + ring.height / 2);
    expect(await page.locator('[data-figure=map] [aria-live]').textContent()).toContain(first);
    await page.mouse.down();
    await page.mouse.up();
    expect(await explanation(page)).toEqual(expected);
  });

  it('explains any architecture that is written, and says what is wrong with one that is none', async () => {
    const { page } = watched;
    const { shrunk } = run;
    const dropped = '|none~0|+|none~0|none~1|+|none~0|none~1|none~2|';
    await page.fill('#asked', dropped);
    const expected = whySentences(shrunk, why(shrunk, shrunk.space.parse(dropped)));
    expect(await explanation(page)).toEqual(expected);
    await page.fill('#asked', '|nonsense~0|');
    expect(await page.textContent('#why .warning')).toContain('nonsense');
  });

  it.each(looks)('fits a screen of $width pixels, $colorScheme, and asks for nothing else', async (look) => {
    const { page, faults, requests } = await opened(browser, address, look);
    await expectReadable(page, look);
    expect(faults).toEqual([]);
    for (const request of requests)
      expect(request.startsWith(kind === 'report' ? address : serving.address), request).toBe(true);
    await page.context().close();
  });

  it('raised no error in all of this', () => {
    expect(watched.faults).toEqual([]);
    expect(statSync(run.file).size).toBeLessThan(MOST_BYTES);
  });
});
