/** How a finished run is told to a person. */
import Table from 'cli-table3';
import pc from 'picocolors';
import type { RunSummary } from '../report/run-summary.js';
import type { FinishedRun } from '../runs/run.js';
import { say } from './terminal.js';

const MOST_POCKETS = 8;
const MOST_DIMENSIONS = 40;
const BAR = 12; // characters

/** Prints the tables of a run and what to do next. */
export function printRun({ folder, replayed, result, repaired }: FinishedRun, summary: RunSummary): void {
  if (repaired !== undefined) say(pc.yellow(repaired));
  say();
  say(overview(summary));
  say();
  say(roundsTable(summary));
  say();
  say(pocketsTable(summary));
  say();
  say(choicesTable(summary));
  say();
  if (result === undefined) say('This run had ended before; nothing was left to do.');
  else if (replayed > 0) say(`${replayed} finished evaluations came from the journal and were not paid again.`);
  const file = folder.shrunkSpace;
  say(`The shrunk space:  ${pc.bold(file)}`);
  say(`Next:  lissnas members ${folder.path}                 all kept architectures as CSV`);
  say(`       lissnas why ${folder.path} ARCHITECTURE        why one was kept or dropped`);
}

function table(head: readonly string[], right: readonly number[]): Table.Table {
  return new Table({
    head: head.map((cell) => pc.bold(cell)),
    colAligns: head.map((_, i) => (right.includes(i) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
}

function overview(summary: RunSummary): string {
  const { truth } = summary;
  const out = table(['', 'whole space', 'shrunk space'], [1, 2]);
  out.push(['architectures', grouped(summary.wholeSize), grouped(String(summary.size))]);
  if (truth !== undefined) {
    const about = truth.exact ? '' : 'about ';
    out.push(['true mean accuracy', `${about}${number(truth.wholeMean)}`, number(truth.shrunkMean)]);
    if (truth.exact) {
      out.push([
        'of the true top 10 / top 50 / top 1 %',
        '100 %',
        [truth.retentionTop10, truth.retentionTop50, truth.retentionTop1Percent].map(percent).join(' / '),
      ]);
      out.push(['the optimum', 'in it', truth.optimumKept ? 'kept' : `lost (regret ${number(truth.regret)})`]);
    } else {
      out.push(['best kept minus best of a random sample', '', number(-truth.regret)]);
    }
  } else {
    const [first, last] = [summary.rounds[0]?.sampledMean, summary.rounds.at(-2)?.sampledMean];
    if (first !== undefined && last !== undefined && summary.rounds.length > 2) {
      out.push([
        'mean accuracy of fresh samples',
        `${number(first.mean)} (after round 1)`,
        `${number(last.mean)} (before the last round)`,
      ]);
    }
  }
  out.push(['pockets', '', String(summary.pockets.length)]);
  out.push(['diversity (0 to 1)', '', summary.diversity.toFixed(3)]);
  for (const { cost, max } of summary.limits) out.push([`${cost}, at most`, '', String(max)]);
  const failed = summary.failed > 0 ? ` (${summary.failed} failed)` : '';
  out.push(['evaluations spent', '', `${summary.spent}${failed}`]);
  out.push(['stopped because', '', summary.stop]);
  const best = summary.bestMeasured;
  return `${out.toString()}\nBest measured:  ${pc.bold(best.architecture)}  ${number(best.accuracy)}\nBest predicted: ${pc.bold(summary.bestPredicted.architecture)}  ${number(summary.bestPredicted.predicted)}`;
}

function roundsTable({ rounds }: RunSummary): string {
  const out = table(['round', 'evaluations', 'size', 'border', 'mean of fresh samples'], [0, 1, 2, 3, 4]);
  for (const [index, { spent, size, border, sampledMean }] of rounds.entries()) {
    const mean = sampledMean === undefined ? '' : withInterval(sampledMean);
    out.push([index + 1, spent, grouped(size), number(border), mean]);
  }
  return out.toString();
}

function pocketsTable({ pockets }: RunSummary): string {
  const out = table(['pocket', 'size', 'seeds', 'measured', 'predicted', 'best seed'], [0, 1, 2, 3, 4]);
  for (const { pocket, size, seeds, measured, predicted, bestSeed } of pockets.slice(0, MOST_POCKETS)) {
    out.push([pocket, grouped(String(size)), seeds, number(measured), number(predicted), bestSeed]);
  }
  const more = pockets.length - MOST_POCKETS;
  return more > 0 ? `${out.toString()}\n  and ${more} smaller pockets` : out.toString();
}

function choicesTable({ dimensions }: RunSummary): string {
  const out = table(['dimension', 'choices left (share of the kept architectures)'], []);
  for (const { dimension, choices } of dimensions.slice(0, MOST_DIMENSIONS)) {
    const kept = choices
      .filter(({ share }) => share > 0)
      .sort((a, b) => b.share - a.share)
      .map(({ choice, share }) => `${choice} ${bar(share)} ${percent(share)}`);
    const gone = choices.filter(({ share }) => share === 0).map(({ choice }) => choice);
    out.push([dimension, kept.join('  ') + (gone.length > 0 ? pc.dim(`  gone: ${gone.join(', ')}`) : '')]);
  }
  const more = dimensions.length - MOST_DIMENSIONS;
  return more > 0 ? `${out.toString()}\n  and ${more} more dimensions` : out.toString();
}

function bar(share: number): string {
  const eighths = Math.max(1, Math.round(share * BAR * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8]!;
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
  return Number.isNaN(value) ? '' : value.toFixed(2);
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** Whole numbers in groups of three; beyond 15 digits rounded, with a power of ten. */
function grouped(digits: string): string {
  if (digits.length <= 15) return digits.replace(/\B(?=(\d{3})+$)/g, ',');
  return `about ${(Number(digits.slice(0, 4)) / 1000).toFixed(1)} x 10^${digits.length - 1}`;
}
