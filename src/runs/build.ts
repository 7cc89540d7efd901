/** From a configuration to objects: the only place where names become spaces, evaluators and limits. */

import { accuracyIn, accuracyScale } from '../benchmarks/accuracy-scale.js';
import type { CostFile } from '../benchmarks/cost-file.js';
import { readTable } from '../benchmarks/read-table.js';
import type { Table } from '../benchmarks/table.js';
import { InputError } from '../errors.js';
import { noisy } from '../evaluators/noisy.js';
import { type SurrogateReport, surrogate } from '../evaluators/surrogate.js';
import { tabular } from '../evaluators/tabular.js';
import { createRandom } from '../math/random.js';
import type { Evaluator } from '../measurements/evaluator.js';
import { queueAddress } from '../queue/address.js';
import { planRounds } from '../shrink/plan.js';
import { Region } from '../shrink/region.js';
import type { ShrinkTask } from '../shrink/shrinker.js';
import type { Codes, Cost, Limit, SearchSpace } from '../spaces/space.js';
import { computing, type OnRemark } from './computing.js';
import { CONFIG_FORMAT, type Config } from './config.js';
import { type CostSources, costNamed, costNotes, knowsCost, readCostFiles, recordedFiles } from './named-costs.js';
import { type NamedSpace, namedSpace } from './space.js';

/** Everything that a configuration names. */
export interface BuiltRun {
  /** the configuration with all that was found out filled in (hashes, declarations), so that it repeats the run by itself */
  readonly config: Config;
  readonly task: ShrinkTask;
  readonly costFiles: readonly CostFile[];
  readonly table?: Table;
  readonly surrogate?: SurrogateReport;
  /** true accuracy to report against, where the configuration has one; NaN where not known */
  readonly truth?: (codes: Codes) => number;
  /** remarks for the user about what was read */
  readonly notes: readonly string[];
}

/** What a configuration measures with, and within which limits. */
export interface BuiltMeasuring extends Measuring {
  readonly space: SearchSpace;
  /** how a configuration names the space so that it repeats the run by itself */
  readonly named: Config['space'];
  readonly limits: readonly Limit[];
  readonly costFiles: readonly CostFile[];
  /** A cost of the space, a cost table or the table. @throws InputError where there is none of this name, or it means two things */
  costNamed(name: string): Cost;
  /** Whether there is a cost of this name before anything is measured. */
  knowsCost(name: string): boolean;
}

/** What is there before the configuration is read. */
export interface Given {
  readonly space: SearchSpace;
  /** costs that are recorded for the members of a shrunk space */
  readonly costs: ReadonlyMap<string, Cost>;
}

interface Measuring {
  readonly evaluator: Evaluator;
  /** as the configuration says it, with what was found out filled in, where something was */
  readonly evaluatorConfig?: Config['evaluator'];
  readonly table?: Table;
  readonly surrogate?: SurrogateReport;
  readonly notes: readonly string[];
  readonly truth?: (codes: Codes) => number;
}

/** @throws InputError for everything in the configuration that does not exist or does not fit together, before anything is measured */
export async function buildRun(config: Config, onRemark?: OnRemark): Promise<BuiltRun> {
  const measuring = await buildMeasuring(config, undefined, onRemark);
  return orClosed(measuring.evaluator, () => runOf(config, measuring));
}

function runOf(config: Config, measuring: BuiltMeasuring): BuiltRun {
  const { space, named, table, limits, costNamed, costFiles } = measuring;
  const { evaluations, size, costBins, growth, rounds } = config.shrink;
  const randomSeed = config.randomSeed ?? 1;
  const task: ShrinkTask = {
    space,
    evaluator: measuring.evaluator,
    evaluations,
    limits,
    random: createRandom(randomSeed),
    ...(size === undefined ? {} : { size }),
    ...(costBins === undefined ? {} : { costBins: { cost: costNamed(costBins.cost), count: costBins.count } }),
    ...(growth === undefined ? {} : { growth }),
    ...(rounds === undefined ? {} : { rounds }),
  };
  const region = new Region(space, limits);
  planRounds(task, region);
  region.sample(createRandom(0)); // refuses limits that nothing satisfies
  return {
    config: {
      ...config,
      format: CONFIG_FORMAT,
      randomSeed,
      space: named,
      evaluator:
        'file' in config.evaluator && table !== undefined
          ? { ...config.evaluator, sha256: table.sha256 }
          : (measuring.evaluatorConfig ?? config.evaluator),
      ...(config.queue === undefined ? {} : { queue: queueAddress(config.queue).shown }),
      ...(config.costTables === undefined ? {} : { costTables: recordedFiles(costFiles) }),
    },
    task,
    costFiles,
    notes: measuring.notes,
    ...(table === undefined ? {} : { table }),
    ...(measuring.surrogate === undefined ? {} : { surrogate: measuring.surrogate }),
    ...(measuring.truth === undefined ? {} : { truth: measuring.truth }),
  };
}

