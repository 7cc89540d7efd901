import { expect, it } from 'vitest';
import { rankOfPockets } from './pocket-ranks.js';

it('ranks pockets by size, equal ones by number', () => {
  expect(rankOfPockets([0, 1, 1, 2, 3, 3, 3])).toEqual([2, 1, 3, 0]);
  expect(rankOfPockets([])).toEqual([]);
});
