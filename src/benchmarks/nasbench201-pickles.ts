/**
 * Tables in one pickle: NAS-Bench-201-v1_*.pth and NATS-*.pickle.pbz2 (all results by the architectures' numbers), and NASLib's copies
 * nb201_all.pickle and nb201_*_full_training.pickle (by the architectures themselves).
 */
import { InputError } from '../errors.js';
import { type ArchitectureResults, architectureResults, RESULT_COLUMNS, resultColumns } from './nasbench201-results.js';
import { NumpyArray } from './pickle/numpy.js';
import { described, entriesOf } from './pickle/values.js';
import { placed } from './placed.js';
import { type Table, TableBuilder, type TableSource } from './table.js';

/** An architecture and its columns. */
export interface NamedColumns {
  readonly name: string;
  readonly columns: ReadonlyMap<string, number>;
}

/** The table of a pickle's value. @throws InputError where it is none of the known ones */
export function readPickledTable(value: unknown, source: TableSource): Table {
  const { file, space } = source;
  if (value instanceof Map) {
    if (value.has('arch2infos')) return tableOfColumns(numberedResults(value, file), RESULT_COLUMNS, source);
    const [first] = value;
    if (first !== undefined && typeof first[0] === 'string' && first[1] instanceof Map) {
      const rows = [...value].map(([name, entry]) => naslibRow(name, entry, file));
      return tableOfColumns(rows, [...new Set(rows.flatMap(({ columns }) => [...columns.keys()]))], source);
    }
  }
  throw new InputError(
    `this pickle is no table that is known for the space "${space.name}": it holds ${described(value)}; ` +
      'give NAS-Bench-201, NATS-Bench or nb201_all.pickle',
    { file },
  );
}

/** A table of rows in the space's notation; columns that no row has are left out. */
export function tableOfColumns(rows: readonly NamedColumns[], names: readonly string[], source: TableSource): Table {
  const { file, space } = source;
  const present = names.filter((name) => rows.some(({ columns }) => columns.has(name)));
  if (present.length === 0) throw new InputError('the file holds no results', { file });
  const builder = new TableBuilder(source, present);
  for (const { name, columns } of rows) {
    const architecture = placed({ file }, () => space.parse(name));
    builder.add(
      architecture,
      present.map((column) => columns.get(column) ?? Number.NaN),
    );
  }
  return builder.finish();
}

/** The names of the architectures by their numbers, from `meta_archs`. @throws InputError where they are no texts */
export function architectureNames(meta: ReadonlyMap<unknown, unknown>, file: string): readonly string[] {
  const names = meta.get('meta_archs');
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    throw new InputError(`"meta_archs" is ${described(names)}, a list of architectures is needed`, { file });
  }
  return names;
}

/** The name of an architecture: by its number in the list, else as its own results say. @throws InputError where neither knows it */
export function nameOf(
  index: number,
  names: readonly string[] | undefined,
  byBudget: ReadonlyMap<string, ArchitectureResults>,
  file: string,
): string {
  const name = names?.[index] ?? [...byBudget.values()].find((results) => results.name !== undefined)?.name;
  if (name === undefined) throw new InputError(`architecture ${index} has no name`, { file });
  return name;
}

/** Results by training budget. */
export function resultsByBudget(value: unknown, file: string): Map<string, ArchitectureResults> {
  const byBudget = new Map<string, ArchitectureResults>();
  for (const [budget, results] of entriesOf(value, 'an architecture', file)) {
    if (typeof budget === 'string' && results !== null) byBudget.set(budget, architectureResults(results, file));
  }
  return byBudget;
}

function numberedResults(root: ReadonlyMap<unknown, unknown>, file: string): NamedColumns[] {
  const names = architectureNames(root, file);
  const rows: NamedColumns[] = [];
  for (const [index, value] of entriesOf(root.get('arch2infos'), '"arch2infos"', file)) {
    if (typeof index !== 'number') throw new InputError(`"arch2infos" has ${described(index)} for a number`, { file });
    const byBudget = resultsByBudget(value, file);
    rows.push({ name: nameOf(index, names, byBudget, file), columns: resultColumns(byBudget) });
  }
  return rows;
}

/** How columns are called by NASLib's data sets; of CIFAR-100 and ImageNet16-120 the files do not say which part was evaluated. */
const NASLIB_DATASETS = new Map([
  ['cifar10-valid', { evaluated: 'c10_valid', costs: 'c10_valid' }],
  ['cifar10', { evaluated: 'c10_test', costs: 'c10' }],
  ['cifar100', { evaluated: 'c100_eval', costs: 'c100' }],
  ['ImageNet16-120', { evaluated: 'im16_eval', costs: 'im16' }],
]);

function naslibRow(name: unknown, entry: unknown, file: string): NamedColumns {
  if (typeof name !== 'string')
    throw new InputError(`${described(name)} stands where an architecture is needed`, { file });
  const columns = new Map<string, number>();
  for (const [dataset, metrics] of entriesOf(entry, `the entry ${described(name)}`, file)) {
    const known = typeof dataset === 'string' ? NASLIB_DATASETS.get(dataset) : undefined;
    if (known === undefined) continue;
    const values = entriesOf(metrics, `${described(dataset)} of ${described(name)}`, file);
    const costs =
      values.get('cost_info') instanceof Map ? entriesOf(values.get('cost_info'), 'cost_info', file) : values;
    const set = (column: string, metric: unknown, factor = 1) => {
      const value = lastOf(metric, column, file);
      if (value !== undefined) columns.set(column, factor * value);
    };
    set(known.evaluated, values.get('eval_acc1es'));
    const curve = curveOf(values.get('eval_acc1es'));
    if (curve !== undefined && curve.length > 12) set(`${known.evaluated}_after_12ep`, curve[11]);
    set(`${known.costs}_train_time_s`, costs.get('train_time'));
    set(`${known.costs}_flops_m`, costs.get('flops') ?? costs.get('flop'));
    set(`${known.costs}_params_m`, costs.get('params'));
    set(`${known.costs}_latency_ms`, costs.get('latency'), 1000);
  }
  return { name, columns };
}

/** The values of a metric by epoch, where it has several. */
function curveOf(metric: unknown): readonly unknown[] | undefined {
  if (metric instanceof NumpyArray) return metric.numbers();
  return Array.isArray(metric) ? metric : undefined;
}

function lastOf(metric: unknown, what: string, file: string): number | undefined {
  const curve = curveOf(metric);
  const value = curve === undefined ? metric : curve.at(-1);
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'number') throw new InputError(`${what} is ${described(value)}, a number is needed`, { file });
  return value;
}
