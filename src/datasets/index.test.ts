/** From descriptions to data sets. */
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { type DatasetKind, datasetKinds, loadDataset } from './index.js';
import { createShapes } from './shapes/create-shapes.js';
import { folderOf, refusal } from './testing/files.js';

/** An IDX file of bytes. */
const idx = (shape: readonly number[], bytes: readonly number[]) =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((size) => [0, 0, 0, size]), ...bytes]);

const twenty = Array.from({ length: 20 }, (_, i) => i);
const idxFolder = () =>
  folderOf({
    'train-images-idx3-ubyte': idx([20, 1, 1], twenty),
    'train-labels-idx1-ubyte': idx(
      [20],
      twenty.map((i) => i % 2),
    ),
  });

test('shapes give both parts', async () => {
  const { train, test } = await loadDataset({ kind: 'shapes', train: 30, test: 20, randomSeed: 7 });
  expect(train.sha256).toBe(createShapes({ size: 30, randomSeed: 7, part: 'train' }).sha256);
  expect(test.sha256).toBe(createShapes({ size: 20, randomSeed: 7, part: 'test' }).sha256);
});

test('where no test part was published, one is split off by random seed, and both together are the whole', async () => {
  const path = idxFolder();
  const { train, test } = await loadDataset({ kind: 'idx', path });
  expect([train.size, test.size]).toEqual([16, 4]);
  expect([...test.labels].sort()).toEqual([0, 0, 1, 1]);
  expect([...train.pixels, ...test.pixels].sort((a, b) => a - b)).toEqual(twenty);
  for (const part of [train, test])
    part.pixels.forEach((pixel, i) => {
      expect(part.labels[i]).toBe(pixel % 2);
    });
  const other = await loadDataset({ kind: 'idx', path, randomSeed: 1 });
  expect(other.test.sha256).not.toBe(test.sha256);
  expect((await loadDataset({ kind: 'idx', path, testSize: 10 })).test.size).toBe(10);
  expect(await refusal(() => loadDataset({ kind: 'idx', path, testSize: 0 }))).toMatch(/test part has size 0/);
  expect(await refusal(() => loadDataset({ kind: 'idx', path, testSize: 20 }))).toMatch(/no image is left/);
});

test('folders are scaled where a side is given', async () => {
  const image = await sharp({ create: { width: 6, height: 4, channels: 3, background: '#123456' } })
    .png()
    .toBuffer();
  const path = folderOf({ 'a/1.png': image, 'a/2.png': image, 'b/1.png': image, 'b/2.png': image });
  const { train, test } = await loadDataset({ kind: 'folder', path, side: 2, testSize: 0.5 });
  expect([train.size, test.size]).toEqual([2, 2]);
  expect(train.shape).toEqual([3, 2, 2]);
  expect([...train.pixels.subarray(0, 3)]).toEqual([0x12, 0x34, 0x56]);
});

test('an unknown kind is refused', async () => {
  const spec = JSON.parse('{"kind":"toString","path":"x"}');
  expect(await refusal(() => loadDataset(spec))).toBe(
    'unknown kind of data set "toString"; it must be one of shapes, cifar10, cifar100, idx, folder',
  );
});

test('every kind says where nothing is', async () => {
  const needsPath = datasetKinds.filter((kind): kind is Exclude<DatasetKind, 'shapes'> => kind !== 'shapes');
  expect(needsPath).toEqual(['cifar10', 'cifar100', 'idx', 'folder']);
  for (const kind of needsPath) {
    expect(await refusal(() => loadDataset({ kind, path: '/no/such' }))).toBe(
      '/no/such: there is no such file or folder',
    );
  }
});
