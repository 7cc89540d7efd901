/** `lissnas resume`: goes on with a run that was stopped or killed. */
import type { Command } from 'commander';
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
    .option('--json', 'print one JSON document on stdout')
    .option('--verbose', 'write progress also where standard error is no terminal')
    .action(async (dir: string, options: Telling) => {
      const { config } = await openRunFolder(dir);
      if (namesSupernet(await readConfigDocument(config))) {
        await carryOutOneShot(options, (hooks) => resumeOneShot(dir, hooks));
      } else {
        await carryOut(options, (hooks) => resumeRun(dir, hooks));
      }
    });
}
