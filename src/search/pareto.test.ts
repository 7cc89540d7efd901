import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { crowdingDistances, dominates, type Objectives, sortIntoFronts } from './pareto.js';
import { hypervolume } from './testing/hypervolume.js';

// few distinct values, so that points are often equal in one objective or both
const points = fc.array(fc.record({ accuracy: fc.integer({ min: 0, max: 8 }), cost: fc.integer({ min: 0, max: 8 }) }), {
  maxLength: 40,
});

/** The definition: peel off what nothing left dominates, again and again. */
function peel(all: readonly Objectives[]): Objectives[][] {
  const fronts: Objectives[][] = [];
  for (let left = [...all]; left.length > 0; ) {
    const front = left.filter((point) => !left.some((other) => dominates(other, point)));
    fronts.push(front);
    left = left.filter((point) => !front.includes(point));
  }
  return fronts;
}

describe('sortIntoFronts', () => {
  it('gives the fronts of the definition, whatever the order of the points', () => {
    fc.assert(
      fc.property(points, (all) => {
        const found = sortIntoFronts(all);
        expect(found.map((front) => new Set(front))).toEqual(peel(all).map((front) => new Set(front)));
      }),
    );
  });

  it('lists a front from cheap to costly', () => {
    const all = [
      { accuracy: 3, cost: 3 },
      { accuracy: 1, cost: 1 },
      { accuracy: 2, cost: 2 },
      { accuracy: 1, cost: 3 },
    ];
    expect(sortIntoFronts(all)).toEqual([[all[1], all[2], all[0]], [all[3]]]);
    expect(sortIntoFronts([])).toEqual([]);
  });
});

describe('dominates', () => {
  it('needs to be no worse in both and better in one', () => {
    const point = { accuracy: 5, cost: 5 };
    expect(dominates(point, { ...point })).toBe(false);
    expect(dominates(point, { accuracy: 5, cost: 6 })).toBe(true);
    expect(dominates(point, { accuracy: 4, cost: 5 })).toBe(true);
    expect(dominates(point, { accuracy: 4, cost: 4 })).toBe(false);
    expect(dominates(point, { accuracy: 6, cost: 6 })).toBe(false);
  });
});

describe('crowdingDistances', () => {
  it('agree with a front worked by hand', () => {
    const front = [
      { accuracy: 10, cost: 0 },
      { accuracy: 20, cost: 1 },
      { accuracy: 25, cost: 4 },
      { accuracy: 30, cost: 10 },
    ];
    expect(crowdingDistances(front)).toEqual([
      Number.POSITIVE_INFINITY,
      4 / 10 + 15 / 20,
      9 / 10 + 10 / 20,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('are numbers for one point, two, none, and equal ones', () => {
    const point = { accuracy: 1, cost: 1 };
    expect(crowdingDistances([])).toEqual([]);
    expect(crowdingDistances([point])).toEqual([Number.POSITIVE_INFINITY]);
    expect(crowdingDistances([point, point, point])).toEqual([Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY]);
  });
});

describe('hypervolume', () => {
  it('is the share of random points of the box that a point dominates', () => {
    const random = createRandom(3);
    const all = Array.from({ length: 12 }, () => ({ accuracy: random.float(), cost: random.float() }));
    const draws = 40_000;
    let inside = 0;
    for (let draw = 0; draw < draws; draw++) {
      const target = { accuracy: random.float(), cost: random.float() };
      if (all.some((point) => dominates(point, target))) inside++;
    }
    const error = hypervolume(all, { accuracy: 0, cost: 1 }) - inside / draws;
    expect(Math.abs(error)).toBeLessThan(0.0075); // three standard errors
    expect(hypervolume([{ accuracy: 3, cost: 2 }], { accuracy: 4, cost: 5 })).toBe(0);
  });
});
