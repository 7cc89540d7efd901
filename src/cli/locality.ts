/** `lissnas locality`: is there locality enough to shrink by, before anything is spent on it. */

import { InputError } from '../errors.js';
import type { Evidence } from '../locality/evidence.js';
import { probeLocality } from '../locality/probe.js';
import { type LocalityReport, localityReport } from '../locality/report.js';
import type { DimensionSensitivity, Sensitivity } from '../locality/sensitivity.js';
import { createRandom } from '../math/random.js';
import type { Evaluator } from '../measurements/evaluator.js';
import { colors } from '../report/colors.js';
import { bar, count, number, table } from '../report/text.js';
import { type BuiltRun, buildRun } from '../runs/build.js';
import { Region } from '../shrink/region.js';
import type { Telling } from './carry-out.js';
import { type Register, wholeNumber } from './options.js';
import { startProgress } from './progress.js';
import { configFrom, type TaskOptions, withLimitOptions, withMeasuringOptions } from './task-options.js';
import { interruptSignal, remark, say, sayJson } from './terminal.js';

const DEFAULT_EVALUATIONS = 200;
/** A correlation of fewer pairs is not worth showing. */
const ENOUGH_PAIRS = 20;

type Options = TaskOptions & { readonly evaluations?: number } & Telling;

/** Adds the command. */
export const registerLocality: Register = (program) => {
  withLimitOptions(
    withMeasuringOptions(
      program
        .command('locality')
        .description('how far accuracy stays alike over edits, and whether that is enough to shrink by'),
    ),
  )
    .option(
      '--evaluations <n>',
      'measure so many architectures, drawn where they say most (default: all rows of a table, else 200)',
      wholeNumber('--evaluations', 2),
    )
    .option('--json', 'one JSON document with everything that was found')
    .option('--verbose', 'write progress also where standard error is no terminal')
    .argument('[program...]', 'after --: a program that measures, and its arguments')
    .action(async (rest: string[], options: Options) => {
      if (options.costBins !== undefined) throw new InputError('--cost-bins is not part of measuring locality');
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

/** All rows of the table within the limits where nothing else was asked for, else the measurements of a probe. */
async function evidenceOf({ config, task, table }: BuiltRun, options: Options): Promise<Evidence> {
  const { space, limits = [] } = task;
  const region = new Region(space, limits);
  const evaluator = within(region, task.evaluator);
  const { evaluations, randomSeed, verbose } = options;
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
  const progress = startProgress(verbose);
  try {
    const probe = await probeLocality(space, evaluator, {
      evaluations: evaluations ?? DEFAULT_EVALUATIONS,
      random: createRandom(randomSeed).split('probe'),
      sample: (random) => region.sample(random),
      signal: interruptSignal(),
      onProgress: (spent, all) => progress.update(spent, all, `measured ${spent} of ${all}`),
    });
    if (probe.measurements.length === 0) {
      throw new InputError(`all ${probe.spent} evaluations failed, the last with: ${probe.failures.at(-1)?.reason}`);
    }
    return probe;
  } finally {
    progress.end();
  }
}

/** The evaluator for what is within the limits. */
function within(region: Region, evaluator: Evaluator): Evaluator {
  return {
    ...evaluator,
    canMeasure: (architecture) => region.allows(architecture) && (evaluator.canMeasure?.(architecture) ?? true),
  };
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
  const solid = byDistance.points.filter(
    ({ correlation, pairs }) => Number.isFinite(correlation) && pairs >= ENOUGH_PAIRS,
  );
  say(
    curve(
      'edits',
      solid.map((point) => ({ at: point.distance, ...point })),
    ),
  );
  if (walk !== undefined) {
    say();
    say(
      `Autocorrelation along random walks (correlation length ${number(report.correlationLength.fromFirst, 3)} steps)`,
    );
    say(
      curve(
        'steps',
        walk.points.map((point) => ({ at: point.lag, ...point })),
      ),
    );
  }
  say();
  for (const { share, neighbours, topShare, chance } of topNeighbours) {
    if (neighbours < ENOUGH_PAIRS) continue;
    say(
      `Of the neighbours of the best ${number(100 * share)} %, ${percent(topShare)} are themselves among them (by chance ${percent(chance)}).`,
    );
  }
  if (localOptima !== undefined) say(`Local optima: ${localOptima.strict} (better than every neighbour).`);
  say();
  tellSensitivity(sensitivity);
}

/** On a sample the share with all interactions is too uncertain to be shown. */
function tellSensitivity({ exact, dimensions }: Sensitivity): void {
  say(`How much of the variance a dimension decides: by itself${exact ? ', and with all its interactions' : ''}`);
  const shown = (own: DimensionSensitivity) => (exact ? own.total : own.firstOrder);
  const rows = [...dimensions].sort((a, b) => order(shown(b)) - order(shown(a)));
  if (exact) {
    const cells = rows.map((own) => [own.dimension, percent(own.firstOrder), percent(own.total), bar(own.total)]);
    say(table(['dimension', 'alone', 'in all', ''], cells, [1, 2]));
  } else {
    say(
      table(
        ['dimension', 'alone', ''],
        rows.map((own) => [own.dimension, percent(own.firstOrder), bar(own.firstOrder)]),
        [1],
      ),
    );
  }
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

function curve(unit: string, points: readonly CurvePoint[]): string {
  return table(
    [unit, 'correlation', '', ''],
    points.map(({ at, correlation, low, high }) => [
      String(at),
      correlation.toFixed(3),
      high > low ? `${Math.max(-1, low).toFixed(2)} to ${Math.min(1, high).toFixed(2)}` : '',
      bar(correlation, 30),
    ]),
    [0, 1],
  );
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : 'not known';
}
