/** What LISSNAS must show, beside what it shows. */
import { formatInterval } from '../../src/report/audit-table.js';
import type { AuditMeasure } from '../../src/shrink/audit.js';
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
  return GOALS.flatMap(({ from, key, what, atLeast }) =>
    data[from].map((result, i) => row(result, key, what, atLeast[i] ?? Number.NaN)),
  );
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
