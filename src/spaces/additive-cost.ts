/** Costs that are a base plus one number per group of dimensions, looked up in a table: exact, and nanoseconds to evaluate. */
import type { CostSum, CostTable } from './cost-sum.js';
import type { Codes } from './space.js';

/** A cost as a function, which knows how it is made up. */
export interface AdditiveFunction {
  (codes: Codes): number;
  readonly sum: CostSum;
}

/**
 * The function codes -> (base + sum of the tables' entries) / divisor.
 * @param choiceCounts number of choices of every dimension of the space
 */
export function additiveCost(
  choiceCounts: readonly number[],
  base: number,
  tables: readonly CostTable[],
  divisor = 1,
): AdditiveFunction {
  const dimensions = Uint16Array.from(tables.flatMap((table) => [...table.dimensions]));
  const counts = Uint16Array.from(dimensions, (d) => choiceCounts[d]!);
  const values = Float64Array.from(tables.flatMap((table) => Array.from(table.values)));
  const ends = runningSums(tables.map((table) => table.dimensions.length)); // in `dimensions`
  const offsets = runningSums([0, ...tables.map((table) => table.values.length)]); // in `values`
  const of = (codes: Codes) => {
    let sum = base;
    let i = 0;
    for (let t = 0; t < ends.length; t++) {
      let index = 0;
      for (const end = ends[t]!; i < end; i++) index = index * counts[i]! + codes[dimensions[i]!]!;
      sum += values[offsets[t]! + index]!;
    }
    return sum / divisor;
  };
  return Object.assign(of, { sum: { base, tables, divisor } });
}

function runningSums(lengths: readonly number[]): Uint32Array {
  let sum = 0;
  return Uint32Array.from(lengths, (length) => {
    sum += length;
    return sum;
  });
}
