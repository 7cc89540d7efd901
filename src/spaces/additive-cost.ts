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

/** Most digits behind the point that count as exact decimals. */
const MOST_DECIMALS = 9;

/**
 * The same for numbers that people write with a few decimals: they are added up as whole numbers, so that 0.1 and 0.2 together are 0.3 and a
 * network that costs exactly what a limit allows is within it.
 * @param parts what every architecture costs, which is their sum
 */
export function decimalCost(
  choiceCounts: readonly number[],
  parts: readonly number[],
  tables: readonly CostTable[],
): AdditiveFunction {
  const numbers = [...parts, ...tables.flatMap(({ values }) => Array.from(values))].filter(
    (value) => !Number.isNaN(value),
  );
  const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0) * (tables.length + parts.length);
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const scale = 10 ** decimals;
    if (largest * scale > Number.MAX_SAFE_INTEGER) break;
    if (!numbers.every((value) => Math.round(value * scale) / scale === value)) continue;
    const whole = (value: number) => Math.round(value * scale);
    const scaled = tables.map(({ dimensions, values }) => ({ dimensions, values: Array.from(values, whole) }));
    return additiveCost(choiceCounts, sumOf(parts.map(whole)), scaled, scale);
  }
  return additiveCost(choiceCounts, sumOf(parts), tables);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, own) => sum + own, 0);
}

function runningSums(lengths: readonly number[]): Uint32Array {
  let sum = 0;
  return Uint32Array.from(lengths, (length) => {
    sum += length;
    return sum;
  });
}
