/** The commands that spend evaluations, as processes of their own, and what they print. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchmarkFile } from '../../test/benchmarks.js';
import { lissnas } from '../../test/cli.js';
import { root } from '../../test/sources.js';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lissnas-cli-'));
  writeFileSync(
    join(cwd, 'space.yaml'),
    'name: mine\ndimensions: { layer: { choices: [a, b, c, d], repeat: 6 } }\ncosts: { size: { unit: M, base: 1, choices: { layer: [0, 1, 2, 3] } } }\n',
  );
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** Runs a command that must succeed, and parses the one JSON document it prints. */
async function json(...args: string[]) {
  const ended = await lissnas(args, cwd);
  expect(ended.stderr.replace(/^Surrogate fitted on .*\n/, '')).toBe('');
  expect(ended.code).toBe(0);
  expect(ended.stdout.trim().split('\n')).toHaveLength(1);
  return JSON.parse(ended.stdout);
}

const program = [
  '--',
  process.execPath,
  resolve(import.meta.dirname, '../runs/testing/slow-program.mjs'),
  'asked',
  '0',
];

it('run without a configuration trains on generated images, exports, and says how to go on', async () => {
  mkdirSync(join(cwd, 'runs/default'), { recursive: true }); // it takes a folder of its own beside
  const ended = await lissnas(['run', '--quick'], cwd);
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(/^Small mobile networks on generated images of shapes, quickly: .*\n$/);
  expect(ended.stdout).toMatch(/^architectures +390,625 +\d+$/m);
  for (const row of ['found', 'a random one', 'the biggest']) {
    expect(ended.stdout).toMatch(new RegExp(`^${row} +[0-4]{8} +\\d\\.\\d+ M +\\d+\\.\\d %$`, 'm'));
  }
  expect(ended.stdout).toContain('runs/default-2/best.onnx');
  expect(ended.stdout).toContain('docs/one-shot.md');
  expect(ended.stdout).toMatch(/lissnas shrink --space nasbench201 --table \S+ --accuracy \S+/);
  expect(ended.stdout).not.toMatch(/NaN|undefined|null/);
  const again = await json('resume', 'runs/default-2', '--json');
  expect(ended.stdout).toContain(again.found.architecture);

  const judged = await json('evaluate', 'runs/default-2', again.found.architecture, '--json');
  expect(judged).toMatchObject([{ isMember: true, accuracy: again.found.supernetAccuracy }]);
  const exported = await json('export', 'runs/default-2', '00000000', '--out', 'least', '--json');
  expect(exported.files).toHaveLength(5);
  for (const file of exported.files) expect(existsSync(join(cwd, file))).toBe(true);
}, 300_000);

it('shrink with a program after -- keeps every limit', async () => {
  const limits = ['--cost', 'size', '--max-cost', '12', '--evaluations', '40', '--size', '50', '--out', 'limited'];
  const summary = await json('shrink', '--space', 'space.yaml', ...limits, '--json', ...program);
  expect(summary).toMatchObject({
    space: 'mine',
    wholeSize: '4096',
    size: 50,
    spent: 40,
    limits: [{ cost: 'size', max: 12 }],
  });
  expect(summary.failed).toBeGreaterThan(0);
  const rows = (await lissnas(['members', 'limited'], cwd)).stdout.trim().split('\n').slice(1);
  expect(rows).toHaveLength(50);
  const sizes = rows.map((row) =>
    row
      .split(',')
      .slice(0, 6)
      .reduce((sum, choice) => sum + 'abcd'.indexOf(choice), 1),
  );
  expect(Math.max(...sizes)).toBeLessThanOrEqual(12);
  const { provenance } = JSON.parse(readFileSync(join(cwd, 'limited/shrunk-space.json'), 'utf8'));
  expect(provenance.command).toMatch(
    /^lissnas shrink --space space\.yaml --cost size --max-cost 12 .* -- \S+node \S+slow-program\.mjs asked 0$/,
  );
});

it('locality with a program measures short chains and gives its verdict', async () => {
  const report = await json('locality', '--space', 'space.yaml', '--evaluations', '80', '--json', ...program);
  expect(report).toMatchObject({ space: 'mine', size: '4096', complete: false });
  expect(report.measured + report.failed).toBeLessThanOrEqual(80);
  expect(['strong', 'moderate']).toContain(report.verdict.kind);
});

