import { expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { spaceOf } from '../spaces/testing/space-of.js';
import { crossover, mutate } from './variation.js';

const DRAWS = 8000;

it('mutate edits each dimension with chance 1 / dimensions: to any other choice alike, one step where they are ordered', () => {
  const space = spaceOf([5, -5, -5, 1]);
  const random = createRandom(4);
  const start = [2, 2, 0, 0];
  const seen = space.dimensions.map(() => new Map<number, number>());
  for (let draw = 0; draw < DRAWS; draw++) {
    mutate(space, [...start], random).forEach((code, d) => {
      seen[d]!.set(code, (seen[d]!.get(code) ?? 0) + 1);
    });
  }
  const shares = seen.map((own) => Object.fromEntries([...own].map(([code, times]) => [code, times / DRAWS])));
  const expected = [
    { 0: 1 / 16, 1: 1 / 16, 2: 3 / 4, 3: 1 / 16, 4: 1 / 16 },
    { 1: 1 / 8, 2: 3 / 4, 3: 1 / 8 },
    { 0: 3 / 4, 1: 1 / 4 },
    { 0: 1 },
  ];
  expected.forEach((own, d) => {
    expect(Object.keys(shares[d]!).sort()).toEqual(Object.keys(own));
    for (const [code, share] of Object.entries(own)) expect(Math.abs(shares[d]![code]! - share)).toBeLessThan(0.02);
  });
});

it('crossover takes each dimension from either parent alike', () => {
  const random = createRandom(4);
  const fromFather = [0, 0, 0];
  for (let draw = 0; draw < DRAWS; draw++) {
    crossover([0, 0, 0], [1, 1, 1], random).forEach((code, d) => {
      fromFather[d]! += code / DRAWS;
    });
  }
  for (const share of fromFather) expect(Math.abs(share - 0.5)).toBeLessThan(0.02);
});
