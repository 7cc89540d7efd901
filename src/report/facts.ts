/** The table of facts of a run. */
import { scratchNetworks, spaceFacts, testText } from './one-shot-facts.js';
import type { RunContent } from './reading/run-content.js';
import { runFacts } from './run-facts.js';
import type { Fact } from './run-report.js';
import type { RunSummary } from './run-summary.js';
import { count, percent } from './words.js';

/** What the command line tells of a run that has ended, and of any other what is known of it so far. */
export function factsOf(run: RunContent): Fact[] {
  const { summary, isSoFar, result } = run;
  if (result !== undefined) return oneShotFacts(run, result);
  if (summary === undefined || isSoFar) return factsSoFar(run);
  const { bestMeasured, bestPredicted } = summary;
  return [
    ...runFacts(summary, {
      isSurrogate: false,
      evaluations: (run.config.shrink ?? run.config.oneShot)?.shrink.evaluations ?? summary.spent,
    }),
    { label: 'best measured', whole: '', shrunk: `${bestMeasured.architecture}: ${percent(bestMeasured.accuracy)}` },
    {
      label: 'best predicted',
      whole: '',
      shrunk: `${bestPredicted.architecture}: ${percent(bestPredicted.predicted)}`,
    },
  ];
}

function factsSoFar({ space, evaluations, config, judging, summary }: RunContent): Fact[] {
  const asked = (config.shrink ?? config.oneShot)?.shrink;
  const failed = evaluations.filter(({ accuracy }) => Number.isNaN(accuracy)).length;
  const planned = asked === undefined ? '' : ` of ${count(asked.evaluations)}`;
  return [
    ...(space === undefined
      ? []
      : [
          {
            label: 'architectures',
            whole: count(space.space.size),
            shrunk: [
              ...(summary === undefined ? [] : [`${count(summary.size)} so far`]),
              ...(asked?.size === undefined ? [] : [`${count(asked.size)} wanted`]),
            ].join(', '),
          },
        ]),
    ...(summary === undefined ? [] : roundFacts(summary)),
    ...(judging?.limits ?? []).map(({ cost, max }) => ({ label: `${cost}, at most`, whole: '', shrunk: String(max) })),
    {
      label: 'evaluations spent',
      whole: '',
      shrunk: `${count(evaluations.length)}${planned}${failed === 0 ? '' : ` (${count(failed)} failed)`}`,
    },
  ];
}

/** The latest round of a shrink that goes on. */
function roundFacts({ wholeMeasuredMean, predictedMean, pockets, diversity, bestMeasured }: RunSummary): Fact[] {
  return [
    {
      label: 'mean accuracy, as measured or predicted',
      whole: wholeMeasuredMean.mean.toFixed(2),
      shrunk: predictedMean.toFixed(2),
    },
    { label: 'pockets', whole: '', shrunk: count(pockets.length) },
    { label: 'diversity (0 to 1)', whole: '', shrunk: diversity.toFixed(3) },
    { label: 'best measured', whole: '', shrunk: `${bestMeasured.architecture}: ${percent(bestMeasured.accuracy)}` },
  ];
}

function oneShotFacts({ summary }: RunContent, result: NonNullable<RunContent['result']>): Fact[] {
  const { cost, found } = result;
  const limits = summary?.limits ?? [];
  return [
    ...spaceFacts(result),
    ...limits.map((limit) => ({ label: `${limit.cost}, at most`, whole: '', shrunk: String(limit.max) })),
    { label: 'evaluations by the supernet', whole: '', shrunk: count(found.evaluations) },
    ...scratchNetworks(result).map(([name, { architecture, cost: own, accuracy }]) => ({
      label: `${name}, trained from scratch`,
      whole: '',
      shrunk: `${architecture}: ${testText(accuracy)} at ${own.toFixed(2)} ${cost.unit}`,
    })),
  ];
}
