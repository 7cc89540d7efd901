/** The binary files of CIFAR, written here record by record. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCifar10, readCifar100 } from './cifar.js';
import { coarseClasses, fineClasses } from './cifar-classes.js';
import { folderOf, refusal } from './testing/files.js';

/** The byte of a pixel, different for every place of every record. */
const level = (record: number, c: number, y: number, x: number) => (record * 89 + c * 67 + y * 13 + x * 3) % 256;

/** Records in the published order: labels, then all red bytes by rows, all green, all blue. */
function records(labels: readonly (readonly number[])[], first = 0): Uint8Array {
  const bytes: number[] = [];
  labels.forEach((label, i) => {
    bytes.push(...label);
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < 32; y++) for (let x = 0; x < 32; x++) bytes.push(level(first + i, c, y, x));
    }
  });
  return Uint8Array.from(bytes);
}

const ten = (extra: Readonly<Record<string, string | Uint8Array>> = {}) =>
  folderOf({
    'cifar-10-batches-bin/data_batch_1.bin': records([[6], [9]], 0),
    'cifar-10-batches-bin/data_batch_2.bin': records([[0]], 2),
    'cifar-10-batches-bin/data_batch_3.bin': records([[1]], 3),
    'cifar-10-batches-bin/data_batch_4.bin': records([[2]], 4),
    'cifar-10-batches-bin/data_batch_5.bin': records([[3]], 5),
    'cifar-10-batches-bin/test_batch.bin': records([[4], [5]], 6),
    ...extra,
  });

describe('CIFAR-10', () => {
  test('every byte comes to its place', async () => {
    const { train, test } = await readCifar10(ten());
    expect([train.size, test.size]).toEqual([6, 2]);
    expect(train.shape).toEqual([3, 32, 32]);
    expect([...train.labels]).toEqual([6, 9, 0, 1, 2, 3]);
    expect([...test.labels]).toEqual([4, 5]);
    for (const [image, c, y, x] of [
      [0, 0, 0, 0],
      [1, 2, 31, 30],
      [5, 1, 7, 19],
    ] as const) {
      expect(train.pixels[((image * 32 + y) * 32 + x) * 3 + c]).toBe(level(image, c, y, x));
    }
    expect(test.pixels[((32 + 4) * 32 + 9) * 3 + 2]).toBe(level(7, 2, 4, 9));
    expect(train.classes[6]).toBe('frog');
  });

  test('the folder itself may be given, and its file of names counts', async () => {
    const names = 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n';
    const folder = ten({ 'cifar-10-batches-bin/batches.meta.txt': names });
    const { train, test } = await readCifar10(join(folder, 'cifar-10-batches-bin'));
    expect(train.classes.join('')).toBe('abcdefghij');
    expect(test.classes).toEqual(train.classes);
    expect(train.sha256).toBe((await readCifar10(ten())).train.sha256);
    expect(train.sha256).not.toBe(test.sha256);
  });

  test('bad folders are refused', async () => {
    const inner = 'cifar-10-batches-bin';
    const refused = (extra: Record<string, string | Uint8Array>) => refusal(() => readCifar10(ten(extra)));
    expect(await refused({ [`${inner}/data_batch_3.bin`]: records([[1]]).subarray(0, 3000) })).toMatch(
      /data_batch_3\.bin: 3000 bytes are not whole records of 3073 bytes/,
    );
    expect(await refused({ [`${inner}/test_batch.bin`]: records([[1], [10]]) })).toMatch(
      /test_batch\.bin: record 2 has label 10; labels go from 0 to 9/,
    );
    expect(await refused({ [`${inner}/data_batch_2.bin`]: '' })).toMatch(/data_batch_2\.bin: the file is empty/);
    expect(await refused({ [`${inner}/batches.meta.txt`]: 'cat\ndog\n' })).toMatch(/2 class names; there must be 10/);
    expect(await refusal(() => readCifar10(folderOf({ 'data_batch_1.bin': records([[1]]) })))).toMatch(
      /there is no data_batch_2\.bin/,
    );
    const file = join(folderOf({ 'cifar.tar.gz': 'x' }), 'cifar.tar.gz');
    expect(await refusal(() => readCifar10(file))).toMatch(/give the unpacked folder cifar-10-batches-bin/);
    expect(await refusal(() => readCifar10('/no/such'))).toMatch(/there is no such file or folder/);
  });
});

describe('CIFAR-100', () => {
  const folder = () =>
    folderOf({
      'train.bin': records(
        [
          [19, 99],
          [0, 7],
        ],
        0,
      ),
      'test.bin': records([[11, 98]], 2),
    });

  test('fine and coarse labels', async () => {
    const fine = await readCifar100(folder());
    expect([...fine.train.labels, ...fine.test.labels]).toEqual([99, 7, 98]);
    const coarse = await readCifar100(folder(), 'coarse');
    expect([...coarse.train.labels, ...coarse.test.labels]).toEqual([19, 0, 11]);
    expect(coarse.train.pixels).toEqual(fine.train.pixels);
    expect(fine.train.pixels[(5 * 32 + 6) * 3 + 1]).toBe(level(0, 1, 5, 6));
  });

  test('the names are all there, sorted, none twice', () => {
    for (const [names, count] of [
      [fineClasses, 100],
      [coarseClasses, 20],
    ] as const) {
      expect(new Set(names).size).toBe(count);
      expect(names).toHaveLength(count);
    }
    expect([...fineClasses].sort()).toEqual(fineClasses);
  });
});
