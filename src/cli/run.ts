/** `lissnas run`: a run from its configuration file, or the embedded default. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { type Config, readConfig } from '../runs/config.js';
import { startRun } from '../runs/run.js';
import { carryOut, type Telling } from './carry-out.js';
import { commandLine, remark, say } from './terminal.js';

/** A space of 4^15, about 10^9, on which every architecture has a synthetic accuracy. */
const DEFAULT: Config = {
  space: {
    declaration: [
      'format: lissnas-space/1',
      'name: synthetic',
      'dimensions:',
      '  layer: { choices: [a, b, c, d], repeat: 15 }',
      '',
    ].join('\n'),
  },
  evaluator: { kind: 'nk', k: 2, landscapeSeed: 1 },
  shrink: { evaluations: 300, size: 2000 },
  randomSeed: 1,
};

/** Adds the command to the program. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .description('run a configuration file; without one, a complete shrink on a synthetic landscape')
    .argument('[config]', 'a config.yaml')
    .option('--out <dir>', 'a new or empty folder for the run (default: a new one under runs/)')
    .option('--json', 'print one JSON document on stdout')
    .option('--verbose', 'write progress also where standard error is no terminal')
    .action(async (file: string | undefined, options: Telling & { readonly out?: string }) => {
      const config = file === undefined ? DEFAULT : await readConfig(file);
      const out = options.out ?? freshFolder(file === undefined ? 'synthetic' : basename(file).replace(/\.ya?ml$/, ''));
      if (file === undefined)
        remark(`A synthetic landscape (Kauffman's NK model): no network is trained, no accuracy is real.`);
      await carryOut(options, (hooks) => startRun({ ...config, command: commandLine() }, out, hooks));
      if (file === undefined && !options.json) explainDefault();
    });
}

function explainDefault(): void {
  say();
  say(
    'These accuracies are synthetic (an NK landscape), no network was trained. With a real table, yours or a published one:',
  );
  say('  lissnas shrink --space nasbench201 --table nasbench201.csv.gz --accuracy c10_valid_12ep --truth c10_test \\');
  say('                 --evaluations 300 --size 150 --out runs/nasbench201');
  say('With a space of your own and a program that measures:');
  say('  lissnas shrink --space my-space.yaml --evaluations 300 --size 1000 --out runs/mine -- python3 evaluator.py');
}

function freshFolder(name: string): string {
  for (let i = 1; ; i++) {
    const folder = join('runs', i === 1 ? name : `${name}-${i}`);
    if (!existsSync(folder)) return folder;
  }
}
