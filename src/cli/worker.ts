/** `lissnas worker`: makes evaluations for runs on this and other machines. */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type EngineName, engineNames } from '../engine/engines.js';
import { InputError } from '../errors.js';
import { queueAddress, URL_VARIABLE } from '../queue/address.js';
import { VERSION } from '../runs/version.js';
import { startWorker } from '../workers/worker.js';
import { collect, finiteNumber, oneOf, wholeNumber } from './options.js';
import { interruptSignal, remark } from './terminal.js';

interface WorkerCommandOptions {
  readonly queue?: string;
  readonly engine?: EngineName;
  readonly data?: string;
  readonly program?: string;
  readonly arg?: string[];
  readonly concurrency: number;
  readonly lease: number;
  readonly grace: number;
}

/** Adds the command to the program. */
export function registerWorker(program: Command): void {
  program
    .command('worker')
    .description('make evaluations for the runs that ask for them in a queue, until Ctrl-C or SIGTERM')
    .option('--queue <url>', `the queue, redis:// or rediss:// for TLS (default: the variable ${URL_VARIABLE})`)
    .option('--program <program>', 'a program that measures; no other one is ever run')
    .option('--arg <text>', 'one argument of the program; may be repeated', collect(String))
    .option('--engine <name>', 'train networks by this engine', oneOf('--engine', engineNames))
    .option('--data <dir>', 'the folder of the images to train on')
    .option('--concurrency <n>', 'evaluations at once', wholeNumber('--concurrency', 1), 1)
    .option('--lease <seconds>', "after which a lost worker's evaluations go to others", atLeast('--lease', 1), 30)
    .option('--grace <seconds>', 'that evaluations under way may take at the end', atLeast('--grace', 0), 30)
    .action(async ({ queue, engine, data, arg, concurrency, lease, grace, program: own }: WorkerCommandOptions) => {
      const address = queueAddress(queueNamed(queue));
      if (own === undefined && arg !== undefined) throw new InputError('--arg needs --program PROGRAM');
      if (data !== undefined && engine === undefined) throw new InputError('--data needs --engine NAME to train with');
      const signal = interruptSignal();
      const worker = await startWorker({
        ...{ address, concurrency, leaseS: lease, graceS: grace, onRemark: remark },
        setup: {
          version: VERSION,
          ...(own !== undefined && { program: own, args: arg ?? [] }),
          ...(engine !== undefined && { engine, threads: threadsFor(concurrency) }),
          ...(data !== undefined && { data: resolve(data) }),
        },
      });
      remark(`Worker ${worker.name} takes work from ${address.shown}, ${concurrency} at once; Ctrl-C ends it.`);
      await new Promise((stop) => signal.addEventListener('abort', stop, { once: true }));
      await worker.stop();
      remark('Ended in good order.');
      process.exit(0); // a program that does not end by itself keeps nothing up
    });
}

/** The queue of the option, or of the environment. */
export function queueNamed(option: string | undefined): string {
  const queue = option ?? process.env[URL_VARIABLE];
  if (queue === undefined || queue === '') throw new InputError('--queue redis://HOST:PORT is missing');
  return queue;
}

function atLeast(option: string, least: number): (text: string) => number {
  const read = finiteNumber(option);
  return (text) => {
    const value = read(text);
    if (value < least) throw new InputError(`${option} ${text} must be at least ${least}`);
    return value;
  };
}

/** All slots together use the machine's cores once. */
function threadsFor(concurrency: number): number {
  return Math.max(1, Math.floor(Math.min(16, availableParallelism()) / concurrency));
}
