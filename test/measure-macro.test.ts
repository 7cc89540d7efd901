/** The measurement of NAS-Bench-Macro supernets can be carried out and taken up again: a smoke test on generated images. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MacroResult } from '../bench/one-shot/macro-result.js';
import { benchmarkFile } from './benchmarks.js';
import { root } from './sources.js';

const table = benchmarkFile('nasbench-macro/nasbench_macro.csv.gz');

describe.skipIf(table === undefined)('npm run measure:macro -- --tiny', () => {
  let out: string;
  const measure = () => {
    const script = ['scripts/run.mjs', 'bench/one-shot-macro.ts', '--tiny', '--random-seeds', '3'];
    execFileSync(process.execPath, [...script, '--table', table!, '--out', out], { cwd: root, stdio: 'pipe' });
    return readFileSync(join(out, 'macro-3.json'), 'utf8');
  };
  let first: string;
  let result: MacroResult;

  beforeAll(() => {
    out = mkdtempSync(join(tmpdir(), 'lissnas-macro-'));
    first = measure();
    result = JSON.parse(first) as MacroResult;
  }, 300_000);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it('asks both supernets about the same subnets of the shrunk space', () => {
    expect(result.references.inside).toHaveLength(result.settings.references);
    for (const { accuracies } of result.references.inside) {
      expect(Object.keys(accuracies)).toEqual(['whole', 'inside']);
      for (const accuracy of Object.values(accuracies)) expect(accuracy).toBeGreaterThanOrEqual(0);
    }
    for (const { accuracies } of result.references.whole) expect(Object.keys(accuracies)).toEqual(['whole']);
  });

  it('knows from the table what is true', () => {
    const best = { architecture: '22212202', truth: 93.126663 }; // published
    expect(result.whole).toMatchObject({ size: 6561, bestTruth: best.truth });
    for (const { architecture, truth, rank } of [...result.found, result.bestMeasured]) {
      expect(rank === 1).toBe(architecture === best.architecture);
      expect(truth <= best.truth).toBe(true);
    }
    expect(result.shrunk.meanTruth).toBeGreaterThan(result.whole.meanTruth + 1);
  });

  it('goes on where it was stopped, to the same numbers', () => {
    const work = join(out, 'work/macro-3');
    rmSync(join(out, 'macro-3.json'));
    for (const name of ['inside.safetensors', 'inside.ndjson']) rmSync(join(work, name)); // as if it had not come so far
    const begun = readFileSync(join(work, 'whole.ndjson'), 'utf8');
    expect(measure()).toBe(first);
    expect(readFileSync(join(work, 'whole.ndjson'), 'utf8')).toBe(begun); // nothing was evaluated twice
  }, 300_000);
});
