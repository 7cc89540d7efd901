import { describe, expect, it } from 'vitest';
import { createShapes } from '../datasets/shapes/create-shapes.js';
import { splitDataset } from '../datasets/split.js';
import { createRandom } from '../math/random.js';
import { datasetImages, wholePart } from './dataset-images.js';

const dataset = createShapes({ size: 200, randomSeed: 1, part: 'train', classes: 4 });
const { train, validation } = splitDataset(dataset, { validation: 50 }, createRandom(1));
const images = datasetImages({ training: { dataset, indices: train }, validation: { dataset, indices: validation } });
const request = { size: 10, augmentation: { padding: 2, flip: true, cutout: 0 }, random: createRandom(3) };

/** Mean and variance over all values of one channel. */
function moments(values: readonly number[]): [number, number] {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length];
}

describe('images of a data set', () => {
  it('are augmented in training batches, which are had by their step alone', () => {
    const batches = images.trainingBatches(request);
    const third = batches(3);
    batches(0);
    expect(images.trainingBatches(request)(3)).toEqual(third);
    const plain = images.trainingBatches({ ...request, augmentation: { padding: 0, flip: false, cutout: 0 } })(3);
    expect(plain.labels).toEqual(third.labels);
    expect(plain.values).not.toEqual(third.values);
  });

  it('calibrate by training images of all classes, normalized, never by validation images', () => {
    const batches = [...images.calibrationBatches(3, 40)];
    expect(batches.map(({ count }) => count)).toEqual([40, 40, 40]);
    const red = batches.flatMap(({ values }) => Array.from(values).filter((_, i) => i % 3 === 0));
    const [mean, variance] = moments(red);
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(Math.abs(variance - 1)).toBeLessThan(0.1);
    const learned = new Set(
      Array.from(
        images
          .trainingBatches({ ...request, size: 150, augmentation: { padding: 0, flip: false, cutout: 0 } })(0)
          .values.slice(0),
      ).map(String),
    );
    const firsts = batches.flatMap(({ values }) => [values[0]!, values[3072]!]);
    for (const value of firsts) expect(learned.has(String(value))).toBe(true);
  });

  it('are as many as there are where too many are asked for to calibrate by', () => {
    expect([...images.calibrationBatches(9, 64)].map(({ count }) => count)).toEqual([64, 64]);
    expect([...images.calibrationBatches(2, 1000)].map(({ count }) => count)).toEqual([150]);
  });

  it('judge by all validation images in order', () => {
    const batches = [...images.validationBatches(30)];
    expect(batches.map(({ count }) => count)).toEqual([30, 20]);
    expect(batches.flatMap(({ labels }) => [...labels])).toEqual(
      [...validation].map((index) => dataset.labels[index]!),
    );
    expect([images.trainingCount, images.validationCount]).toEqual([150, 50]);
  });

  it('have an identity that tells data and parts apart', () => {
    const other = createShapes({ size: 200, randomSeed: 2, part: 'train', classes: 4 });
    const training = { dataset, indices: train };
    const identities = [
      images.identity,
      datasetImages({ training, validation: wholePart(other) }).identity,
      datasetImages({ training: { dataset, indices: train.slice(1) }, validation: { dataset, indices: validation } })
        .identity,
      datasetImages({ training: { dataset: other, indices: train }, validation: { dataset, indices: validation } })
        .identity,
    ];
    expect(new Set(identities).size).toBe(4);
    expect(datasetImages({ training, validation: { dataset, indices: validation } }).identity).toBe(images.identity);
  });

  it('cannot judge what was trained on other classes', () => {
    const other = createShapes({ size: 20, randomSeed: 1, part: 'test', classes: 5 });
    expect(() => datasetImages({ training: { dataset, indices: train }, validation: wholePart(other) })).toThrow(
      'their images or classes differ',
    );
  });
});
