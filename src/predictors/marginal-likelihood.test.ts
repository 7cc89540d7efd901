import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { quantile } from '../math/statistics.js';
import { compressLowTail } from './low-tail.js';
import { fromLogVector, kernelMatrix, logPosterior, priorKernel, toLogVector } from './marginal-likelihood.js';
import { kernelOf, measurements, randomKernel, shapes, spaceOf } from './testing/problems.js';

describe.each(shapes.filter(([name]) => name !== '200 choices'))('parameters: %s', (_, counts) => {
  const space = spaceOf(counts);
  const random = createRandom(21);
  const { architectures, accuracies } = measurements(space, 18, 4);
  const training = {
    space,
    inputs: Uint8Array.from(architectures.flat()),
    targets: Float64Array.from(accuracies, (value) => (value - 50) / 10),
  };

  it('the gradient of the log posterior is that of finite differences', () => {
    for (const kernel of [priorKernel(space), randomKernel(space, random)]) {
      const logs = toLogVector(space, kernel);
      const { gradient } = logPosterior(training, logs)!;
      expect(gradient).toHaveLength(logs.length);
      logs.forEach((log, i) => {
        const h = 1e-4;
        const at = (shift: number) => logPosterior(training, logs.with(i, log + shift))!.value;
        // fourth-order central difference
        const slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        expect(Math.abs(gradient[i]! - slope)).toBeLessThan(1e-5 * (1 + Math.abs(slope)));
      });
    }
  });

  it('the vector of logarithms is the kernel and back', () => {
    const kernel = randomKernel(space, random);
    const back = fromLogVector(space, toLogVector(space, kernel));
    expect(back.noise).toBeCloseTo(kernel.noise, 12);
    back.weights.forEach((own, d) => {
      own.forEach((weight, c) => {
        expect(weight).toBeCloseTo(kernel.weights[d]![c]!, 12);
      });
    });
  });

  it('the kernel matrix is as defined and positive semi-definite', () => {
    const kernel = randomKernel(space, random);
    const matrix = kernelMatrix(training, kernel);
    const n = architectures.length;
    architectures.forEach((a, i) => {
      architectures.forEach((b, j) => {
        expect(matrix[i * n + j]).toBeCloseTo(kernelOf(space, kernel, a, b), 12);
      });
    });
    for (let trial = 0; trial < 200; trial++) {
      const v = Array.from({ length: n }, () => random.normal());
      const form = v.reduce((sum, a, i) => sum + v.reduce((inner, b, j) => inner + a * b * matrix[i * n + j]!, 0), 0);
      expect(form).toBeGreaterThan(-1e-9);
    }
  });
});

it('the kernel of one dimension has no negative eigenvalue, ordered or not, at any weights', () => {
  const random = createRandom(3);
  for (const count of [6, -6]) {
    const space = spaceOf([count]);
    const inputs = Uint8Array.from([0, 1, 2, 3, 4, 5]);
    for (let trial = 0; trial < 100; trial++) {
      const weights = [Array.from({ length: 6 }, () => Math.exp(4 * random.normal() - 2))];
      const matrix = kernelMatrix({ space, inputs, targets: new Float64Array(6) }, { weights, noise: 0 });
      expect(leastEigenvalue(matrix, 6)).toBeGreaterThan(-1e-9);
    }
  }
});

/** By power iteration on c I - A, c at least the largest eigenvalue. */
function leastEigenvalue(matrix: Float64Array, n: number): number {
  const c = n; // entries are at most 1
  let v = Array.from({ length: n }, (_, i) => Math.sin(i + 1));
  let value = 0;
  for (let step = 0; step < 400; step++) {
    const next = v.map((own, i) => c * own - v.reduce((sum, other, j) => sum + matrix[i * n + j]! * other, 0));
    const length = Math.hypot(...next);
    value = length / Math.hypot(...v);
    v = next.map((entry) => entry / length);
  }
  return c - value;
}

describe('compressLowTail', () => {
  it('keeps the upper half and the order, and draws failures near', () => {
    const values = [93, 92.5, 94, 10, 0, 91, 93.5, 92.9, 93.2, 50];
    const compressed = compressLowTail(values);
    const middle = quantile(values, 0.5);
    const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
    order.slice(1).forEach((i, place) => {
      expect(compressed[i]).toBeGreaterThan(compressed[order[place]!]!);
    });
    values.forEach((value, i) => {
      if (value >= middle) expect(compressed[i]).toBe(value);
    });
    // m = 92.7, w = 93.55 - 92.7: 92.7 - 0.85 ln(1 + 92.7 / 0.85)
    expect(compressed[4]).toBeCloseTo(92.7 - 0.85 * Math.log(1 + 92.7 / 0.85), 9);
    expect(compressed[4]).toBeGreaterThan(88);
  });

  it('leaves one value, constants and values without an upper spread alone', () => {
    for (const values of [[5], [7, 7, 7], [1, 9, 9, 9, 9]]) expect([...compressLowTail(values)]).toEqual(values);
  });
});
