/** How a finished one-shot run is told to a person. */

import { colors } from '../report/colors.js';
import { foundSentence, scratchNetworks, spaceFacts, testText } from '../report/one-shot-facts.js';
import { table } from '../report/text.js';
import { oneShotFiles } from '../runs/one-shot/files.js';
import type { OneShotResult } from '../runs/one-shot/result.js';
import type { FinishedOneShot } from '../runs/one-shot/run.js';
import { say } from './terminal.js';

/** Prints the tables of a run and where its files are. */
export function printOneShot({ folder, result }: FinishedOneShot): void {
  say(`${spaces(result)}\n`);
  say(`${networks(result)}\n`);
  say(foundSentence(result));
  const { best } = oneShotFiles(folder.path);
  say();
  const files = [
    [best.onnx, 'the network found, for ONNX Runtime; takes RGB values from 0 to 1'],
    [best.weights, 'its parameters and batch-norm statistics'],
    [folder.shrunkSpace, 'the shrunk space'],
    [oneShotFiles(folder.path).result, 'all figures'],
  ] as const;
  const width = Math.max(...files.map(([file]) => file.length));
  for (const [file, what] of files) say(`${colors.bold(file.padEnd(width + 2))}${colors.dim(what)}`);
}

function spaces(result: OneShotResult): string {
  const rows = spaceFacts(result).map(({ label, whole, shrunk }) => [label, whole, shrunk]);
  return table([result.space, 'whole space', 'shrunk space'], rows, [1, 2]);
}

function networks(result: OneShotResult): string {
  const { cost } = result;
  const rows = scratchNetworks(result).map(([name, { architecture, cost: own, accuracy }]) => [
    name,
    architecture,
    `${own.toFixed(2)} ${cost.unit}`,
    testText(accuracy),
  ]);
  return table(['trained from scratch', 'architecture', cost.name, 'test accuracy'], rows, [2, 3]);
}
