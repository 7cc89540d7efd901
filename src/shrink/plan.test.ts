import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { planRounds } from './plan.js';
import { Region } from './region.js';
import type { ShrinkTask } from './shrinker.js';
import { evaluatorOf, spaceOf, weight } from './testing/problems.js';

function plan(counts: readonly number[], rest: Partial<ShrinkTask>) {
  const space = spaceOf(counts);
  const task = { space, evaluator: evaluatorOf(() => 1), evaluations: 100, random: createRandom(1), ...rest };
  return planRounds(task, new Region(space, rest.limits ?? []));
}

describe('a plan', () => {
  it.each([5, 7, 8, 15, 16, 63, 64, 100, 230, 1001])('spends %i evaluations, nearly equally', (evaluations) => {
    const rounds = plan([5, 5, 5, 5, 5, 5], { evaluations, size: 105 });
    const each = rounds.map((round) => round.evaluations);
    expect(each.reduce((a, b) => a + b)).toBe(evaluations);
    expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1);
    expect(rounds.length).toBe(Math.max(1, Math.min(8, Math.floor(evaluations / 8))));
  });

  it('shrinks every round, fast at first, and ends at the size', () => {
    const sizes = plan([5, 5, 5, 5, 5, 5], { size: 105, rounds: 4 }).map(({ logSize }) => Math.exp(logSize));
    // ln 15625 = 9.6566, ln 105 = 4.6540; shares of the way: sqrt(1/4), sqrt(2/4), sqrt(3/4), 1
    [1280.9, 454.4, 205.2, 105].forEach((size, i) => {
      expect(Math.abs(sizes[i]! / size - 1)).toBeLessThan(1e-3);
    });
  });

  it('takes as many rounds as are asked for', () => {
    expect(plan([9, 9, 9], { rounds: 1, size: 10 })).toHaveLength(1);
    expect(plan([9, 9, 9], { rounds: 100, size: 10 })).toHaveLength(100);
  });

  it.each([
    [[5, 5, 5, 5, 5, 5], 125],
    [[3, 3, 3], 13],
    [[2, 2], 2],
    [[3], 1],
    [Array(15).fill(5), 100_000],
    [[9, 9, 9], 50],
  ])('without a size shrinks %j to %i at most', (counts, size) => {
    expect(Math.round(Math.exp(plan(counts as number[], {}).at(-1)!.logSize))).toBe(size);
  });

  it.each([
    [{ evaluations: 4, size: 3 }, '4 evaluations are below one round; give at least 5'],
    [{ evaluations: 7.5, size: 3 }, '7.5 evaluations are no whole number; give at least 5'],
    [{ rounds: 0 }, '0 rounds are not possible with 100 evaluations; give 1 to 100'],
    [{ rounds: 101 }, '101 rounds are not possible with 100 evaluations; give 1 to 100'],
    [{ rounds: 1.5 }, '1.5 rounds are not possible with 100 evaluations; give 1 to 100'],
    [{ size: 0 }, 'size 0 is not a whole number of at least 1'],
    [{ size: 2.5 }, 'size 2.5 is not a whole number of at least 1'],
    [{ size: 64 }, 'size 64 does not shrink test, which has 64 architectures; ask for fewer'],
    [
      { size: 20, limits: [{ cost: weight, max: 3 }] },
      'size 20 does not shrink test, which has 20 architectures within the limits; ask for fewer',
    ],
    [
      { limits: [{ cost: weight, max: 0 }] },
      'test has a single architecture within the limits, which cannot be shrunk',
    ],
    [
      { limits: [{ cost: weight, max: -1 }] },
      'no architecture of test satisfies weight <= -1 (lowest possible: 0); raise the limit above the lowest value',
    ],
  ])('%j: %s', (rest, message) => {
    expect(() => plan([4, 4, 4], rest)).toThrow(new InputError(message));
  });

  it('refuses sizes that cannot be held', () => {
    expect(() => plan(Array(20).fill(5), { size: 1e9 })).toThrow('ask for at most 20000000');
    expect(() => plan([1, 1], {})).toThrow('test has a single architecture, which cannot be shrunk');
  });
});
