/** A space whose networks are declared in YAML, through all commands that take a space or a run. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { lissnas } from '../../test/cli.js';
import { tinyText, writeImages } from '../runs/one-shot/testing/tiny-run.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const yaml = `
name: pixels
dimensions:
  kernel: { choices: [3, 5], repeat: 4 }
  depth: [1, 2]
  width: { choices: [8, 16], ordered: true }
  activation: [relu, hard-swish]
network:
  input: { shape: [1, 8, 8], classes: 4 }
  stem: { block: conv, channels: 8 }
  layers:
    - { block: mbconv, expansion: 2, kernel: $kernel, channels: $width, stride: 2, depth: 2, activation: $activation }
    - { block: separable, kernel: $kernel, depth: $depth, channels: 16 }
`;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-declared-'));
  writeImages(folder);
  writeFileSync(join(folder, 'pixels.yaml'), yaml);
  writeFileSync(join(folder, 'run.yaml'), tinyText('images', { space: 'pixels.yaml', references: 2, shrink }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shrink = { evaluations: 6, size: 8, limits: [{ cost: 'flops_m', max: 0.11 }] };

async function succeeds(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await lissnas(args, folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

it('spaces tells its size and the exact range of its costs', async () => {
  const told = JSON.parse(await succeeds('spaces', 'pixels.yaml', '--json'));
  expect(told).toMatchObject({ name: 'pixels', size: '128', unconstrained: true });
  expect(told.costs.map(({ cost, exact }: { cost: string; exact: boolean }) => [cost, exact])).toEqual([
    ['flops_m', true],
    ['params_m', true],
  ]);
  // by hand, for width 8, kernels 3, depth 1: stem; two mbconv, at 8 x 8 and at 4 x 4; depthwise and 1x1 to 16; linear
  const first = 64 * 8 * 16 + 16 * 9 * 16 + 16 * 16 * 8;
  const second = 16 * 8 * 16 + 16 * 9 * 16 + 16 * 16 * 8;
  expect(told.costs[0].least).toBe((64 * 9 * 8 + first + second + 16 * 9 * 8 + 16 * 8 * 16 + 16 * 4) / 1e6);
});

it('shrink keeps a limit on its FLOPs, with a program that measures', async () => {
  const program = `process.stdin.on('data', (lines) => { for (const line of String(lines).trim().split('\\n')) {
    const { id, choices } = JSON.parse(line);
    console.log(JSON.stringify({ id, accuracy: 50 + choices.width + choices.kernel0 })); } });`;
  writeFileSync(join(folder, 'measure.mjs'), program);
  const limit = ['--cost', 'flops_m', '--max-cost', '0.06'];
  const measuring = ['--command', process.execPath, '--arg', join(folder, 'measure.mjs')];
  await succeeds(
    ...[
      'shrink',
      '--space',
      'pixels.yaml',
      ...limit,
      ...measuring,
      '--evaluations',
      '12',
      '--size',
      '10',
      '--out',
      'shrunk',
    ],
  );
  renameSync(join(folder, 'pixels.yaml'), join(folder, 'elsewhere.yaml'));
  const members = (await succeeds('members', 'shrunk', '--format', 'ndjson')).trim().split('\n');
  expect(members).toHaveLength(10);
  renameSync(join(folder, 'elsewhere.yaml'), join(folder, 'pixels.yaml'));
  const kept = JSON.parse(readFileSync(join(folder, 'shrunk/shrunk-space.json'), 'utf8'));
  expect(kept.limits).toEqual([{ cost: 'flops_m', unit: 'M', max: 0.06 }]);
});

it('run trains it; resume, evaluate, train and export need nothing but the folder of the run', async () => {
  const text = await succeeds('run', 'run.yaml', '--out', 'run');
  expect(text).toMatch(/^architectures +\d+ +8$/m);
  for (const file of ['best.onnx', 'best.py', 'best.safetensors', 'best.json', 'best.svg']) {
    expect(existsSync(join(folder, 'run', file))).toBe(true);
  }
  const result = readFileSync(join(folder, 'run/result.json'), 'utf8');
  const { found } = JSON.parse(result);
  expect(found.cost).toBeLessThanOrEqual(0.11);
  const best = JSON.parse(readFileSync(join(folder, 'run/best.json'), 'utf8'));
  expect(best.space.source).toEqual({ kind: 'declaration', text: yaml });
  expect(best.costs.flops_m.value).toBe(found.cost);

  rmSync(join(folder, 'pixels.yaml'));
  for (const file of ['run/result.json', 'run/best.onnx', 'run/journals/search.ndjson']) rmSync(join(folder, file));
  await succeeds('resume', 'run');
  expect(readFileSync(join(folder, 'run/result.json'), 'utf8')).toBe(result);
  writeFileSync(join(folder, 'pixels.yaml'), 'name: another\ndimensions: { a: [b] }\n');
  const [judged] = JSON.parse(await succeeds('evaluate', 'run', '3,5,3,5,1,16,relu', '--json'));
  expect(judged).toMatchObject({ architecture: '3,5,3,5,1,16,relu', accuracy: expect.any(Number) });
  await succeeds('train', 'run', found.architecture, '--out', 'trained');
  await succeeds('export', 'run', '5,5,5,5,2,16,hard-swish', '--out', 'exported');
  expect(
    readdirSync(join(folder, 'exported'))
      .map((name) => name.split('.').at(-1))
      .toSorted(),
  ).toEqual(['json', 'onnx', 'py', 'safetensors', 'svg']);
  expect(await succeeds('members', 'run')).toContain('relu');
});
