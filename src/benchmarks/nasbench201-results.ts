/**
 * The records of NAS-Bench-201 and NATS-Bench (D-X-Y/NAS-Bench-201 and D-X-Y/NATS-Bench, api_utils.py): of every architecture, by training
 * budget, a dict with `all_results`, which holds the trials by `(data set, seed)`; a trial holds its accuracies as `'x-valid@199': 91.2`.
 */
import { InputError } from '../errors.js';
import { described, entriesOf } from './pickle/values.js';

/** One training, as far as a table shows it. */
export interface Trial {
  readonly dataset: string;
  readonly seed: number;
  /** accuracy after the last epoch by part of the data: x-valid, x-test, ori-test */
  readonly accuracies: ReadonlyMap<string, number>;
  /** multiply-adds, millions */
  readonly flops: number;
  /** millions */
  readonly params: number;
  /** seconds; NaN where it was not measured */
  readonly latency: number;
  /** of all epochs, seconds; NaN where it is not known */
  readonly trainTime: number;
}

/** All trials of one architecture with one training budget. */
export interface ArchitectureResults {
  readonly name: string | undefined;
  readonly trials: readonly Trial[];
}

type TrialContent = Omit<Trial, 'dataset' | 'seed'>;

const SUMMARY = Symbol('summary');

/**
 * Replaces a trial, and an architecture's results, by what a table needs of them, as soon as they have been read: less than a thousandth.
 * For readPickle's `onEntries`. @throws InputError without a place where they are not what they should be
 */
export function shrinkResults(dict: Map<unknown, unknown>): void {
  if (dict.has('all_results')) replace(dict, resultsOf(dict));
  else if (dict.has('eval_acc1es') && dict.has('epochs')) replace(dict, trialContent(dict));
}

/** The results in a dict or record, whether it was shrunk or not. @throws InputError where they are not what they should be */
export function architectureResults(value: unknown, file: string): ArchitectureResults {
  const dict = entriesOf(value, 'the results of an architecture', file);
  const summary = dict.get(SUMMARY);
  try {
    return isResults(summary) ? summary : resultsOf(dict);
  } catch (cause) {
    if (!(cause instanceof InputError) || cause.place.file !== undefined) throw cause;
    throw new InputError(`the file has ${cause.message}`, { file }, { cause });
  }
}

function replace(dict: Map<unknown, unknown>, summary: unknown): void {
  dict.clear();
  dict.set(SUMMARY, summary);
}

function isResults(summary: unknown): summary is ArchitectureResults {
  return typeof summary === 'object' && summary !== null && 'trials' in summary;
}

function isTrial(summary: unknown): summary is TrialContent {
  return typeof summary === 'object' && summary !== null && 'accuracies' in summary;
}

function resultsOf(dict: ReadonlyMap<unknown, unknown>): ArchitectureResults {
  const name = dict.get('arch_str');
  const trials: Trial[] = [];
  for (const [key, value] of dictOf(dict.get('all_results'), 'all_results')) {
    const [dataset, seed] = Array.isArray(key) ? key : [];
    if (typeof dataset !== 'string' || typeof seed !== 'number') {
      throw new InputError(`results of ${described(key)} where a data set and a seed are needed`);
    }
    const content = dictOf(value, 'a trial');
    const summary = content.get(SUMMARY);
    trials.push({ dataset, seed, ...(isTrial(summary) ? summary : trialContent(content)) });
  }
  trials.sort((a, b) => a.seed - b.seed);
  return { name: typeof name === 'string' ? name : undefined, trials };
}

function trialContent(dict: ReadonlyMap<unknown, unknown>): TrialContent {
  const epochs = dict.get('epochs');
  if (typeof epochs !== 'number') throw new InputError(`a trial of ${described(epochs)} epochs`);
  const last = `@${epochs - 1}`;
  const accuracies = new Map<string, number>();
  for (const [key, value] of dictOf(dict.get('eval_acc1es'), 'eval_acc1es')) {
    if (typeof key === 'string' && key.endsWith(last)) accuracies.set(key.slice(0, -last.length), numberIn(value, key));
  }
  return {
    accuracies,
    flops: numberIn(dict.get('flop'), 'flop'),
    params: numberIn(dict.get('params'), 'params'),
    latency: mean(numbersIn(dict.get('latency'), 'latency').filter((seconds) => seconds > 0)),
    trainTime: total(numbersIn(dict.get('train_times'), 'train_times')),
  };
}

