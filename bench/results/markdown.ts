/** docs/results.md from the data: every sentence about a result is derived from it. */

import { formatInterval, formatMeasure } from '../../src/report/audit-table.js';
import { type AuditMeasure, type AuditReport, auditMeasureList } from '../../src/shrink/audit.js';
import type { HugeSpace } from '../huge.js';
import type { AuditResult, ResultsData } from './data.js';
import { goalRows } from './goals.js';
import { localitySection } from './locality.js';

type Key = AuditMeasure['key'];

/** The whole document. @param oneShot sections on one-shot search, none where nothing was measured */
export function markdown(data: ResultsData, oneShot: readonly string[]): string {
  const { settings } = data;
  const sections = [
    heading(data, oneShot.length > 0),
    goals(data),
    '## Against other shrinkers\n\nAll methods are given the same evaluations and size to keep and run on the same random seeds; where one could not use them, a note below its table says so. The baselines run at their first settings, none was tuned. Values are means ± half the 95 % interval (Student t; for P(optimum kept) the Wilson interval). † no difference to LISSNAS is shown by the paired differences, ‡ LISSNAS is worse. `random-subset` needs no evaluations.\n\n![Share of the true top 50 kept by each method](figures/retention.svg)',
    ...data.audits.map((audit) => auditSection(audit, 'searching on the true column')),
    '![Mean accuracy of the space after each round](figures/rounds.svg)\n\nThe mean of each round is what LISSNAS itself estimates from fresh uniform samples of its space (mean over the random seeds, with 95 % intervals); the last point is the true mean of what it keeps.',
    '## Searching on a cheap, noisy signal\n\nThe shrinkers see only the cheap column; all measures are taken on the true one.',
    ...data.cheap.map((audit) => auditSection(audit, audit.signal)),
    '## Under a latency limit\n\nNAS-Bench-201 CIFAR-100 with the measured latencies of HW-NAS-Bench as a hard limit; the whole space, the top 50 and the optimum are those within the limit.',
    ...data.hardware.map((audit) =>
      auditSection(audit, audit.report.limits.map(({ cost, max }) => `${cost} <= ${max} ms`).join(', ')),
    ),
    largeSection(data),
    ...oneShot,
    localitySection(data.locality),
    hugeSection(data),
    losses(data),
  ];
  return `${sections.join('\n\n')}\n${settings.divisor === 1 ? '' : '\n_This is a smoke test with small budgets, not a result._\n'}`;
}

