/** `lissnas shrink`: one run, told by options. */
import type { Command } from 'commander';
import { startRun } from '../runs/run.js';
import { carryOut, type Telling } from './carry-out.js';
import { needed, oneOf, wholeNumber } from './options.js';
import { configFrom, type TaskOptions, withLimitOptions, withMeasuringOptions } from './task-options.js';
import { commandLine } from './terminal.js';

interface ShrinkOptions extends TaskOptions, Telling {
  readonly evaluations?: number;
  readonly size?: number;
  readonly growth?: 'pockets' | 'radius';
  readonly rounds?: number;
  readonly queue?: string;
  readonly out?: string;
}

/** Adds the command to the program. */
export function registerShrink(program: Command): void {
  const command = program
    .command('shrink')
    .description('shrink a search space into pockets of good networks')
    .argument('[program...]', 'after --: a program that measures, with its arguments');
  withLimitOptions(withMeasuringOptions(command))
    .option('--truth <column>', 'another column to report against; the search never sees it')
    .option('--evaluations <n>', 'evaluations to spend in all', wholeNumber('--evaluations', 1))
    .option(
      '--size <n>',
      'architectures to keep; without it, stop when the mean accuracy no longer improves',
      wholeNumber('--size', 1),
    )
    .option('--growth <how>', 'pockets (default) or radius', oneOf('--growth', ['pockets', 'radius']))
    .option('--rounds <n>', 'rounds to spread the evaluations over', wholeNumber('--rounds', 1))
    .option('--queue <url>', 'have the evaluations made by workers, over this Redis (see `lissnas worker`)')
    .option('--out <dir>', 'a new or empty folder for the run')
    .option('--json', 'print one JSON document on stdout')
    .option('--verbose', 'write progress also where standard error is no terminal')
    .action(async (rest: string[], options: ShrinkOptions) => {
      const { size, growth, rounds, queue } = options;
      const out = needed(options.out, '--out DIR');
      const config = configFrom(options, rest, {
        evaluations: needed(options.evaluations, '--evaluations N'),
        ...(size === undefined ? {} : { size }),
        ...(growth === undefined ? {} : { growth }),
        ...(rounds === undefined ? {} : { rounds }),
      });
      await carryOut(options, (hooks) =>
        startRun({ ...config, ...(queue !== undefined && { queue }), command: commandLine() }, out, hooks),
      );
    });
}
