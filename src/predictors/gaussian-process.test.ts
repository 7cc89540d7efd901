import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { python } from '../../test/optional.js';
import { createRandom } from '../math/random.js';
import { median } from '../math/statistics.js';
import type { Architecture, SearchSpace } from '../spaces/space.js';
import { fitLocalityModel, restoreLocalityModel } from './gaussian-process.js';
import type { KernelParameters } from './locality-kernel.js';
import { inverse, kernelOf, measurements, randomKernel, shapes, spaceOf } from './testing/problems.js';

const scikit = python();

/** Posterior by textbook formulas: generalized least squares mean, maximum-likelihood variance (Rasmussen and Williams 2.7, 5.4). */
function textbook(
  space: SearchSpace,
  kernel: KernelParameters,
  x: readonly Architecture[],
  y: readonly number[],
  at: readonly Architecture[],
) {
  const K = x.map((a, i) => x.map((b, j) => kernelOf(space, kernel, a, b) + (i === j ? kernel.noise : 0)));
  const inv = inverse(K);
  const times = (v: readonly number[]) => inv.map((row) => row.reduce((sum, value, j) => sum + value * v[j]!, 0));
  const total = (v: readonly number[]) => v.reduce((sum, value) => sum + value, 0);
  const offset = total(times(y)) / total(times(y.map(() => 1)));
  const residual = y.map((value) => value - offset);
  const weights = times(residual);
  const variance = total(residual.map((value, i) => value * weights[i]!)) / y.length;
  return at.map((codes) => {
    const k = x.map((other) => kernelOf(space, kernel, codes, other));
    const explained = total(times(k).map((value, i) => value * k[i]!));
    return {
      mean: offset + total(k.map((value, i) => value * weights[i]!)),
      deviation: Math.sqrt(variance * (1 - explained)),
    };
  });
}

/** Lifted to the median, for an odd count: nothing lies below it, so that no low tail is compressed. */
function flatFloor(accuracies: readonly number[]): number[] {
  const middle = median(accuracies);
  return accuracies.map((accuracy) => Math.max(accuracy, middle));
}

describe.each(shapes)('the posterior: %s', (_, counts) => {
  it('is what the textbook formulas give', () => {
    const space = spaceOf(counts);
    const random = createRandom(11);
    const kernel = randomKernel(space, random);
    const { architectures, accuracies } = measurements(space, 25, 3);
    const y = flatFloor(accuracies);
    const at = Array.from({ length: 20 }, () => space.sample(random));
    const model = restoreLocalityModel(space, architectures, y, kernel);
    textbook(space, kernel, architectures, y, at).forEach(({ mean, deviation }, i) => {
      const predicted = model.predict(at[i]!);
      expect(predicted.mean).toBeCloseTo(mean, 7);
      expect(predicted.deviation).toBeCloseTo(deviation, 7);
      expect(model.mean(at[i]!)).toBeCloseTo(mean, 7);
    });
  });

  it('is restored bit for bit from the kernel that a fit found', () => {
    const space = spaceOf(counts);
    const { architectures, accuracies } = measurements(space, 30, 4);
    const fitted = fitLocalityModel(space, architectures, accuracies);
    const restored = restoreLocalityModel(space, architectures, accuracies, fitted.kernel);
    expect(restored.offset).toBe(fitted.offset);
    expect(restored.weights).toEqual(fitted.weights);
    for (const codes of measurements(space, 10, 5).architectures) {
      expect(restored.predict(codes)).toEqual(fitted.predict(codes));
    }
    const warm = fitLocalityModel(space, architectures, accuracies, fitted.kernel);
    expect(restoreLocalityModel(space, architectures, accuracies, warm.kernel).weights).toEqual(warm.weights);
  });
});

