/** IDX files, the format of MNIST and its relatives (LeCun): four magic bytes, big-endian sizes, then unsigned bytes; plain or gzip. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileBytes, isFolder, unreadable } from '../benchmarks/file-bytes.js';
import { InputError } from '../errors.js';
import { createDataset, MOST_BYTES } from './create.js';
import type { PublishedDataset } from './loaded.js';

/**
 * Reads the four files of a folder, told by the ends of their names: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte
 * (or test-images...) and t10k-labels-idx1-ubyte, each with .gz or without, and `.idx3` for `-idx3`; without the test files there is no test part.
 * Images have one channel, classes are named by their labels.
 * @throws InputError where a file is missing, double, damaged or of another kind, sizes do not agree, or a test label has no training image
 */
export async function readIdx(path: string): Promise<PublishedDataset> {
  if (!(await isFolder(path)))
    throw new InputError('this is a file; give the folder with the IDX files', { file: path });
  const names = await readdir(path).catch((cause) => {
    throw unreadable(path, cause);
  });
  names.sort();
  const train = await readPart(path, names, 'train', 'train');
  const classes = Array.from({ length: largest(train.labels) + 1 }, (_, label) => String(label));
  const made = createDataset({ ...train, name: `${path}, train`, classes });
  if (!names.some((name) => nameOf('images', TEST).test(name) || nameOf('labels', TEST).test(name)))
    return { train: made };

  const test = await readPart(path, names, TEST, 't10k');
  if (test.shape.join() !== train.shape.join()) {
    const sizes = `${test.shape.slice(1).join('x')} and the training images ${train.shape.slice(1).join('x')}`;
    throw new InputError(`the test images are ${sizes}; they must be of one size`, { file: path });
  }
  const unknown = test.labels.find((label) => label >= classes.length);
  if (unknown !== undefined) {
    throw new InputError(`a test label is ${unknown}, but the training labels end at ${classes.length - 1}`, {
      file: path,
    });
  }
  return { train: made, test: createDataset({ ...test, name: `${path}, test`, classes }) };
}

const TEST = '(?:t10k|test)';

function nameOf(content: 'images' | 'labels', part: string): RegExp {
  return new RegExp(`(?:^|-)${part}-${content}[-.]idx\\d-ubyte(?:\\.gz)?$`);
}

interface Part {
  readonly shape: readonly [1, number, number];
  readonly pixels: Uint8Array;
  readonly labels: Uint16Array;
}

async function readPart(folder: string, names: readonly string[], part: string, published: string): Promise<Part> {
  const find = (content: 'images' | 'labels') => {
    const found = names.filter((name) => nameOf(content, part).test(name));
    const wanted = `${published}-${content}-idx${content === 'images' ? 3 : 1}-ubyte`;
    if (found.length === 1) return join(folder, found[0]);
    const fault =
      found.length === 0 ? `there is no ${wanted} or ${wanted}.gz` : `${found.join(' and ')} are both there`;
    throw new InputError(`${fault}; one such file is needed`, { file: folder });
  };
  const [imageFile, labelFile] = [find('images'), find('labels')];
  const images = await readArray(imageFile, 3);
  const labels = await readArray(labelFile, 1);
  const [count, height, width] = images.shape;
  if (labels.shape[0] !== count) {
    throw new InputError(`${labels.shape[0]} labels for the ${count} images of ${imageFile}`, { file: labelFile });
  }
  if (count === 0 || height === 0 || width === 0) {
    throw new InputError(`${count} images of ${height}x${width}; there must be at least one pixel`, {
      file: imageFile,
    });
  }
  return { shape: [1, height, width], pixels: images.bytes, labels: Uint16Array.from(labels.bytes) };
}

/** An array of unsigned bytes with so many axes. */
async function readArray(file: string, axes: number): Promise<{ shape: readonly number[]; bytes: Uint8Array }> {
  const { bytes } = await fileBytes(file, MOST_BYTES);
  const header = 4 + 4 * axes;
  if (bytes.length < header || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== 8 || bytes[3] !== axes) {
    const magic = [...bytes.subarray(0, 4)].join(' ');
    throw new InputError(`the file begins with the bytes ${magic}; IDX for this begins with 0 0 8 ${axes}`, { file });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, header);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const content = bytes.length - header;
  if (shape.reduce((product, size) => product * size, 1) !== content) {
    const fault = `the header says ${shape.join('x')} bytes, but ${content} follow (is the download complete?)`;
    throw new InputError(fault, { file });
  }
  return { shape, bytes: bytes.slice(header) };
}

function largest(labels: Uint16Array): number {
  return labels.reduce((a, b) => Math.max(a, b), 0);
}
