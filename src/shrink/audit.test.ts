import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import type { Evaluator } from '../measurements/evaluator.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { defineSpace } from '../spaces/define.js';
import type { Codes } from '../spaces/space.js';
import { type AuditTask, audit } from './audit.js';
import { compare, intervalOf, wilsonInterval } from './audit-statistics.js';
import { randomSubset } from './random-subset.js';
import type { Shrinker, ShrinkTask } from './shrinker.js';

const space = defineSpace({
  name: 'digits',
  dimensions: ['a', 'b', 'c'].map((name) => ({ name, choices: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] })),
});
const number = (codes: Codes) => 100 * codes[0]! + 10 * codes[1]! + codes[2]!; // 0 .. 999, all different

const evaluator: Evaluator = {
  name: 'number',
  concurrency: 1,
  evaluate: async (architecture) => ({
    kind: 'measured',
    architecture,
    accuracy: number(architecture),
    costs: {},
    source: 'number',
  }),
};

/** Keeps the highest numbers; measures `evaluations` architectures. */
const oracle: Shrinker = async (task) => kept(task, (i) => 999 - i);
const lowest: Shrinker = async (task) => kept(task, (i) => i);

async function kept({ size = 1, evaluations, evaluator, random }: ShrinkTask, of: (i: number) => number) {
  for (let i = 0; i < evaluations; i++) await evaluator.evaluate(space.sample(random));
  const members = new ArchitectureSet(3);
  for (let i = 0; i < size; i++) {
    const value = of(i);
    members.add([Math.floor(value / 100), Math.floor(value / 10) % 10, value % 10]);
  }
  const result = { method: 'x', space, limits: [], members, pocketOf: new Int32Array(size), pocketCount: 7 };
  return { ...result, measurements: [], failures: [], spent: 0 };
}

const task: AuditTask = {
  space,
  evaluator,
  truth: number,
  evaluations: 20,
  size: 20,
  repeats: 4,
  randomSeed: 10,
  shrinkers: { oracle, lowest, random: randomSubset },
};

describe('audit', () => {
  it('measures what can be worked out by hand', async () => {
    const report = await audit(task);
    expect(report.whole).toEqual({
      exact: true,
      known: 1000,
      meanAccuracy: 499.5,
      bestAccuracy: 999,
      top1Percent: 989.01,
    });
    expect(report.randomSeeds).toEqual([10, 11, 12, 13]);
    const [best, worst] = report.methods;
    const values = best!.runs[0]!.values;
    expect(values).toMatchObject({
      meanAccuracy: 989.5, // of 980 .. 999
      regret: 0,
      retentionTop10: 1,
      retentionTop50: 0.4,
      retentionTop1Percent: 1,
      optimumKept: 1,
      topShare: 0.5,
      pockets: 7,
      size: 20,
      evaluations: 20, // counted, though the method says 0
      overLimit: 0,
    });
    expect(values.shrinkIndex).toBeCloseTo(((989.5 - 499.5) / 499.5) * (1 - Math.log(20) / Math.log(1000)), 12);
    expect(worst!.measures.regret).toEqual({ mean: 980, low: 980, high: 980, n: 4 });
    expect(worst!.against?.meanAccuracy).toMatchObject({ difference: { mean: 980 }, verdict: 'better', apart: true });
    expect(worst!.against?.regret?.verdict).toBe('better');
    expect(worst!.against?.diversity?.verdict).toBe('no difference shown');
    expect(best!.against).toBeUndefined();
  });

  it('calls a worse method worse', async () => {
    const report = await audit({ ...task, shrinkers: { lowest, oracle } });
    expect(report.methods[1]!.against?.meanAccuracy?.verdict).toBe('worse');
    expect(report.methods[1]!.against?.regret?.verdict).toBe('worse');
  });

  it('counts members over a limit, and takes the whole within the limits', async () => {
    const limits = [{ cost: { name: 'first digit', unit: '', of: (codes: Codes) => codes[0]! }, max: 4 }];
    const report = await audit({ ...task, limits });
    expect(report.whole).toMatchObject({ known: 500, bestAccuracy: 499 });
    expect(report.methods.map(({ measures }) => measures.overLimit.mean)).toEqual([20, 0, 0]);
  });

  it('gives every random seed its own evaluator where asked, and every method the same', async () => {
    const seen: number[] = [];
    const report = await audit({
      ...task,
      evaluator: (randomSeed) => {
        seen.push(randomSeed);
        return evaluator;
      },
    });
    expect(seen).toEqual([10, 11, 12, 13]);
    expect(report.evaluator).toBe('number');
  });

  it('estimates the whole from a uniform sample where the space cannot be listed', async () => {
    const large = defineSpace({
      name: 'large',
      dimensions: Array.from({ length: 12 }, (_, d) => ({ name: `d${d}`, choices: [0, 1, 2, 3, 4] })),
    });
    const truth = (codes: Codes) => Array.from(codes).reduce((sum, code) => sum + code, 0); // mean 24, deviation sqrt(24)
    const report = await audit({
      ...task,
      space: large,
      truth,
      shrinkers: { random: randomSubset },
      size: 3000,
      repeats: 2,
    });
    expect(report.whole.exact).toBe(false);
    expect(report.whole.known).toBe(20_000);
    expect(Math.abs(report.whole.meanAccuracy - 24)).toBeLessThan(0.2);
    const { measures } = report.methods[0]!;
    expect(measures.retentionTop50.mean).toBeNaN();
    expect(Math.abs(measures.meanAccuracy.mean - 24)).toBeLessThan(0.5);
    expect(Math.abs(measures.shrinkIndex.mean)).toBeLessThan(0.05);
  });

  it('stops with the reason of the signal and refuses nothing to compare', async () => {
    await expect(audit({ ...task, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    await expect(audit({ ...task, repeats: 0 })).rejects.toThrow('0 repeats');
    await expect(audit({ ...task, shrinkers: {} })).rejects.toThrow('at least one shrinker');
    await expect(audit({ ...task, truth: () => Number.NaN })).rejects.toThrow('no architecture of digits is known');
  });
});

describe('statistics', () => {
  it("has Wilson's interval (statsmodels proportion_confint, 9 of 10: 0.5958 to 0.9821; 20 of 20: 0.8389 to 1)", () => {
    const nine = wilsonInterval([1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    expect(nine.mean).toBe(0.9);
    expect(nine.low).toBeCloseTo(0.5958, 4);
    expect(nine.high).toBeCloseTo(0.9821, 4);
    const all = wilsonInterval(Array(20).fill(1));
    expect(all.low).toBeCloseTo(0.8389, 4);
    expect(all.high).toBe(1);
  });

  it('finds a paired difference that the separate intervals hide', () => {
    const random = createRandom(1);
    const other = Array.from({ length: 20 }, () => 10 * random.normal());
    const own = other.map((value) => value + 1 + 0.1 * random.normal());
    const intervals = { own: intervalOf(own), other: intervalOf(other) };
    const found = compare(own, other, 1, intervals);
    expect(found).toMatchObject({ verdict: 'better', apart: false });
    expect(compare(own, other, -1, intervals).verdict).toBe('worse');
    expect(compare([1, 2, 3], [2, 1, 3], 1, intervals).verdict).toBe('no difference shown');
  });
});