it.skipIf(scikit === undefined)(
  'is that of scikit-learn: an RBF kernel on one-hot features scaled by sqrt(weight)',
  () => {
    const space = spaceOf([3, 5, 1, 4, 2]);
    const random = createRandom(2);
    const kernel = randomKernel(space, random, 0.02);
    const { architectures, accuracies } = measurements(space, 41, 6);
    const y = flatFloor(accuracies);
    const at = Array.from({ length: 30 }, () => space.sample(random));
    const model = restoreLocalityModel(space, architectures, y, kernel);
    const features = (codes: Architecture) =>
      space.dimensions.flatMap(({ choices }, d) =>
        choices.map((_, c) => (codes[d] === c ? Math.sqrt(kernel.weights[d]![c]!) : 0)),
      );
    const program = `
import json, sys
import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF
p = json.load(sys.stdin)
gp = GaussianProcessRegressor(RBF(np.sqrt(0.5)), alpha=p['noise'], optimizer=None)
gp.fit(np.array(p['x']), np.array(p['y']) - p['offset'])
mean, deviation = gp.predict(np.array(p['at']), return_std=True)
json.dump({'mean': (mean + p['offset']).tolist(), 'deviation': deviation.tolist()}, sys.stdout)`;
    const input = JSON.stringify({
      x: architectures.map(features),
      y,
      at: at.map(features),
      noise: kernel.noise,
      offset: model.offset,
    });
    const { stdout, stderr } = spawnSync(scikit!, ['-c', program], { input, encoding: 'utf8' });
    expect(stdout, stderr).not.toBe('');
    const theirs = JSON.parse(stdout) as { mean: number[]; deviation: number[] };
    const ours = at.map((codes) => model.predict(codes));
    ours.forEach(({ mean }, i) => {
      expect(mean).toBeCloseTo(theirs.mean[i]!, 8);
    });
    // their kernel has unit variance, ours the most likely one: the same factor everywhere
    const factors = ours.map(({ deviation }, i) => deviation / theirs.deviation[i]!);
    for (const factor of factors) expect(factor / factors[0]!).toBeCloseTo(1, 8);
  },
);

describe('mostUncertain', () => {
  it.each(shapes)('is the greedy choice by refitted posterior covariance: %s', (_, counts) => {
    const space = spaceOf(counts);
    const random = createRandom(8);
    const kernel = randomKernel(space, random, 0.01);
    const { architectures, accuracies } = measurements(space, 12, 9);
    const model = restoreLocalityModel(space, architectures, accuracies, kernel);
    const pool = Array.from({ length: 40 }, () => space.sample(random));
    const picked = model.mostUncertain(pool, 10);
    expect(new Set(picked).size).toBe(10);
    const known: Architecture[] = [...architectures];
    const taken: number[] = [];
    for (const pick of picked) {
      const inv = inverse(
        known.map((a, i) => known.map((b, j) => kernelOf(space, kernel, a, b) + (i === j ? kernel.noise : 0))),
      );
      const left = pool.map((codes) => {
        const k = known.map((other) => kernelOf(space, kernel, codes, other));
        return 1 - k.reduce((sum, a, i) => sum + a * k.reduce((inner, b, j) => inner + inv[i]![j]! * b, 0), 0);
      });
      const most = Math.max(...left.filter((_, i) => !taken.includes(i)));
      expect(left[pick]).toBeCloseTo(most, 9);
      taken.push(pick);
      known.push(pool[pick]!);
    }
  });

  it('gives all of a pool that is too small, and takes repeated architectures', () => {
    const space = spaceOf([3, 3]);
    const model = fitLocalityModel(space, [space.architecture([0, 0])], [50]);
    const a = space.architecture([1, 2]);
    expect([...model.mostUncertain([a, a, a], 9)].sort()).toEqual([0, 1, 2]);
    expect(model.mostUncertain([], 3)).toEqual([]);
  });
});

