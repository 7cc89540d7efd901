/** `lissnas report` and `lissnas compare`, as processes of their own. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { lissnas } from '../../test/cli.js';
import { reportOf } from '../report/report-of.js';
import { declaration, landscapeConfig } from '../report/testing/small-runs.js';
import { startRun } from '../runs/run.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-report-cli-'));
  await startRun(landscapeConfig({ declaration }, { evaluations: 40, size: 30 }), join(folder, 'first'));
  await startRun(landscapeConfig({ declaration }, { evaluations: 60, size: 20 }), join(folder, 'second'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('report --json prints the report, and writes nothing', async () => {
  const before = readdirSync(join(folder, 'first'));
  const { code, stdout, stderr } = await lissnas(['report', 'first', '--json'], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(await reportOf(join(folder, 'first')))));
  expect(readdirSync(join(folder, 'first'))).toEqual(before);
});

it('report says in one sentence that the page has not been built, and leaves no file', async () => {
  const { code, stdout, stderr } = await lissnas(['report', 'first'], folder);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^lissnas: the page of reports has not been built: .*report\.html is missing\n$/);
  expect(existsSync(join(folder, 'first/report.html'))).toBe(false);
});

it('report and compare refuse what is no run, and compare a single one', async () => {
  const none = await lissnas(['report', 'nowhere'], folder);
  expect(none.code).toBe(2);
  expect(none.stderr).toMatch(/nowhere: there is no such folder\n$/);
  const single = await lissnas(['compare', 'first'], folder);
  expect(single.code).toBe(2);
  expect(single.stderr).toMatch(/compare needs two runs or more, and only first is given\n$/);
});

it('compare puts the facts side by side, a damaged run among them', async () => {
  mkdirSync(join(folder, 'bare'));
  writeFileSync(join(folder, 'bare/run.json'), '{"format":"lissnas-run/1"}');
  const { code, stdout, stderr } = await lissnas(['compare', 'first', 'second', 'bare'], folder);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^bare: .*config\.yaml/);
  expect(stdout).toMatch(/first +second +bare/);
  expect(stdout).toMatch(/^state +ended +ended +damaged$/m);
  expect(stdout).toMatch(/^architectures: shrunk space +30 +20$/m);
  expect(stdout).toMatch(/^evaluations spent +40 +60 +0$/m);
  expect(stdout).not.toMatch(/NaN|undefined|null/);
});

it('compare --json gives all reports in one document', async () => {
  const { code, stdout, stderr } = await lissnas(['compare', 'second', 'first', '--json'], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { format, reports } = JSON.parse(stdout);
  expect(format).toBe('lissnas-comparison/1');
  expect(reports.map(({ name }: { name: string }) => name)).toEqual(['second', 'first']);
});

it('a run that ends where no page has been built ends as before', async () => {
  writeFileSync(
    join(folder, 'run.yaml'),
    JSON.stringify(landscapeConfig({ declaration }, { evaluations: 20, size: 20 })),
  );
  const { code, stdout, stderr } = await lissnas(['run', 'run.yaml', '--out', 'third'], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).not.toContain('report');
  expect(readFileSync(join(folder, 'third/config.yaml'), 'utf8')).toContain('nk');
});
