/** Image folders: train/CLASS/IMAGE and test/CLASS/IMAGE, or CLASS/IMAGE alone. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isFolder, unreadable } from '../benchmarks/file-bytes.js';
import { InputError } from '../errors.js';
import { mapConcurrent } from '../measurements/map-concurrent.js';
import { createDataset, MOST_BYTES } from './create.js';
import type { Dataset } from './dataset.js';
import { type DecodedImage, decodeImage } from './decode-image.js';
import type { PublishedDataset } from './loaded.js';

/** Settings of `readImageFolder`. */
export interface ImageFolderOptions {
  /** scale the largest centred square of every image to so many pixels in height and width; by default all must be of one size already */
  readonly side?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const IMAGE_NAME = /\.(?:jpe?g|png)$/i;
const TEST_FOLDERS = ['test', 'val', 'valid', 'validation'];
const MOST_CLASSES = 65_535;
const DECODED_AT_ONCE = 8;

/**
 * Reads a folder with train/ and test/ (or val/, valid/, validation/, the first that is there), each with a folder per class, or one with a
 * folder per class alone; then there is no test part. Classes are sorted by name (by code unit, the same everywhere), images by class, then by
 * name; files that are neither .jpg, .jpeg nor .png and names that begin with a dot are passed over.
 * @throws InputError for another layout, a class folder without images, a test class that is not trained, images of several sizes where no `side` is
 * given, more than 2 GB of pixels, and what `decodeImage` refuses; the signal's reason
 */
export async function readImageFolder(path: string, options: ImageFolderOptions = {}): Promise<PublishedDataset> {
  const { side } = options;
  if (side !== undefined && !(Number.isInteger(side) && side >= 1 && side <= 4096)) {
    throw new InputError(`the side of the images is ${side}; it must be a whole number from 1 to 4096`);
  }
  if (!(await isFolder(path))) throw new InputError('this is a file; give a folder of images', { file: path });
  const inside = await foldersIn(path);
  const isSplit = inside.includes('train') && (await foldersIn(join(path, 'train'))).length > 0;
  const testFolder = TEST_FOLDERS.find((name) => inside.includes(name));
  const trainList = await listImages(isSplit ? join(path, 'train') : path);
  const testList = isSplit && testFolder !== undefined ? await listImages(join(path, testFolder)) : undefined;

  const classes = trainList.map(({ name }) => name);
  const unknown = testList?.find(({ name }) => !classes.includes(name));
  if (unknown !== undefined) {
    throw new InputError('this class has no folder in train', { file: join(path, testFolder as string, unknown.name) });
  }
  const train = await decodeAll(trainList, classes, `${path}, train`, options);
  if (testList === undefined) return { train };
  return {
    train,
    test: await decodeAll(testList, classes, `${path}, ${testFolder}`, options, exampleOf(trainList, train)),
  };
}

/** The images of one class. */
interface ClassFolder {
  readonly name: string;
  /** full paths */
  readonly files: readonly string[];
}

async function listImages(folder: string): Promise<ClassFolder[]> {
  const names = await foldersIn(folder);
  if (names.length === 0) {
    throw new InputError('there is no folder here; images must lie in one folder per class', { file: folder });
  }
  if (names.length > MOST_CLASSES) {
    throw new InputError(`${names.length} folders; there can be at most ${MOST_CLASSES} classes`, { file: folder });
  }
  const listed = [];
  for (const name of names) {
    const inside = (await entriesOf(join(folder, name))).map((entry) => entry.name);
    const files = inside.filter((file) => IMAGE_NAME.test(file)).sort();
    if (files.length === 0) {
      throw new InputError('the class folder holds no .jpg, .jpeg or .png image', { file: join(folder, name) });
    }
    listed.push({ name, files: files.map((file) => join(folder, name, file)) });
  }
  return listed;
}

/** Names of the folders in a folder, sorted; links to folders count. */
async function foldersIn(folder: string): Promise<string[]> {
  const names = [];
  for (const entry of await entriesOf(folder)) {
    const linked =
      entry.isSymbolicLink() && (await stat(join(folder, entry.name)).catch(() => undefined))?.isDirectory();
    if (entry.isDirectory() || linked) names.push(entry.name);
  }
  return names.sort();
}

/** What is in a folder, without the names that begin with a dot. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw unreadable(folder, cause);
  });
  return entries.filter(({ name }) => !name.startsWith('.'));
}

/** The first image of a data set: what the others must be as large as. */
interface Example {
  readonly file: string;
  readonly height: number;
  readonly width: number;
}

function exampleOf(list: readonly ClassFolder[], { shape: [, height, width] }: Dataset): Example {
  return { file: list[0].files[0], height, width };
}

async function decodeAll(
  list: readonly ClassFolder[],
  classes: readonly string[],
  name: string,
  { side, signal }: ImageFolderOptions,
  given?: Example,
): Promise<Dataset> {
  const files = list.flatMap((folder) => folder.files);
  const example = given ?? { file: files[0], ...(await decodeImage(files[0], side)) };
  const length = 3 * example.height * example.width;
  if (files.length * length > MOST_BYTES) {
    const size = `${files.length} images of ${example.height}x${example.width}`;
    throw new InputError(`${size} are more than ${MOST_BYTES / 1e9} GB; give a smaller side`, { file: name });
  }
  const pixels = new Uint8Array(files.length * length);
  await mapConcurrent(files, DECODED_AT_ONCE, async (file, i) => {
    signal?.throwIfAborted();
    const image = await decodeImage(file, side);
    requireSize(file, image, example);
    pixels.set(image.pixels, i * length);
  });
  const labels = Uint16Array.from(
    list.flatMap(({ name, files }) => new Array<number>(files.length).fill(classes.indexOf(name))),
  );
  return createDataset({ name, classes, shape: [3, example.height, example.width], pixels, labels });
}

function requireSize(file: string, { height, width }: Omit<DecodedImage, 'pixels'>, example: Example): void {
  if (height === example.height && width === example.width) return;
  const sizes = `${height}x${width} and ${example.file} is ${example.height}x${example.width}`;
  throw new InputError(`the image is ${sizes}; give a side to which all are scaled`, { file });
}
