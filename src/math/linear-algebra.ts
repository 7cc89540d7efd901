/** Dense symmetric positive definite systems in row-major typed arrays: what a Gaussian process needs, and no more. */

/**
 * Replaces the lower triangle of the n x n matrix by its Cholesky factor L (A = L L'); the upper triangle is left alone.
 * Returns false, the matrix then being spoilt, where it is not positive definite.
 */
export function choleskyInPlace(matrix: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j <= i; j++) {
      const other = j * n;
      let sum0 = matrix[row + j]!;
      let sum1 = 0;
      let k = 0;
      for (; k + 1 < j; k += 2) {
        sum0 -= matrix[row + k]! * matrix[other + k]!;
        sum1 -= matrix[row + k + 1]! * matrix[other + k + 1]!;
      }
      if (k < j) sum0 -= matrix[row + k]! * matrix[other + k]!;
      const sum = sum0 + sum1;
      if (i === j) {
        if (!(sum > 1e-12)) return false;
        matrix[row + j] = Math.sqrt(sum);
      } else {
        matrix[row + j] = sum / matrix[other + j]!;
      }
    }
  }
  return true;
}

/** Solves L x = b in place (forward substitution). */
export function solveLowerInPlace(factor: Float64Array, n: number, x: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let sum = x[i]!;
    for (let k = 0; k < i; k++) sum -= factor[row + k]! * x[k]!;
    x[i] = sum / factor[row + i]!;
  }
}

/** Solves L' x = b in place (backward substitution). */
export function solveUpperInPlace(factor: Float64Array, n: number, x: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const value = x[i]! / factor[row + i]!;
    x[i] = value;
    for (let k = 0; k < i; k++) x[k] = x[k]! - factor[row + k]! * value;
  }
}

/** Solves A x = b for a new x, where A = L L'. */
export function solveCholesky(factor: Float64Array, n: number, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  solveLowerInPlace(factor, n, x);
  solveUpperInPlace(factor, n, x);
  return x;
}

/** ln |A| for A = L L'. */
export function logDeterminant(factor: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(factor[i * n + i]!);
  return 2 * sum;
}

/** The full symmetric inverse of A = L L', n x n. */
export function inverseFromCholesky(factor: Float64Array, n: number): Float64Array {
  const lowerInverse = new Float64Array(n * n); // transposed: row j holds column j of the inverse of L
  for (let j = 0; j < n; j++) {
    const row = j * n;
    lowerInverse[row + j] = 1 / factor[row + j]!;
    for (let i = j + 1; i < n; i++) {
      const factorRow = i * n;
      let sum = 0;
      for (let k = j; k < i; k++) sum -= factor[factorRow + k]! * lowerInverse[row + k]!;
      lowerInverse[row + i] = sum / factor[factorRow + i]!;
    }
  }
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += lowerInverse[i * n + k]! * lowerInverse[j * n + k]!;
      inverse[i * n + j] = sum;
      inverse[j * n + i] = sum;
    }
  }
  return inverse;
}
