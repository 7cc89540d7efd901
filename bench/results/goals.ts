/** What LISSNAS must show, beside what it shows. */

import { formatInterval } from '../../src/report/audit-table.js';
import { type AuditMeasure, auditMeasureList } from '../../src/shrink/audit.js';
import { DECLARED } from '../huge-problem.js';
import type { AuditResult, ResultsData } from './data.js';

export interface GoalRow {
  readonly dataSet: string;
  readonly what: string;
  readonly goal: string;
  readonly found: string;
  readonly reached: boolean;
}

interface Goal {
  readonly from: 'audits' | 'half' | 'cheap';
  readonly key: AuditMeasure['key'];
  readonly what: string;
  /** one for each data set */
  readonly atLeast: readonly number[];
}

const GOALS: readonly Goal[] = [
  { from: 'audits', key: 'retentionTop50', what: 'of the true top 50 kept', atLeast: [38, 47, 44] },
  { from: 'audits', key: 'meanAccuracy', what: 'mean accuracy of the kept', atLeast: [93.88, 71.9, 92.83] },
  { from: 'audits', key: 'optimumKept', what: 'optimum kept', atLeast: [1, 1, 1] },
  { from: 'half', key: 'retentionTop50', what: 'of the true top 50 kept, half the evaluations', atLeast: [31, 36, 41] },
  { from: 'cheap', key: 'meanAccuracy', what: 'mean true accuracy of the kept', atLeast: [93.78, 71.45, 92.77] },
];

/** One row a goal and data set. */
export function goalRows(data: ResultsData): GoalRow[] {
  const tables = GOALS.flatMap(({ from, key, what, atLeast }) =>
    data[from].map((result, i) => row(result, key, what, atLeast[i] ?? Number.NaN)),
  );
  return [...tables, ...data.audits.flatMap(besidePruning), ...largeRows(data), ...hugeRows(data)];
}

/** Better than operational pruning with intervals apart, in three measures. */
function besidePruning({ dataSet, report }: AuditResult): GoalRow[] {
  const own = report.methods[0]!;
  const other = report.methods.find(({ method }) => method === 'operational-pruning')!;
  const keys = ['meanAccuracy', 'retentionTop50', 'diversity'] as const;
  return keys.map((key) => {
    const label = auditMeasureList.find((measure) => measure.key === key)!.label;
    const comparison = other.against?.[key];
    return {
      dataSet,
      what: `${label} beside operational pruning`,
      goal: 'better, intervals apart',
      found: `${formatInterval(key, own.measures[key])} beside ${formatInterval(key, other.measures[key])}`,
      reached: comparison?.verdict === 'better' && comparison.apart,
    };
  });
}

function largeRows({ large }: ResultsData): GoalRow[] {
  const own = large.audit.methods[0]!;
  const over = own.runs.reduce((sum, { values }) => sum + values.overLimit, 0);
  const mean = own.measures.meanAccuracy;
  return [
    { dataSet: 'accel-mnasnet', what: 'members over 350 M MACs', goal: '0', found: String(over), reached: over === 0 },
    {
      dataSet: 'accel-mnasnet',
      what: 'mean predicted accuracy beside the best 1 % of a random sample',
      goal: `> ${large.best1PercentMean.toFixed(2)}`,
      found: formatInterval('meanAccuracy', mean),
      reached: mean.low > large.best1PercentMean,
    },
  ];
}

function hugeRows({ huge }: ResultsData): GoalRow[] {
  const { seconds, peakGigabytes } = huge.find(({ name }) => name === DECLARED)!;
  const dataSet = '30 dimensions x 5 choices';
  const over = huge.reduce((sum, { overLimit }) => sum + overLimit, 0);
  return [
    { dataSet: 'huge spaces', what: 'members over their limits', goal: '0', found: String(over), reached: over === 0 },
    { dataSet, what: 'seconds', goal: '< 60', found: seconds.toFixed(1), reached: seconds < 60 },
    { dataSet, what: 'GB at the peak', goal: '< 1.5', found: peakGigabytes.toFixed(2), reached: peakGigabytes < 1.5 },
  ];
}

function row(
  { dataSet, signal, report }: AuditResult,
  key: AuditMeasure['key'],
  what: string,
  atLeast: number,
): GoalRow {
  const interval = report.methods[0]!.measures[key];
  const setting = `${signal === 'true' ? 'true column' : signal}, ${report.evaluations} evaluations, ${report.size} kept`;
  const place = { dataSet, what: `${what} (${setting})`, reached: reaches(key, interval.mean, atLeast) };
  if (key === 'retentionTop50') {
    const half = Number.isFinite(interval.low) ? ` ± ${(50 * (interval.high - interval.mean)).toFixed(1)}` : '';
    return { ...place, goal: `>= ${atLeast}`, found: `${(50 * interval.mean).toFixed(1)}${half}` };
  }
  if (key === 'optimumKept') return { ...place, goal: '100 %', found: formatInterval(key, interval) };
  const half = Number.isFinite(interval.low) ? ` ± ${(interval.high - interval.mean).toFixed(3)}` : '';
  return { ...place, goal: `>= ${atLeast}`, found: `${interval.mean.toFixed(3)}${half}` };
}

function reaches(key: AuditMeasure['key'], mean: number, atLeast: number): boolean {
  return (key === 'retentionTop50' ? 50 * mean : mean) >= atLeast - 1e-9;
}
