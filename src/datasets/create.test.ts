/** What every data set keeps to. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { LissnasError } from '../errors.js';
import { createDataset, subset } from './create.js';
import { tinyDataset } from './testing/tiny.js';

test('the identity covers shape, pixels and labels, and nothing else', () => {
  const parts = {
    name: 'a',
    classes: ['x', 'y'],
    shape: [1, 2, 1],
    pixels: Uint8Array.of(1, 2, 3, 4),
    labels: Uint16Array.of(1, 0),
  } as const;
  const { sha256, size } = createDataset(parts);
  expect(size).toBe(2);
  expect(sha256).toBe(
    createHash('sha256').update(Buffer.from('1x2x1\n\x01\x02\x03\x04\x01\x00\x00\x00', 'latin1')).digest('hex'),
  );
  expect(createDataset({ ...parts, name: 'b' }).sha256).toBe(sha256);
  expect(createDataset({ ...parts, shape: [1, 1, 2] }).sha256).not.toBe(sha256);
  expect(createDataset({ ...parts, labels: Uint16Array.of(0, 1) }).sha256).not.toBe(sha256);
  expect(createDataset({ ...parts, pixels: Uint8Array.of(1, 2, 3, 5) }).sha256).not.toBe(sha256);
});

test('a subset copies the images asked for, in their order', () => {
  const whole = tinyDataset(5);
  const part = subset(whole, [4, 1], 'part');
  expect([...part.pixels]).toEqual([...whole.pixels.subarray(240, 300), ...whole.pixels.subarray(60, 120)]);
  expect([...part.labels]).toEqual([whole.labels[4], whole.labels[1]]);
  expect(part.classes).toBe(whole.classes);
});

test('arrays that do not fit together are a fault', () => {
  const parts = {
    name: 'a',
    classes: ['x'],
    shape: [1, 2, 1],
    pixels: new Uint8Array(4),
    labels: new Uint16Array(2),
  } as const;
  expect(() => createDataset({ ...parts, pixels: new Uint8Array(5) })).toThrow(LissnasError);
  expect(() => createDataset({ ...parts, labels: Uint16Array.of(0, 1) })).toThrow(
    'a label is not below the number of classes, 1',
  );
});
