/** What every searcher must keep; run on each one. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../math/random.js';
import type { Measurement, Outcome } from '../../measurements/measurement.js';
import { Region } from '../../shrink/region.js';
import { landscapeOf, weight } from '../../shrink/testing/problems.js';
import { ArchitectureSet } from '../../spaces/architecture-set.js';
import { forEachArchitecture } from '../../spaces/enumerate.js';
import type { Architecture, Codes, SearchSpace } from '../../spaces/space.js';
import { spaceOf } from '../../spaces/testing/space-of.js';
import { membersRegion, type SearchRegion } from '../region.js';
import type { MakeSearcher, Searcher } from '../searcher.js';

/** Where a searcher may differ. */
export interface SearcherTraits {
  /** learns at once, so that what it proposes depends on the size of the batches */
  readonly dependsOnBatch?: boolean;
}

const plain = spaceOf([4, 3, 5, 2, 4]);
const mixed = spaceOf([4, 1, -5, 3, -4, 2], {
  forbidden: [
    { d0: 0, d3: 2 },
    { d2: 4, d4: [0, 1] },
  ],
});
const huge = spaceOf([...Array(28).fill(5), -6, 1]); // 2 x 10^20

type Answer = (architecture: Architecture) => Outcome;

/** An answer from a function that gives an accuracy, undefined for a failure, null for what cannot be measured. */
function answering(accuracy: (codes: Codes) => number | undefined | null): Answer {
  return (architecture) => {
    const value = accuracy(architecture);
    if (value === undefined) return { kind: 'failed', architecture, reason: 'out of memory' };
    if (value === null) return { kind: 'unavailable', architecture, reason: 'not in the table' };
    return { kind: 'measured', architecture, accuracy: value, costs: {}, source: 'function' };
  };
}

const onLandscape = (space: SearchSpace) => answering(landscapeOf(space, 1, 3));

/** Asks and tells until `most` were asked for or nothing comes any more; checks what every answer must keep. */
function drive(searcher: Searcher, region: SearchRegion, answer: Answer, { batch = 1, most = 10_000 } = {}): string[] {
  const asked: string[] = [];
  while (asked.length < most) {
    const count = Math.min(batch, most - asked.length);
    const next = searcher.ask(count);
    if (next.length === 0) break;
    expect(next.length).toBeLessThanOrEqual(count);
    for (const architecture of next) {
      expect(region.space.isValid(architecture) && region.allows(architecture)).toBe(true);
      expect(Object.isFrozen(architecture)).toBe(true);
      asked.push(architecture.join());
    }
    searcher.tell(next.map(answer));
  }
  expect(new Set(asked).size).toBe(asked.length);
  return asked;
}

function everything(space: SearchSpace, isWanted: (codes: Codes) => boolean = () => true): string[] {
  const all: string[] = [];
  forEachArchitecture(space, (codes) => {
    if (isWanted(codes)) all.push(codes.join());
  });
  return all.sort();
}

