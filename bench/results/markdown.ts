/** docs/results.md from the data: every sentence about a result is derived from it. */
import { formatInterval, formatMeasure } from '../../src/report/audit-table.js';
import { type AuditMeasure, type AuditReport, auditMeasureList } from '../../src/shrink/audit.js';
import type { AuditResult, ResultsData } from './data.js';
import { goalRows } from './goals.js';
import { localitySection } from './locality.js';

type Key = AuditMeasure['key'];

/** The whole document. */
export function markdown(data: ResultsData): string {
  const { settings } = data;
  const sections = [
    heading(data),
    goals(data),
    '## Against other shrinkers\n\nAll methods get the same evaluations, keep the same number of architectures and run on the same random seeds. Values are means ± half the 95 % interval (Student t; for P(optimum kept) the Wilson interval). † no difference to LISSNAS is shown by the paired differences, ‡ LISSNAS is worse. `random-subset` needs no evaluations.\n\n![Share of the true top 50 kept by each method](figures/retention.svg)',
    ...data.audits.map((audit) => auditSection(audit, 'searching on the true column')),
    '![Mean accuracy of the space after each round](figures/rounds.svg)\n\nThe mean of each round is what LISSNAS itself estimates from fresh uniform samples of its space (mean over the random seeds, with 95 % intervals); the last point is the true mean of what it keeps.',
    '## Searching on a cheap, noisy signal\n\nThe shrinkers see only the cheap column; all measures are taken on the true one.',
    ...data.cheap.map((audit) => auditSection(audit, audit.signal)),
    '## Under a latency limit\n\nNAS-Bench-201 CIFAR-100 with the measured latencies of HW-NAS-Bench as a hard limit; the whole space, the top 50 and the optimum are those within the limit.',
    ...data.hardware.map((audit) =>
      auditSection(audit, audit.report.limits.map(({ cost, max }) => `${cost} <= ${max} ms`).join(', ')),
    ),
    largeSection(data),
    localitySection(data.locality),
    hugeSection(data),
    losses(data),
  ];
  return `${sections.join('\n\n')}\n${settings.divisor === 1 ? '' : '\n_This is a smoke test with small budgets, not a result._\n'}`;
}

function heading({ settings, node, cores, version }: ResultsData): string {
  const last = settings.randomSeed + settings.repeats - 1;
  return [
    '# Results',
    '',
    `Made by \`npm run results -- FOLDER\` from published tables; never edited by hand. LISSNAS ${version}, Node ${node}, ${cores} cores.`,
    `Random seeds ${settings.randomSeed} to ${last}${settings.largeRepeats === settings.repeats ? '' : ` (the large space: ${settings.randomSeed} to ${settings.randomSeed + settings.largeRepeats - 1})`}. Everything but the seconds is the same on every run.`,
    'The measures and the methods are defined in [algorithm.md](algorithm.md).',
  ].join('\n');
}

function goals(data: ResultsData): string {
  const rows = goalRows(data);
  const missed = rows.filter(({ reached }) => !reached).length;
  const summary =
    missed === 0 ? `All ${rows.length} goals are reached.` : `${missed} of ${rows.length} goals are not reached.`;
  return [
    '## Goals',
    '',
    `Means over ${data.settings.repeats} random seeds. ${summary}`,
    '',
    '| table | what | goal | reached | |',
    '|---|---|---|---|---|',
    ...rows.map(
      ({ dataSet, what, goal, found, reached }) =>
        `| ${dataSet} | ${what} | ${goal} | ${found} | ${reached ? 'yes' : '**no**'} |`,
    ),
  ].join('\n');
}

function auditSection({ dataSet, report }: AuditResult, subtitle: string): string {
  return `### ${dataSet}: ${subtitle}\n\n${headline(report)}\n\n${auditMarkdown(report)}`;
}

function headline({ evaluations, size, whole }: AuditReport): string {
  const basis = whole.exact ? `${count(whole.known)} architectures` : `a uniform sample of ${count(whole.known)}`;
  return `${evaluations} evaluations, ${count(size)} kept. Whole space (${basis}): mean ${whole.meanAccuracy.toFixed(2)}, best ${whole.bestAccuracy.toFixed(3)}, top 1 % from ${whole.top1Percent.toFixed(2)}.`;
}

