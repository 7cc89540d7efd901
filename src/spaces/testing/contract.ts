/** What every search space must keep: one call runs these tests on a space. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../math/random.js';
import { diameter, editDistance, neighbours } from '../edits.js';
import type { SearchSpace } from '../space.js';

const LISTABLE = 20_000;
const COUNTABLE = 400;

const randomSeeds = fc.integer();

/** Tests a space; `makeSpace` is called once, when the tests run. */
export function describeSpace(name: string, makeSpace: () => SearchSpace): void {
  describe(`search space ${name}`, () => {
    let space: SearchSpace;
    beforeAll(() => {
      space = makeSpace();
    });
    const sample = (randomSeed: number) => space.sample(createRandom(randomSeed));
    const labels = (codes: readonly number[]) => codes.map((code, d) => String(space.dimensions[d]!.choices[code]));

    it('reads what it writes, and the two default notations', () => {
      fc.assert(
        fc.property(randomSeeds, (randomSeed) => {
          const architecture = sample(randomSeed);
          expect(space.parse(space.format(architecture))).toEqual(architecture);
          const named = labels(architecture).map((label, d) => `${space.dimensions[d]!.name}=${label}`);
          expect(space.parse(named.reverse().join(' , '))).toEqual(architecture);
          if (space.dimensions.length > 1) expect(space.parse(labels(architecture).join(','))).toEqual(architecture);
        }),
        { numRuns: 100 },
      );
    });

    it('makes frozen, valid architectures from codes and packed bytes, and refuses others', () => {
      const architecture = sample(1);
      expect(Object.isFrozen(architecture)).toBe(true);
      expect(space.isValid(architecture)).toBe(true);
      expect(space.architecture(Uint8Array.from(architecture))).toEqual(architecture);
      expect(() => space.architecture(architecture.slice(1))).toThrow(/choices/);
      for (const wrong of [-1, 0.5, Number.NaN, space.dimensions[0]!.choices.length]) {
        expect(() => space.architecture([wrong, ...architecture.slice(1)])).toThrow(space.dimensions[0]!.name);
      }
    });

    it('has a distance that is symmetric, zero only for equals, and a metric', () => {
      fc.assert(
        fc.property(randomSeeds, randomSeeds, randomSeeds, (s, t, u) => {
          const [a, b, c] = [sample(s), sample(t), sample(u)];
          const distance = editDistance(space, a, b);
          expect(editDistance(space, b, a)).toBe(distance);
          expect(distance === 0).toBe(a.join() === b.join());
          expect(distance).toBeLessThanOrEqual(diameter(space));
          expect(distance).toBeLessThanOrEqual(editDistance(space, a, c) + editDistance(space, c, b));
        }),
        { numRuns: 100 },
      );
    });

    it('has neighbours that are valid, distinct and one edit away, and all of them', () => {
      fc.assert(
        fc.property(randomSeeds, (randomSeed) => {
          const architecture = sample(randomSeed);
          const found = neighbours(space, architecture);
          expect(new Set(found.map((other) => other.join())).size).toBe(found.length);
          for (const other of found) {
            expect(space.isValid(other)).toBe(true);
            expect(editDistance(space, architecture, other)).toBe(1);
          }
          const possible = space.dimensions
            .flatMap(({ choices }, d) => choices.map((_, choice) => architecture.with(d, choice)))
            .filter((codes) => editDistance(space, architecture, codes) === 1 && space.isValid(codes));
          expect(found.length).toBe(possible.length);
        }),
        { numRuns: 20 },
      );
    });

    it('has a canonical form that is idempotent and keeps to the space', () => {
      fc.assert(
        fc.property(randomSeeds, (randomSeed) => {
          const canonical = space.canonical(sample(randomSeed));
          expect(space.architecture(canonical)).toEqual(canonical);
          expect(space.canonical(canonical)).toEqual(canonical);
        }),
        { numRuns: 50 },
      );
    });

    it('knows its size exactly', () => {
      const points = space.dimensions.reduce((product, { choices }) => product * BigInt(choices.length), 1n);
      if (space.unconstrained) expect(space.size).toBe(points);
      else expect(space.size).toBeLessThanOrEqual(points);
      if (points <= LISTABLE) {
        const valid = allCodes(space).filter((codes) => space.isValid(codes));
        expect(space.size).toBe(BigInt(valid.length));
        expect(() => valid.map((codes) => space.architecture(codes))).not.toThrow();
      }
    });

    it('samples valid architectures, uniformly, and the same from the same random seed', () => {
      expect(sample(7)).toEqual(sample(7));
      const random = createRandom(8);
      const draws = Array.from({ length: space.size <= COUNTABLE ? 50 * Number(space.size) : 500 }, () =>
        space.sample(random),
      );
      expect(draws.every((draw) => space.isValid(draw))).toBe(true);
      if (space.size > COUNTABLE) return;
      const counts = new Map<string, number>();
      for (const draw of draws) counts.set(draw.join(), (counts.get(draw.join()) ?? 0) + 1);
      const size = Number(space.size);
      expect(counts.size).toBe(size);
      const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 50) ** 2 / 50, 0);
      expect(chiSquare).toBeLessThanOrEqual(size - 1 + 4 * Math.sqrt(2 * (size - 1)));
    });

    it('gives every cost as a finite number', () => {
      for (const cost of space.costs.values()) expect(Number.isFinite(cost.of(sample(3)))).toBe(true);
    });
  });
}

/** All combinations of choices, valid or not, in lexicographic order. */
export function allCodes(space: SearchSpace): number[][] {
  return space.dimensions.reduce<number[][]>(
    (partial, { choices }) => partial.flatMap((codes) => choices.map((_, choice) => [...codes, choice])),
    [[]],
  );
}
