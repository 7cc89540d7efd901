/** `lissnas resume`: goes on with a run that was stopped or killed. */
import type { Command } from 'commander';
import { InputError } from '../errors.js';
import { namesSupernet, readConfigDocument } from '../runs/config.js';
import { openRunFolder } from '../runs/folder.js';
import { resumeOneShot } from '../runs/one-shot/run.js';
import { resumeRun } from '../runs/run.js';
import { carryOut, carryOutOneShot, type Telling } from './carry-out.js';

/** Adds the command to the program. */
export function registerResume(program: Command): void {
  program
    .command('resume')
    .description('go on with a run that was stopped, to the same result as if it never had been')
    .argument('<dir>', 'the folder of the run')
    .option(
      '--queue <url>',
      'another Redis whose workers make the evaluations, or none; the result does not depend on it',
    )
    .option('--json', 'print one JSON document on stdout')
    .option('--verbose', 'write progress also where standard error is no terminal')
    .action(async (dir: string, { queue, ...options }: Telling & { readonly queue?: string }) => {
      const { config } = await openRunFolder(dir);
      if (namesSupernet(await readConfigDocument(config))) {
        if (queue !== undefined)
          throw new InputError('--queue is for runs on measurements; a supernet is trained on one machine');
        await carryOutOneShot(options, (hooks) => resumeOneShot(dir, hooks));
      } else {
        await carryOut(options, (hooks) => resumeRun(dir, hooks, queue === 'none' ? null : queue));
      }
    });
}