function auditMarkdown(report: AuditReport): string {
  const { methods, limits } = report;
  const shown = auditMeasureList.filter(({ key }) => {
    if (key === 'overLimit') return limits.length > 0;
    return methods.some(({ measures }) => Number.isFinite(measures[key].mean));
  });
  return [
    `| | ${methods.map(({ method }, i) => (i === 0 ? `**${method}**` : method)).join(' | ')} |`,
    `|---|${methods.map(() => '---').join('|')}|`,
    ...shown.map(({ key, label }) => {
      const cells = methods.map(({ measures, against }) => {
        const verdict = against?.[key]?.verdict;
        const mark = verdict === 'worse' ? ' ‡' : verdict === 'no difference shown' ? ' †' : '';
        return `${formatInterval(key, measures[key])}${mark}`;
      });
      return `| ${label} | ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}

function largeSection({ large }: ResultsData): string {
  const { surrogate, audit, best1PercentMean, measuredWhole, measuredKept } = large;
  const own = audit.methods[0]!;
  const over = own.runs.reduce((sum, { values }) => sum + values.overLimit, 0);
  const mean = own.measures.meanAccuracy;
  const beats =
    mean.low > best1PercentMean ? 'above' : mean.high < best1PercentMean ? '**below**' : 'not clearly above';
  return [
    '## A space of 10^11 networks: accel-mnasnet through its surrogate',
    '',
    `The surrogate is fitted to ${count(surrogate.rows)} measured ImageNet networks of Accel-NASBench (${surrogate.folds}-fold cross-validation: R2 ${surrogate.r2.toFixed(3)}, Kendall tau ${surrogate.kendallTau.toFixed(3)}, root mean squared error ${surrogate.rmse.toFixed(2)}) and stands for the whole space of 104,485,552,128. All accuracies below are its predictions; limit: at most 350 M MACs.`,
    '',
    `- Members over the limit, counted over all ${own.runs.length} runs of ${count(audit.size)} members: **${over}**.`,
    `- Mean predicted accuracy of the kept: **${formatInterval('meanAccuracy', mean)}**, ${beats} the mean of the best 1 % of a random sample of 20,000 under the same limit (${best1PercentMean.toFixed(2)}); the mean of that space is ${audit.whole.meanAccuracy.toFixed(2)}.`,
    measuredKept.count === 0
      ? `- None of the ${count(measuredWhole.count)} really measured networks under the limit is kept.`
      : `- Checked with real measurements: of the ${count(measuredWhole.count)} measured networks under the limit (mean ${measuredWhole.mean.toFixed(2)}), the runs keep ${measuredKept.count} in all, with a measured mean of ${measuredKept.mean.toFixed(2)}.`,
    '',
    `${headline(audit)} Regret is taken against the best of that sample, so it is negative where better networks are kept.`,
    '',
    auditMarkdown(audit),
  ].join('\n');
}

function hugeSection({ huge }: ResultsData): string {
  return [
    '## A huge space',
    '',
    `30 dimensions with 5 choices each (9.3 x 10^20 architectures), an NK landscape (k = 1) as the evaluator: ${huge.spent} evaluations, ${count(huge.size)} members in ${count(huge.pockets)} ${huge.pockets === 1 ? 'pocket' : 'pockets'}, ${huge.seconds.toFixed(1)} s without the evaluator's own time (goal: 60 s), ${huge.peakGigabytes.toFixed(2)} GB at the peak (goal: 1.5 GB). Mean of the members ${huge.meanAccuracy.toFixed(2)}, of the whole space ${huge.wholeMean.toFixed(2)}.`,
  ].join('\n');
}

/** Every place where the paired differences do not show LISSNAS to be better. */
function losses(data: ResultsData): string {
  const audits = [
    ...data.audits.map((audit) => ({ name: `${audit.dataSet}, true column`, report: audit.report })),
    ...data.cheap.map((audit) => ({ name: `${audit.dataSet}, ${audit.signal}`, report: audit.report })),
    ...data.hardware.map((audit) => ({ name: `latency limit ${audit.report.limits[0]?.cost}`, report: audit.report })),
    { name: 'accel-mnasnet', report: data.large.audit },
  ];
  const worse = audits.flatMap(({ name, report }) => verdictLines(name, report, 'worse'));
  const unclear = audits.flatMap(({ name, report }) => verdictLines(name, report, 'no difference shown'));
  const missed = goalRows(data).filter(({ reached }) => !reached);
  return [
    '## Where it loses',
    '',
    'Generated from the tables above; a smaller diversity is the price of keeping only good networks, and a random subset is as diverse as the space.',
    '',
    missed.length === 0 ? 'No goal is missed.' : 'Goals missed:',
    ...(missed.length === 0 ? [] : ['']),
    ...missed.map(({ dataSet, what, goal, found }) => `- ${dataSet}, ${what}: ${found} instead of ${goal}`),
    '',
    'LISSNAS is worse (the paired 95 % interval lies on the wrong side of 0):',
    '',
    ...(worse.length === 0 ? ['- nowhere'] : worse),
    '',
    'No difference is shown (the paired 95 % interval holds 0):',
    '',
    ...(unclear.length === 0 ? ['- nowhere'] : unclear),
  ].join('\n');
}

function verdictLines(name: string, report: AuditReport, verdict: 'worse' | 'no difference shown'): string[] {
  return report.methods.flatMap(({ method, against }) => {
    const found = auditMeasureList.flatMap(({ key, label }) => {
      const comparison = against?.[key];
      if (comparison?.verdict !== verdict || !Number.isFinite(comparison.difference.mean)) return [];
      return [`${label} (${signed(key, comparison.difference.mean)})`];
    });
    return found.length === 0 ? [] : [`- ${name}, beside ${method}: ${found.join(', ')}`];
  });
}

function signed(key: Key, value: number): string {
  return value > 0 ? `+${formatMeasure(key, value)}` : formatMeasure(key, value);
}

function count(value: number): string {
  return value.toLocaleString('en');
}
