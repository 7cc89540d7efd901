/** Runs bench/huge-space.ts in a process of its own. */
import { spawnSync } from 'node:child_process';
import { repository } from './repository.js';

/** What became of the huge space. */
export interface HugeSpace {
  readonly size: number;
  readonly pockets: number;
  readonly spent: number;
  readonly rounds: number;
  /** without the evaluator's own time */
  readonly seconds: number;
  /** 10^9 bytes at the peak */
  readonly peakGigabytes: number;
  readonly meanAccuracy: number;
  readonly wholeMean: number;
}

export function hugeSpace(size = 1_000_000): HugeSpace {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/run.mjs', 'bench/huge-space.ts', String(size)],
    { cwd: repository, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`bench/huge-space.ts failed: ${stderr.trim()}`);
  return JSON.parse(stdout) as HugeSpace;
}