/** Tests of the promises in searcher.ts. `make` gives a searcher as a user would get it. */
export function searcherContract(name: string, make: () => MakeSearcher, traits: SearcherTraits = {}): void {
  const start = (region: SearchRegion, randomSeed = 1) => make()(region, createRandom(randomSeed));

  describe(`${name} keeps the contract of a searcher`, () => {
    it.each([
      1, 7, 1000,
    ])('asks for every architecture of a whole space once, %i at a time, and then for none', (batch) => {
      const region = new Region(plain, []);
      const searcher = start(region);
      expect(drive(searcher, region, onLandscape(plain), { batch }).sort()).toEqual(everything(plain));
      expect(searcher.ask(5)).toEqual([]);
    });

    it.each([1, 9])('stays within limits, rules and ordered dimensions to the end, %i at a time', (batch) => {
      const region = new Region(mixed, [{ cost: weight, max: 6 }]);
      const expected = everything(mixed, (codes) => weight.of(codes) <= 6);
      expect(drive(start(region), region, onLandscape(mixed), { batch }).sort()).toEqual(expected);
    });

    it.each([1, 9])('reaches all of a shrunk space of many pockets, and nothing else, %i at a time', (batch) => {
      const members = new ArchitectureSet(plain.dimensions.length);
      const random = createRandom(5);
      while (members.size < 60) members.add(plain.sample(random));
      const region = membersRegion(plain, members, [{ cost: weight, max: 7 }]);
      const expected = everything(plain, (codes) => members.has(codes) && weight.of(codes) <= 7);
      expect(expected.length).toBeGreaterThan(20);
      expect(drive(start(region), region, onLandscape(plain), { batch }).sort()).toEqual(expected);
    });

    it('takes a region of one architecture', () => {
      const alone = new Region(plain, [{ cost: weight, max: 0 }]);
      expect(drive(start(alone), alone, onLandscape(plain), { batch: 4 })).toEqual(['0,0,0,0,0']);
      const single = new Region(spaceOf([1, -1]), []);
      expect(
        drive(
          start(single),
          single,
          answering(() => 50),
        ),
      ).toEqual(['0,0']);
    });

    it('takes a space far too large to list, under a limit', () => {
      const region = new Region(huge, [{ cost: weight, max: 40 }]);
      expect(drive(start(region), region, onLandscape(huge), { batch: 8, most: 400 })).toHaveLength(400);
    });

    it('gives up where a limit leaves a handful of a space far too large to list', () => {
      const region = new Region(huge, [{ cost: weight, max: 1 }]);
      const asked = drive(start(region), region, onLandscape(huge), { batch: 8 });
      expect(asked.length).toBeGreaterThan(20); // of the 30 there are
      expect(asked.length).toBeLessThanOrEqual(30);
    });

    it('proposes the same from the same random stream, and something else from another', () => {
      const region = new Region(mixed, []);
      const run = (randomSeed: number, batch: number) =>
        drive(start(region, randomSeed), region, onLandscape(mixed), { batch, most: 150 });
      const once = run(5, 4);
      expect(run(5, 4)).toEqual(once);
      expect(run(6, 4)).not.toEqual(once);
      if (!traits.dependsOnBatch) for (const batch of [1, 3, 150]) expect(run(5, batch)).toEqual(once);
    });

    it('goes on where many fail, cannot be measured, or all have the same accuracy', () => {
      const region = new Region(plain, []);
      const kind = (codes: Codes) => Array.from(codes).reduce((sum, code, d) => sum + (d + 1) * code, 0) % 3;
      const answers = [
        answering((codes) => [undefined, null, 50 + codes[0]!][kind(codes)]),
        answering(() => undefined),
        answering(() => null),
        answering(() => 93.1),
      ];
      for (const answer of answers) expect(drive(start(region), region, answer, { batch: 6 })).toHaveLength(480);
    });

    it('may be asked again before it is told, and told one by one', () => {
      const region = new Region(plain, []);
      const answer = onLandscape(plain);
      const searcher = start(region);
      const asked: string[] = [];
      const waiting: Architecture[] = [];
      while (asked.length < 300) {
        for (const architecture of searcher.ask(3)) {
          asked.push(architecture.join());
          waiting.push(architecture);
        }
        expect(waiting.length).toBeGreaterThan(0); // or it has stalled
        searcher.tell([answer(waiting.shift()!)]);
      }
      expect(new Set(asked).size).toBe(asked.length);
      expect(searcher.ask(0)).toEqual([]);
    });

    it('never asks for what was known before', () => {
      const region = new Region(plain, []);
      const random = createRandom(7);
      const known = new Map<string, Measurement>();
      while (known.size < 100) {
        const outcome = onLandscape(plain)(plain.sample(random));
        if (outcome.kind === 'measured') known.set(outcome.architecture.join(), outcome);
      }
      const searcher = start(region);
      searcher.tell([...known.values()]);
      const asked = drive(searcher, region, onLandscape(plain), { batch: 5 });
      expect(asked).toHaveLength(380);
      expect(asked.filter((key) => known.has(key))).toEqual([]);
    });
  });
}
