import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import type { ShrinkResult } from './result.js';
import { ShrunkSpace } from './shrunk-space.js';
import { macs, smallDeclaration, smallShrink, smallSpace } from './testing/small-shrink.js';

const provenance = { version: '0.0.0', randomSeed: 1 };
let result: ShrinkResult;
let shrunk: ShrunkSpace;

beforeAll(async () => {
  result = { ...(await smallShrink()), costBins: { cost: macs, edges: [17, 21] } };
  shrunk = ShrunkSpace.fromResult(result, provenance, { declaration: smallDeclaration });
});

describe('what is in it', () => {
  it('has exactly the members of the result', () => {
    expect(shrunk.size).toBe(result.members.size);
    let found = 0;
    const random = createRandom(9);
    for (let i = 0; i < 2000; i++) {
      const architecture = smallSpace.sample(random);
      expect(shrunk.contains(architecture)).toBe(result.members.has(architecture));
      found += shrunk.contains(architecture) ? 1 : 0;
    }
    expect(found).toBeGreaterThan(0);
  });

  it('knows the pocket of every member and of nobody else', () => {
    for (const { architecture, index, pocket } of shrunk.members('admission')) {
      expect(shrunk.pocketOf(architecture)).toBe(pocket);
      expect(pocket).toBe(result.pocketOf[index]);
    }
    expect(shrunk.pocketOf(smallSpace.parse('none,none,3,1,16,0'))).toBeUndefined();
  });

  it('goes through the members best prediction first', () => {
    const members = [...shrunk.members()];
    expect(members).toHaveLength(shrunk.size);
    expect(new Set(members.map(({ index }) => index)).size).toBe(shrunk.size);
    for (let i = 1; i < members.length; i++) {
      expect(members[i]!.predicted).toBeLessThanOrEqual(members[i - 1]!.predicted);
    }
  });

  it('predicts what the shrink predicted', () => {
    for (const { architecture, predicted } of shrunk.members()) {
      const { mean, deviation } = shrunk.predict(architecture);
      expect(mean).toBeCloseTo(predicted, 6);
      expect(deviation).toBeGreaterThanOrEqual(0);
    }
  });

  it('knows what was measured, and the best', () => {
    for (const measurement of result.measurements) expect(shrunk.measured(measurement.architecture)).toBe(measurement);
    const { measured, predicted } = shrunk.best();
    const kept = result.measurements.filter(({ architecture }) => result.members.has(architecture));
    expect(measured!.accuracy).toBe(Math.max(...kept.map(({ accuracy }) => accuracy)));
    expect(predicted!.predicted).toBe(Math.max(...result.predicted));
  });
});

describe('sampling', () => {
  /** Chi-square of equal frequencies, which for so many draws is near its mean plus or minus a few deviations. */
  function isUniform(counts: readonly number[]): boolean {
    const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    const degrees = counts.length - 1;
    return chiSquare < degrees + 5 * Math.sqrt(2 * degrees) + 5;
  }

  /** The pocket and cost bin that share the most members. */
  function largestPart(): { pocket: number; costBin: number } {
    const parts = shrunk.pockets.flatMap((_, pocket) => [0, 1, 2].map((costBin) => ({ pocket, costBin })));
    return parts.sort((a, b) => shrunk.sizeOf(b) - shrunk.sizeOf(a))[0]!;
  }

  it.each([
    ['the whole', () => ({})],
    ['a pocket', () => ({ pocket: 0 })],
    ['a cost bin', () => ({ costBin: largestPart().costBin })],
    ['a cost bin of a pocket', () => largestPart()],
  ])('is uniform over %s', (_, makePart) => {
    const part: { pocket?: number; costBin?: number } = makePart();
    const belongs = [...shrunk.members('admission')].filter(
      ({ index, pocket }) =>
        (part.pocket === undefined || pocket === part.pocket) &&
        (part.costBin === undefined || shrunk.costBinOf(index) === part.costBin),
    );
    expect(belongs.length).toBeGreaterThan(1);
    expect(shrunk.sizeOf(part)).toBe(belongs.length);
    const counts = new Map(belongs.map(({ architecture }) => [architecture.join(), 0]));
    const random = createRandom(4);
    for (let i = 0; i < 300 * belongs.length; i++) {
      const key = shrunk.sample(random, part).join();
      expect(counts.has(key)).toBe(true);
      counts.set(key, counts.get(key)! + 1);
    }
    expect(isUniform([...counts.values()])).toBe(true);
  });

  it('notices what is not uniform', () => {
    expect(isUniform([300, 300, 400, 200])).toBe(false);
  });

  it('puts a cost on an edge into the upper bin', () => {
    for (const { architecture, index } of shrunk.members()) {
      const cost = macs.of(architecture);
      expect(shrunk.costBinOf(index)).toBe(cost < 17 ? 0 : cost < 21 ? 1 : 2);
    }
  });

  it('refuses parts that do not exist', () => {
    const random = createRandom(1);
    expect(() => shrunk.sample(random, { pocket: 999 })).toThrow(InputError);
    expect(() => shrunk.sample(random, { costBin: 3 })).toThrow('there is no cost bin 3; allowed are 0 to 2');
    const empty = ShrunkSpace.fromResult({ ...result, costBins: { cost: macs, edges: [-5] } }, provenance);
    expect(() => empty.sample(random, { costBin: 0 })).toThrow('there are no members in cost bin 0');
  });
});

it('refuses a declaration of another space', () => {
  const declaration = smallDeclaration.replace('[1, 4, 6]', '[1, 4, 8]');
  expect(() => ShrunkSpace.fromResult(result, provenance, { declaration })).toThrow(InputError);
});
