/** CIFAR-10 and CIFAR-100 in their published binary form (Krizhevsky 2009): records of label bytes and 3 x 32 x 32 bytes, channels first. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileBytes, isFolder, textOf } from '../benchmarks/file-bytes.js';
import { InputError } from '../errors.js';
import { coarseClasses, fineClasses, tenClasses } from './cifar-classes.js';
import { createDataset } from './create.js';
import type { Dataset } from './dataset.js';
import type { LoadedDataset } from './loaded.js';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const IMAGE = 3 * PLANE;

/** How the records of one kind of file look. */
interface Layout {
  readonly name: string;
  readonly folder: string;
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** bytes before the pixels, and which of them is the label */
  readonly labelBytes: number;
  readonly labelAt: number;
  /** one class a line */
  readonly classFile: string;
  readonly classes: readonly string[];
}

const cifar10: Layout = {
  name: 'CIFAR-10',
  folder: 'cifar-10-batches-bin',
  train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`),
  test: ['test_batch.bin'],
  labelBytes: 1,
  labelAt: 0,
  classFile: 'batches.meta.txt',
  classes: tenClasses,
};

const cifar100 = { folder: 'cifar-100-binary', train: ['train.bin'], test: ['test.bin'], labelBytes: 2 };
const fine: Layout = {
  ...cifar100,
  name: 'CIFAR-100',
  labelAt: 1,
  classFile: 'fine_label_names.txt',
  classes: fineClasses,
};
const coarse: Layout = {
  ...cifar100,
  name: 'CIFAR-100, coarse labels',
  labelAt: 0,
  classFile: 'coarse_label_names.txt',
  classes: coarseClasses,
};

/**
 * Reads the folder `cifar-10-batches-bin`, or the folder that contains it. Class names come from batches.meta.txt where it is there.
 * @throws InputError where a file is missing, is not made of whole records, or has a label out of range
 */
export function readCifar10(path: string): Promise<LoadedDataset> {
  return readFolder(path, cifar10);
}

/**
 * Reads the folder `cifar-100-binary`, or the folder that contains it, with its 100 fine or 20 coarse labels.
 * @throws InputError as `readCifar10`
 */
export function readCifar100(path: string, labels: 'fine' | 'coarse' = 'fine'): Promise<LoadedDataset> {
  return readFolder(path, labels === 'fine' ? fine : coarse);
}

async function readFolder(path: string, layout: Layout): Promise<LoadedDataset> {
  if (!(await isFolder(path))) {
    throw new InputError(`this is a file; give the unpacked folder ${layout.folder}`, { file: path });
  }
  const inner = join(path, layout.folder);
  const folder = existsSync(inner) ? inner : path;
  const missing = [...layout.train, ...layout.test].find((name) => !existsSync(join(folder, name)));
  if (missing !== undefined) {
    throw new InputError(`there is no ${missing}, so this is no folder ${layout.folder} of ${layout.name}`, {
      file: folder,
    });
  }
  const classes = await readClasses(join(folder, layout.classFile), layout.classes);
  return {
    train: await readFiles(folder, layout.train, layout, classes, 'train'),
    test: await readFiles(folder, layout.test, layout, classes, 'test'),
  };
}

async function readClasses(file: string, known: readonly string[]): Promise<readonly string[]> {
  if (!existsSync(file)) return known;
  const { bytes } = await fileBytes(file);
  const names = textOf(bytes, file)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (names.length === known.length) return names;
  throw new InputError(`${names.length} class names; there must be ${known.length}, one a line`, { file });
}

async function readFiles(
  folder: string,
  names: readonly string[],
  layout: Layout,
  classes: readonly string[],
  part: string,
): Promise<Dataset> {
  const record = layout.labelBytes + IMAGE;
  const contents = [];
  for (const name of names) {
    const file = join(folder, name);
    const { bytes } = await fileBytes(file);
    if (bytes.length % record !== 0) {
      const fault = `${bytes.length} bytes are not whole records of ${record} bytes (is the download complete?)`;
      throw new InputError(fault, { file });
    }
    contents.push({ file, bytes });
  }
  const size = contents.reduce((sum, { bytes }) => sum + bytes.length / record, 0);
  const pixels = new Uint8Array(size * IMAGE);
  const labels = new Uint16Array(size);
  let image = 0;
  for (const { file, bytes } of contents) {
    for (let at = 0; at < bytes.length; at += record, image++) {
      const label = bytes[at + layout.labelAt];
      if (label >= classes.length) {
        const number = at / record + 1;
        throw new InputError(`record ${number} has label ${label}; labels go from 0 to ${classes.length - 1}`, {
          file,
        });
      }
      labels[image] = label;
      interleave(bytes, at + layout.labelBytes, pixels, image * IMAGE);
    }
  }
  return createDataset({ name: `${layout.name}, ${part}`, classes, shape: [3, SIDE, SIDE], pixels, labels });
}

/** From channels first to channels last. */
function interleave(planes: Uint8Array, from: number, pixels: Uint8Array, to: number): void {
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < PLANE; i++) pixels[to + 3 * i + c] = planes[from + c * PLANE + i];
  }
}
