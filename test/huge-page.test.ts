/** The pages of a run with 100,000 members in a real browser: its report, and the dashboard, which answers others while it makes the report. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShrunkSpace } from '../src/runs/open.js';
import type { Serving } from '../src/server/serve.js';
import type { ShrunkSpace } from '../src/shrink/shrunk-space.js';
import { startBrowser, type WatchedPage, watchedPage } from './browser.js';
import { lissnas } from './cli.js';
import { chromium } from './optional.js';
import { csv, expectReadable, explanation, looks, opened, type Reported, reported, served } from './pages.js';

const SIZE = 100_000;
const MOST_BYTES = 2_000_000;
const MOST_FLOPS = 320; // millions
const PATIENCE = 240_000; // milliseconds, of a busy machine
const executable = chromium();

describe.runIf(executable !== undefined)('a run with 100,000 members', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lissnas-huge-'));
  let browser: Browser;
  let serving: Serving;
  let run: Reported;
  let kept: ShrunkSpace; // as the folder of the run has it

  beforeAll(async () => {
    run = await reported(folder, 'huge', {
      space: 'shufflenetv2',
      evaluator: { kind: 'nk', k: 1, landscapeSeed: 3 },
      shrink: { evaluations: 300, size: SIZE, limits: [{ cost: 'flops_m', max: MOST_FLOPS }] },
      randomSeed: 1,
    });
    kept = await openShrunkSpace(run.folder);
    serving = await served(folder);
    browser = await startBrowser(executable!);
  }, PATIENCE);
  afterAll(async () => {
    await browser?.close();
    await serving?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has a report of less than 2 MB', () => {
    expect(statSync(run.file).size).toBeLessThan(MOST_BYTES);
  });

  it(
    'lets the server answer others while it makes the report',
    async () => {
      let isMade = false;
      const report = fetch(`${serving.address}api/runs/huge`).then((answer) => {
        isMade = true;
        return answer.json();
      });
      let answers = 0;
      while (!isMade) {
        expect((await fetch(`${serving.address}api/runs`)).status).toBe(200);
        answers++;
      }
      expect(answers).toBeGreaterThan(3);
      expect(((await report) as { shrunk: { size: number } }).shrunk.size).toBe(SIZE);
    },
    PATIENCE,
  );

  it(
    'is printed with all its figures, however early',
    async () => {
      const { page } = await watchedPage(browser);
      await page.addInitScript(`
      const figures = () => ['cost', 'map', 'progress'].map((name) => document.querySelectorAll('[data-figure=' + name + '] .axes svg').length);
      new MutationObserver((_, observer) => {
        if (figures()[0] === 0) return;
        observer.disconnect();
        globalThis.before = figures();
        dispatchEvent(new Event('beforeprint'));
        globalThis.printed = figures();
      }).observe(document, { childList: true, subtree: true });
    `);
      await page.goto(pathToFileURL(run.file).href);
      await page.waitForFunction('globalThis.printed !== undefined', undefined, { timeout: PATIENCE });
      expect(await page.evaluate('[before, printed]')).toEqual([
        [1, 0, 0],
        [1, 1, 1],
      ]);
      await page.context().close();
    },
    PATIENCE,
  );

  describe.each(['report', 'dashboard'] as const)('in the %s', (kind) => {
    let address: string;
    let watched: WatchedPage;

    beforeAll(async () => {
      address = kind === 'report' ? pathToFileURL(run.file).href : `${serving.address}#/huge`;
      watched = await opened(browser, address);
    }, PATIENCE);
    afterAll(() => watched?.page.context().close());

    it('has every figure, and every member on the map and beside its cost', async () => {
      const { page } = watched;
      const shown = await page.$$eval('figure[data-figure]', (all) =>
        all.map((own) => own.getAttribute('data-figure')),
      );
      expect(shown.sort()).toEqual(
        ['choices', 'cost', 'distribution', 'locality', 'map', 'network', 'progress', 'rounds'].sort(),
      );
      for (const figure of ['map', 'cost']) {
        const canvas = `document.querySelector('[data-figure=${figure}] canvas')`;
        const pixels = `new Uint32Array(${canvas}.getContext('2d').getImageData(0, 0, ${canvas}.width, ${canvas}.height).data.buffer)`;
        expect(await page.evaluate(`${pixels}.filter((pixel) => pixel !== 0).length`)).toBeGreaterThan(20_000);
      }
    });

    it('gives the numbers of every member, as the folder of the run has them', { timeout: PATIENCE }, async () => {
      const { page } = watched;
      const costs = await csv(page, 'cost');
      const flops = kept.space.costs.get('flops_m')!;
      const found = new Set<number>();
      for (const [i, row] of costs.entries()) {
        const codes = kept.space.parse(row.architecture!);
        const member = kept.data.members.indexOf(codes);
        found.add(member);
        if (Number(row.pocket) !== kept.data.pocketOf[member]) expect.fail(`pocket of ${row.architecture}`);
        if (i % 97 > 0) continue;
        expect(Number(row.flops_m) / flops.of(codes)).toBeCloseTo(1, 4);
        expect(Number(row.flops_m)).toBeLessThanOrEqual(MOST_FLOPS);
      }
      expect(found.size).toBe(SIZE);
      expect(found.has(-1)).toBe(false);

      const bins = (await csv(page, 'distribution')).filter((row) => row.space === 'shrunk space');
      expect(bins.reduce((sum, row) => sum + Number(row.architectures), 0)).toBe(SIZE);
      const rounds = await csv(page, 'rounds');
      expect(Number(rounds.at(-1)!.architectures)).toBe(SIZE);
      const counts = new Map<string, number>();
      for (const { architecture } of kept.members()) {
        architecture.forEach((code, d) => {
          const { name, choices } = kept.space.dimensions[d]!;
          counts.set(`${name} ${choices[code]}`, (counts.get(`${name} ${choices[code]}`) ?? 0) + 1);
        });
      }
      for (const row of await csv(page, 'choices')) {
        const count = counts.get(`${row.dimension} ${row.choice}`) ?? 0;
        expect(Number(row['share of the kept'])).toBeCloseTo(count / SIZE, 6);
      }
    });

    it.each([
      'map',
      'cost',
    ])('tells of a point of the figure %s under the pointer, and explains it on a click as the command line does', {
      timeout: PATIENCE,
    }, async (figure) => {
      const { page } = watched;
      const cloud = page.locator(`[data-figure=${figure}] [role=application]`);
      await cloud.scrollIntoViewIfNeeded();
      const { x, y, width, height } = (await cloud.boundingBox())!;
      const tip = page.locator(`[data-figure=${figure}] .tip`);
      for (let step = 1; (await tip.count()) === 0; step++) {
        expect(step).toBeLessThan(40);
        await page.mouse.move(x + (width * step) / 40, y + height / 2);
      }
      const architecture = (await tip.textContent())!.split('\n')[0]!;
      await page.mouse.down();
      await page.mouse.up();
      expect(await page.inputValue('#asked')).toBe(architecture);
      const told = await lissnas(['why', run.folder, architecture], folder);
      expect((await explanation(page)).map((sentence) => `${sentence}\n`).join('')).toBe(told.stdout);
      await page.fill('#asked', '');
    });

    it('colours the map by accuracy', async () => {
      const { page } = watched;
      const colours = () =>
        page.evaluate(`(() => {
          const { width, height } = document.querySelector('[data-figure=map] canvas');
          const pen = document.querySelector('[data-figure=map] canvas').getContext('2d');
          return new Set(new Uint32Array(pen.getImageData(0, 0, width, height).data.buffer)).size;
        })()`);
      const byPocket = (await colours()) as number;
      await page.selectOption('[data-figure=map] select', 'accuracy');
      expect(await colours()).toBeGreaterThan(byPocket);
    });

    it.each(looks)('fits a screen of $width pixels, $colorScheme', { timeout: PATIENCE }, async (look) => {
      const { page, faults } = await opened(browser, address, look);
      await expectReadable(page, look);
      expect(faults).toEqual([]);
      await page.context().close();
    });

    it('asked nobody else, and raised no error', () => {
      for (const request of watched.requests)
        expect(request.startsWith(kind === 'report' ? address : serving.address), request).toBe(true);
      expect(watched.faults).toEqual([]);
    });
  });
});
