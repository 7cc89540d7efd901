/** A child process for tests that kill it: starts the run of a configuration file, or resumes one, and prints how much work is left after every step. */
import { existsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { readOneShotConfig, resumeOneShot, startOneShot } from '../run.js';

const [config, folder] = process.argv.slice(2) as [string, string];
const hooks = {
  onProgress: ({ done, total, label }: { done: number; total: number; label: string }) => {
    writeSync(1, `${total - done} ${label}\n`);
  },
};
if (existsSync(join(folder, 'config.yaml'))) await resumeOneShot(folder, hooks);
else await startOneShot(await readOneShotConfig(config), folder, hooks);
