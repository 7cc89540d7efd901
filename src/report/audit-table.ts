/** An audit as a text table. */
import type { Interval } from '../math/statistics.js';
import { type AuditMeasure, type AuditReport, auditMeasureList } from '../shrink/audit.js';
import { table } from './text.js';

const PERCENT = new Set<AuditMeasure['key']>([
  'retentionTop10',
  'retentionTop50',
  'retentionTop1Percent',
  'optimumKept',
  'topShare',
]);
const DIGITS: Partial<Record<AuditMeasure['key'], number>> = {
  meanAccuracy: 2,
  regret: 3,
  diversity: 3,
  shrinkIndex: 3,
  seconds: 3,
};

/** A value as people read it: percent for shares, few digits, 'n/a' where it cannot be told. */
export function formatMeasure(key: AuditMeasure['key'], value: number): string {
  if (!Number.isFinite(value)) return 'n/a';
  if (PERCENT.has(key)) return `${(100 * value).toFixed(1)} %`;
  return value.toFixed(DIGITS[key] ?? (Number.isInteger(value) ? 0 : 1));
}

/** 'mean ± half' for a symmetric interval, 'mean (low to high)' for any other; the mean alone where there is no interval or it has no width. */
export function formatInterval(key: AuditMeasure['key'], { mean, low, high }: Interval): string {
  const text = formatMeasure(key, mean);
  if (!Number.isFinite(mean) || !Number.isFinite(low) || high === low) return text;
  const half = (high - low) / 2;
  const symmetric = Math.abs(mean - (high + low) / 2) <= 1e-9 * Math.max(1, Math.abs(mean));
  if (symmetric) return `${text} ± ${formatMeasure(key, half)}`;
  return `${text} (${formatMeasure(key, low)} to ${formatMeasure(key, high)})`;
}

/** What is asked first; the other measures follow in a table of their own. */
const FIRST: readonly AuditMeasure['key'][] = [
  'meanAccuracy',
  'regret',
  'retentionTop10',
  'retentionTop50',
  'retentionTop1Percent',
  'optimumKept',
];
const WORDS = { better: ' better', worse: ' worse', 'no difference shown': '' } as const;

/** Methods as rows, measures as columns; the last table says what the paired runs show. Ends with a new line. */
export function auditTable(report: AuditReport): string {
  const [audited, ...baselines] = report.methods;
  if (audited === undefined) return '';
  const shown = auditMeasureList.filter(({ key }) => {
    if (key === 'overLimit') return report.limits.length > 0;
    return report.methods.some(({ measures }) => Number.isFinite(measures[key].mean));
  });
  const first = shown.filter(({ key }) => FIRST.includes(key));
  const others = shown.filter(({ key }) => !FIRST.includes(key));
  const values = (measures: readonly AuditMeasure[]) =>
    table(
      ['', ...measures.map(({ label }) => label)],
      report.methods.map((method) => [
        method.method,
        ...measures.map(({ key }) => formatInterval(key, method.measures[key])),
      ]),
    );
  const lines = [headline(report), '', values(first), '', values(others)];
  if (baselines.length > 0 && report.randomSeeds.length > 1) {
    const compared = shown.filter(
      ({ key, direction }) => direction !== 0 && (FIRST.includes(key) || key === 'diversity'),
    );
    const rows = baselines.map(({ method, against }) => [
      `minus ${method}`,
      ...compared.map(({ key }) => {
        const comparison = against?.[key];
        if (comparison === undefined || !Number.isFinite(comparison.difference.mean)) return 'n/a';
        return `${formatInterval(key, comparison.difference)}${WORDS[comparison.verdict]}`;
      }),
    ]);
    lines.push('', table([audited.method, ...compared.map(({ label }) => label)], rows));
    lines.push(
      '',
      `Intervals are 95 %. Differences are paired over the random seeds; where no word follows, none is shown.`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function headline({ space, evaluator, evaluations, size, randomSeeds, limits, whole }: AuditReport): string {
  const under = limits.map(({ cost, max }) => `, ${cost} <= ${max}`).join('');
  const basis = whole.exact
    ? `all ${whole.known.toLocaleString('en')} known architectures`
    : `a uniform sample of ${whole.known.toLocaleString('en')}`;
  return [
    `${space}, measured by ${evaluator}: ${evaluations} evaluations, ${size} kept${under}, ${randomSeeds.length} random seeds from ${randomSeeds[0]}.`,
    `Whole space (${basis}): mean ${whole.meanAccuracy.toFixed(2)}, best ${whole.bestAccuracy.toFixed(3)}, top 1 % from ${whole.top1Percent.toFixed(2)}.`,
  ].join('\n');
}
