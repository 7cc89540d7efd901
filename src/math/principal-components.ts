/** The leading eigenvectors of a symmetric matrix: principal components of what it is the covariance of. */

/** One principal component. */
export interface Component {
  readonly eigenvalue: number;
  /** of length 1; the entry of the largest size is positive (of equal ones the first) */
  readonly vector: Float64Array;
}

const SPARE = 6; // further vectors that are iterated along, so that close eigenvalues do not slow the wanted ones down
const MOST_ITERATIONS = 3000;
const PRECISION = 1e-11;

/**
 * The `wanted` components with the largest eigenvalues of a symmetric positive semidefinite n x n matrix (row by row), largest first, by orthogonal
 * iteration with Rayleigh-Ritz steps. Deterministic. Within an eigenvalue that occurs several times the vectors are any of its space.
 */
export function principalComponents(matrix: Float64Array, n: number, wanted: number): Component[] {
  const k = Math.min(n, wanted + SPARE);
  let basis = orthonormalized(beginning(n, k));
  let values = new Float64Array(k);
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const images = basis.map((vector) => product(matrix, n, vector));
    const small = new Float64Array(k * k);
    for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) small[i * k + j] = dot(basis[i]!, images[j]!);
    const { eigenvalues, vectors } = jacobi(small, k);
    values = eigenvalues;
    basis = vectors.map((weights) => combined(basis, weights));
    const turned = vectors.map((weights) => combined(images, weights));
    const isDone = turned.slice(0, wanted).every((image, i) => {
      const residual = Math.sqrt(image.reduce((sum, value, at) => sum + (value - values[i]! * basis[i]![at]!) ** 2, 0));
      return residual <= PRECISION * Math.max(values[0]!, Number.MIN_VALUE);
    });
    if (isDone) break;
    basis = orthonormalized(turned);
  }
  return basis.slice(0, wanted).map((vector, i) => ({ eigenvalue: Math.max(0, values[i]!), vector: signed(vector) }));
}

/** Vectors that no matrix of practice is orthogonal to. */
function beginning(n: number, k: number): Float64Array[] {
  return Array.from({ length: k }, (_, i) =>
    Float64Array.from({ length: n }, (__, at) => Math.sin((i + 1) * (at + 1) * 1.7 + i)),
  );
}

/** Gram-Schmidt, twice; what depends on earlier vectors is replaced by a unit vector that does not. */
function orthonormalized(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const vector of vectors) {
    let made = reduced(vector, done);
    for (let axis = 0; made === undefined; axis++) {
      const unit = new Float64Array(vector.length);
      unit[axis] = 1;
      made = reduced(unit, done);
    }
    done.push(made);
  }
  return done;
}

/** The part of a vector that is orthogonal to the others, of length 1; undefined where next to nothing is left. */
function reduced(vector: Float64Array, others: readonly Float64Array[]): Float64Array | undefined {
  const length = Math.sqrt(dot(vector, vector));
  if (!(length > 0)) return undefined;
  const left = vector.map((value) => value / length);
  for (let pass = 0; pass < 2; pass++) {
    for (const other of others) {
      const share = dot(left, other);
      for (let at = 0; at < left.length; at++) left[at] = left[at]! - share * other[at]!;
    }
  }
  const rest = Math.sqrt(dot(left, left));
  return rest > 1e-8 ? left.map((value) => value / rest) : undefined;
}

/** Eigenvalues, largest first, and eigenvectors of a small symmetric matrix, by Jacobi's rotations. */
function jacobi(matrix: Float64Array, n: number): { eigenvalues: Float64Array<ArrayBuffer>; vectors: Float64Array[] } {
  const a = Float64Array.from(matrix);
  const v = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let all = 0;
    for (let at = 0; at < n * n; at++) {
      all += a[at]! ** 2;
      if (at % (n + 1) !== 0) off += a[at]! ** 2;
    }
    if (off <= 1e-30 * all) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * (n + 1)]! - a[i * (n + 1)]! || i - j);
  return {
    eigenvalues: Float64Array.from(order, (i) => a[i * (n + 1)]!),
    vectors: order.map((i) => Float64Array.from({ length: n }, (_, row) => v[row * n + i]!)),
  };
}

/** Makes the entry (p, q) zero. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let i = 0; i < n; i++) {
    const [aip, aiq] = [a[i * n + p]!, a[i * n + q]!];
    a[i * n + p] = c * aip - s * aiq;
    a[i * n + q] = s * aip + c * aiq;
    const [vip, viq] = [v[i * n + p]!, v[i * n + q]!];
    v[i * n + p] = c * vip - s * viq;
    v[i * n + q] = s * vip + c * viq;
  }
  for (let i = 0; i < n; i++) {
    const [api, aqi] = [a[p * n + i]!, a[q * n + i]!];
    a[p * n + i] = c * api - s * aqi;
    a[q * n + i] = s * api + c * aqi;
  }
}

function product(matrix: Float64Array, n: number, vector: Float64Array): Float64Array {
  const image = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * vector[j]!;
    image[i] = sum;
  }
  return image;
}

function combined(vectors: readonly Float64Array[], weights: Float64Array): Float64Array {
  const sum = new Float64Array(vectors[0]!.length);
  vectors.forEach((vector, i) => {
    for (let at = 0; at < sum.length; at++) sum[at] = sum[at]! + weights[i]! * vector[at]!;
  });
  return sum;
}

function signed(vector: Float64Array): Float64Array {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest) * (1 + 1e-9)) largest = value;
  return largest < 0 ? vector.map((value) => -value) : vector;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
