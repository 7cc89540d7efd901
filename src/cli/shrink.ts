/** `lissnas shrink`: one run, told by options. */
import type { Command } from 'commander';
import { startRun } from '../runs/run.js';
import { carryOut } from './carry-out.js';
import { oneOf, wholeNumber } from './options.js';
import { configFrom, type TaskOptions, withLimitOptions, withMeasuringOptions } from './task-options.js';

interface ShrinkOptions extends TaskOptions {
  readonly evaluations: number;
  readonly size?: number;
  readonly growth?: 'pockets' | 'radius';
  readonly rounds?: number;
  readonly out: string;
  readonly json?: true;
}

/** Adds the command to the program. */
export function registerShrink(program: Command): void {
  const command = program
    .command('shrink')
    .description('shrink a search space into pockets of good networks')
    .argument('[program...]', 'after --: a program that measures, with its arguments');
  withLimitOptions(withMeasuringOptions(command))
    .option('--truth <column>', 'another column to report against; the search never sees it')
    .requiredOption('--evaluations <n>', 'evaluations to spend in all', wholeNumber('--evaluations', 1))
    .option(
      '--size <n>',
      'architectures to keep; without it, stop when the mean accuracy no longer improves',
      wholeNumber('--size', 1),
    )
    .option('--growth <how>', 'pockets (default) or radius', oneOf('--growth', ['pockets', 'radius']))
    .option('--rounds <n>', 'rounds to spread the evaluations over', wholeNumber('--rounds', 1))
    .requiredOption('--out <dir>', 'a new or empty folder for the run')
    .option('--json', 'print one JSON document on stdout')
    .action(async (rest: string[], options: ShrinkOptions) => {
      const { evaluations, size, growth, rounds, out, json } = options;
      const config = configFrom(options, rest, {
        evaluations,
        ...(size === undefined ? {} : { size }),
        ...(growth === undefined ? {} : { growth }),
        ...(rounds === undefined ? {} : { rounds }),
      });
      const command = ['lissnas', ...process.argv.slice(2)].join(' ');
      await carryOut(json === true, (hooks) => startRun({ ...config, command }, out, hooks));
    });
}
