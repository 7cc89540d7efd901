/** What every shrinker must keep, LISSNAS and baselines alike. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../math/random.js';
import type { Evaluator } from '../../measurements/evaluator.js';
import type { Codes, SearchSpace } from '../../spaces/space.js';
import type { Shrunk } from '../result.js';
import type { Shrinker, ShrinkTask } from '../shrinker.js';
import { evaluatorOf, landscapeOf, listOf, spaceOf, type Watched, weight } from './problems.js';

/** Where a shrinker may differ. */
export interface ShrinkerTraits {
  /** spends no evaluation */
  readonly blind?: boolean;
  /** may keep fewer than asked for under limits or forbidden rules */
  readonly whole?: boolean;
}

const plain = spaceOf([4, 3, 5, 2, 4]);
const mixed = spaceOf([4, 1, -5, 3, -4, 2], {
  forbidden: [
    { d0: 0, d3: 2 },
    { d2: 4, d4: [0, 1] },
  ],
});
const huge = spaceOf([...Array(14).fill(5), -6, 1]);

/** Tests of the promises in shrinker.ts and result.ts. */
export function shrinkerContract(name: string, shrinker: Shrinker, traits: ShrinkerTraits = {}): void {
  async function run(
    space: SearchSpace,
    evaluator: Watched,
    rest: Partial<ShrinkTask> & { randomSeed?: number } = {},
  ): Promise<Shrunk> {
    const { randomSeed = 1, ...task } = rest;
    const shrunk = await shrinker({
      space,
      evaluator,
      evaluations: 60,
      size: 30,
      random: createRandom(randomSeed),
      ...task,
    });
    expectSound(shrunk, space, evaluator, rest.evaluations ?? 60, rest.limits);
    return shrunk;
  }

  describe(`${name} keeps the contract of a shrinker`, () => {
    it.each([1, 2, 30, 200, 479])('keeps exactly %i of 480', async (size) => {
      const shrunk = await run(plain, evaluatorOf(landscapeOf(plain, 1, 2)), { size });
      expect(shrunk.members.size).toBe(size);
      expect(shrunk.spent).toBe(shrunk.measurements.length);
      if (traits.blind) expect(shrunk.spent).toBe(0);
    });

    it('takes ordered dimensions, one choice, forbidden combinations and limits', async () => {
      const evaluator = evaluatorOf(landscapeOf(mixed, 1, 3));
      const shrunk = await run(mixed, evaluator, { limits: [{ cost: weight, max: 8 }] });
      if (traits.whole) expect(shrunk.members.size).toBeLessThanOrEqual(30);
      else expect(shrunk.members.size).toBe(30);
    });

    it('gives the same for the same random seed whatever the concurrency and the order of finishing, and another for another', async () => {
      const accuracy = landscapeOf(mixed, 1, 3);
      const slow = (delay: (index: number) => number): Partial<Evaluator> => {
        let started = 0;
        return {
          concurrency: 7,
          async evaluate(architecture) {
            const index = started++;
            for (let tick = 0; tick < delay(index); tick++) await null;
            return { kind: 'measured', architecture, accuracy: accuracy(architecture), costs: {}, source: 'slow' };
          },
        };
      };
      const all = async (rest: Partial<Evaluator>, randomSeed: number) => {
        const task = { space: mixed, evaluator: evaluatorOf(accuracy, rest), evaluations: 60, size: 30 };
        const { members, measurements } = await shrinker({ ...task, random: createRandom(randomSeed) });
        return { members: listOf(members), measured: measurements.map(({ architecture }) => architecture.join()) };
      };
      const once = await all({}, 5);
      expect(await all({}, 5)).toEqual(once);
      expect(
        await all(
          slow((index) => (index * 37) % 11),
          5,
        ),
      ).toEqual(once);
      expect(
        await all(
          slow((index) => 20 - (index % 20)),
          5,
        ),
      ).toEqual(once);
      expect((await all({}, 6)).members).not.toEqual(once.members);
    });

    it('counts failures and numbers that are none as spent, and what cannot be measured not', async () => {
      const accuracy = landscapeOf(plain, 1, 4);
      const evaluator = evaluatorOf((codes) => {
        const kind = codes.reduce((sum, code, d) => sum + (d + 1) * code, 0) % 5;
        return kind === 0 ? undefined : kind === 1 ? Number.NaN : kind === 2 ? null : accuracy(codes);
      });
      const shrunk = await run(plain, evaluator);
      expect(shrunk.members.size).toBe(30);
      for (const measurement of shrunk.measurements) expect(Number.isFinite(measurement.accuracy)).toBe(true);
      if (!traits.blind) {
        expect(shrunk.failures.some(({ reason }) => reason.includes('NaN'))).toBe(true);
        expect(shrunk.failures.some(({ reason }) => reason === 'out of memory')).toBe(true);
        expect(shrunk.spent).toBe(60);
      }
    });

    it('asks an incomplete table only for what it has', async () => {
      const accuracy = landscapeOf(plain, 1, 4);
      const has = (codes: Codes) => (codes[0]! + codes[2]!) % 3 !== 0;
      const evaluator = evaluatorOf((codes) => (has(codes) ? accuracy(codes) : null), { canMeasure: has });
      const shrunk = await run(plain, evaluator);
      expect(evaluator.asked.every((text) => has(text.split(',').map(Number)))).toBe(true);
      expect(shrunk.members.size).toBe(30);
      if (!traits.blind) expect(shrunk.spent).toBe(60);
    });

    it('takes more evaluations than the space has architectures', async () => {
      const small = spaceOf([3, 4, -2]);
      const shrunk = await run(small, evaluatorOf(landscapeOf(small, 1, 5)), { evaluations: 100, size: 6 });
      expect(shrunk.members.size).toBe(6);
    });

    it.each([
      [[2]],
      [[3]],
      [[-3]],
      [[2, 2]],
      [[1, 5]],
      [[-2, 3]],
      [[2, 1, 4]],
      [[10]],
    ])('takes the tiny space %j', async (counts) => {
      const tiny = spaceOf(counts);
      const size = Math.max(1, Math.floor(Number(tiny.size) / 2));
      for (const own of new Set([1, size, Number(tiny.size) - 1])) {
        const shrunk = await run(tiny, evaluatorOf(landscapeOf(tiny, 0, 6)), { evaluations: 8, size: own });
        expect(shrunk.members.size).toBe(own);
      }
    });

    it('takes constant accuracies', async () => {
      const shrunk = await run(
        mixed,
        evaluatorOf(() => 93.1),
        { size: 40 },
      );
      expect(shrunk.members.size).toBe(40);
    });

    it('takes a space far too large to list', async () => {
      const limits = [{ cost: weight, max: 30 }];
      const shrunk = await run(huge, evaluatorOf(landscapeOf(huge, 1, 7)), { size: 300, limits, rounds: 4 });
      if (!traits.whole) expect(shrunk.members.size).toBe(300);
    });

    it('refuses in one clear sentence what cannot be done', async () => {
      const evaluator = evaluatorOf(landscapeOf(plain, 1, 2));
      const refused = (rest: Partial<ShrinkTask>, space = plain) => {
        const task = { space, evaluator, evaluations: 60, size: 30, random: createRandom(1), ...rest };
        return expect(shrinker(task)).rejects;
      };
      for (const size of [480, 1000, 0, -1, 2.5, Number.NaN]) {
        await refused({ size }).toMatchObject({ code: 'input', message: expect.stringContaining(`size ${size}`) });
      }
      for (const evaluations of [-1, 1.5, Number.NaN]) {
        await refused({ evaluations }).toMatchObject({
          message: expect.stringContaining(`${evaluations} evaluations`),
        });
      }
      await refused({ size: 1 }, spaceOf([1, 1])).toMatchObject({
        code: 'input',
        message: expect.stringMatching(/shr[iu]nk/),
      });
      const shifted = { ...weight, of: (codes: Codes) => 7 + weight.of(codes) };
      for (const space of [plain, huge]) {
        await refused({ limits: [{ cost: shifted, max: 6 }] }, space).toMatchObject({
          code: 'input',
          message: expect.stringMatching(/satisfies weight <= 6 \(lowest (?:found|possible): 7\)/),
        });
      }
      expect(evaluator.asked).toEqual([]);
    });

    if (traits.blind) return; // it asks for nothing, so nothing can end it
    it('ends with the reason of the signal, or of an evaluator that gives up', async () => {
      const stop = new AbortController();
      const accuracy = landscapeOf(plain, 1, 2);
      const evaluator = evaluatorOf((codes) => {
        if (evaluator.asked.length === 20) stop.abort(new Error('no longer wanted'));
        return accuracy(codes);
      });
      const task = { space: plain, evaluations: 60, size: 30 };
      await expect(shrinker({ ...task, evaluator, random: createRandom(1), signal: stop.signal })).rejects.toThrow(
        'no longer wanted',
      );
      expect(evaluator.asked.length).toBe(20);
      const broken = evaluatorOf(accuracy, { evaluate: () => Promise.reject(new Error('the cluster is gone')) });
      await expect(shrinker({ ...task, evaluator: broken, random: createRandom(1) })).rejects.toThrow(
        'the cluster is gone',
      );
    });
  });
}

function expectSound(
  shrunk: Shrunk,
  space: SearchSpace,
  evaluator: Watched,
  evaluations: number,
  limits: ShrinkTask['limits'] = [],
): void {
  const allowed = (codes: Codes) => space.isValid(codes) && limits.every(({ cost, max }) => cost.of(codes) <= max);
  const kept = listOf(shrunk.members);
  expect(new Set(kept).size).toBe(kept.length);
  expect(kept.every((text) => allowed(text.split(',').map(Number)))).toBe(true);
  expect(evaluator.asked.every((text) => allowed(text.split(',').map(Number)))).toBe(true);
  expect(new Set(evaluator.asked).size).toBe(evaluator.asked.length);
  expect(shrunk.spent).toBe(shrunk.measurements.length + shrunk.failures.length);
  expect(shrunk.spent).toBeLessThanOrEqual(evaluations);
  expect(shrunk.spent).toBeLessThanOrEqual(evaluator.asked.length);
  expect(shrunk.pocketOf).toHaveLength(kept.length);
  expect(new Set(shrunk.pocketOf).size).toBe(shrunk.pocketCount);
  expect(shrunk.pocketOf[0]).toBe(0);
}
