/** `lissnas resume`: goes on with a run that was stopped or killed. */
import type { Command } from 'commander';
import { resumeRun } from '../runs/run.js';
import { carryOut, type Telling } from './carry-out.js';

/** Adds the command to the program. */
export function registerResume(program: Command): void {
  program
    .command('resume')
    .description('go on with a run that was stopped, to the same result as if it never had been')
    .argument('<dir>', 'the folder of the run')
    .option('--json', 'print one JSON document on stdout')
    .option('--verbose', 'write progress also where standard error is no terminal')
    .action((dir: string, options: Telling) => carryOut(options, (hooks) => resumeRun(dir, hooks)));
}
