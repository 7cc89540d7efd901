import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { mean } from '../math/statistics.js';
import { fitLocalityModel } from '../predictors/gaussian-process.js';
import { forEachArchitecture } from '../spaces/enumerate.js';
import type { Codes } from '../spaces/space.js';
import { type LevelSet, levelSet, levelSets } from './level-set.js';
import { costBins, ONE_BIN, Region } from './region.js';
import { landscapeOf, spaceOf, weight } from './testing/problems.js';

const space = spaceOf([4, 4, -4, 4, 4, 4, -4, 4, 4]); // 262,144
const random = createRandom(1);
const measured = Array.from({ length: 40 }, () => space.sample(random));
const model = fitLocalityModel(space, measured, measured.map(landscapeOf(space, 1, 2)));
const truth: { mean: number; weight: number }[] = [];
forEachArchitecture(space, (codes) => truth.push({ mean: model.mean(codes), weight: weight.of(codes) }));
const limits = [{ cost: weight, max: 13 }];

describe.each([
  ['whole space', [] as typeof limits, () => true, () => true],
  ['within a limit', limits, (own: number) => own <= 13, () => true],
  ['one cost bin', [] as typeof limits, (own: number) => own > 15, (codes: Codes) => weight.of(codes) > 15],
])('the level set, %s', (_, within, holds, belongs) => {
  const region = new Region(space, within);
  const inside = truth.filter((one) => holds(one.weight));
  const find = (fraction: number, randomSeed: number) =>
    levelSet(region, model, Math.log(fraction), createRandom(randomSeed), belongs);

  it.each([0.1, 0.002])('holds the fraction %f', (fraction) => {
    // the log of a fraction found by L levels of 256 particles scatters by about sqrt(2 L 3 / 256) (Au and Beck 2001)
    const levels = Math.ceil(Math.log(1 / fraction) / Math.log(4));
    const scatter = Math.sqrt((2 * levels * 3) / 256);
    const errors = Array.from({ length: 8 }, (_, randomSeed) => {
      const { border } = find(fraction, randomSeed);
      return Math.log(inside.filter((one) => one.mean >= border).length / inside.length / fraction);
    });
    for (const error of errors) expect(Math.abs(error)).toBeLessThan(4 * scatter);
    expect(Math.abs(mean(errors))).toBeLessThan((4 * scatter) / Math.sqrt(8));
  });

  it('gives samples all over it, in equal measure', () => {
    const set = find(0.002, 5);
    const members = inside.filter((one) => one.mean >= set.border - 1e-9);
    const drawing = createRandom(6);
    const draws = Array.from({ length: 6000 }, () => set.sample(drawing).slice());
    const met = new Set(draws.map((codes) => codes.join()));
    for (const codes of draws) {
      if (!(model.mean(codes) >= set.border - 1e-9) || !holds(weight.of(codes))) expect.unreachable();
    }
    expect(met.size).toBeGreaterThan(0.9 * members.length);
    const sorted = members.map((one) => one.mean).sort((a, b) => a - b);
    const middle = sorted[sorted.length >> 1]!;
    const upper = draws.filter((codes) => model.mean(codes) >= middle).length / draws.length;
    expect(Math.abs(upper - 0.5)).toBeLessThan(0.06);
  });
});

it('of the whole region has no border', () => {
  const set: LevelSet = levelSet(new Region(space, limits), model, 0, createRandom(1));
  expect(set.border).toBe(Number.NEGATIVE_INFINITY);
  const draws = Array.from({ length: 2000 }, (_, i) => weight.of(set.sample(createRandom(i))));
  expect(Math.max(...draws)).toBe(13);
  const expected = mean(truth.filter((one) => one.weight <= 13).map((one) => one.weight));
  expect(Math.abs(mean(draws) - expected)).toBeLessThan(0.3);
});

it('there is one for each cost bin, each inside its bin', () => {
  const region = new Region(space, []);
  const bins = costBins(region, { cost: weight, count: 3 }, createRandom(2));
  const sets = levelSets(region, model, bins, Math.log(2000), createRandom(3));
  expect(sets).toHaveLength(3);
  sets.forEach((set, bin) => {
    const drawing = createRandom(bin);
    for (let i = 0; i < 300; i++) expect(bins.of(set.sample(drawing))).toBe(bin);
  });
  expect(levelSets(region, model, ONE_BIN, Math.log(2000), createRandom(3))).toHaveLength(1);
});
