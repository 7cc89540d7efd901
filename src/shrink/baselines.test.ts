import { describe, expect, it } from 'vitest';
import { createNkLandscape } from '../math/nk-landscape.js';
import { createRandom } from '../math/random.js';
import type { Evaluator } from '../measurements/evaluator.js';
import { defineSpace } from '../spaces/define.js';
import { editDistance } from '../spaces/edits.js';
import type { Codes, SearchSpace } from '../spaces/space.js';
import { bestFound } from './best-found.js';
import { shrinkers } from './index.js';
import { randomSubset } from './random-subset.js';
import { topPredicted } from './top-predicted.js';

function spaceOf(counts: readonly number[]): SearchSpace {
  return defineSpace({
    name: 'nk',
    dimensions: counts.map((count, d) => ({ name: `d${d}`, choices: Array.from({ length: count }, (_, c) => c) })),
  });
}

function evaluatorOf(accuracy: (codes: Codes) => number, asked: string[] = []): Evaluator {
  return {
    name: 'function',
    concurrency: 4,
    async evaluate(architecture) {
      asked.push(architecture.join());
      return Object.freeze({
        kind: 'measured',
        architecture,
        accuracy: accuracy(architecture),
        costs: {},
        source: 'function',
      });
    },
  };
}

const small = spaceOf([4, 4, 4, 4, 4, 4]);
const huge = spaceOf(Array(9).fill(5));
const landscape = createNkLandscape({ choices: Array(6).fill(4), k: 1, randomSeed: 5 });
const hugeLandscape = createNkLandscape({ choices: Array(9).fill(5), k: 1, randomSeed: 5 });
const weight = { name: 'weight', unit: '', of: (codes: Codes) => Array.from(codes).reduce((a, b) => a + b, 0) };

describe.each(Object.keys(shrinkers) as (keyof typeof shrinkers)[])('%s', (name) => {
  const limits = [{ cost: weight, max: 9 }];

  it('keeps exactly the size, within the limits, and spends at most the budget, each architecture once', async () => {
    const asked: string[] = [];
    const shrunk = await shrinkers[name]({
      space: small,
      evaluator: evaluatorOf((codes) => landscape.fitness(codes), asked),
      evaluations: 80,
      size: 60,
      limits,
      random: createRandom(1),
    });
    expect(shrunk.method).toBe(name);
    // operators are deleted whole, so that the limits may leave fewer than were asked for
    if (name === 'operational-pruning') expect(shrunk.members.size).toBeLessThanOrEqual(60);
    else expect(shrunk.members.size).toBe(60);
    expect(asked.length).toBeLessThanOrEqual(80);
    expect(new Set(asked).size).toBe(asked.length);
    expect(shrunk.spent).toBe(asked.length);
    expect(shrunk.spent).toBe(name === 'random-subset' ? 0 : 80);
    expect(shrunk.pocketOf).toHaveLength(shrunk.members.size);
    for (let i = 0; i < shrunk.members.size; i++) expect(weight.of(shrunk.members.codesAt(i))).toBeLessThanOrEqual(9);
  });

  it('gives the same for the same random seed, and another for another', async () => {
    const run = async (randomSeed: number) => {
      const evaluator = evaluatorOf((codes) => landscape.fitness(codes));
      const random = createRandom(randomSeed);
      return (await shrinkers[name]({ space: small, evaluator, evaluations: 60, size: 40, random })).members.packed;
    };
    expect(await run(3)).toEqual(await run(3));
    expect(await run(3)).not.toEqual(await run(4));
  });

  it('takes a space that cannot be listed', async () => {
    const shrunk = await shrinkers[name]({
      space: huge,
      evaluator: evaluatorOf((codes) => hugeLandscape.fitness(codes)),
      evaluations: 60,
      size: 500,
      random: createRandom(1),
    });
    expect(shrunk.members.size).toBe(500);
  });
});

const meanOf = (members: { size: number; codesAt(i: number): Uint8Array }, of: (codes: Codes) => number) =>
  Array.from({ length: members.size }, (_, i) => of(members.codesAt(i))).reduce((a, b) => a + b, 0) / members.size;

it('random-subset has the mean of the space, top-predicted and best-found a better one', async () => {
  const task = {
    space: small,
    evaluator: evaluatorOf((codes) => landscape.fitness(codes)),
    evaluations: 150,
    size: 400,
    random: createRandom(2),
  };
  const fitness = (codes: Codes) => landscape.fitness(codes);
  const whole = meanOf((await randomSubset({ ...task, size: 4000 })).members, fitness);
  expect(Math.abs(meanOf((await randomSubset(task)).members, fitness) - whole)).toBeLessThan(0.03);
  expect(meanOf((await topPredicted(task)).members, fitness)).toBeGreaterThan(whole + 0.1);
  expect(meanOf((await bestFound(task)).members, fitness)).toBeGreaterThan(whole + 0.05);
});

it('best-found ends at a local optimum where the budget allows, and keeps its best first', async () => {
  const hill = (codes: Codes) => -Array.from(codes).reduce((sum, c, d) => sum + (c === d % 4 ? 0 : 1), 0);
  const shrunk = await bestFound({
    space: small,
    evaluator: evaluatorOf(hill),
    evaluations: 130, // one climb takes at most 6 x 18 and the first
    size: 100,
    random: createRandom(9),
  });
  expect(Array.from(shrunk.members.codesAt(0))).toEqual([0, 1, 2, 3, 0, 1]);
  const measuredKept = 65; // the better half
  for (let i = 1; i < measuredKept; i++) {
    expect(hill(shrunk.members.codesAt(i))).toBeLessThanOrEqual(hill(shrunk.members.codesAt(i - 1)));
  }
  // what fills up lies next to one of the twenty best
  for (let i = measuredKept; i < 100; i++) {
    const near = Math.min(
      ...Array.from({ length: 20 }, (_, c) =>
        editDistance(small, shrunk.members.codesAt(i), shrunk.members.codesAt(c)),
      ),
    );
    expect(near).toBe(1);
  }
});

it.each([
  ['random-subset', randomSubset] as const,
  ['top-predicted', topPredicted] as const,
  ['best-found', bestFound] as const,
])('%s refuses a size that is missing or does not shrink', async (_, shrinker) => {
  const task = {
    space: small,
    evaluator: evaluatorOf(() => 1),
    evaluations: 10,
    random: createRandom(1),
  };
  await expect(shrinker(task)).rejects.toThrow('give the size to keep');
  await expect(shrinker({ ...task, size: 4096 })).rejects.toThrow('does not shrink nk; give 1 to 4095');
  await expect(shrinker({ ...task, size: 0.5 })).rejects.toThrow('does not shrink');
});
