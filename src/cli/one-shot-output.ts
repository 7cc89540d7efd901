/** How a finished one-shot run is told to a person. */

import type { Interval } from '../math/statistics.js';
import { colors } from '../report/colors.js';
import { count, table } from '../report/text.js';
import { oneShotFiles } from '../runs/one-shot/files.js';
import type { OneShotResult, Ranking, ScratchResult } from '../runs/one-shot/result.js';
import type { FinishedOneShot } from '../runs/one-shot/run.js';
import { say } from './terminal.js';

/** Prints the tables of a run and where its files are. */
export function printOneShot({ folder, result }: FinishedOneShot): void {
  say(`${spaces(result)}\n`);
  say(`${networks(result)}\n`);
  say(verdict(result));
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
  const { wholeSize, shrunkSize, accuracy, ranking, controls } = result;
  const rows: string[][] = [['architectures', count(BigInt(wholeSize)), count(shrunkSize)]];
  rows.push(['pockets', '', count(result.pockets)]);
  rows.push([
    'mean accuracy by the same supernet',
    interval(accuracy.whole, 1),
    accuracy.shrunk === undefined ? '' : interval(accuracy.shrunk, 1),
  ]);
  if (ranking !== undefined) {
    const control = controls.find((other) => other.ranking !== undefined)?.ranking;
    const whole: Ranking = control ?? ranking.before;
    const name = control === undefined ? 'before' : 'trained on whole';
    rows.push([
      `Kendall tau with ${ranking.references.length} networks from scratch`,
      `${interval(whole.tau, 2)} ${colors.dim(name)}`,
      `${interval(ranking.after.tau, 2)} ${colors.dim('after')}`,
    ]);
    rows.push([
      'their mean accuracy by the supernet',
      percent(whole.meanAccuracy),
      percent(ranking.after.meanAccuracy),
    ]);
  }
  return table([result.space, 'whole space', 'shrunk space'], rows, [1, 2]);
}

function networks({ found, random, biggest, controls, cost }: OneShotResult): string {
  const row = (name: string, { architecture, cost: own, accuracy }: ScratchResult) => [
    name,
    architecture,
    `${own.toFixed(2)} ${cost.unit}`,
    accuracy === null ? 'diverged' : percent(accuracy),
  ];
  return table(
    ['trained from scratch', 'architecture', cost.name, 'test accuracy'],
    [
      row('found', found),
      ...controls.map((control) => row(`found with ${control.name}`, control.found)),
      row('a random one', random),
      row('the biggest', biggest),
    ],
    [2, 3],
  );
}

function verdict({ found, random, biggest, cost }: OneShotResult): string {
  if (found.accuracy === null) return 'The network found could not be trained from scratch.';
  const against = (name: string, other: ScratchResult) => {
    if (other.accuracy === null) return `${name} could not be trained`;
    const difference = found.accuracy! - other.accuracy;
    return `${Math.abs(difference).toFixed(1)} points ${difference >= 0 ? 'above' : 'below'} ${name}`;
  };
  const share = Math.round((100 * found.cost) / biggest.cost);
  return `The network found is ${against('a random one', random)} and ${against('the biggest', biggest)}, at ${share} % of the biggest one's ${cost.name}.`;
}

function interval({ mean, low, high }: Interval, digits: number): string {
  if (Number.isNaN(mean)) return 'not known';
  const known = Number.isFinite(low) && Number.isFinite(high);
  return known ? `${mean.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})` : mean.toFixed(digits);
}

function percent(value: number): string {
  return `${value.toFixed(1)} %`;
}
