/** The results document can be made from the published tables: a smoke test with small budgets. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchmarkFile } from './benchmarks.js';
import { defaultResult, macroResult, references } from './one-shot-results.js';
import { root } from './sources.js';

const tables = [
  'nasbench201/nasbench201.csv.gz',
  'nasbench-macro/nasbench_macro.csv.gz',
  'hw-nas-bench/hw_nas_bench_nb201.csv.gz',
  'accel-nasbench/accel_nasbench_mnasnet_imagenet.csv.gz',
].map(benchmarkFile);

describe.skipIf(tables.includes(undefined))('npm run results -- FOLDER --quick', () => {
  let out: string;
  const run = (...options: string[]) => {
    const folder = dirname(dirname(tables[0]!));
    const files = ['--out', out, '--data', join(out, 'data.json'), '--one-shot', join(out, 'measured')];
    const script = ['scripts/run.mjs', 'bench/results.ts', folder, ...files];
    execFileSync(process.execPath, [...script, ...options], { cwd: root, stdio: 'pipe' });
  };
  const measured = (name: string, result: object) => writeFileSync(join(out, 'measured', name), JSON.stringify(result));
  const read = (name: string) => readFileSync(join(out, name), 'utf8');

  beforeAll(() => {
    out = mkdtempSync(join(tmpdir(), 'lissnas-results-'));
    mkdirSync(join(out, 'measured'));
    measured('macro-1.json', macroResult(1, references([3, 1, 2], [50, 60, 70]), [92, 93]));
    run('--quick');
  }, 300_000);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it('writes every section, and says that it is a smoke test', () => {
    const headings = [...read('results.md').matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'Goals',
      'Against other shrinkers',
      'Searching on a cheap, noisy signal',
      'Under a latency limit',
      'A space of 10^11 networks: accel-mnasnet through its surrogate',
      'One-shot on real images: supernets of NAS-Bench-Macro, CIFAR-10',
      'Locality',
      'Huge spaces',
      'Where it loses',
    ]);
    expect(read('results.md')).toContain('smoke test');
    expect(read('results.md')).not.toMatch(/NaN|undefined|null|Infinity/);
  });

  it('finds the known locality and keeps every limit', () => {
    const text = read('results.md');
    expect(text).toContain('0.560 0.286 0.122 0.028 -0.023 -0.051 | 0.560 0.286 0.122 0.028 -0.023 -0.051 | same');
    expect(text).not.toContain('**differs**');
    expect(text).toMatch(/Members over the limit, counted .*: \*\*0\*\*/);
    for (const [row] of text.matchAll(/^\| over a limit .*$/gm)) expect(row).toMatch(/^\| over a limit( \| 0)+ \|$/);
  });

  it('draws its figures without a hole', () => {
    for (const name of ['locality', 'retention', 'rounds']) {
      const svg = read(`figures/${name}.svg`);
      expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 \d+ \d+"/);
      expect(svg).toMatch(/<\/svg>\n$/);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      expect(svg.length).toBeLessThan(30_000);
    }
  });

  it('writes the same text again from the same numbers', () => {
    const before = read('results.md');
    run('--render');
    expect(read('results.md')).toBe(before);
  });

  it('adds what has been measured since', () => {
    measured('default-1.json', defaultResult(1, 85, 83, [0.5, 0.25]));
    run('--render');
    expect(read('results.md')).toContain('## One-shot, end to end: the default run');
    expect(read('results.md')).not.toMatch(/NaN|undefined|null|Infinity/);
  });
});
