/** Batches against a slow, literal reading of the recipe. */
import { describe, expect, test } from 'vitest';
import { createRandom } from '../math/random.js';
import type { Augmentation } from './augmentation.js';
import { drawChange, standardAugmentation, writeImage } from './augmentation.js';
import { evaluationBatches, trainingBatches } from './batches.js';
import { lookUpTable, normalizationOf } from './normalization.js';
import { refusal } from './testing/files.js';
import { tinyDataset } from './testing/tiny.js';

const dataset = tinyDataset(10);
const indices = [9, 1, 4, 7, 2, 8, 5];
const normalization = normalizationOf(dataset, indices);
const options = { dataset, indices, normalization, size: 3, random: createRandom(5) };
const shape = dataset.shape;
const [channels, height, width] = shape;

/** Pads with zeros after normalizing, crops, flips, cuts: one pixel at a time. */
function slowly(index: number, { right, down, flip, hole }: ReturnType<typeof drawChange>): number[] {
  const out: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        const [sx, sy] = [(flip ? width - 1 - x : x) + right, y + down];
        const outside = sx < 0 || sx >= width || sy < 0 || sy >= height;
        const blank = x >= hole[0] && x < hole[2] && y >= hole[1] && y < hole[3];
        const byte = dataset.pixels[((index * height + sy) * width + sx) * channels + c];
        out.push(outside || blank ? 0 : Math.fround((byte / 255 - normalization.mean[c]) / normalization.deviation[c]));
      }
    }
  }
  return out;
}

describe('augmentation', () => {
  test('moves, flips and blanks as a slow reading does, for every change', () => {
    const table = lookUpTable(normalization);
    for (let right = -4; right <= 4; right++) {
      for (let down = -3; down <= 3; down++) {
        for (const flip of [false, true]) {
          const change = { right, down, flip, hole: [1, 0, 1 + ((right + 4) % 4), 2] as const };
          const values = new Float32Array(120);
          writeImage(dataset.pixels, 4 * 60, shape, table, change, values, 60);
          expect([...values.subarray(60)]).toEqual(slowly(4, change));
          expect(values.subarray(0, 60).every((value) => value === 0)).toBe(true);
        }
      }
    }
  });

  test('every shift and both sides are equally likely, together', () => {
    const counts = new Map<string, number>();
    const draws = 16_200;
    const stream = createRandom(2).split('epoch 0');
    for (let i = 0; i < draws; i++) {
      const { right, down, flip } = drawChange(standardAugmentation, [3, 32, 32], stream.split(i));
      const cell = `${right} ${down} ${flip}`;
      counts.set(cell, (counts.get(cell) ?? 0) + 1);
    }
    expect(counts.size).toBe(162);
    const expected = draws / 162;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(161 + 4 * Math.sqrt(2 * 161)); // four deviations above its mean
  });

  test('the blanked square lies around any pixel and ends at the border', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 2000; i++) {
      const { hole } = drawChange({ cutout: 2 }, shape, createRandom(i));
      const [left, top, right, bottom] = hole;
      expect(left >= 0 && top >= 0 && right <= width && bottom <= height && right > left && bottom > top).toBe(true);
      expect(right - left <= 2 && bottom - top <= 2).toBe(true);
      seen.add(hole.join());
    }
    expect(seen.size).toBe(width * height);
  });

  test('impossible options are refused', async () => {
    const refused = (augmentation: Augmentation) => refusal(() => trainingBatches({ ...options, augmentation }));
    expect(await refused({ padding: 4 })).toBe(
      'augmentation with padding 4; for images of 4x5 it is a whole number from 0 to 3',
    );
    expect(await refused({ cutout: -1 })).toMatch(/cutout -1/);
    expect(await refused({ padding: 0.5 })).toMatch(/padding 0.5/);
  });
});

describe('training batches', () => {
  test('every epoch shows each image once, in another order, across the borders of batches', () => {
    const batchAt = trainingBatches(options);
    const found: string[] = [];
    for (let step = 0; step < 7; step++) {
      const { values } = batchAt(step);
      for (let i = 0; i < 3; i++) found.push(values.subarray(i * 60, (i + 1) * 60).join());
    }
    const none = { right: 0, down: 0, flip: false, hole: [0, 0, 0, 0] as const };
    const known = new Map(indices.map((index) => [slowly(index, none).join(), index]));
    const shown = found.map((image) => known.get(image));
    const epochs = [shown.slice(0, 7), shown.slice(7, 14), shown.slice(14)];
    for (const epoch of epochs) expect([...epoch].sort()).toEqual([...indices].sort());
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(batchAt(0).labels[2]).toBe(dataset.labels[epochs[0][2] as number]);
  });

  test('a step gives the same bits whatever was asked for before, and other bits for another random seed', () => {
    const all = { ...options, augmentation: { padding: 2, flip: true, cutout: 2 } };
    const one = trainingBatches(all);
    const batches = [0, 1, 2, 3, 4, 5].map(one);
    expect(trainingBatches(all)(4)).toEqual(batches[4]);
    expect([5, 0, 3].map(one)).toEqual([batches[5], batches[0], batches[3]]);
    expect(trainingBatches({ ...all, random: createRandom(6) })(4)).not.toEqual(batches[4]);
    const whole = trainingBatches({ ...all, size: 6 })(1);
    expect([...whole.values]).toEqual([...batches[2].values, ...batches[3].values]);
  });

  test('no images and impossible sizes are refused', async () => {
    expect(await refusal(() => trainingBatches({ ...options, size: 0 }))).toMatch(/the batch size is 0/);
    expect(await refusal(() => trainingBatches({ ...options, indices: [] }))).toMatch(/no images/);
    expect(await refusal(() => [...evaluationBatches({ ...options, size: 1.5 })])).toMatch(/the batch size is 1.5/);
  });
});

test('evaluation batches come in order, unchanged, the last one smaller', () => {
  const batches = [...evaluationBatches(options)];
  expect(batches.map(({ count }) => count)).toEqual([3, 3, 1]);
  const none = { right: 0, down: 0, flip: false, hole: [0, 0, 0, 0] as const };
  expect(batches.flatMap(({ values }) => [...values])).toEqual(indices.flatMap((index) => slowly(index, none)));
  expect(batches.flatMap(({ labels }) => [...labels])).toEqual(indices.map((index) => dataset.labels[index]));
});
