import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { createNkLandscape } from '../math/nk-landscape.js';
import { createRandom } from '../math/random.js';
import type { Evaluator } from '../measurements/evaluator.js';
import { editDistance } from '../spaces/edits.js';
import { exactAutocorrelation, walkAutocorrelation } from './autocorrelation.js';
import { codesKey } from './evidence.js';
import { evaluatorOf, listed, productSpace } from './testing/spaces.js';
import { walkRandomly } from './walks.js';

const counts = [3, 3, 3, 3, 3];
const space = productSpace(counts);
const { fitness } = createNkLandscape({ choices: counts, k: 1, randomSeed: 1 });

describe('walkRandomly', () => {
  it('takes one edit a step and spends every architecture once', async () => {
    const evaluator = evaluatorOf(fitness);
    const spentSeen: number[] = [];
    const { walks, measurements, spent } = await walkRandomly(space, evaluator, {
      walks: 6,
      steps: 40,
      random: createRandom(1),
      onProgress: (number) => spentSeen.push(number),
    });
    for (const { architectures, accuracies } of walks) {
      expect(architectures).toHaveLength(41);
      architectures.forEach((architecture, t) => {
        expect(accuracies[t]).toBe(fitness(architecture));
        if (t > 0) expect(editDistance(space, architectures[t - 1], architecture)).toBe(1);
      });
    }
    const visited = new Set(walks.flatMap(({ architectures }) => architectures.map(codesKey)));
    expect(spent).toBe(visited.size);
    expect(measurements).toHaveLength(visited.size);
    expect(evaluator.asked).toBe(visited.size);
    expect(spentSeen).toEqual(Array.from({ length: spent }, (_, i) => i + 1));
  });

  it('walks the same paths however fast and however many at once', async () => {
    const slow: Evaluator = {
      ...evaluatorOf(fitness, { concurrency: 7 }),
      evaluate: async (architecture) => {
        await setTimeout(Math.floor(fitness(architecture) * 5));
        return { kind: 'measured', architecture, accuracy: fitness(architecture), costs: {}, source: 'slow' };
      },
    };
    const walk = (evaluator: Evaluator) =>
      walkRandomly(space, evaluator, { walks: 5, steps: 8, random: createRandom(3) });
    expect((await walk(slow)).walks).toEqual((await walk(evaluatorOf(fitness, { concurrency: 1 }))).walks);
  });

  it.each([true, false])('steps around what cannot be measured (known beforehand: %s)', async (tells) => {
    const available = (codes: ArrayLike<number>) => codes[0] !== 1;
    const evaluator = evaluatorOf(fitness, { available, tells });
    const { walks, spent, measurements } = await walkRandomly(space, evaluator, {
      walks: 4,
      steps: 30,
      random: createRandom(2),
    });
    for (const { architectures } of walks) {
      expect(architectures).toHaveLength(31);
      expect(architectures.every(available)).toBe(true);
    }
    expect(spent).toBe(measurements.length);
    if (tells) expect(evaluator.asked).toBe(spent);
    else expect(evaluator.asked).toBeGreaterThan(spent);
  });

  it('keeps failures as NaN and ends a walk that is walled in', async () => {
    const evaluator = evaluatorOf((codes) => (codes[1] === 0 ? Number.NaN : fitness(codes)));
    const { walks, failures, measurements, spent } = await walkRandomly(space, evaluator, {
      walks: 3,
      steps: 30,
      random: createRandom(2),
    });
    expect(walks.some(({ accuracies }) => accuracies.some(Number.isNaN))).toBe(true);
    expect(failures.length).toBeGreaterThan(0);
    expect(spent).toBe(failures.length + measurements.length);

    const lonely = evaluatorOf(fitness, {
      available: (codes) => codes.length === 5 && codesKey(codes) === codesKey([0, 0, 0, 0, 0]),
    });
    const start = space.architecture([0, 0, 0, 0, 0]);
    const alone = await walkRandomly(space, lonely, {
      walks: 1,
      steps: 5,
      random: createRandom(1),
      sample: () => start,
    });
    expect(alone.walks[0].architectures).toEqual([start]);
  });

  it('says when nothing can be measured, and passes on an abort and a broken evaluator', async () => {
    const options = { walks: 2, steps: 3, random: createRandom(1) };
    await expect(walkRandomly(space, evaluatorOf(fitness, { available: () => false }), options)).rejects.toThrow(
      InputError,
    );
    await expect(
      walkRandomly(space, evaluatorOf(fitness), { ...options, signal: AbortSignal.abort(new Error('stop')) }),
    ).rejects.toThrow('stop');
    const broken: Evaluator = { name: 'broken', concurrency: 2, evaluate: () => Promise.reject(new Error('gone')) };
    await expect(walkRandomly(space, broken, options)).rejects.toThrow('gone');
  });
});

describe('walkAutocorrelation', () => {
  it('estimates the exact stationary autocorrelation within its intervals', async () => {
    const truth = exactAutocorrelation(space, listed(space, fitness), 3) ?? [];
    const { walks } = await walkRandomly(space, evaluatorOf(fitness), {
      walks: 60,
      steps: 60,
      random: createRandom(4),
    });
    walkAutocorrelation(walks, { maxLag: 3, random: createRandom(5) }).forEach(({ correlation, low, high }, i) => {
      expect(Math.abs(correlation - truth[i].correlation)).toBeLessThan(0.06);
      expect(low).toBeLessThan(correlation);
      expect(high).toBeGreaterThan(correlation);
      expect(high - low).toBeLessThan(0.3);
    });
  });

  it('leaves out failures, gives one walk no bounds, and NaN where it cannot tell', () => {
    const random = createRandom(1);
    // mean 2.5, variance 1.25; pairs (1,2) and (3,4)
    const [first, , , , fifth] = walkAutocorrelation([{ accuracies: [1, 2, Number.NaN, 3, 4] }], { maxLag: 5, random });
    expect(first.correlation).toBeCloseTo((1.5 * 0.5) / 1.25, 12);
    expect(first.pairs).toBe(2);
    expect(first.low).toBeNaN();
    expect(fifth.correlation).toBeNaN();
    const [constant] = walkAutocorrelation([{ accuracies: [0.1, 0.1, 0.1] }, { accuracies: [0.1] }], {
      maxLag: 1,
      random,
    });
    expect(constant.correlation).toBeNaN();
  });
});
