/** A space from a module of the user's, through the commands. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { lissnas } from '../../test/cli.js';
import { root } from '../../test/sources.js';
import { tinyText, writeImages } from '../runs/one-shot/testing/tiny-run.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-module-'));
  writeImages(folder);
  cpSync(join(root, 'examples/two-paths.ts'), join(folder, 'two-paths.ts'));
  writeFileSync(join(folder, 'run.yaml'), tinyText('images', { space: 'two-paths.ts' }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function succeeds(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await lissnas(args, folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

it('a TypeScript module is described, trained, resumed and exported; its shrunk space is read without it', async () => {
  const told = JSON.parse(await succeeds('spaces', './two-paths.ts', '--json'));
  expect(told).toMatchObject({ name: 'two-paths', size: '24', input: { shape: [3, 32, 32], classes: 10 } });
  // by hand: stem of 8 channels at 16 x 16, a 3 x 3 convolution beside a pool, and a linear layer of 16 inputs
  const least = 256 * 27 * 8 + 256 * 72 * 8 + 16 * 10;
  expect(told.costs.find(({ cost }: { cost: string }) => cost === 'flops_m').least).toBe(least / 1e6);

  await succeeds('run', 'run.yaml', '--out', 'run');
  const result = readFileSync(join(folder, 'run/result.json'), 'utf8');
  const { found } = JSON.parse(result);
  for (const file of ['run/result.json', 'run/best.onnx']) rmSync(join(folder, file));
  await succeeds('resume', 'run');
  expect(readFileSync(join(folder, 'run/result.json'), 'utf8')).toBe(result);
  await succeeds('export', 'run', found.architecture, '--out', 'exported');

  const module = readFileSync(join(folder, 'two-paths.ts'), 'utf8');
  writeFileSync(join(folder, 'two-paths.ts'), `${module}\n// a remark\n`);
  const refused = await lissnas(['evaluate', 'run', found.architecture], folder);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/two-paths\.ts: has changed since this run began; restore it, or start a new run\n$/);
  rmSync(join(folder, 'two-paths.ts'));
  expect((await lissnas(['resume', 'run'], folder)).stderr).toMatch(/two-paths\.ts: there is no such file\n$/);
  expect(await succeeds('members', 'run')).toContain(found.architecture.split(',')[0]);
});