function dictOf(value: unknown, what: string): ReadonlyMap<unknown, unknown> {
  return entriesOf(value, what);
}

function numberIn(value: unknown, what: string): number {
  if (typeof value === 'number') return value;
  if (value === null || value === undefined) return Number.NaN;
  throw new InputError(`${what} ${described(value)} where a number is needed`);
}

/** The numbers of a list, of a dict by epoch, or a single one; none where there is None. */
function numbersIn(value: unknown, what: string): number[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'number') return [value];
  const values = Array.isArray(value) ? value : [...dictOf(value, what).values()];
  return values.map((entry) => numberIn(entry, what));
}

/** NaN of nothing. */
function total(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0);
}

/** NaN of nothing; values that are NaN do not count. */
function mean(values: readonly number[]): number {
  const present = values.filter((value) => !Number.isNaN(value));
  return present.reduce((sum, value) => sum + value, 0) / present.length;
}

/** Which trainings and which part of the data a column of a data set comes from. */
const DATASETS = [
  { tag: 'c10', valid: ['cifar10-valid', 'x-valid'], test: ['cifar10', 'ori-test'] },
  { tag: 'c100', valid: ['cifar100', 'x-valid'], test: ['cifar100', 'x-test'] },
  { tag: 'im16', valid: ['ImageNet16-120', 'x-valid'], test: ['ImageNet16-120', 'x-test'] },
] as const;

/** Column endings by training budget, as the files call the budgets, the full one first. */
const BUDGETS = new Map([
  ['full', ''],
  ['200', ''],
  ['90', ''],
  ['less', '_12ep'],
  ['12', '_12ep'],
  ['01', '_1ep'],
  ['1', '_1ep'],
]);

/** All columns there can be, in the order in which tables show them. */
export const RESULT_COLUMNS: readonly string[] = DATASETS.flatMap(({ tag }) => [
  ...['', '_12ep', '_1ep'].flatMap((ending) => [`${tag}_valid${ending}`, `${tag}_test${ending}`]),
  `${tag}_valid_run1`,
  `${tag}_test_run1`,
  ...['', '_12ep', '_1ep'].map((ending) => `${tag}_train_time_s${ending}`),
  `${tag}_flops_m`,
  `${tag}_params_m`,
  `${tag}_latency_ms`,
]);

/** The columns of one architecture that its results give. `_run1` is the trial of the lowest seed; all other values are means over the seeds. */
export function resultColumns(byBudget: ReadonlyMap<string, ArchitectureResults>): Map<string, number> {
  const columns = new Map<string, number>();
  const set = (name: string, value: number | undefined) => {
    if (value !== undefined && !Number.isNaN(value) && !columns.has(name)) columns.set(name, value);
  };
  for (const [budget, ending] of BUDGETS) {
    const trials = byBudget.get(budget)?.trials ?? [];
    for (const { tag, valid, test } of DATASETS) {
      const of = (dataset: string) => trials.filter((trial) => trial.dataset === dataset);
      for (const [name, [dataset, part]] of Object.entries({ valid, test })) {
        const accuracies = of(dataset).map((trial) => trial.accuracies.get(part) ?? Number.NaN);
        set(`${tag}_${name}${ending}`, mean(accuracies));
        if (ending === '') set(`${tag}_${name}_run1`, accuracies[0]);
      }
      set(`${tag}_train_time_s${ending}`, mean(of(valid[0]).map(({ trainTime }) => trainTime)));
      const costs = [...of(test[0]), ...of(valid[0])];
      set(`${tag}_flops_m`, costs[0]?.flops);
      set(`${tag}_params_m`, costs[0]?.params);
      set(`${tag}_latency_ms`, 1000 * mean(of(costs[0]?.dataset ?? '').map(({ latency }) => latency)));
    }
  }
  return columns;
}
