/** `lissnas run`: a run from its configuration file, or the embedded default. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../errors.js';
import { namesSupernet, readConfig, readConfigDocument } from '../runs/config.js';
import { defaultOneShot } from '../runs/one-shot/default.js';
import { readOneShotConfig, startOneShot } from '../runs/one-shot/run.js';
import { startRun } from '../runs/run.js';
import { carryOut, carryOutOneShot, type Telling } from './carry-out.js';
import { wholeNumber } from './options.js';
import { commandLine, remark, say } from './terminal.js';

interface RunOptions extends Telling {
  readonly out?: string;
  readonly quick?: true;
  readonly control?: true;
  readonly randomSeed?: number;
}

/** Adds the command to the program. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .description('run a configuration file; without one, train, shrink and search small networks on generated images')
    .argument('[config]', 'a config.yaml')
    .option('--out <dir>', 'a new or empty folder for the run (default: a new one under runs/)')
    .option('--quick', 'the default run in under a minute, which shows how it works and not how good it is')
    .option('--control', 'spend the same budget without shrinking too, to compare')
    .option('--random-seed <k>', 'the same number gives the same run', wholeNumber('--random-seed'))
    .option('--json', 'print one JSON document on stdout')
    .option('--verbose', 'write progress also where standard error is no terminal')
    .action(async (file: string | undefined, options: RunOptions) => {
      if (file === undefined) await runDefault(options);
      else await runFile(file, options);
    });
}

async function runDefault({ out, quick, control, randomSeed, ...telling }: RunOptions): Promise<void> {
  const config = defaultOneShot({
    ...(quick !== undefined && { quick }),
    ...(control !== undefined && { control }),
    ...(randomSeed !== undefined && { randomSeed }),
  });
  remark(
    `Small mobile networks on generated images of shapes${quick ? ', quickly' : ''}: a supernet is trained, the space is shrunk, searched, and the best network is trained and exported.`,
  );
  const path = out ?? freshFolder('default');
  await carryOutOneShot(telling, (hooks) => startOneShot({ ...config, command: commandLine() }, path, hooks));
  if (!telling.json) explainNext();
}

async function runFile(file: string, { out, quick, control, randomSeed, ...telling }: RunOptions): Promise<void> {
  if (quick) throw new InputError(`--quick is for the default run; ${file} says by itself how long it takes`);
  const path = out ?? freshFolder(basename(file).replace(/\.ya?ml$/, ''));
  const changes = { command: commandLine(), ...(randomSeed !== undefined && { randomSeed }) };
  if (namesSupernet(await readConfigDocument(file))) {
    const config = { ...(await readOneShotConfig(file)), ...changes, ...(control && { control }) };
    await carryOutOneShot(telling, (hooks) => startOneShot(config, path, hooks));
    return;
  }
  if (control) throw new InputError(`--control is for runs that train a supernet, and ${file} has no key "supernet"`);
  const config = { ...(await readConfig(file)), ...changes };
  await carryOut(telling, (hooks) => startRun(config, path, hooks));
}

function explainNext(): void {
  say();
  say('With images and limits of your own: docs/one-shot.md. With a published table instead of training:');
  say('  lissnas shrink --space nasbench201 --table nasbench201.csv.gz --accuracy c10_valid_12ep --truth c10_test \\');
  say('                 --evaluations 300 --size 150 --out runs/nasbench201');
}

function freshFolder(name: string): string {
  for (let i = 1; ; i++) {
    const folder = join('runs', i === 1 ? name : `${name}-${i}`);
    if (!existsSync(folder)) return folder;
  }
}
