import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { mean } from '../math/statistics.js';
import { restoreLocalityModel } from '../predictors/gaussian-process.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { neighbours } from '../spaces/edits.js';
import type { ShrinkResult } from './result.js';
import { shrink } from './rounds.js';
import type { ShrinkProgress, ShrinkTask } from './shrinker.js';
import { evaluatorOf, landscapeOf, listOf, spaceOf, weight } from './testing/problems.js';

const space = spaceOf([4, 4, -4, 4, 4, 4]); // 4096

function run(
  accuracy: (codes: ArrayLike<number>) => number | null,
  rest: Partial<ShrinkTask> = {},
): Promise<ShrinkResult> {
  return shrink({ space, evaluator: evaluatorOf(accuracy), evaluations: 120, random: createRandom(1), ...rest });
}

const codesOf = (text: string) => text.split(',').map(Number);
/** White noise: a landscape in which every contribution depends on everything. */
const noise = (randomSeed: number) => landscapeOf(space, 5, randomSeed);

describe('stopping without a size', () => {
  it('on white noise stops early, at a round that was sampled', async () => {
    let spent = 0;
    let stopped = 0;
    for (let randomSeed = 0; randomSeed < 10; randomSeed++) {
      const result = await run(noise(randomSeed), { evaluations: 200, random: createRandom(randomSeed) });
      spent += result.spent / 10;
      if (result.stop !== 'no improvement') continue;
      stopped++;
      const last = result.rounds.at(-1)!;
      expect(last.sampledMean?.n).toBeGreaterThan(1);
      expect(BigInt(result.members.size)).toBe(last.size);
      expect(result.pocketOf).toHaveLength(result.members.size);
    }
    expect(stopped).toBeGreaterThanOrEqual(9);
    expect(spent).toBeLessThan(130);
  });

  it('returns the round with the best sampled mean', async () => {
    let stopped = 0;
    const gains: number[] = [];
    for (let randomSeed = 0; randomSeed < 6; randomSeed++) {
      const accuracy = landscapeOf(space, 1, randomSeed);
      const result = await run(accuracy, { random: createRandom(randomSeed) });
      const means = result.rounds.flatMap(({ sampledMean }) => (sampledMean === undefined ? [] : [sampledMean.mean]));
      if (result.stop === 'no improvement') {
        stopped++;
        expect(result.rounds.at(-1)!.sampledMean!.mean).toBe(Math.max(...means));
      } else {
        expect(result.stop).toBe('budget spent');
        expect(result.spent).toBe(120);
      }
      const drawing = createRandom(1);
      const whole = mean(Array.from({ length: 500 }, () => accuracy(space.sample(drawing))));
      gains.push(mean(listOf(result.members).map((text) => accuracy(codesOf(text)))) - whole);
    }
    expect(stopped).toBeGreaterThan(0);
    expect(Math.min(...gains)).toBeGreaterThan(0);
    expect(mean(gains)).toBeGreaterThan(5);
  });

  it('says so where nothing new is left to measure', async () => {
    const tiny = spaceOf([3, 4]);
    const result = await shrink({
      space: tiny,
      evaluator: evaluatorOf(landscapeOf(tiny, 0, 1)),
      evaluations: 40,
      random: createRandom(1),
    });
    expect(['space exhausted', 'no improvement']).toContain(result.stop);
    expect(result.spent).toBeLessThanOrEqual(12);
    expect(result.members.size).toBeGreaterThan(0);
    expect(result.members.size).toBeLessThan(12);
  });
});

describe('what a run records', () => {
  it('its rounds, models, seeds and pockets fit together', async () => {
    const accuracy = landscapeOf(space, 2, 3);
    const progress: ShrinkProgress[] = [];
    const result = await run(accuracy, {
      size: 40,
      limits: [{ cost: weight, max: 10 }],
      onProgress: (p) => progress.push(p),
    });
    expect(result).toMatchObject({ method: 'lissnas', stop: 'size reached', spent: 120 });
    expect(result.rounds.map((round) => round.spent)).toEqual([15, 30, 45, 60, 75, 90, 105, 120]);
    expect(progress.at(-1)).toMatchObject({ round: 8, rounds: 8, spent: 120, evaluations: 120 });
    expect(progress.at(-1)!.bestMeasured).toBe(Math.max(...result.measurements.map((m) => m.accuracy)));
    const last = result.rounds.at(-1)!;
    // the model of the last round can be made again, and gives the predictions of the members
    const model = restoreLocalityModel(
      space,
      result.measurements.slice(0, last.measured).map(({ architecture }) => architecture),
      result.measurements.slice(0, last.measured).map((m) => m.accuracy),
      last.kernel,
    );
    listOf(result.members).forEach((text, i) => {
      expect(result.predicted[i]).toBeCloseTo(model.mean(codesOf(text)), 8);
    });
    expect(last.border).toBe(Math.min(...result.predicted));
    expect(last.pockets).toHaveLength(result.pocketCount);
    last.pockets.forEach((pocket, index) => {
      expect(pocket.size).toBe(result.pocketOf.filter((own) => own === index).length);
      expect(pocket.seeds.length).toBeGreaterThan(0);
      for (const seed of pocket.seeds) expect(last.seeds[seed]!.pocket).toBe(index);
    });
    for (const seed of last.seeds) {
      const member = result.members.indexOf(seed.architecture);
      expect(result.pocketOf[member]).toBe(seed.pocket);
      expect(seed.predicted).toBeCloseTo(model.mean(seed.architecture), 9);
      expect(seed.measured).toBe(accuracy(seed.architecture));
    }
    const parents = last.pockets.flatMap((pocket) => pocket.parents);
    expect(parents.every((parent) => parent >= 0 && parent < result.rounds.at(-2)!.pockets.length)).toBe(true);
  });

  it('without locality nothing breaks: pockets are connected by single edits', async () => {
    const result = await run(noise(4), { size: 60 });
    const members = new ArchitectureSet(6);
    for (const text of listOf(result.members)) members.add(codesOf(text));
    for (let i = 0; i < members.size; i++) {
      for (const other of neighbours(space, members.codesAt(i))) {
        const j = members.indexOf(other);
        if (j >= 0) expect(result.pocketOf[j]).toBe(result.pocketOf[i]);
      }
    }
  });
});

