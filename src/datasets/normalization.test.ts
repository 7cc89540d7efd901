/** Mean and deviation against a direct computation, and what batches make of them. */
import { expect, test } from 'vitest';
import { createDataset } from './create.js';
import { lookUpTable, normalizationOf } from './normalization.js';
import { tinyDataset } from './testing/tiny.js';

test('mean and deviation are those of the chosen images alone', () => {
  const dataset = tinyDataset(20);
  const indices = [3, 7, 8, 15];
  const { mean, deviation } = normalizationOf(dataset, indices);
  for (let c = 0; c < 3; c++) {
    const values = indices.flatMap((i) =>
      Array.from({ length: 20 }, (_, p) => dataset.pixels[i * 60 + p * 3 + c] / 255),
    );
    const average = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length;
    expect(mean[c]).toBeCloseTo(average, 12);
    expect(deviation[c]).toBeCloseTo(Math.sqrt(variance), 12);
  }
  expect(normalizationOf(dataset, [15, 8, 7, 3])).toEqual({ mean, deviation });
  expect(normalizationOf(dataset, [0])).not.toEqual({ mean, deviation });
});

test('a constant channel keeps deviation 1', () => {
  const pixels = new Uint8Array(8).fill(51);
  const flat = createDataset({ name: 'flat', classes: ['a'], shape: [1, 2, 2], pixels, labels: new Uint16Array(2) });
  expect(normalizationOf(flat, [0, 1])).toEqual({ mean: [0.2], deviation: [1] });
});

test('the table holds the normalized value of every byte', () => {
  const table = lookUpTable({ mean: [0.5, 0.25], deviation: [0.5, 2] });
  expect(table).toHaveLength(512);
  expect(table[0]).toBe(-1);
  expect(table[255]).toBe(1);
  expect(table[256 + 51]).toBeCloseTo((0.2 - 0.25) / 2, 7);
});
