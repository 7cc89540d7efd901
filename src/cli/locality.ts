/** `lissnas locality`: is there locality enough to shrink by, before anything is spent on it. */
import colors from 'picocolors';
import { InputError } from '../errors.js';
import type { Evidence } from '../locality/evidence.js';
import { probeLocality } from '../locality/probe.js';
import { type LocalityReport, localityReport } from '../locality/report.js';
import { createRandom } from '../math/random.js';
import { type BuiltRun, buildRun } from '../runs/build.js';
import { type Register, wholeNumber } from './options.js';
import { startProgress } from './progress.js';
import { configFrom, type TaskOptions, withMeasuringOptions } from './task-options.js';
import { interruptSignal, remark, say, sayJson } from './terminal.js';
import { bar, count, number, table } from './text.js';

const DEFAULT_EVALUATIONS = 200;

type Options = TaskOptions & { readonly evaluations?: number; readonly json?: true };

/** Adds the command. */
export const registerLocality: Register = (program) => {
  withMeasuringOptions(
    program
      .command('locality')
      .description('how far accuracy stays alike over edits, and whether that is enough to shrink by'),
  )
    .option(
      '--evaluations <n>',
      'measure so many architectures, drawn where they say most (default: all rows of a table, else 200)',
      wholeNumber('--evaluations', 2),
    )
    .option('--json', 'one JSON document with everything that was found')
    .argument('[program...]', 'after --: a program that measures, and its arguments')
    .action(async (rest: string[], options: Options) => {
      const built = await buildRun(configFrom(options, rest, { evaluations: 5 }));
      const { task, notes } = built;
      try {
        for (const note of notes) remark(note);
        const evidence = await evidenceOf(built, options);
        const report = localityReport(task.space, evidence, {
          random: createRandom(options.randomSeed).split('report'),
        });
        if (options.json) sayJson(report);
        else tell(report);
      } finally {
        await task.evaluator.close?.();
      }
    });
};

/** All rows of the table where nothing else was asked for, else the measurements of a probe. */
async function evidenceOf({ config, task, table }: BuiltRun, options: Options): Promise<Evidence> {
  const { space, evaluator } = task;
  const { evaluations, randomSeed, json } = options;
  if (evaluations === undefined && config.evaluator.kind === 'table' && table !== undefined) {
    const architectures = [...table.architectures()].filter(
      (architecture) => evaluator.canMeasure?.(architecture) ?? true,
    );
    const outcomes = await Promise.all(architectures.map((architecture) => evaluator.evaluate(architecture)));
    return {
      architectures,
      accuracies: outcomes.map((outcome) => (outcome.kind === 'measured' ? outcome.accuracy : Number.NaN)),
    };
  }
  const progress = startProgress(!json && process.stderr.isTTY === true);
  try {
    const probe = await probeLocality(space, evaluator, {
      evaluations: evaluations ?? DEFAULT_EVALUATIONS,
      random: createRandom(randomSeed).split('probe'),
      signal: interruptSignal(),
      onProgress: (spent, all) => progress.update(spent, all, `measured ${spent} of ${all};`),
    });
    if (probe.measurements.length === 0) {
      throw new InputError(`all ${probe.spent} evaluations failed, the last with: ${probe.failures.at(-1)?.reason}`);
    }
    return probe;
  } finally {
    progress.end();
  }
}

function tell(report: LocalityReport): void {
  const { verdict, byDistance, walk, topNeighbours, localOptima, sensitivity } = report;
  say(`${colors.bold(verdict.sentence)} ${verdict.advice}`.trim());
  say();
  const basis = report.complete ? 'all' : `${count(report.measured)} measured of`;
  say(
    `${report.space}: ${basis} ${count(BigInt(report.size))} architectures, mean ${number(report.meanAccuracy, 5)}, deviation ${number(report.accuracyDeviation, 3)}.`,
  );
  say();
  say('Correlation of accuracy by edit distance');
  say(
    curve(
      byDistance.points
        .filter(({ correlation }) => Number.isFinite(correlation))
        .map((point) => ({ at: point.distance, ...point })),
    ),
  );
  if (walk !== undefined) {
    say();
    say(
      `Autocorrelation along random walks (correlation length ${number(report.correlationLength.fromFirst, 3)} steps)`,
    );
    say(curve(walk.points.map((point) => ({ at: point.lag, ...point }))));
  }
  say();
  for (const { share, neighbours, topShare, chance } of topNeighbours) {
    if (neighbours === 0) continue;
    say(
      `Of the neighbours of the best ${number(100 * share)} %, ${percent(topShare)} are themselves among them (by chance ${percent(chance)}).`,
    );
  }
  if (localOptima !== undefined) say(`Local optima: ${localOptima.strict} (better than every neighbour).`);
  say();
  say('How much of the variance a dimension decides: by itself, and with all its interactions');
  say(
    table(
      ['dimension', 'alone', 'in all', ''],
      [...sensitivity.dimensions]
        .sort((a, b) => order(b.total) - order(a.total) || order(b.firstOrder) - order(a.firstOrder))
        .map(({ dimension, firstOrder, total }) => [
          dimension,
          percent(firstOrder),
          percent(total),
          bar(Number.isFinite(total) ? total : firstOrder),
        ]),
      [1, 2],
    ),
  );
}

function order(share: number): number {
  return Number.isFinite(share) ? share : -1;
}

interface CurvePoint {
  readonly at: number;
  readonly correlation: number;
  readonly low: number;
  readonly high: number;
}

function curve(points: readonly CurvePoint[]): string {
  return table(
    ['edits', 'correlation', '', ''],
    points.map(({ at, correlation, low, high }) => [
      String(at),
      correlation.toFixed(3),
      high > low ? `${low.toFixed(2)} to ${high.toFixed(2)}` : '',
      bar(correlation, 30),
    ]),
    [0, 1],
  );
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : 'not known';
}
