import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { python } from '../../test/optional.js';
import { principalComponents } from './principal-components.js';
import { createRandom } from './random.js';

/** A covariance of `rows` random rows of n numbers with spreads of their own. */
function covariance(n: number, rows: number, randomSeed: number): Float64Array {
  const random = createRandom(randomSeed);
  const data = Array.from({ length: rows }, () =>
    Array.from({ length: n }, (_, i) => (random.float() - 0.5) * (1 + (i % 5))),
  );
  const matrix = new Float64Array(n * n);
  for (const row of data)
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix[i * n + j]! += (row[i]! * row[j]!) / rows;
  return matrix;
}

describe('principalComponents', () => {
  it('finds those of a matrix that can be solved by hand', () => {
    // eigenvalues 2 + 1 and 2 - 1 of the block, and 0.5
    const [first, second] = principalComponents(Float64Array.of(2, 1, 0, 1, 2, 0, 0, 0, 0.5), 3, 2);
    expect(first!.eigenvalue).toBeCloseTo(3, 12);
    expect(Array.from(first!.vector)).toEqual([Math.SQRT1_2, Math.SQRT1_2, 0].map((value) => expect.closeTo(value, 9)));
    expect(second!.eigenvalue).toBeCloseTo(1, 12);
    expect(Array.from(second!.vector)).toEqual(
      [Math.SQRT1_2, -Math.SQRT1_2, 0].map((value) => expect.closeTo(value, 9)),
    );
  });

  it('gives vectors of the right space where an eigenvalue occurs several times', () => {
    const n = 6;
    const same = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 4 : 0));
    const [first, second] = principalComponents(same, n, 2);
    expect([first!.eigenvalue, second!.eigenvalue]).toEqual([expect.closeTo(4, 10), expect.closeTo(4, 10)]);
    expect(first!.vector.reduce((sum, value, i) => sum + value * second!.vector[i]!, 0)).toBeCloseTo(0, 10);
  });

  it('knows matrices of rank one, of zeros and of one number', () => {
    const [first, second] = principalComponents(Float64Array.of(1, 2, 2, 4), 2, 2);
    expect([first!.eigenvalue, second!.eigenvalue]).toEqual([expect.closeTo(5, 12), expect.closeTo(0, 12)]);
    expect(principalComponents(new Float64Array(9), 3, 2).map(({ eigenvalue }) => eigenvalue)).toEqual([0, 0]);
    expect(principalComponents(Float64Array.of(7), 1, 2)).toEqual([{ eigenvalue: 7, vector: Float64Array.of(1) }]);
  });

  it('is the same every time, with the largest entry positive', () => {
    const matrix = covariance(40, 60, 3);
    const components = principalComponents(matrix, 40, 2);
    expect(principalComponents(matrix, 40, 2)).toEqual(components);
    for (const { vector } of components) {
      const largest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most));
      expect(largest).toBeGreaterThan(0);
    }
  });

  const path = python();
  it.skipIf(path === undefined).each([[5], [60], [150]])('agrees with NumPy on %i dimensions', (n) => {
    const matrix = covariance(n, 2 * n, n);
    const program = `
import json, sys, numpy
values, vectors = numpy.linalg.eigh(numpy.array(json.load(sys.stdin)).reshape(${n}, ${n}))
print(json.dumps({"values": values[::-1][:2].tolist(), "vectors": vectors.T[::-1][:2].tolist()}))`;
    const { stdout } = spawnSync(path!, ['-c', program], {
      input: JSON.stringify(Array.from(matrix)),
      encoding: 'utf8',
    });
    const expected = JSON.parse(stdout) as { values: number[]; vectors: number[][] };
    principalComponents(matrix, n, 2).forEach(({ eigenvalue, vector }, i) => {
      expect(eigenvalue).toBeCloseTo(expected.values[i]!, 9);
      const likeness = vector.reduce((sum, value, at) => sum + value * expected.vectors[i]![at]!, 0);
      expect(Math.abs(likeness)).toBeCloseTo(1, 9);
    });
  });
});
