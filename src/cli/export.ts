/** `lissnas train` and `lissnas export`: one architecture of a finished run as files, trained from scratch or with the supernet's weights. */
import type { Command } from 'commander';
import { type ExportedNetwork, exportArchitecture, type WeightsFrom } from '../runs/one-shot/use.js';
import { interruptible } from './interruptible.js';
import type { Register } from './options.js';
import { say, sayJson } from './terminal.js';

interface ExportOptions {
  readonly out: string;
  readonly json?: true;
  readonly verbose?: true;
}

/** Adds `lissnas train`. */
export const registerTrain: Register = (program) => {
  const command = program
    .command('train')
    .description('train one architecture from scratch by the recipe of a finished run, and write it as files');
  withExport(command, 'scratch');
};

/** Adds `lissnas export`. */
export const registerExport: Register = (program) => {
  const command = program
    .command('export')
    .description('write one architecture with the weights that it shares in the supernet of a finished run as files');
  withExport(command, 'supernet');
};

function withExport(command: Command, from: WeightsFrom): void {
  command
    .argument('<run>', 'the folder of a run that trained a supernet')
    .argument('<architecture>', "in the space's notation")
    .option('--out <dir>', 'where the files go', '.')
    .option('--json', 'one JSON document')
    .option('--verbose', 'write progress also where standard error is no terminal')
    .action(async (path: string, text: string, { out, json, verbose }: ExportOptions) => {
      const exported = await interruptible((hooks) => exportArchitecture(path, text, { from, out }, hooks), verbose);
      if (json) sayJson(exported);
      else tell(exported);
    });
}

function tell({ architecture, accuracy, files }: ExportedNetwork): void {
  say(`${architecture}: ${accuracy.toFixed(2)} % of the test images`);
  for (const file of files) say(file);
}