describe('what cannot be measured', () => {
  const huge = spaceOf(Array(18).fill(5));

  it('an evaluator that can measure nothing ends the run in words', async () => {
    const knowsBefore = evaluatorOf(() => null, { canMeasure: () => false });
    await expect(run(() => null, { space: huge, evaluator: knowsBefore, size: 50 })).rejects.toThrow(
      'function can measure no architecture that was drawn from test',
    );
    expect(knowsBefore.asked).toEqual([]);
    await expect(run(() => null, { space: huge, size: 50 })).rejects.toThrow('can measure no architecture');
    const failing = evaluatorOf(() => undefined);
    await expect(run(() => null, { evaluator: failing, size: 50 })).rejects.toThrow(
      'all of the first 15 evaluations failed, the last with: out of memory',
    );
  });

  it('a table that knows one in twenty of a huge space is enough', async () => {
    const accuracy = landscapeOf(huge, 1, 2);
    const has = (codes: ArrayLike<number>) => (weight.of(codes) * 7) % 20 === 0;
    const evaluator = evaluatorOf((codes) => (has(codes) ? accuracy(codes) : null), { canMeasure: has });
    const result = await run(() => null, { space: huge, evaluator, size: 300, evaluations: 60, rounds: 4 });
    expect(result).toMatchObject({ spent: 60, stop: 'size reached' });
    expect(result.members.size).toBe(300);
  });
});

it('a limit that one in a million of a huge space satisfies is kept, and all evaluations are spent', async () => {
  const huge = spaceOf([...Array(14).fill(5), -6, 1]);
  const limits = [{ cost: weight, max: 6 }];
  const result = await run(landscapeOf(huge, 1, 7), { space: huge, size: 300, evaluations: 40, limits });
  expect(result).toMatchObject({ spent: 40, stop: 'size reached' });
  expect(result.members.size).toBe(300);
  for (const text of listOf(result.members)) expect(weight.of(codesOf(text))).toBeLessThanOrEqual(6);
  for (const { architecture } of result.measurements) expect(weight.of(architecture)).toBeLessThanOrEqual(6);
});

it('islands without a seed are not kept, and the reason says so', async () => {
  // two halves that no single edit joins, of which the table knows only the lower
  const split = spaceOf([-5, 4, 4], { forbidden: [{ d0: 2 }] });
  const accuracy = landscapeOf(split, 0, 1);
  const canMeasure = (codes: ArrayLike<number>) => codes[0]! < 2;
  const evaluator = evaluatorOf(accuracy, { canMeasure });
  const result = await run(() => null, { space: split, evaluator, evaluations: 20, size: 50 });
  expect(result).toMatchObject({ stop: 'space exhausted', pocketCount: 1 });
  expect(result.members.size).toBe(32);
});

describe('cost bins', () => {
  it('are sampled, seeded and kept equally, in a huge space too', async () => {
    const huge = spaceOf(Array(14).fill(4));
    for (const [own, size] of [
      [space, 60],
      [huge, 600],
    ] as const) {
      const costBins = { cost: weight, count: 3 };
      const result = await run(landscapeOf(own, 1, 2), { space: own, size, costBins, rounds: 4, evaluations: 60 });
      const edges = result.costBins!.edges;
      const bin = (codes: ArrayLike<number>) => edges.filter((edge) => weight.of(codes) >= edge).length;
      const kept = [0, 0, 0];
      for (const text of listOf(result.members)) kept[bin(codesOf(text))]!++;
      expect(kept).toEqual([size / 3, size / 3, size / 3]);
      const sampled = [0, 0, 0];
      for (const { architecture } of result.measurements.slice(0, 15)) sampled[bin(architecture)]!++;
      expect(sampled).toEqual([5, 5, 5]);
      expect(result.rounds.at(-1)!.seeds.every((seed) => seed.costBin === bin(seed.architecture))).toBe(true);
    }
  });
});

it('golden: the kept architectures of a small run, as they were when this was written', async () => {
  const small = spaceOf([4, 3, -4, 4, 4]);
  const accuracy = landscapeOf(small, 2, 5);
  const task = { space: small, evaluator: evaluatorOf(accuracy), evaluations: 60, size: 24, random: createRandom(11) };
  const { members } = await shrink(task);
  const numbers = listOf(members).map((text) => Number.parseInt(text.replaceAll(',', ''), 4));
  expect(numbers.sort((a, b) => a - b)).toEqual([
    2, 7, 31, 165, 274, 275, 278, 282, 286, 287, 338, 768, 772, 783, 785, 786, 789, 793, 797, 917, 929, 933, 937, 941,
  ]);
});
