/** How a finished run is told to a person. */
import { colors } from '../report/colors.js';
import { type FactContext, runFacts, share as shareText } from '../report/run-facts.js';
import type { RunSummary } from '../report/run-summary.js';
import { bar, count, table } from '../report/text.js';
import type { FinishedRun } from '../runs/run.js';
import { say } from './terminal.js';

const MOST_POCKETS = 8;
const MOST_DIMENSIONS = 40;
const BAR_WIDTH = 12;

/** Prints the tables of a run and what to do next. */
export function printRun({ folder, built, replayed, result, repaired }: FinishedRun, summary: RunSummary): void {
  const isSurrogate = built.surrogate !== undefined;
  const blocks = [
    overview(summary, { isSurrogate, evaluations: built.task.evaluations }),
    rounds(summary),
    pockets(summary),
    choices(summary),
  ];
  if (repaired !== undefined) say(colors.yellow(repaired));
  for (const block of blocks) say(`${block}\n`);
  say(summary.locality.sentence);
  say(
    colors.dim(
      '(Judged by the measurements of this run, which crowd around good networks; `lissnas locality` judges the whole space.)\n',
    ),
  );
  if (result === undefined) say('This run had ended before; nothing was left to do.');
  else if (replayed > 0) say(`${replayed} finished evaluations came from the journal and were not paid again.`);
  const next = [
    [`lissnas members ${folder.path}`, 'all kept architectures as CSV'],
    [`lissnas why ${folder.path} ARCHITECTURE`, 'why one was kept or dropped'],
    [`lissnas sample ${folder.path} -n 10`, 'random ones'],
  ] as const;
  const width = Math.max(...next.map(([command]) => command.length));
  say(`The shrunk space:  ${colors.bold(folder.shrunkSpace)}`);
  next.forEach(([command, what], i) => {
    say(`${i === 0 ? 'Next:  ' : '       '}${command.padEnd(width + 2)}${colors.dim(what)}`);
  });
}

function overview(summary: RunSummary, context: FactContext): string {
  const rows = runFacts(summary, context).map(({ label, whole, shrunk }) => [label, whole, shrunk]);
  const { bestMeasured, bestPredicted } = summary;
  return [
    table([summary.space, 'whole space', 'shrunk space'], rows, [1, 2]),
    `Best measured:   ${colors.bold(bestMeasured.architecture)}  ${number(bestMeasured.accuracy)}`,
    `Best predicted:  ${colors.bold(bestPredicted.architecture)}  ${number(bestPredicted.predicted)}`,
  ].join('\n');
}

function rounds(summary: RunSummary): string {
  const rows = summary.rounds.map(({ spent, size, border, sampledMean }, index) => [
    String(index + 1),
    String(spent),
    count(BigInt(size)),
    number(border),
    sampledMean === undefined ? '' : withInterval(sampledMean),
  ]);
  return table(['round', 'evaluations', 'kept', 'border', 'mean of fresh samples of it'], rows, [0, 1, 2, 3, 4]);
}

function pockets(summary: RunSummary): string {
  const shown = summary.pockets.slice(0, MOST_POCKETS);
  const rows = shown.map(({ pocket, size, seeds, measured, predicted, bestSeed }) => [
    String(pocket),
    count(size),
    String(seeds),
    number(measured),
    number(predicted),
    bestSeed,
  ]);
  const more = summary.pockets.length - shown.length;
  const told = table(['pocket', 'size', 'seeds', 'measured', 'predicted', 'best seed'], rows, [0, 1, 2, 3, 4]);
  return more > 0 ? `${told}\n  and ${count(more)} smaller pockets` : told;
}

function choices({ dimensions }: RunSummary): string {
  const rows = dimensions.slice(0, MOST_DIMENSIONS).map((dimension) => {
    const alive = dimension.choices.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share);
    const gone = dimension.choices.filter(({ share }) => share === 0).map(({ choice }) => choice);
    const kept = alive
      .map(({ choice, share }) => `${choice} ${bar(share, BAR_WIDTH) || '▏'} ${shareText(share)}`)
      .join('  ');
    return [dimension.dimension, gone.length > 0 ? `${kept}  ${colors.dim(`gone: ${gone.join(', ')}`)}` : kept];
  });
  const more = dimensions.length - rows.length;
  const told = table(['dimension', 'choices left, by their share of the kept'], rows);
  return more > 0 ? `${told}\n  and ${count(more)} more dimensions` : told;
}

function withInterval({
  mean,
  low,
  high,
}: {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}): string {
  return Number.isFinite(low) ? `${number(mean)} (${number(low)} to ${number(high)})` : number(mean);
}

function number(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : '';
}
