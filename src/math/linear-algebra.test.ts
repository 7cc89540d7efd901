import { expect, test } from 'vitest';
import { choleskyInPlace, inverseFromCholesky, logDeterminant, solveCholesky } from './linear-algebra.js';
import { createRandom } from './random.js';

function randomPositiveDefinite(n: number, randomSeed: number): Float64Array {
  const random = createRandom(randomSeed);
  const root = Float64Array.from({ length: n * n }, () => random.normal());
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = i === j ? 0.1 : 0;
      for (let k = 0; k < n; k++) sum += root[i * n + k]! * root[j * n + k]!;
      matrix[i * n + j] = sum;
    }
  }
  return matrix;
}

test.each([1, 2, 3, 8, 37])('a factor of size %i solves and inverts its matrix', (n) => {
  const matrix = randomPositiveDefinite(n, n);
  const factor = Float64Array.from(matrix);
  expect(choleskyInPlace(factor, n)).toBe(true);
  const b = Float64Array.from({ length: n }, (_, i) => i - 1.5);
  const x = solveCholesky(factor, n, b);
  const inverse = inverseFromCholesky(factor, n);
  for (let i = 0; i < n; i++) {
    let product = 0;
    for (let k = 0; k < n; k++) product += matrix[i * n + k]! * x[k]!;
    expect(product).toBeCloseTo(b[i]!, 8);
    for (let j = 0; j < n; j++) {
      let entry = 0;
      for (let k = 0; k < n; k++) entry += matrix[i * n + k]! * inverse[k * n + j]!;
      expect(entry).toBeCloseTo(i === j ? 1 : 0, 8);
    }
  }
});

test('the log determinant of a 2 x 2 matrix is the one worked out by hand', () => {
  const factor = Float64Array.from([4, 0, 2, 5]); // determinant of [[4, 2], [2, 5]] is 16
  expect(choleskyInPlace(factor, 2)).toBe(true);
  expect(logDeterminant(factor, 2)).toBeCloseTo(Math.log(16), 12);
});

test('a matrix that is not positive definite is refused', () => {
  expect(choleskyInPlace(Float64Array.from([1, 0, 2, 1]), 2)).toBe(false);
  expect(choleskyInPlace(Float64Array.from([Number.NaN]), 1)).toBe(false);
});
