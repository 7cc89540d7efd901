import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { improves } from './stopping.js';

function rate(gain: number, n: number, trials = 2000): number {
  const random = createRandom(n);
  const sample = (shift: number) => Array.from({ length: n }, () => shift + random.normal());
  let count = 0;
  for (let trial = 0; trial < trials; trial++) if (improves(sample(0), sample(gain))) count++;
  return count / trials;
}

describe('the stopping rule', () => {
  it.each([3, 10, 40])('takes no change for an improvement one time in five, from %i samples', (n) => {
    expect(Math.abs(rate(0, n) - 0.2)).toBeLessThan(n === 3 ? 0.06 : 0.035); // Welch's test is approximate for few samples
  });

  it('sees an improvement by one standard deviation nine times in ten from ten samples, and hardly a decline', () => {
    // power of the one-sided t test at level 0.2: noncentral t, 18 degrees, noncentrality sqrt(5), above 0.862
    expect(Math.abs(rate(1, 10) - 0.914)).toBeLessThan(0.025);
    expect(rate(-1, 10)).toBeLessThan(0.01);
  });

  it('goes on where there is too little to tell, and judges constants', () => {
    expect(improves([1], [0, 0])).toBe(true);
    expect(improves([1, 2], [])).toBe(true);
    expect(improves([5, 5], [5, 5])).toBe(false);
    expect(improves([5, 5], [5.1, 5.1])).toBe(true);
    expect(improves([5, 5], [4, 4])).toBe(false);
  });
});