function heading({ settings, node, cores, version }: ResultsData, hasOneShot: boolean): string {
  const last = settings.randomSeed + settings.repeats - 1;
  return [
    '# Results',
    '',
    `Made by \`npm run results -- FOLDER\` from published tables${hasOneShot ? ' and stored one-shot measurements' : ''}; never edited by hand. LISSNAS ${version}, Node ${node}, ${cores} cores.`,
    `Random seeds ${settings.randomSeed} to ${last}${settings.largeRepeats === settings.repeats ? '' : ` (the large space: ${settings.randomSeed} to ${settings.randomSeed + settings.largeRepeats - 1})`}. Everything but the seconds is the same on every run.`,
    'The measures and the methods are defined in [algorithm.md](algorithm.md).',
    '',
    'The settings of LISSNAS come from trials on columns of NAS-Bench-201, HW-NAS-Bench and NAS-Bench-Macro and on synthetic landscapes, and were checked on the goals below at low random seeds. The random seeds here are others, but the tables are the same: expect less on a new space.',
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

function auditSection({ dataSet, report, oracle }: AuditResult, subtitle: string): string {
  const best = `The truly best ${count(report.size)} have a diversity of ${oracle.diversity.toFixed(3)} in ${oracle.pockets} ${oracle.pockets === 1 ? 'pocket' : 'pockets'}.`;
  const parts = [
    `### ${dataSet}: ${subtitle}`,
    `${headline(report)} ${best}`,
    auditMarkdown(report),
    ...unequal(report),
  ];
  return parts.join('\n\n');
}

/** Methods that did not get what all were to get, so that their columns are no comparison at equal cost and size. */
function unequal({ methods, evaluations, size }: AuditReport): string[] {
  const notes = methods.flatMap(({ method, measures }) => {
    const spent = measures.evaluations.mean;
    const kept = measures.size.mean;
    const short = [
      ...(kept < size ? [`keeps ${formatMeasure('size', kept)} of ${count(size)}`] : []),
      ...(spent < evaluations && spent > 0 ? [`spends ${formatMeasure('evaluations', spent)} of ${evaluations}`] : []),
    ];
    return short.length === 0
      ? []
      : [`**Not equal:** ${method} ${short.join(' and ')} on average; its column compares at other terms.`];
  });
  return notes.length === 0 ? [] : [notes.join('\n')];
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
    `- The surrogate is both what is searched and what is reported, so this shows how well its landscape is searched, not how good real networks are. The best of the ${count(measuredWhole.count)} really measured networks under the limit has ${measuredWhole.best.toFixed(2)}${mean.mean > measuredWhole.best ? ': **the mean of the kept lies above every measurement, which is extrapolation**' : ''}.`,
    measuredKept.count === 0
      ? `- No really measured network is among the kept, so nothing here checks these predictions.`
      : `- Checked with real measurements: of the ${count(measuredWhole.count)} measured networks under the limit (mean ${measuredWhole.mean.toFixed(2)}), the runs keep ${measuredKept.count} in all, with a measured mean of ${measuredKept.mean.toFixed(2)}.`,
    '',
    `${headline(audit)} Regret is taken against the best of that sample, so it is negative where better networks are kept.`,
    '',
    auditMarkdown(audit),
    '',
    ...unequal(audit),
  ].join('\n');
}

function hugeSection({ huge }: ResultsData): string {
  return [
    '## Huge spaces',
    '',
    `Each measured by a program that answers from an NK landscape (k = 1), ${huge[0]!.spent} evaluations; the first is declared in YAML (30 dimensions with 5 choices each). Seconds are those of the whole shrink without the evaluator's own time; goals for the first are 60 s and 1.5 GB. The mean accuracies are those of the members and of random architectures within the limit.`,
    '',
    '| space | architectures | limit | members | over the limit | pockets | seconds | GB at the peak | mean: members / space |',
    '|---|---|---|---|---|---|---|---|---|',
    ...huge.map(hugeRow),
    '',
    growthRate(huge),
  ].join('\n');
}

function hugeRow(own: HugeSpace): string {
  const { name, architectures, limit, size, overLimit, pockets, seconds, peakGigabytes, meanAccuracy, wholeMean } = own;
  const [digits, power] = Number(architectures).toExponential(1).split('e+');
  const cells = [
    name,
    `${digits} x 10^${power}`,
    limit === undefined ? 'none' : `${limit.cost} <= ${limit.max}`,
    count(size),
    count(overLimit),
    count(pockets),
    seconds.toFixed(1),
    peakGigabytes.toFixed(2),
    `${meanAccuracy.toFixed(1)} / ${wholeMean.toFixed(1)}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** What a member costs beyond the fewest, by each of the larger sizes. */
function growthRate(huge: readonly HugeSpace[]): string {
  const sizes = huge.filter(({ name }) => huge.filter((other) => other.name === name).length > 1);
  const [least, ...more] = sizes;
  if (least === undefined || more.length === 0) return '';
  const rates = more.map(
    ({ size, seconds }) => `${((1e6 * (seconds - least.seconds)) / (size - least.size)).toFixed(0)} µs`,
  );
  return `On ${least.name} a member beyond the first ${count(least.size)} costs ${rates.join(', then ')}, which is the same where growth is linear in the members.`;
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
  const comparisons = audits.reduce((sum, { report }) => sum + comparisonsIn(report), 0);
  return [
    '## Where it loses',
    '',
    diversityFinding(data),
    '',
    `Generated from ${comparisons} comparisons of one measure with one baseline, not corrected for their number: about one in twenty would leave 0 outside its interval by chance.`,
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

function comparisonsIn({ methods }: AuditReport): number {
  const all = methods.flatMap(({ against }) => Object.values(against ?? {}));
  return all.filter(({ difference }) => Number.isFinite(difference.mean)).length;
}

/** Whether keeping good networks explains the diversity: the truly best of the same number are the yardstick. */
function diversityFinding({ audits }: ResultsData): string {
  const rows = audits.map(({ dataSet, report, oracle }) => {
    const own = report.methods[0]!.measures;
    return { dataSet, own: own.diversity, pockets: own.pockets.mean, oracle };
  });
  const below = rows.filter(({ own, oracle }) => own.high < oracle.diversity).length;
  const list = rows
    .map(
      ({ dataSet, own, pockets, oracle }) =>
        `${dataSet} ${own.mean.toFixed(3)} in ${formatMeasure('pockets', pockets)} (the truly best: ${oracle.diversity.toFixed(3)} in ${oracle.pockets})`,
    )
    .join('; ');
  return `Diversity and pockets of LISSNAS beside the truly best networks of the same number: ${list}. ${below === 0 ? 'On no table is LISSNAS less diverse than the truly best are.' : `On ${below} of ${rows.length} tables LISSNAS is less diverse than the truly best are: there, keeping only good networks does not explain all of what it loses.`}`;
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
