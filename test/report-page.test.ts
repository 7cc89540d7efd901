/** The report in a real browser: every figure is there with the right numbers, everything can be used, nothing else is asked for. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'csv-parse/sync';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportPage } from '../src/report/page.js';
import { reportOf } from '../src/report/report-of.js';
import type { RunReport } from '../src/report/run-report.js';
import { readConfig } from '../src/runs/config.js';
import { startRun } from '../src/runs/run.js';
import type { ShrunkSpace } from '../src/shrink/shrunk-space.js';
import { why } from '../src/shrink/why.js';
import { whySentences } from '../src/shrink/why-sentence.js';
import { benchmarkFile } from './benchmarks.js';
import { startBrowser, type WatchedPage, watchedPage } from './browser.js';
import { chromium } from './optional.js';

const MOST_BYTES = 2_000_000;
const PATIENCE = 120_000; // milliseconds, of a busy machine
const executable = chromium();
const table = benchmarkFile('nasbench201/nasbench201.csv.gz');

const folder = mkdtempSync(join(tmpdir(), 'lissnas-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Reported {
  readonly report: RunReport;
  readonly shrunk: ShrunkSpace;
  readonly file: string;
}

/** Carries out a run and writes its report. */
async function reported(name: string, config: string): Promise<Reported> {
  const configFile = join(folder, `${name}.yaml`);
  writeFileSync(configFile, config);
  const run = join(folder, name);
  const { shrunk } = await startRun(await readConfig(configFile), run);
  const report = await reportOf(run);
  const template = readFileSync(join(import.meta.dirname, '../dist/web/report.html'), 'utf8');
  const file = join(folder, `${name}.html`);
  writeFileSync(file, reportPage(template, report));
  return { report, shrunk, file };
}

/** Opens a page and waits until all is drawn. */
async function opened(browser: Browser, file: string, look?: Parameters<typeof watchedPage>[1]): Promise<WatchedPage> {
  const watched = await watchedPage(browser, look);
  await watched.page.goto(pathToFileURL(file).href);
  await watched.page.waitForSelector('figure svg');
  return watched;
}

async function download(page: Page, figure: string, kind: 'CSV' | 'SVG'): Promise<string> {
  const [given] = await Promise.all([
    page.waitForEvent('download'),
    page.click(`[data-figure=${figure}] button:text-is("${kind}")`),
  ]);
  expect(given.suggestedFilename()).toBe(`${figure}.${kind.toLowerCase()}`);
  return readFileSync(await given.path(), 'utf8');
}

const csv = async (page: Page, figure: string) =>
  parse(await download(page, figure, 'CSV'), { columns: true }) as Record<string, string>[];

