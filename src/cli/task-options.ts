/** The options that say what to shrink and how to measure, shared by `shrink`, `locality`, `audit` and `search`. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../errors.js';
import { type Config, withAbsolutePaths } from '../runs/config.js';
import { collect, finiteNumber, needed, wholeNumber } from './options.js';

/** The values of the options of `withTaskOptions`, as commander gives them. */
export interface TaskOptions {
  readonly space?: string;
  readonly table?: string;
  readonly accuracy?: string;
  readonly truth?: string;
  readonly surrogate?: true;
  readonly command?: string;
  readonly arg?: string[];
  readonly timeout?: number;
  readonly concurrency?: number;
  readonly noise?: number;
  readonly costTable?: string[];
  /** in the order given, each with the limit that stood after it */
  readonly cost?: readonly AskedCost[];
  readonly costBins?: number;
  readonly randomSeed: number;
}

/** One `--cost`, and the `--max-cost` after it. */
interface AskedCost {
  readonly name: string;
  max?: number;
}

/** Adds the options about the space and what measures it. */
export function withMeasuringOptions(command: Command): Command {
  return command
    .option('--space <space>', 'a built-in space by name, or a YAML file or module (see `lissnas spaces`)')
    .option('--table <file>', 'measurements: CSV or CSV.gz, or a published file in its own format')
    .option('--accuracy <column>', 'the column to search on')
    .option('--surrogate', 'learn from the table, which holds only a sample of the space')
    .option(
      '--command <program>',
      'a program that measures (one JSON line in, one out); its arguments with --arg, or after --',
    )
    .option('--arg <text>', 'one argument of the program; may be repeated', collect(String))
    .option(
      '--timeout <seconds>',
      'longest time that one evaluation of the program may take',
      finiteNumber('--timeout'),
    )
    .option('--concurrency <n>', 'copies of the program at once', wholeNumber('--concurrency', 1))
    .option('--noise <deviation>', 'add noise of this standard deviation to every measurement', finiteNumber('--noise'))
    .option('--random-seed <k>', 'the same number gives the same run', wholeNumber('--random-seed'), 1);
}

/** Adds the options about limits. */
export function withLimitOptions(command: Command): Command {
  const asked: AskedCost[] = []; // two options fill it together, so that each limit belongs to the cost before it
  return withCostTables(command)
    .option(
      '--cost <name>',
      'a cost of the space (flops_m ...), or a column of a cost table or of the table; may be repeated',
      (name) => {
        asked.push({ name });
        return asked;
      },
    )
    .option('--max-cost <x>', 'hard limit of the cost named before it; may be repeated', (text) => {
      const cost = asked.at(-1);
      if (cost === undefined || cost.max !== undefined) {
        throw new InputError(`--max-cost ${text} has no cost: give --cost NAME --max-cost X, in pairs`);
      }
      cost.max = finiteNumber('--max-cost')(text);
      return cost.max;
    })
    .option(
      '--cost-bins <b>',
      'keep equally many in each of so many bins of the (first) cost',
      wholeNumber('--cost-bins', 1),
    );
}

/** Adds the option for tables of costs. */
export function withCostTables(command: Command): Command {
  return command.option(
    '--cost-table <file>',
    'latencies or other costs, of networks or of layers, that become costs by the names of their columns; may be repeated',
    collect(String),
  );
}

/**
 * The configuration that the options describe; paths are those of the current folder.
 * @param rest what stood after the options: the program and its arguments, after `--`
 * @throws InputError where options are missing or exclude each other
 */
export function configFrom(options: TaskOptions, rest: readonly string[], shrink: Config['shrink']): Config {
  const { truth, noise, randomSeed, costTable } = options;
  const config: Config = {
    space: needed(options.space, '--space SPACE'),
    evaluator: evaluatorFrom(options, rest),
    shrink: { ...shrink, ...limitsFrom(options) },
    randomSeed,
    ...(noise !== undefined && { noise }),
    ...(truth !== undefined && { truth }),
    ...(costTable !== undefined && { costTables: costTable }),
  };
  return withAbsolutePaths(config, resolve('.'));
}

/** The positional words before and after `--`. */
export function splitAtDashes(words: readonly string[]): { before: string[]; after: string[] } {
  const dashes = process.argv.indexOf('--');
  const count = dashes < 0 ? words.length : words.length - (process.argv.length - 1 - dashes);
  return { before: words.slice(0, count), after: words.slice(count) };
}

function evaluatorFrom(options: TaskOptions, rest: readonly string[]): Config['evaluator'] {
  const { table, accuracy, surrogate, command, arg, timeout, concurrency } = options;
  if (rest.length > 0 && !process.argv.includes('--')) {
    throw new InputError(`unexpected argument "${rest[0]}"; a program and its arguments stand after --`);
  }
  if (command !== undefined && rest.length > 0) {
    throw new InputError(`the program is given twice: --command ${command}, and ${rest[0]} after --`);
  }
  const words = command === undefined ? rest : [command, ...(arg ?? [])];
  const [program, ...args] = words;
  if (program === undefined && arg !== undefined) throw new InputError('--arg needs --command PROGRAM before it');
  if (program !== undefined && table !== undefined) {
    throw new InputError('--table and a program exclude each other: give one of them to measure with');
  }
  if (program !== undefined) {
    if (surrogate) throw new InputError('--surrogate learns from a table, so it needs --table, not a program');
    if (accuracy !== undefined) throw new InputError('--accuracy names a column, so it needs --table, not a program');
    return {
      kind: 'command',
      program,
      args,
      ...(timeout !== undefined && { timeoutS: timeout }),
      ...(concurrency !== undefined && { concurrency }),
    };
  }
  if (table === undefined) {
    throw new InputError('nothing to measure with: give --table FILE --accuracy COLUMN, or a program after --');
  }
  if (accuracy === undefined) throw new InputError('--table needs --accuracy COLUMN, the column to search on');
  for (const [name, value] of [
    ['--timeout', timeout],
    ['--concurrency', concurrency],
  ] as const) {
    if (value !== undefined) throw new InputError(`${name} is for a program; a table answers at once`);
  }
  return { kind: surrogate ? 'surrogate' : 'table', file: table, accuracy };
}

function limitsFrom({ cost: asked = [], costBins }: TaskOptions): Partial<Config['shrink']> {
  const [first] = asked;
  if (first === undefined && costBins !== undefined) throw new InputError('--cost-bins needs --cost NAME');
  const unlimited = asked.find(({ max }, i) => max === undefined && (i > 0 || costBins === undefined));
  if (unlimited !== undefined) {
    throw new InputError(`--cost ${unlimited.name} has no limit: give --max-cost X after it`);
  }
  const limits = asked.flatMap(({ name, max }) => (max === undefined ? [] : [{ cost: name, max }]));
  return {
    ...(limits.length > 0 && { limits }),
    ...(first !== undefined && costBins !== undefined && { costBins: { cost: first.name, count: costBins } }),
  };
}