describe('difficult measurements', () => {
  const space = spaceOf([4, 3, -5, 1]);
  const all = measurements(space, 60, 1);
  const finite = (model: ReturnType<typeof fitLocalityModel>) => {
    for (const codes of measurements(space, 20, 2).architectures) {
      const { mean, deviation } = model.predict(codes);
      expect(Number.isFinite(mean)).toBe(true);
      expect(deviation).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(deviation)).toBe(true);
    }
  };

  it.each([1, 2, 3, 20])('constant accuracies of %i networks predict the constant', (n) => {
    const model = fitLocalityModel(space, all.architectures.slice(0, n), Array(n).fill(93.1));
    finite(model);
    for (const codes of all.architectures) expect(model.mean(codes)).toBeCloseTo(93.1, 9);
  });

  it('two networks are predicted in their order, others between', () => {
    const [a, b] = [space.architecture([0, 0, 0, 0]), space.architecture([3, 2, 4, 0])];
    const model = fitLocalityModel(space, [a, b], [60, 70]);
    finite(model);
    expect(model.mean(b)).toBeGreaterThan(model.mean(a));
    for (const codes of all.architectures) {
      expect(model.mean(codes)).toBeGreaterThan(55);
      expect(model.mean(codes)).toBeLessThan(75);
    }
  });

  it('the same network with different results is predicted between them', () => {
    const twice = [...all.architectures.slice(0, 20), ...all.architectures.slice(0, 20)];
    const accuracies = [...all.accuracies.slice(0, 20), ...all.accuracies.slice(0, 20).map((value) => value + 4)];
    const model = fitLocalityModel(space, twice, accuracies);
    finite(model);
    const last = Array(40).fill(all.architectures[0]!);
    finite(
      fitLocalityModel(
        space,
        last,
        Array.from({ length: 40 }, (_, i) => 80 + (i % 7)),
      ),
    );
  });

  it('a few failed networks of 0 % among the nineties do not wreck the ranking of the others', () => {
    const spread = all.accuracies.map((value) => 90 + value / 20);
    const broken = spread.map((value, i) => (i % 12 === 5 ? 0 : value));
    const [clean, spoilt] = [spread, broken].map((values) =>
      fitLocalityModel(space, all.architectures.slice(0, 48), values.slice(0, 48)),
    );
    finite(spoilt!);
    const held = all.architectures.slice(48).filter((_, i) => i % 12 !== 5);
    for (const codes of held) expect(Math.abs(spoilt!.mean(codes) - clean!.mean(codes))).toBeLessThan(2);
  });
});

it('recovers which dimension matters, and which two choices are alike', () => {
  const space = spaceOf([4, 4, 4, 4]);
  const random = createRandom(5);
  const architectures = Array.from({ length: 80 }, () => space.sample(random));
  const effect = [0, 6, 6.1, 12]; // of dimension 2 alone
  const model = fitLocalityModel(
    space,
    architectures,
    architectures.map((codes) => 70 + effect[codes[2]!]! + 0.2 * random.normal()),
  );
  const strongest = model.kernel.weights.map((own) => Math.max(...own));
  for (const d of [0, 1, 3]) expect(strongest[2]! / strongest[d]!).toBeGreaterThan(3);
  const [far1, alike, other] = model.kernel.weights[2]! as [number, number, number, number];
  expect(alike).toBeLessThan(far1);
  expect(other).toBeLessThan(far1);
  // the lowest is pulled towards the median by design, the others keep their unit
  effect.slice(1).forEach((value, i) => {
    expect(Math.abs(model.mean([3, 0, i + 1, 1]) - (70 + value))).toBeLessThan(0.5);
  });
  expect(model.mean([3, 0, 0, 1])).toBeLessThan(73);
});

it('is certain where it has measured and uncertain where it has not', () => {
  const space = spaceOf([4, 4, 4, 4, 4, 4]);
  const { architectures, accuracies } = measurements(space, 60, 7);
  const model = fitLocalityModel(space, architectures, accuracies);
  const known = architectures.map((codes) => model.predict(codes).deviation);
  const unknown = measurements(space, 60, 8).architectures.map((codes) => model.predict(codes).deviation);
  expect(median(known)).toBeLessThan(0.4 * median(unknown));
  const exact = restoreLocalityModel(space, architectures, accuracies, { ...model.kernel, noise: 1e-6 });
  const spread = Math.sqrt(accuracies.reduce((sum, value) => sum + (value - median(accuracies)) ** 2, 0) / 60);
  for (const codes of architectures) expect(exact.predict(codes).deviation).toBeLessThan(0.01 * spread);
});
