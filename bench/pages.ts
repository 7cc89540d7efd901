/** The report of 100,000 members in a real browser: how long until it is drawn, and until a point under the pointer is told. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { median } from '../src/math/statistics.js';
import { reportPage } from '../src/report/page.js';
import { reportOf } from '../src/report/report-of.js';
import { startRun } from '../src/runs/run.js';
import { startBrowser } from '../test/browser.js';
import { chromium } from '../test/optional.js';
import { line } from './lines.js';
import { repository } from './repository.js';
import type { Line, Skipped } from './timing.js';

const REPEATS = 5;
const SIZE = 100_000;

export async function pages(): Promise<(Line | Skipped)[]> {
  const executable = chromium();
  if (executable === undefined) return [{ what: 'pages', skipped: 'no chromium was found' }];
  const folder = mkdtempSync(join(tmpdir(), 'lissnas-bench-'));
  const browser = await startBrowser(executable);
  try {
    const file = await makeReport(folder);
    const drawn: number[] = [];
    const told: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.goto(pathToFileURL(file).href, { waitUntil: 'commit' });
      const cloud = page.locator('[data-figure=cost] [role=application]');
      await cloud.focus();
      drawn.push((await page.evaluate('performance.now() / 1000')) as number);
      await cloud.scrollIntoViewIfNeeded();
      const { x, y, width, height } = (await cloud.boundingBox())!;
      const before = performance.now();
      for (let step = 1; (await page.locator('[data-figure=cost] .tip').count()) === 0; step++) {
        await page.mouse.move(x + (width * step) / 40, y + height / 4);
      }
      told.push((performance.now() - before) / 1000);
      await page.close();
    }
    const note = `${(statSync(file).size / 1e6).toFixed(2)} MB; goal: 2 s`;
    return [
      line(`report of ${SIZE.toLocaleString('en')} members, drawn`, median(drawn), undefined, 'none', note),
      line('a point under the pointer told', median(told), undefined, 'none', 'with the way of the pointer to it'),
    ];
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

async function makeReport(folder: string): Promise<string> {
  const run = join(folder, 'run');
  await startRun(
    {
      space: 'shufflenetv2',
      evaluator: { kind: 'nk', k: 1, landscapeSeed: 3 },
      shrink: { evaluations: 300, size: SIZE, limits: [{ cost: 'flops_m', max: 320 }] },
      randomSeed: 1,
    },
    run,
  );
  const file = join(folder, 'report.html');
  const template = readFileSync(join(repository, 'dist/web/report.html'), 'utf8');
  writeFileSync(file, reportPage(template, await reportOf(run)));
  return file;
}
