/** The peers that are written in Python. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { python } from '../test/optional.js';
import { repository } from './repository.js';

/** Gives `task` to bench/peers.py and returns its answer; undefined where no Python with the libraries is found. */
export function askPython<Answer>(
  task: { readonly kind: string } & Record<string, unknown>,
  program = python(),
): Answer | undefined {
  if (program === undefined) return undefined;
  const { status, stdout, stderr } = spawnSync(program, [join(repository, 'bench/peers.py')], {
    input: JSON.stringify(task),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`bench/peers.py failed: ${stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(stdout) as Answer;
}

export const NO_PYTHON = 'no python3 with sklearn and scipy was found';