it('spaces lists and describes, with the exact range of costs where it can be had', async () => {
  const listed = await json('spaces', '--json');
  expect(listed.map(({ name, size }: { name: string; size: string }) => [name, size])).toEqual([
    ['nasbench101', '423624'],
    ['nasbench201', '15625'],
    ['nats-sss', '32768'],
    ['transnasbench101-micro', '4096'],
    ['transnasbench101-macro', '3256'],
    ['nasbench-macro', '6561'],
    ['accel-mnasnet', '104485552128'],
    ['darts', '1076746950455072400'],
    ['shufflenetv2', '1099511627776'],
    ['mobilenetv3', '21758655492572485851'],
    ['proxyless', '195827899433152372659'],
    ['mobile-tiny', '390625'],
  ]);
  const mine = await json('spaces', 'space.yaml', '--json');
  expect(mine.costs).toEqual([{ cost: 'size', unit: 'M', least: 1, most: 19, exact: true }]);
  const told = await lissnas(['spaces', 'accel-mnasnet'], cwd);
  expect(told.stdout).toContain('104,485,552,128 architectures');
  expect(told.stdout).toMatch(/^b5_l +1, 2, 3, 4$/m);
});

it('a reader that has seen enough ends the program quietly', async () => {
  await lissnas(
    ['shrink', '--space', 'space.yaml', '--evaluations', '20', '--size', '2000', '--out', 'piped', ...program],
    cwd,
  );
  const main = [process.execPath, join(root, 'scripts/run.mjs'), join(root, 'src/cli/main.ts')]
    .map((word) => `'${word}'`)
    .join(' ');
  const line = `${main} members piped --no-deviation | head -n 1; echo "code \${PIPESTATUS[0]}"`;
  const child = spawn('bash', ['-c', line], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  await new Promise((done) => child.once('close', done));
  expect(said).toBe(
    'layer0,layer1,layer2,layer3,layer4,layer5,pocket,predicted_mean,predicted_deviation,measured_accuracy\ncode 0\n',
  );
});

const macro = benchmarkFile('nasbench-macro/nasbench_macro.csv.gz');
describe.skipIf(macro === undefined)('on NAS-Bench-Macro', () => {
  const table = ['--space', 'nasbench-macro', '--table', macro ?? '', '--accuracy', 'test1', '--truth', 'test_mean'];

  it('shrink reports what it is worth against the truth', async () => {
    const { truth } = await json(
      'shrink',
      ...table,
      '--evaluations',
      '230',
      '--size',
      '105',
      '--out',
      'macro',
      '--json',
    );
    expect(truth).toMatchObject({ exact: true, optimumKept: true });
    expect(truth.wholeMean).toBeCloseTo(90.25, 1);
    expect(truth.shrunkMean).toBeGreaterThan(92.7);
  });

  it('audit compares at equal evaluations and size', async () => {
    const options = ['--evaluations', '60', '--size', '50', '--repeats', '2', '--shrinkers', 'lissnas,random-subset'];
    const report = await json('audit', ...table, ...options, '--json');
    const [own, random] = report.methods;
    expect(own.method).toBe('lissnas');
    expect(own.measures.meanAccuracy.mean).toBeGreaterThan(random.measures.meanAccuracy.mean);
    expect(own.measures.size.mean).toBe(50);
  });

  it('locality is exact on a complete table', async () => {
    const ended = await lissnas(['locality', ...table.slice(0, 6)], cwd);
    expect(ended.stdout).toMatch(/^Locality is strong: /);
    expect(ended.stdout).toContain('all 6,561 architectures');
  });
});

const accel = benchmarkFile('accel-nasbench/anb_dataset_jsons.tar.gz');
describe.skipIf(accel === undefined)('on Accel-NASBench', () => {
  const options = ['--space', 'accel-mnasnet', '--table', accel ?? '', '--accuracy', 'val_top1', '--surrogate'];

  it('shrinks 10^11 networks by a surrogate under an exact limit', async () => {
    const limits = ['--cost', 'macs_m', '--max-cost', '350', '--evaluations', '60', '--size', '500'];
    const ended = await lissnas(['shrink', ...options, ...limits, '--out', 'accel'], cwd);
    expect(ended.stderr).toMatch(
      /^Surrogate fitted on 5125 networks: cross-validated R2 0\.98\d, Kendall tau 0\.9\d\d/m,
    );
    expect(ended.stdout).toMatch(/^mean accuracy by the surrogate +about \d+\.\d\d +\d+\.\d\d$/m);
    expect(ended.stdout).toMatch(/^macs_m, at most +350$/m);
  });
});