describe.runIf(executable !== undefined && table !== undefined)('a run on NAS-Bench-201', () => {
  let browser: Browser;
  let run: Reported;
  let watched: WatchedPage;

  beforeAll(async () => {
    run = await reported(
      'nb201',
      JSON.stringify({
        space: 'nasbench201',
        evaluator: { kind: 'table', file: table, accuracy: 'c10_valid_12ep' },
        truth: 'c10_test',
        shrink: { evaluations: 300, size: 150, limits: [{ cost: 'flops_m', max: 120 }] },
        randomSeed: 1,
      }),
    );
    browser = await startBrowser(executable!);
    watched = await opened(browser, run.file);
  }, PATIENCE);
  afterAll(() => browser.close());

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

    const map = await csv(page, 'map');
    expect(map.length).toBe(shrunk.size);
    for (const row of map) expect(Number(row.pocket)).toBe(byText.get(row.architecture!)!.pocket);

    const cost = await csv(page, 'cost');
    expect(cost.length).toBe(shrunk.size);
    for (const row of cost) {
      const { architecture } = byText.get(row.architecture!)!;
      const exact = space.costs.get('flops_m')!.of(architecture);
      expect(Math.abs(Number(row.flops_m) / exact - 1)).toBeLessThan(5e-5); // five digits
      expect(Number(row.flops_m)).toBeLessThanOrEqual(120);
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
    const kept = distribution.filter((row) => row.space === 'shrunk space');
    expect(kept.reduce((sum, row) => sum + Number(row.architectures), 0)).toBe(shrunk.size);
  });

  it('saves figures as drawings that stand by themselves', async () => {
    const { page } = watched;
    for (const figure of ['distribution', 'cost', 'map', 'locality', 'choices', 'rounds', 'progress', 'network']) {
      if (figure === 'network') await page.click('[data-figure=network] summary');
      const svg = await download(page, figure, 'SVG');
      const read = `new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml')`;
      const fault = await page.evaluate(`${read}.querySelector('parsererror')?.textContent`);
      expect(fault).toBeUndefined();
      expect(svg).not.toMatch(/var\(--|currentColor/);
      expect(svg.match(/<(path|rect|circle|line)\b/g)!.length).toBeGreaterThan(5);
    }
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
    expect(await page.$$eval('#why .answer p', (all) => all.map((own) => own.textContent))).toEqual(expected);

    const ring = (await page.locator('[data-figure=map] .ring').boundingBox())!;
    await page.fill('#asked', '');
    await page.mouse.move(ring.x + ring.width / 2, ring.y + ring.height / 2);
    expect(await page.locator('[data-figure=map] [aria-live]').textContent()).toContain(first);
    await page.mouse.down();
    await page.mouse.up();
    expect(await page.$$eval('#why .answer p', (all) => all.map((own) => own.textContent))).toEqual(expected);
  });

  it('explains any architecture that is written, and says what is wrong with one that is none', async () => {
    const { page } = watched;
    const { shrunk } = run;
    const dropped = '|none~0|+|none~0|none~1|+|none~0|none~1|none~2|';
    await page.fill('#asked', dropped);
    const expected = whySentences(shrunk, why(shrunk, shrunk.space.parse(dropped)));
    expect(await page.$$eval('#why .answer p', (all) => all.map((own) => own.textContent))).toEqual(expected);
    await page.fill('#asked', '|nonsense~0|');
    expect(await page.textContent('#why .warning')).toContain('nonsense');
  });

  it.each([
    { width: 1280, colorScheme: 'light' },
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('fits a screen of $width pixels, $colorScheme, and asks for nothing', async (look) => {
    const { page, faults, requests } = await opened(browser, run.file, look);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(look.width);
    const style = 'getComputedStyle(document.body)';
    const colours = (await page.evaluate(`[${style}.color, ${style}.backgroundColor]`)) as string[];
    expect(contrast(colours[0]!, colours[1]!)).toBeGreaterThan(7);
    expect(faults).toEqual([]);
    expect(requests).toEqual([pathToFileURL(run.file).href]);
    await page.context().close();
  });

  it('raised no error in all of this', () => {
    expect(watched.faults).toEqual([]);
    expect(statSync(run.file).size).toBeLessThan(MOST_BYTES);
  });
});

describe.runIf(executable !== undefined)('a run with 100,000 members', () => {
  let browser: Browser;
  let run: Reported;

  beforeAll(async () => {
    run = await reported(
      'huge',
      JSON.stringify({
        space: 'shufflenetv2',
        evaluator: { kind: 'nk', k: 1, landscapeSeed: 3 },
        shrink: { evaluations: 300, size: 100_000, limits: [{ cost: 'flops_m', max: 320 }] },
        randomSeed: 1,
      }),
    );
    browser = await startBrowser(executable!);
  }, PATIENCE);
  afterAll(() => browser.close());

  it('fits into 2 MB, and every member is on the map', async () => {
    expect(statSync(run.file).size).toBeLessThan(MOST_BYTES);
    const { page, faults } = await opened(browser, run.file);
    await page.locator('[data-figure=map] canvas').waitFor();
    const cloud = page.locator('[data-figure=cost] [role=application]');
    await cloud.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const asked = run.shrunk.space.parse(await page.inputValue('#asked'));
    const told = await page.$$eval('#why .answer p', (all) => all.map((own) => own.textContent));
    expect(told).toEqual(whySentences(run.shrunk, why(run.shrunk, asked)));

    const rows = await csv(page, 'map');
    expect(rows.length).toBe(100_000);
    for (const row of rows.filter((_, i) => i % 997 === 0)) {
      const architecture = run.shrunk.space.parse(row.architecture!);
      expect(run.shrunk.pocketOf(architecture)).toBe(Number(row.pocket));
    }
    expect(faults).toEqual([]);
  });
});

/** Contrast of two colours (WCAG 2.2). */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [red, green, blue] = colour
      .match(/[\d.]+/g)!
      .slice(0, 3)
      .map((own) => Number(own) / 255)
      .map((own) => (own <= 0.04045 ? own / 12.92 : ((own + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}
