/** Accuracies of the whole space and of the shrunk one, as histograms over the same bins. */
import { mean, quantile } from '../../math/statistics.js';
import type { RunContent } from '../reading/run-content.js';
import type { DistributionFigure } from '../run-report.js';
import { count, percent } from '../words.js';

const FEWEST_BINS = 30;
/** Widths of bins that are easy to read, times a power of ten; no two neighbours differ by more than a factor of 2. */
const ROUND_WIDTHS = [1, 2, 2.5, 5, 10];
/** Values this many times the middle half's width below it are a tail (Tukey's fence), cut off where it would take a third of the figure. */
const FENCE = 1.5;

type Series = DistributionFigure['series'][number];
type Values = Pick<Series, 'name' | 'basis'> & { readonly values: readonly number[] };

/** By the truth where it is known; otherwise the first round's measurements, a uniform sample, beside predictions of the members, once there are any. */
export function distributionFigure(run: RunContent): DistributionFigure | undefined {
  const all = run.whole === undefined ? measuredAndPredicted(run) : byTruth(run, run.whole);
  const [whole, shrunk] = all;
  if (whole === undefined || whole.values.length < 2) return undefined;
  const { edges, lowest } = binsOf(all);
  const series = all.map(({ name, basis, values }) => ({
    ...{ name, basis, count: values.length, mean: mean(values), counts: histogram(values, edges) },
  }));
  return { caption: captionOf(whole, shrunk), edges, ...(lowest !== undefined && { lowest }), series };
}

function byTruth({ shrunk, judging }: RunContent, whole: NonNullable<RunContent['whole']>): Values[] {
  const { accuracies } = whole.truth;
  const members = shrunk!.data.members;
  const truths = Array.from({ length: members.size }, (_, i) => judging!.truth!(members.codesAt(i)));
  const known = truths.filter(Number.isFinite);
  const limits = judging!.limits.length > 0 ? ' within the limits' : '';
  const basis = whole.exact
    ? `true accuracies of all ${count(accuracies.length)}${limits}`
    : `true accuracies of ${count(accuracies.length)} random ones${limits}`;
  return [
    { name: 'whole space', basis, values: Array.from(accuracies) },
    { name: 'shrunk space', basis: `true accuracies of all ${count(known.length)}`, values: known },
  ];
}

function measuredAndPredicted({ shrunk, judging, evaluations }: RunContent): Values[] {
  const first = evaluations.flatMap(({ round, accuracy }) =>
    round === 0 && Number.isFinite(accuracy) ? accuracy : [],
  );
  const limits = (judging?.limits ?? []).length > 0 ? ' within the limits' : '';
  const whole: Values = {
    name: 'whole space',
    basis: `measured: the first ${first.length}, a uniform sample${limits}`,
    values: first,
  };
  if (shrunk === undefined) return [whole];
  const { predicted } = shrunk.data;
  return [
    whole,
    { name: 'shrunk space', basis: `predicted: all ${count(predicted.length)}`, values: Array.from(predicted) },
  ];
}

/** 30 to 60 bins of a round width, over all values or all but a long low tail. */
function binsOf(series: readonly Values[]): { edges: number[]; lowest?: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { values } of series) {
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const [quarter, threeQuarters] = [quantile(series[0]!.values, 0.25), quantile(series[0]!.values, 0.75)];
  const fence = quarter - FENCE * (threeQuarters - quarter);
  const isTailed = fence < high && fence - low > (high - fence) / 2;
  const from = isTailed ? fence : low;
  const width = roundWidth((high - from) / FEWEST_BINS);
  // in whole numbers of widths, so that edges are round numbers
  const first = Math.floor(from / width + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / width - 1e-9));
  const edges = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * width).toPrecision(12)));
  return { edges, ...(low < edges[0]! && { lowest: low }) };
}

/** The largest round number that is not above the most. */
function roundWidth(most: number): number {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most) + 1e-9);
  return power * ROUND_WIDTHS.findLast((width) => width * power <= most * (1 + 1e-9))!;
}

function histogram(values: readonly number[], edges: readonly number[]): number[] {
  const bins = edges.length - 1;
  const counts = new Array<number>(bins).fill(0);
  const width = (edges.at(-1)! - edges[0]!) / bins;
  for (const value of values) {
    let bin = Math.max(0, Math.min(bins - 1, Math.floor((value - edges[0]!) / width)));
    // the division may err by a rounding; the edges decide
    if (bin > 0 && value < edges[bin]!) bin--;
    else if (bin < bins - 1 && value >= edges[bin + 1]!) bin++;
    counts[bin]!++;
  }
  return counts;
}

function captionOf(whole: Values, shrunk: Values | undefined): string {
  const average = `The whole space has a mean accuracy of ${percent(mean(whole.values))} (${whole.basis})`;
  if (shrunk === undefined || shrunk.values.length === 0) return `${average}.`;
  const typical = quantile(whole.values, 0.5);
  const above = shrunk.values.filter((value) => value > typical).length / shrunk.values.length;
  return (
    `${average}, the shrunk space one of ${percent(mean(shrunk.values))} (${shrunk.basis}). ` +
    `${Math.floor(100 * above)} % of the shrunk space lie above the median of the whole, ${percent(typical)}.`
  );
}
