/** IDX files, written here byte by byte. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readIdx } from './idx.js';
import { folderOf, refusal } from './testing/files.js';

function idx(shape: readonly number[], bytes: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((size, axis) => {
    header.writeUInt32BE(size, 4 + 4 * axis);
  });
  return Buffer.concat([header, Buffer.from(bytes)]);
}

const count = (to: number) => Array.from({ length: to }, (_, i) => i);
const files = {
  'train-images-idx3-ubyte': idx([3, 2, 4], count(24)),
  'train-labels-idx1-ubyte': idx([3], [1, 0, 2]),
  't10k-images-idx3-ubyte.gz': gzipSync(idx([1, 2, 4], count(8))),
  't10k-labels-idx1-ubyte.gz': gzipSync(idx([1], [2])),
};

describe('IDX', () => {
  test('plain and gzip files give images of one channel', async () => {
    const { train, test } = await readIdx(folderOf(files));
    expect(train.shape).toEqual([1, 2, 4]);
    expect([...train.pixels]).toEqual(count(24));
    expect([...train.labels]).toEqual([1, 0, 2]);
    expect(train.classes).toEqual(['0', '1', '2']);
    expect([...(test?.pixels ?? [])]).toEqual(count(8));
    expect([...(test?.labels ?? [])]).toEqual([2]);
  });

  test('names with a prefix or a dot are found, and a test part may be missing', async () => {
    const { train, test } = await readIdx(
      folderOf({
        'emnist-letters-train-images-idx3-ubyte': files['train-images-idx3-ubyte'],
        'train-labels.idx1-ubyte': files['train-labels-idx1-ubyte'],
      }),
    );
    expect(train.size).toBe(3);
    expect(test).toBeUndefined();
  });

  test('bad folders are refused', async () => {
    const refused = (change: Record<string, string | Uint8Array>) =>
      refusal(() => readIdx(folderOf({ ...files, ...change })));
    expect(await refused({ 'train-images-idx3-ubyte': idx([3, 2, 4], count(23)) })).toMatch(
      /train-images-idx3-ubyte: the header says 3x2x4 bytes, but 23 follow/,
    );
    expect(await refused({ 'train-images-idx3-ubyte': idx([0xffffffff, 0xffffffff, 2], count(24)) })).toMatch(
      /the header says 4294967295x4294967295x2 bytes, but 24 follow/,
    );
    expect(await refused({ 'train-images-idx3-ubyte': 'P5 28 28' })).toMatch(
      /begins with the bytes 80 53 32 50; .* 0 0 8 3/,
    );
    expect(await refused({ 'train-labels-idx1-ubyte': idx([2], [0, 1]) })).toMatch(/2 labels for the 3 images/);
    expect(
      await refused({ 'train-images-idx3-ubyte': idx([0, 2, 4], []), 'train-labels-idx1-ubyte': idx([0], []) }),
    ).toMatch(/0 images of 2x4/);
    expect(await refused({ 't10k-labels-idx1-ubyte.gz': gzipSync(idx([1], [3])) })).toMatch(
      /a test label is 3, but the training labels end at 2/,
    );
    expect(await refused({ 't10k-images-idx3-ubyte.gz': gzipSync(idx([1, 4, 2], count(8))) })).toMatch(
      /the test images are 4x2 and the training images 2x4/,
    );
    expect(await refused({ 't10k-labels-idx1-ubyte.gz': files['t10k-labels-idx1-ubyte.gz'].subarray(0, 20) })).toMatch(
      /the gzip file ends too early/,
    );
    expect(await refused({ 'train-images-idx3-ubyte.gz': 'x' })).toMatch(/are both there; one such file is needed/);
    expect(await refusal(() => readIdx(folderOf({ 'a.txt': 'x' })))).toMatch(/there is no train-images-idx3-ubyte or/);
  });
});