/**
 * The part of a configuration that says what is measured, and how.
 * @param given what the caller has already; else the space is that of the configuration
 * @throws InputError for everything in it that does not exist or does not fit together
 */
export async function buildMeasuring(config: Config, given?: Given, onRemark?: OnRemark): Promise<BuiltMeasuring> {
  const built: NamedSpace =
    given === undefined ? await namedSpace(config.space) : { space: given.space, named: config.space };
  const measuring = await buildEvaluator(config, built, onRemark);
  return orClosed(measuring.evaluator, () => withLimits(config, built, measuring, given));
}

/** Leaves no evaluator open, e.g. with a connection to a queue, where what comes after it is refused. */
async function orClosed<T>(evaluator: Evaluator, build: () => T | Promise<T>): Promise<T> {
  try {
    return await build();
  } catch (error) {
    await evaluator.close?.();
    throw error;
  }
}

async function withLimits(
  config: Config,
  built: NamedSpace,
  measuring: Measuring,
  given: Given | undefined,
): Promise<BuiltMeasuring> {
  const costFiles = await readCostFiles(config.costTables ?? [], built.space);
  const { limits: asked = [], costBins } = config.shrink;
  const sources: CostSources = {
    space: built.space,
    files: costFiles,
    evaluator: config.evaluator.kind,
    ...(measuring.table === undefined ? {} : { table: measuring.table }),
    ...(given === undefined ? {} : { recorded: given.costs }),
  };
  const limits = asked.map(({ cost, max }) => ({ cost: costNamed(cost, sources), max }));
  const used = [...asked.map(({ cost }) => cost), ...(costBins === undefined ? [] : [costBins.cost])];
  return {
    ...built,
    ...measuring,
    notes: [...measuring.notes, ...costNotes(used, sources)],
    limits,
    costFiles,
    costNamed: (name) => costNamed(name, sources),
    knowsCost: (name) => knowsCost(name, sources),
  };
}

async function buildEvaluator(config: Config, named: NamedSpace, onRemark?: OnRemark): Promise<Measuring> {
  const { space } = named;
  const { evaluator, truth } = config;
  const randomSeed = config.randomSeed ?? 1;
  const withNoise = (own: Evaluator) =>
    config.noise === undefined || config.noise === 0 ? own : noisy(own, { deviation: config.noise, randomSeed });
  if (!('file' in evaluator)) {
    if (truth !== undefined) throw new InputError(`truth "${truth}" names a column, so it needs a table`);
    const { truth: known, ...computed } = await computing(config, evaluator, named, onRemark);
    const own = withNoise(computed.evaluator);
    return { ...computed, evaluator: own, notes: [], ...(known === undefined ? {} : { truth: known }) };
  }
  if (config.queue !== undefined) {
    throw new InputError('a table answers at once; a queue is for evaluators of the kinds command, training and nk');
  }
  const table = await readTable(evaluator.file, space);
  if (evaluator.sha256 !== undefined && evaluator.sha256 !== table.sha256) {
    throw new InputError('has changed since this run began; restore it, or start a new run', { file: evaluator.file });
  }
  const scale = accuracyScale(table, table.column(evaluator.accuracy));
  const used = [evaluator.accuracy, truth];
  const about = (note: string) =>
    !note.startsWith('column ') || used.some((name) => note.startsWith(`column "${name}"`));
  const notes = [...table.notes.filter(about), ...(scale.note === undefined ? [] : [scale.note])];
  if (evaluator.kind === 'table') {
    return {
      evaluator: withNoise(tabular(table, evaluator.accuracy)),
      table,
      notes,
      ...(truth === undefined ? {} : { truth: accuracyIn(table, truth) }),
    };
  }
  if (truth !== undefined) {
    throw new InputError('truth does not go with a surrogate, whose table holds only a sample of the space');
  }
  const fitted = await surrogate(table, space, evaluator.accuracy, { randomSeed });
  return {
    evaluator: withNoise(fitted),
    table,
    surrogate: fitted.report,
    notes: [...notes, ...fitted.report.warnings],
    truth: (codes) => fitted.predict(codes),
  };
}
