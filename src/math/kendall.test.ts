import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kendallTau } from './kendall.js';
import { createRandom } from './random.js';

/** All pairs, straight from the definition. */
function tauByCounting(x: readonly number[], y: readonly number[]): number {
  let surplus = 0;
  let untiedX = 0;
  let untiedY = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const a = Math.sign(x[i] - x[j]);
      const b = Math.sign(y[i] - y[j]);
      surplus += a * b;
      untiedX += a * a;
      untiedY += b * b;
    }
  }
  return surplus / Math.sqrt(untiedX * untiedY);
}

// each expected value is scipy.stats.kendalltau(x, y).statistic
const fixture: [number[], number[], number][] = [
  [[1, 2, 3, 4, 5], [3, 1, 2, 5, 4], 0.39999999999999997],
  [[12, 2, 1, 12, 2], [1, 4, 7, 1, 0], -0.4714045207910316],
  [[1, 1, 2, 2, 3, 3, 3, 4], [2, 1, 1, 3, 3, 3, 2, 9], 0.6521739130434784],
  [[0.5, -1, 0.5, 2, 2, 7, -3], [1, 1, 1, 2, 0, 0, 2], -0.5161854012087639],
  [[5, 4, 3, 2, 1], [1, 2, 2, 4, 5], -0.9486832980505137],
];

describe('kendallTau', () => {
  it.each(fixture)('agrees with scipy on %j and %j', (x, y, tau) => expect(kendallTau(x, y)).toBeCloseTo(tau, 14));

  it('agrees with the count over all pairs, ties and all', () => {
    const vectors = fc
      .integer({ min: 0, max: 60 })
      .chain((n) =>
        fc.tuple(...[7, 1000].map((max) => fc.array(fc.integer({ min: 0, max }), { minLength: n, maxLength: n }))),
      );
    fc.assert(
      fc.property(vectors, fc.boolean(), ([few, many], tied) => {
        const other = tied ? many.map((value) => value % 5) : many;
        const expected = tauByCounting(few, other);
        const found = kendallTau(few, other);
        if (Number.isNaN(expected)) expect(found).toBeNaN();
        else expect(found).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('does not depend on the order of the pairs, and changes sign with one vector', () => {
    const random = createRandom(3);
    const x = Array.from({ length: 300 }, () => random.integer(40));
    const y = x.map((value) => value + random.normal() * 10);
    const tau = kendallTau(x, y);
    expect(kendallTau([...x].reverse(), [...y].reverse())).toBeCloseTo(tau, 14);
    expect(
      kendallTau(
        x,
        y.map((value) => -value),
      ),
    ).toBeCloseTo(-tau, 14);
    expect(kendallTau(y, x)).toBeCloseTo(tau, 14);
  });

  it('sorts infinities as numbers', () => {
    expect(kendallTau([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], [1, 2, 3])).toBeCloseTo(
      Math.sqrt(2 / 3),
      14,
    );
  });

  it('answers NaN for fewer than two values or a constant, and throws on NaN and unequal lengths', () => {
    expect(kendallTau([], [])).toBeNaN();
    expect(kendallTau([1], [1])).toBeNaN();
    expect(kendallTau([2, 2, 2], [1, 2, 3])).toBeNaN();
    expect(() => kendallTau([1, Number.NaN], [1, 2])).toThrow(RangeError);
    expect(() => kendallTau([1, 2], [1])).toThrow(RangeError);
  });

  it('ranks 200,000 values without counting pairs one by one', () => {
    const random = createRandom(4);
    const x = Float64Array.from({ length: 200_000 }, () => random.float());
    expect(kendallTau(x, x)).toBe(1);
    expect(
      Math.abs(
        kendallTau(
          x,
          Float64Array.from(x, () => random.float()),
        ),
      ),
    ).toBeLessThan(0.01);
  });
});
