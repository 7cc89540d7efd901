import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import type { Evaluator } from '../measurements/evaluator.js';
import { bestFound } from './best-found.js';
import { shrink } from './rounds.js';
import { spaceOf } from './testing/problems.js';
import { topPredicted } from './top-predicted.js';

const huge = spaceOf(new Array<number>(20).fill(4));
const nothing: Evaluator = {
  name: 'an empty table',
  concurrency: 1,
  evaluate: async (architecture) => ({ kind: 'unavailable', architecture, reason: 'not in the table' }),
};

describe('an evaluator that knows no architecture of a huge space', () => {
  const task = { space: huge, evaluator: nothing, evaluations: 10, size: 20 };

  it.each([
    ['top-predicted', topPredicted] as const,
    ['best-found', bestFound] as const,
  ])('ends %s without spending anything', async (_, shrinker) => {
    const { spent, members } = await shrinker({ ...task, random: createRandom(1) });
    expect(spent).toBe(0);
    expect(members.size).toBe(20);
  });

  it('ends LISSNAS with advice', async () => {
    await expect(shrink({ ...task, random: createRandom(1) })).rejects.toThrow('can measure no architecture');
  });
});
