/** The dashboard in a real browser, over runs that go on, have ended, were killed, or are damaged. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf } from '../src/report/report-of.js';
import { newToken } from '../src/server/control.js';
import { type Serving, serve } from '../src/server/serve.js';
import { quickRun, startSlowRun } from '../src/server/testing/small-runs.js';
import { startBrowser, type WatchedPage, watchedPage } from './browser.js';
import { type Started, start } from './cli.js';
import { chromium } from './optional.js';
import { root } from './sources.js';

const executable = chromium();
const PATIENCE = 60_000; // milliseconds, of a busy machine

describe.runIf(executable !== undefined)('the dashboard', () => {
  const runs = mkdtempSync(join(tmpdir(), 'lissnas-dashboard-'));
  const token = newToken();
  const resumed: Started[] = [];
  let serving: Serving;
  let browser: Browser;
  let watched: WatchedPage;

  const row = (name: string) => `#runs tbody tr:has(a:text-is("${name}"))`;
  const state = (page: Page) => page.locator('main .state');
  const evaluated = async (page: Page) => {
    const [given] = await Promise.all([
      page.waitForEvent('download'),
      page.click('[data-figure=progress] button:text-is("CSV")'),
    ]);
    return parse(readFileSync(await given.path(), 'utf8'), { columns: true }) as Record<string, string>[];
  };

  beforeAll(async () => {
    await quickRun(join(runs, 'ended'));
    await quickRun(join(runs, 'damaged'));
    writeFileSync(join(runs, 'damaged', 'config.yaml'), 'space: [1, 2\n');
    await quickRun(join(runs, 'torn'));
    writeFileSync(join(runs, 'torn', 'shrunk-space.json'), '{"format": "liss');
    const killed = startSlowRun(runs, 'killed', 700);
    serving = await serve({
      ...{ runs, port: 0, page: join(root, 'dist/web/dashboard.html'), reportOf },
      control: {
        token,
        resume: async (folder) => {
          resumed.push(start(['resume', folder], runs));
        },
      },
    });
    browser = await startBrowser(executable!);
    watched = await watchedPage(browser);
    const { page } = watched;
    page.setDefaultTimeout(PATIENCE);
    await page.goto(`${serving.address}#token=${token}`);
    const bar = page.locator(`${row('killed')} progress`);
    while (Number(await bar.getAttribute('value')) < 4) await delay(200);
    killed.child.kill('SIGKILL');
    await killed.ended;
  }, 3 * PATIENCE);

  afterAll(async () => {
    await browser.close();
    await serving.close();
    for (const { child } of resumed) child.kill('SIGKILL');
    rmSync(runs, { recursive: true, force: true });
  });

  it('lists all runs with how they stand, and takes the token out of the address', async () => {
    const { page } = watched;
    expect(page.url()).not.toContain(token);
    await page.locator(`${row('killed')} .state:text-is("stopped")`).waitFor();
    await page.locator(`${row('ended')} .state:text-is("ended")`).waitFor();
    await page.locator(`${row('damaged')} .state:text-is("damaged")`).waitFor();
    expect(await page.locator(row('damaged')).textContent()).toMatch(/line \d/);
  });

  it('shows a run that has ended as its report does', async () => {
    const { page } = watched;
    await page.click(`${row('ended')} a`);
    await page.locator('[data-figure=map] [role=application]').waitFor();
    const report = await reportOf(join(runs, 'ended'));
    expect(await page.textContent('.story')).toBe(report.story);
    const figures = await page.$$eval('figure[data-figure]', (all) =>
      all.map((own) => own.getAttribute('data-figure')),
    );
    expect(figures.sort()).toEqual(Object.keys(report.figures).sort());
    await page.click('nav a');
  });

  it.each(['damaged', 'torn'])('says what is wrong with the run called %s', async (name) => {
    const { page } = watched;
    await page.click(`${row(name)} a`);
    await page.locator('[role=alert]').waitFor();
    expect((await page.textContent('[role=alert]'))!.length).toBeGreaterThan(20);
    await page.click('nav a');
  });

  it('goes on with a killed run, shows it grow, pauses it, goes on again, and shows it end', {
    timeout: 4 * PATIENCE,
  }, async () => {
    const { page } = watched;
    await page.click(`${row('killed')} a`);
    await page.locator('[data-figure=progress]').waitFor();
    expect(await page.textContent('[data-figure=map]')).toContain('The map of evaluations'); // in its first round
    expect(await page.locator('[data-figure=distribution] .swatch').count()).toBe(1);
    const before = (await evaluated(page)).length;
    await page.click('button:text-is("Go on")');
    await state(page).and(page.locator(':text-is("running")')).waitFor();
    await expect.poll(async () => (await evaluated(page)).length, { timeout: PATIENCE }).toBeGreaterThan(before);
    await page.click('button:text-is("Pause")');
    await state(page).and(page.locator(':text-is("paused")')).waitFor();
    await resumed[0]!.ended;
    const paused = (await evaluated(page)).length;
    expect(paused).toBeLessThan(40);
    await page.click('button:text-is("Go on")');
    await state(page).and(page.locator(':text-is("ended")')).waitFor();
    await page.locator('[data-figure=map]').waitFor();
    const all = await evaluated(page);
    expect(all.length).toBe(40);
    expect(new Set(all.map(({ architecture }) => architecture)).size).toBe(40);
    expect(await page.textContent('#log')).toMatch(/ended[\s\S]*paused/);
    await page.click('nav a');
  });

  it('has no buttons for those without a token', async () => {
    const { page, faults } = await watchedPage(browser);
    await page.goto(`${serving.address}#/ended`);
    await page.locator('[data-figure=map]').waitFor();
    expect(await page.locator('button:text-is("Pause")').count()).toBe(0);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
  ] as const)('fits a screen of $width pixels, $colorScheme', async (look) => {
    const { page, faults } = await watchedPage(browser, look);
    await page.goto(serving.address);
    await page.locator(row('ended')).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(look.width);
    await page.click(`${row('ended')} a`);
    await page.locator('[data-figure=map]').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(look.width);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('asked nobody but its own server, and raised no error', () => {
    for (const address of watched.requests) expect(address.startsWith(serving.address)).toBe(true);
    expect(watched.faults.filter((fault) => !fault.includes('/api/events'))).toEqual([]);
  });
});
