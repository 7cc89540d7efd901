/** Splits are exact in size, disjoint, stratified and reproducible. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../math/random.js';
import { splitDataset } from './split.js';
import { refusal } from './testing/files.js';
import { tinyDataset } from './testing/tiny.js';

const countByClass = (indices: Uint32Array, labels: Uint16Array, classes: number) => {
  const counts = new Array<number>(classes).fill(0);
  for (const index of indices) counts[labels[index]]++;
  return counts;
};

describe('splitDataset', () => {
  test('parts have the sizes asked for, share no image, and every class within one of its share', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 4, max: 30 }),
        fc.integer(),
        (classes, each, randomSeed) => {
          const dataset = tinyDataset(classes * each, classes);
          const [validation, test] = [Math.floor(dataset.size / 5), Math.floor(dataset.size / 7)];
          const split = splitDataset(dataset, { validation, test }, createRandom(randomSeed));
          expect(split.validation).toHaveLength(validation);
          expect(split.test).toHaveLength(test);
          const all = [...split.train, ...split.validation, ...split.test];
          expect(all.sort((a, b) => a - b)).toEqual([...dataset.labels.keys()]);
          for (const part of Object.values(split)) {
            const counts = countByClass(part, dataset.labels, classes);
            expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
            for (const count of counts) expect(Math.abs(count - part.length / classes)).toBeLessThan(2);
            expect([...part]).toEqual([...part].sort((a, b) => a - b));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('unequal classes keep their shares', () => {
    const labels = Uint16Array.from({ length: 1000 }, (_, i) => (i < 900 ? 0 : i < 980 ? 1 : 2));
    const dataset = { name: 'unequal', classes: ['a', 'b', 'c'], labels };
    const { validation } = splitDataset(dataset, { validation: 0.25 }, createRandom(3));
    const [a, b, c] = countByClass(validation, labels, 3);
    expect(Math.abs(a - 225)).toBeLessThanOrEqual(2);
    expect(Math.abs(b - 20)).toBeLessThanOrEqual(1);
    expect(Math.abs(c - 5)).toBeLessThanOrEqual(1);
  });

  test('the random seed decides, and a further part does not disturb the validation part', () => {
    const dataset = tinyDataset(90);
    const validation = (randomSeed: number, test = 0) =>
      splitDataset(dataset, { validation: 30, test }, createRandom(randomSeed)).validation;
    expect(validation(1)).toEqual(validation(1));
    expect(validation(1)).toEqual(validation(1, 20));
    expect(validation(1)).not.toEqual(validation(2));
    const drawn = createRandom(1);
    drawn.float();
    expect(splitDataset(dataset, { validation: 30 }, drawn).validation).toEqual(validation(1));
  });

  test('every image is equally likely to be held out', () => {
    const dataset = tinyDataset(12);
    const times = new Array<number>(12).fill(0);
    for (let randomSeed = 0; randomSeed < 2000; randomSeed++) {
      for (const i of splitDataset(dataset, { validation: 4 }, createRandom(randomSeed)).validation) times[i]++;
    }
    for (const count of times) expect(Math.abs(count - 2000 / 3)).toBeLessThan(5 * Math.sqrt((2000 * 2) / 9));
  });

  test('impossible sizes are refused', async () => {
    const refused = (sizes: Parameters<typeof splitDataset>[1], size = 30) =>
      refusal(() => splitDataset(tinyDataset(size), sizes, createRandom(0)));
    expect(await refused({ validation: 20, test: 20, train: 5 })).toMatch(
      /5 training, 20 validation and 20 test images are 45, but there are 30/,
    );
    expect(await refused({ validation: 20, test: 10 })).toMatch(/no image is left for the training part of 30 images/);
    expect(await refused({ validation: -1 })).toMatch(
      /the size of the validation part is -1; it must be a whole number or a share below 1/,
    );
    expect(await refused({ test: 1.5 })).toMatch(/the size of the test part is 1.5/);
    expect(await refused({ train: Number.NaN })).toMatch(/the size of the training part is NaN/);
    expect(await refused({ train: 2 })).toMatch(
      /the training part would hold no image of class "class \d"; make it larger/,
    );
  });
});
