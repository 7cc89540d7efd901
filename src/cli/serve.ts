/** `lissnas serve`: the dashboard, for this machine. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { InputError } from '../errors.js';
import { queueAddress } from '../queue/address.js';
import { newToken } from '../server/control.js';
import { reportThread } from '../server/report-thread.js';
import { serve } from '../server/serve.js';
import { workersStatus } from '../workers/status.js';
import { wholeNumber } from './options.js';
import { interruptSignal, remark, say, sayJson } from './terminal.js';

interface ServeOptions {
  readonly port: number;
  readonly allowControl?: true;
  readonly queue?: string;
  readonly json?: true;
}

const PORT = 4646;
const HIGHEST_PORT = 65_535;
/** Where the build puts it; beside the folders of the program. */
const PAGE = fileURLToPath(new URL('../web/dashboard.html', import.meta.url));

/** Adds the command to the program. */
export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('show runs in a browser of this machine while they go on, and afterwards')
    .argument('[runs]', 'a folder that holds runs, or a run', 'runs')
    .option('--port <n>', `port of 127.0.0.1; 0 for any that is free (default: ${PORT})`, port, PORT)
    .option('--allow-control', 'let whoever has the printed address pause, cancel and resume runs')
    .option('--queue <url>', 'also show the workers of this queue, redis:// or rediss:// for TLS')
    .option('--json', 'print one JSON document on stdout')
    .action(async (runs: string, options: ServeOptions) => {
      const { queue } = options;
      if (queue !== undefined) queueAddress(queue); // refuses at once what is no address
      const stop = interruptSignal();
      const token = options.allowControl && newToken();
      const serving = await serve({
        ...{ runs, port: options.port, page: PAGE, reportOf: reportThread() },
        ...(token && { control: { token, resume } }),
        ...(queue !== undefined && { workers: () => workersStatus(queue) }),
      });
      const address = token === undefined ? serving.address : `${serving.address}#token=${token}`;
      if (options.json) sayJson({ address, port: serving.port, runs, ...(token && { token }) });
      else say(address);
      if (!existsSync(runs)) remark(`There is no folder ${runs} yet; runs appear as soon as there is.`);
      if (!existsSync(PAGE)) remark('The page has not been built, so that there are only the answers for programs.');
      await new Promise<void>((stopped) => stop.addEventListener('abort', () => stopped(), { once: true }));
      await serving.close();
    });
}

function port(text: string): number {
  const value = wholeNumber('--port')(text);
  if (value > HIGHEST_PORT) throw new InputError(`--port ${text} is not a port; the highest is ${HIGHEST_PORT}`);
  return value;
}

/** Goes on with a run in a process of its own, which outlives this one; what becomes of it stands in the run's folder. */
function resume(folder: string): Promise<void> {
  const main = process.argv[1]!;
  const child = spawn(process.execPath, [...process.execArgv, main, 'resume', folder], {
    ...{ detached: true, stdio: 'ignore' },
  });
  return new Promise((started, failed) => {
    child.once('error', failed);
    child.once('spawn', () => {
      child.unref();
      started();
    });
  });
}
