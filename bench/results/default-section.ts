/** What docs/results.md says of the default run beside the same budget without shrinking: every sentence about a result is derived from it. */
import type { Interval } from '../../src/math/statistics.js';
import type { DefaultSummary, Outcomes, RivalSummary } from './default-fold.js';
import { formatted, verdict } from './intervals.js';

/** The section. */
export function defaultSection(summary: DefaultSummary): string {
  return [
    '## One-shot, end to end: the default run',
    settings(summary),
    ...summary.rivals.map(headline),
    comparison(summary),
    bySeed(summary),
  ].join('\n\n');
}

function settings({ example, results, tauBefore }: DefaultSummary): string {
  const { space, data, wholeSize, shrunkSize, found, ranking } = example;
  const seeds = results.map(({ randomSeed }) => randomSeed).join(', ');
  const references = ranking === undefined ? 0 : ranking.references.length;
  const judged =
    references === 0
      ? ''
      : ` Kendall tau-b is over ${references} random members of the shrunk space in each run, trained from scratch too: few for one run, so only its mean over random seeds counts. By the supernet at the time of shrinking, before it was trained inside, it is ${formatted(tauBefore, 3)}.`;
  return `Measured by \`npm run measure:default\`; random seeds ${seeds}. ${space} (${Number(wholeSize).toLocaleString('en')} networks, ${shrunkSize.toLocaleString('en')} kept) on ${data}. A rival trains its supernet for as many steps${ranking === undefined ? '' : ` (${ranking.after.step.toLocaleString('en')} in all)`} and searches with as many evaluations (${found.evaluations}, those for shrinking included); what each one finds is trained from scratch by the same recipe and judged on the test images, which decided nothing. Intervals: Student t, 95 %, over random seeds; differences are paired by random seed.${judged}`;
}

function headline({ name, difference }: RivalSummary): string {
  const { found } = difference;
  return `The network found with LISSNAS is, beside ${name}, **${verdict(found)}**: ${formatted(found, 2, true)} points of test accuracy over ${found.n} random seeds.`;
}

function comparison({ example, lissnas, rivals, yardsticks, members }: DefaultSummary): string {
  const ways = [{ name: 'LISSNAS', outcomes: lissnas }, ...rivals];
  const hasRanking = example.ranking !== undefined;
  const rows = (what: string, of: (outcomes: Outcomes) => Interval, digits: number) => [
    `| ${what} | ${ways.map(({ outcomes }) => formatted(of(outcomes), digits)).join(' | ')} |`,
    `| LISSNAS minus it | | ${rivals.map(({ difference }) => formatted(of(difference), digits, true)).join(' | ')} |`,
  ];
  return [
    `| | ${ways.map(({ name }) => name).join(' | ')} |`,
    `|---|${ways.map(() => '---').join('|')}|`,
    ...rows('network found, test accuracy', ({ found }) => found, 2),
    ...(hasRanking ? rows('Kendall tau-b inside the shrunk space', ({ tau }) => tau, 3) : []),
    ...(hasRanking ? rows('mean subnet accuracy there', ({ accuracy }) => accuracy, 2) : []),
    '',
    ...yardsticks.map(
      ({ name, accuracy, difference }) =>
        `- ${name === 'random' ? 'A random network' : 'The biggest network'}: ${formatted(accuracy, 2)}; LISSNAS minus it ${formatted(difference, 2, true)}.`,
    ),
    ...(hasRanking
      ? [
          `- Random members of the shrunk space, the mean of each run: ${formatted(members.accuracy, 2)}; minus the random network of the whole space ${formatted(members.gain, 2, true)}. This is what shrinking has gained before any search.`,
        ]
      : []),
  ].join('\n');
}

function bySeed({ results }: DefaultSummary): string {
  const names = results[0]!.controls.map(({ name }) => name);
  const accuracy = (value: number | null) => (value === null ? 'diverged' : value.toFixed(2));
  return [
    'Test accuracy of the network found, for each random seed:',
    '',
    `| random seed | ${['LISSNAS', ...names, 'random', 'biggest'].join(' | ')} |`,
    `|---|${Array(names.length + 3)
      .fill('---')
      .join('|')}|`,
    ...results.map(({ randomSeed, found, controls, random, biggest }) => {
      const all = [found, ...controls.map((control) => control.found), random, biggest];
      return `| ${randomSeed} | ${all.map((network) => accuracy(network.accuracy)).join(' | ')} |`;
    }),
  ].join('\n');
}
