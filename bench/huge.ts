/** Runs bench/huge-space.ts in processes of its own. */
import { spawnSync } from 'node:child_process';
import { DECLARED } from './huge-problem.js';
import { repository } from './repository.js';

/** What is shrunk. */
export interface HugeTask {
  /** DECLARED, or a built-in space */
  readonly name: string;
  readonly size: number;
  readonly limit?: { readonly cost: string; readonly max: number };
}

/** What became of it. */
export interface HugeSpace extends HugeTask {
  /** of the whole space, in decimal digits */
  readonly architectures: string;
  readonly pockets: number;
  readonly spent: number;
  readonly rounds: number;
  /** without the evaluator's own time */
  readonly seconds: number;
  /** 10^9 bytes at the peak */
  readonly peakGigabytes: number;
  /** members beyond the limit: there must be none */
  readonly overLimit: number;
  readonly meanAccuracy: number;
  /** of random architectures within the limit */
  readonly wholeMean: number;
}

/** The spaces that people use and one larger, of so many members; the second also with a half and a quarter of them. */
export function hugeTasks(size: number): HugeTask[] {
  const mobile = { name: 'mobilenetv3', limit: { cost: 'flops_m', max: 250 } };
  return [
    { name: DECLARED, size },
    ...[size / 4, size / 2, size].map((members) => ({ ...mobile, size: Math.round(members) })),
    { name: 'shufflenetv2', size, limit: { cost: 'flops_m', max: 320 } },
    { name: 'darts', size, limit: { cost: 'params_m', max: 3 } },
  ];
}

export function hugeSpace({ name, size, limit }: HugeTask = { name: DECLARED, size: 1_000_000 }): HugeSpace {
  const limited = limit === undefined ? [] : [limit.cost, String(limit.max)];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/run.mjs', 'bench/huge-space.ts', name, String(size), ...limited],
    { cwd: repository, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`bench/huge-space.ts ${name} failed: ${stderr.trim()}`);
  return JSON.parse(stdout) as HugeSpace;
}
