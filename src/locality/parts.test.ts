import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { localOptima } from './local-optima.js';
import { sensitivity } from './sensitivity.js';
import { listed, productSpace } from './testing/spaces.js';
import { topNeighbours } from './top-neighbours.js';

describe('localOptima', () => {
  it('counts a plateau once, unless a neighbour of it is better', () => {
    const line = productSpace([7], { ordered: [true] });
    // 2 2 is an unbeaten plateau, 3 3 leads on to 4
    const evidence = listed(line, (codes) => [2, 2, 1, 3, 3, 4, 0][codes[0]]);
    expect(localOptima(line, evidence)).toEqual({ strict: 1, nonStrict: 4, plateaus: 2 });
  });

  it('counts every isolated architecture and answers nothing for gaps', () => {
    const space = productSpace([2, 2], { allowed: (codes) => codes[0] === codes[1] });
    const evidence = listed(space, (codes) => codes[0]);
    expect(localOptima(space, evidence)).toEqual({ strict: 2, nonStrict: 2, plateaus: 2 });
    expect(localOptima(space, { ...evidence, accuracies: [1, Number.NaN] })).toBeUndefined();
  });
});

describe('topNeighbours', () => {
  it('counts the neighbours of top architectures that are top, against chance', () => {
    const space = productSpace([4, 4]);
    // the top four fill the first row: each has 6 neighbours, 3 of them top
    const evidence = listed(space, (codes) => (codes[0] === 0 ? 10 + codes[1] : codes[1]));
    expect(topNeighbours(space, evidence, 0.25)).toEqual({
      share: 0.25,
      top: 4,
      threshold: 10,
      neighbours: 24,
      topShare: 0.5,
      chance: 3 / 15,
    });
  });

  it('looks among measured architectures only, and refuses a wrong share', () => {
    const space = productSpace([40, 40, 40, 40, 40]);
    const architectures = [
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 1],
      [9, 9, 9, 9, 9],
    ].map(space.architecture);
    const found = topNeighbours(space, { architectures, accuracies: [3, 2, 1] }, 0.67);
    expect(found).toMatchObject({ top: 2, neighbours: 2, topShare: 1, chance: 0.5 });
    expect(topNeighbours(space, { architectures, accuracies: [3, 1, 2] }, 0.01)).toMatchObject({ top: 1, topShare: 0 });
    expect(() => topNeighbours(space, { architectures, accuracies: [3, 1, 2] }, 0)).toThrow(RangeError);
  });
});

describe('sensitivity', () => {
  // x + 2 y + x y on {-1, 1}^2, with a third dimension that does nothing and one without choice: variances 1, 4, 1 of 6
  const space = productSpace([2, 2, 3, 1]);
  const accuracyOf = (codes: ArrayLike<number>) => {
    const x = 2 * codes[0] - 1;
    const y = 2 * codes[1] - 1;
    return x + 2 * y + x * y;
  };

  it('gives exact Sobol indices on a complete table', () => {
    const { exact, dimensions } = sensitivity(space, listed(space, accuracyOf));
    expect(exact).toBe(true);
    [1 / 6, 4 / 6, 0, 0].forEach((share, d) => {
      expect(dimensions[d].firstOrder).toBeCloseTo(share, 12);
    });
    [2 / 6, 5 / 6, 0, 0].forEach((share, d) => {
      expect(dimensions[d].total).toBeCloseTo(share, 12);
    });
    expect(dimensions[1].choices.map(({ mean }) => mean)).toEqual([-2, 2]);
    expect(dimensions[2].pairs).toBe(12);
  });

  it('estimates them from a sample of a larger space', () => {
    const large = productSpace([2, 2, 3, 3, 3, 3]);
    const random = createRandom(5);
    const architectures = Array.from({ length: 250 }, () => large.sample(random));
    const { exact, dimensions } = sensitivity(large, { architectures, accuracies: architectures.map(accuracyOf) });
    expect(exact).toBe(false);
    expect(Math.abs(dimensions[0].firstOrder - 1 / 6)).toBeLessThan(0.1);
    expect(Math.abs(dimensions[1].firstOrder - 4 / 6)).toBeLessThan(0.1);
    expect(dimensions[3].firstOrder).toBeLessThan(0.03);
    expect(Math.abs(dimensions[0].total - 2 / 6)).toBeLessThan(0.12);
    expect(Math.abs(dimensions[1].total - 5 / 6)).toBeLessThan(0.15);
    expect(dimensions[3].total).toBe(0);
  });

  it('answers NaN for constant accuracies and for choices never measured', () => {
    const { architectures } = listed(space, accuracyOf);
    const [first] = sensitivity(space, { architectures, accuracies: architectures.map(() => 7) }).dimensions;
    expect([first.firstOrder, first.total]).toEqual([Number.NaN, Number.NaN]);
    const [single] = sensitivity(space, { architectures: architectures.slice(0, 1), accuracies: [7] }).dimensions;
    expect(single.firstOrder).toBeNaN();
    expect(single.choices.map(({ measured }) => measured)).toEqual([1, 0]);
    expect(single.choices[1].mean).toBeNaN();
  });
});
