/** How far two sets of tensors are apart. */
import type { Tensors } from '../engine.js';

type TensorsOf = ReadonlyMap<string, ArrayLike<number>>;

/**
 * Names of the tensors that differ by more than `tolerance` times the tensor's largest expected value, with that ratio; tensors that are nearly
 * zero beside the others are measured by a hundredth of the largest value of all. Missing and superfluous tensors count as infinitely far.
 */
export function apart(actual: TensorsOf, expected: TensorsOf, tolerance: number): [name: string, ratio: number][] {
  const largest = Math.max(...[...expected.values()].map(largestOf));
  return [...new Set([...actual.keys(), ...expected.keys()])].flatMap((name): [string, number][] => {
    const ratio = ratioOf(actual.get(name), expected.get(name), largest);
    return ratio <= tolerance ? [] : [[name, ratio]];
  });
}

/** Names of tensors of which a bit differs or that only one side has. */
export function changedNames(before: Tensors, after: Tensors): string[] {
  const bits = (tensors: Tensors, name: string) => {
    const values = tensors.get(name)?.values;
    return values === undefined ? '' : Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
  };
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => bits(before, name) !== bits(after, name));
}

/** The largest absolute value. */
function largestOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

function ratioOf(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, largest: number): number {
  if (a === undefined || b === undefined || a.length !== b.length) return Number.POSITIVE_INFINITY;
  const difference = largestOf(Array.from(a, (value, i) => value - b[i]!));
  const scale = Math.max(largestOf(b), largest / 100);
  return difference === 0 ? 0 : difference / scale;
}
