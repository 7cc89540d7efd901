/** NAS-Bench-101's records as a table: of every module the means over its repeats, by training budget. */
import { ArchitectureSet } from '../spaces/architecture-set.js';
import type { Architecture } from '../spaces/space.js';
import type { ByteSource } from './byte-source.js';
import { nasBench101Records, type TrainingRecord } from './nasbench101-records.js';
import { placed } from './placed.js';
import { type Table, TableBuilder, type TableSource } from './table.js';

/** The architecture of a module; throws an InputError where the space has none such. */
export type ArchitectureOf = (matrix: readonly (readonly number[])[], operations: readonly string[]) => Architecture;

/** What a budget's columns are called, and their values in one training: accuracies in percent, seconds. */
const MEANS: readonly [name: (epochs: number) => string, value: (record: TrainingRecord) => number][] = [
  [(epochs) => `valid_${epochs}ep`, ({ final }) => 100 * final.validation],
  [(epochs) => `test_${epochs}ep`, ({ final }) => 100 * final.test],
  [(epochs) => `train_${epochs}ep`, ({ final }) => 100 * final.train],
  [(epochs) => `valid_half_${epochs}ep`, ({ halfway }) => 100 * halfway.validation],
  [(epochs) => `test_half_${epochs}ep`, ({ halfway }) => 100 * halfway.test],
  [(epochs) => `train_half_${epochs}ep`, ({ halfway }) => 100 * halfway.train],
  [(epochs) => `train_time_s_${epochs}ep`, ({ final }) => final.trainingTime],
];

/**
 * The table of a file of records; the file is read once, one record at a time. Columns for each number of epochs E: `valid_Eep`, `test_Eep`,
 * `train_Eep`, the same after half of the epochs (`valid_half_Eep` ...), `train_time_s_Eep`, and `valid_run1_Eep`, the first repeat alone;
 * then `params_m`.
 * @throws InputError naming the record that is damaged or has a module that the space has not
 */
export function readNasBench101(content: ByteSource, source: TableSource, architectureOf: ArchitectureOf): Table {
  const { file, space } = source;
  const modules = new Map<string, number>();
  const architectures = new ArchitectureSet(space.dimensions.length);
  const parameters: number[] = [];
  const budgets = new Map<number, Budget>();
  let row = 0;
  for (const record of nasBench101Records(content)) {
    row++;
    let module = modules.get(record.hash);
    if (module === undefined) {
      const architecture = placed({ file, row }, () => architectureOf(record.matrix, record.operations));
      const added = architectures.add(architecture);
      module = added >= 0 ? added : architectures.indexOf(architecture);
      modules.set(record.hash, module);
      parameters[module] = record.parameters / 1e6;
    }
    const budget = budgets.get(record.epochs) ?? new Budget();
    budgets.set(record.epochs, budget);
    budget.add(module, record);
  }

  const known = [...budgets].sort(([a], [b]) => b - a);
  const names = known.flatMap(([epochs]) => [...MEANS.map(([name]) => name(epochs)), `valid_run1_${epochs}ep`]);
  const builder = new TableBuilder(source, [...names, 'params_m']);
  for (let module = 0; module < architectures.size; module++) {
    const values = known.flatMap(([, budget]) => budget.values(module));
    builder.add(space.architecture(architectures.codesAt(module)), [...values, parameters[module]!]);
  }
  return builder.finish();
}

/** Sums over the repeats of every module. */
class Budget {
  #sums = new Float64Array(0);
  #first = new Float64Array(0);
  #repeats = new Uint16Array(0);

  add(module: number, record: TrainingRecord): void {
    if (module >= this.#repeats.length) this.#grow(module + 1);
    if (this.#repeats[module] === 0) this.#first[module] = 100 * record.final.validation;
    this.#repeats[module]!++;
    for (let c = 0; c < MEANS.length; c++) this.#sums[module * MEANS.length + c]! += MEANS[c]![1](record);
  }

  /** The means and the first repeat; NaN where the module was never trained so. */
  values(module: number): number[] {
    const repeats = this.#repeats[module] ?? 0;
    if (repeats === 0) return new Array<number>(MEANS.length + 1).fill(Number.NaN);
    return [...MEANS.map((_, c) => this.#sums[module * MEANS.length + c]! / repeats), this.#first[module]!];
  }

  #grow(modules: number): void {
    const room = Math.max(modules, 2 * this.#repeats.length, 1024);
    const [sums, first, repeats] = [this.#sums, this.#first, this.#repeats];
    this.#sums = new Float64Array(room * MEANS.length);
    this.#first = new Float64Array(room);
    this.#repeats = new Uint16Array(room);
    this.#sums.set(sums);
    this.#first.set(first);
    this.#repeats.set(repeats);
  }
}
