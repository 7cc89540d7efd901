import { describe, expect, it } from 'vitest';
import { isBefore, permutations } from './orders.js';

describe('permutations', () => {
  it('are all orders, each once', () => {
    expect(permutations([])).toEqual([[]]);
    expect(permutations(['a', 'b', 'c']).map((order) => order.join(''))).toEqual([
      'abc',
      'acb',
      'bac',
      'bca',
      'cab',
      'cba',
    ]);
    expect(new Set(permutations([1, 2, 3, 4, 5]).map(String)).size).toBe(120);
    expect(permutations([1, 1])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });
});

describe('isBefore', () => {
  it('compares the first place where two lists differ', () => {
    expect(isBefore([1, 2, 9], [1, 3, 0])).toBe(true);
    expect(isBefore([1, 3, 0], [1, 2, 9])).toBe(false);
    expect(isBefore([1, 2], [1, 2])).toBe(false);
    expect(isBefore([], [])).toBe(false);
  });
});
