/** The pages of real runs in a real browser, and what is read back from them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'csv-parse/sync';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { reportPage } from '../src/report/page.js';
import { reportOf } from '../src/report/report-of.js';
import type { RunReport } from '../src/report/run-report.js';
import { readConfig } from '../src/runs/config.js';
import { startRun } from '../src/runs/run.js';
import { reportThread } from '../src/server/report-thread.js';
import { type Serving, serve } from '../src/server/serve.js';
import type { ShrunkSpace } from '../src/shrink/shrunk-space.js';
import { type Look, type WatchedPage, watchedPage } from './browser.js';
import { root } from './sources.js';

const PATIENCE = 120_000; // milliseconds, of a busy machine

/** A run that has ended, and its report as a page. */
export interface Reported {
  readonly folder: string;
  readonly report: RunReport;
  readonly shrunk: ShrunkSpace;
  readonly file: string;
}

/** Carries out a run in a folder of runs, and writes its report beside it. */
export async function reported(runs: string, name: string, config: object): Promise<Reported> {
  const configFile = join(runs, `${name}.yaml`);
  writeFileSync(configFile, JSON.stringify(config));
  const folder = join(runs, name);
  const { shrunk } = await startRun(await readConfig(configFile), folder);
  const report = await reportOf(folder);
  const template = readFileSync(join(root, 'dist/web/report.html'), 'utf8');
  const file = join(runs, `${name}.html`);
  writeFileSync(file, reportPage(template, report));
  return { folder, report, shrunk, file };
}

/** The dashboard of a folder of runs, as `lissnas serve` shows it. */
export async function served(runs: string): Promise<Serving> {
  const { compile } = (await import(pathToFileURL(join(root, 'scripts/compile.mjs')).href)) as {
    compile(entry: string): string;
  };
  const program = pathToFileURL(compile(join(root, 'src/server/report-program.ts')));
  return serve({ runs, port: 0, page: join(root, 'dist/web/dashboard.html'), reportOf: reportThread(program) });
}

/** Opens a page and waits until its clouds of points are drawn. */
export async function opened(browser: Browser, address: string, look?: Look): Promise<WatchedPage> {
  const watched = await watchedPage(browser, look);
  watched.page.setDefaultTimeout(PATIENCE);
  await watched.page.goto(address);
  for (const figure of ['cost', 'map']) await watched.page.waitForSelector(`[data-figure=${figure}] .axes svg`);
  return watched;
}

/** The file that a button gives. Browsers hold back a download that follows the one before too closely, so that it is asked for again. */
export async function download(page: Page, figure: string, kind: 'CSV' | 'SVG'): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const given = page.waitForEvent('download', { timeout: 10_000 }).catch((error: unknown) => {
      if (attempt === 3) throw error;
      return undefined;
    });
    await page.click(`[data-figure=${figure}] button:text-is("${kind}")`);
    const file = await given;
    if (file === undefined) continue;
    expect(file.suggestedFilename()).toBe(`${figure}.${kind.toLowerCase()}`);
    return readFileSync(await file.path(), 'utf8');
  }
}

/** The numbers behind a figure. */
export async function csv(page: Page, figure: string): Promise<Record<string, string>[]> {
  return parse(await download(page, figure, 'CSV'), { columns: true }) as Record<string, string>[];
}

/** The sentences that explain the architecture asked about. */
export function explanation(page: Page): Promise<(string | null)[]> {
  return page.$$eval('#why .answer p', (all) => all.map((own) => own.textContent));
}

/** Whether nothing is wider than the screen, and texts stand out from their ground (WCAG 2.2, AAA). */
export async function expectReadable(page: Page, { width }: Look): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  const style = 'getComputedStyle(document.body)';
  const [ink, paper] = (await page.evaluate(`[${style}.color, ${style}.backgroundColor]`)) as [string, string];
  expect(contrast(ink, paper)).toBeGreaterThan(7);
}

/** The ways in which pages are looked at. */
export const looks: readonly Look[] = [1280, 390].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

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
