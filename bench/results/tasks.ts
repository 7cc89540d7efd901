/** What is run for docs/results.md: tables, columns, budgets. */
import { join } from 'node:path';
import { readTable } from '../../src/benchmarks/read-table.js';
import type { Table } from '../../src/benchmarks/table.js';
import { loadSpace } from '../../src/space-files/load.js';
import type { SearchSpace } from '../../src/spaces/space.js';

/** How much is run. */
export interface Settings {
  readonly randomSeed: number;
  readonly repeats: number;
  /** repeats on the large space, where one run takes longer */
  readonly largeRepeats: number;
  /** what budgets and sizes are divided by; 1 except in a smoke test */
  readonly divisor: number;
  readonly largeEvaluations: number;
  readonly largeSize: number;
  readonly hugeSize: number;
}

/** The algorithm's settings were tried and checked at low random seeds; results are taken at others. */
export const FULL: Settings = {
  randomSeed: 1001,
  repeats: 20,
  largeRepeats: 10,
  divisor: 1,
  largeEvaluations: 500,
  largeSize: 100_000,
  hugeSize: 1_000_000,
};
export const QUICK: Settings = {
  randomSeed: 1001,
  repeats: 2,
  largeRepeats: 2,
  divisor: 5,
  largeEvaluations: 40,
  largeSize: 1_000,
  hugeSize: 2_000,
};

/** One data set of a listed space. */
export interface DataSet {
  readonly name: string;
  readonly space: SearchSpace;
  readonly table: Table;
  /** the column reported against */
  readonly truth: string;
  /** the cheap column that a searcher would really see, and what it is */
  readonly cheap: string;
  readonly cheapName: string;
}

/** NAS-Bench-201 on CIFAR-10 and CIFAR-100, and NAS-Bench-Macro. */
export async function dataSets(folder: string): Promise<DataSet[]> {
  const cells = await loadSpace('nasbench201');
  const cellTable = await readTable(join(folder, 'nasbench201/nasbench201.csv.gz'), cells);
  const macro = await loadSpace('nasbench-macro');
  const macroTable = await readTable(join(folder, 'nasbench-macro/nasbench_macro.csv.gz'), macro);
  const validation = 'validation accuracy after 12 epochs';
  return [
    {
      name: 'NAS-Bench-201 CIFAR-10',
      space: cells,
      table: cellTable,
      truth: 'c10_test',
      cheap: 'c10_valid_12ep',
      cheapName: validation,
    },
    {
      name: 'NAS-Bench-201 CIFAR-100',
      space: cells,
      table: cellTable,
      truth: 'c100_test',
      cheap: 'c100_valid_12ep',
      cheapName: validation,
    },
    {
      name: 'NAS-Bench-Macro',
      space: macro,
      table: macroTable,
      truth: 'test_mean',
      cheap: 'test1',
      cheapName: 'one training of three',
    },
  ];
}
