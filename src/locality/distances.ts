/** Edit distances among many architectures, fast. */
import type { Codes, SearchSpace } from '../spaces/space.js';

/** The edit distance between two rows; equal to `editDistance` of their architectures. */
export type RowDistance = (a: number, b: number) => number;

/** Packs the architectures in bytes once, for many comparisons. */
export function rowDistances(space: SearchSpace, architectures: readonly Codes[]): RowDistance {
  const width = space.dimensions.length;
  const packed = new Uint8Array(architectures.length * width);
  architectures.forEach((codes, row) => {
    packed.set(codes, row * width);
  });
  const cap = Uint8Array.from(space.dimensions, ({ ordered }) => (ordered ? 255 : 1));
  return (a, b) => {
    const startA = a * width;
    const startB = b * width;
    let distance = 0;
    for (let d = 0; d < width; d++) {
      const steps = Math.abs(packed[startA + d] - packed[startB + d]);
      distance += steps < cap[d] ? steps : cap[d];
    }
    return distance;
  };
}
