import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import type { Measurement } from '../measurements/measurement.js';
import { operationalPruning, pruneOperators, survives } from './operational-pruning.js';
import { evaluatorOf, listOf, spaceOf, weight } from './testing/problems.js';

const space = spaceOf([3, 2]);
const measured = (codes: number[], accuracy: number): Measurement => ({
  kind: 'measured',
  architecture: space.architecture(codes),
  accuracy,
  costs: {},
  source: 'hand',
});
const four = [measured([0, 0], 90), measured([1, 0], 80), measured([2, 1], 70), measured([0, 1], 60)];

describe('pruning operators by hand', () => {
  it('deletes the worst, ranks the rest anew, and first what no measurement contains', () => {
    // means: d0 75, 80, 70; d1 85, 65. Without choice 1 of d1 nothing measured holds choice 2 of d0.
    const pruning = pruneOperators(space, four, 2);
    expect(pruning.dropped).toEqual([
      { dimension: 1, choice: 1, meanAccuracy: 65, order: 0 },
      { dimension: 0, choice: 2, meanAccuracy: Number.NaN, order: 1 },
    ]);
    expect(pruning.kept).toEqual([
      [true, true, false],
      [true, false],
    ]);
    expect([survives(pruning, [1, 0]), survives(pruning, [1, 1]), survives(pruning, [2, 0])]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('never goes below the size: of six to four only a third of d0 may go', () => {
    expect(pruneOperators(space, four, 4).dropped).toEqual([{ dimension: 0, choice: 2, meanAccuracy: 70, order: 0 }]);
    expect(pruneOperators(space, four, 5).dropped).toEqual([]);
  });

  it('goes on from an earlier pruning, and leaves the last choice of every dimension', () => {
    const first = pruneOperators(space, four, 3);
    const second = pruneOperators(space, four, 1, first);
    expect(second.dropped.slice(0, first.dropped.length)).toEqual(first.dropped);
    expect(second.dropped.map(({ order }) => order)).toEqual([0, 1, 2]);
    expect(second.kept).toEqual([
      [true, false, false],
      [true, false],
    ]);
  });
});

it('finds the product of the best operators of an additive accuracy, and keeps exactly the size even of a whole product', async () => {
  const wide = spaceOf([5, 5, 5, 5, 5]);
  for (let randomSeed = 0; randomSeed < 5; randomSeed++) {
    const shrunk = await operationalPruning({
      space: wide,
      evaluator: evaluatorOf((codes) => weight.of(codes)),
      evaluations: 400,
      size: 2 ** 5,
      random: createRandom(randomSeed),
    });
    const kept = listOf(shrunk.members);
    expect(kept).toHaveLength(32);
    expect(shrunk.pocketCount).toBe(1);
    const alive = wide.dimensions.map((_, d) => new Set(kept.map((text) => text.split(',')[d])).size);
    expect(alive.reduce((a, b) => a * b)).toBe(32);
    expect(kept).toContain('4,4,4,4,4');
  }
});

it('ends soon where the limits leave nothing of the product', async () => {
  const wide = spaceOf(Array(10).fill(5));
  const started = performance.now();
  const shrunk = await operationalPruning({
    space: wide,
    evaluator: evaluatorOf((codes) => weight.of(codes)),
    evaluations: 100,
    size: 1000,
    limits: [{ cost: weight, max: 12 }],
    random: createRandom(1),
  });
  expect(performance.now() - started).toBeLessThan(15_000);
  expect(shrunk.members.size).toBeLessThanOrEqual(1000);
  for (const text of listOf(shrunk.members)) expect(weight.of(text.split(',').map(Number))).toBeLessThanOrEqual(12);
});
