/** The table of kinds of data sets, and the way from a description to the images. */
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { readCifar10, readCifar100 } from './cifar.js';
import { subset } from './create.js';
import { readIdx } from './idx.js';
import { readImageFolder } from './image-folder.js';
import type { LoadedDataset, PublishedDataset } from './loaded.js';
import { createShapes } from './shapes/create-shapes.js';
import { splitDataset } from './split.js';

/** What to do where no test part was published. */
interface TestPart {
  /** share of all images, above 0 and below 1, or number of images, that becomes the test part; 0.2 by default */
  readonly testSize?: number;
  /** decides which images; 0 by default */
  readonly randomSeed?: number;
}

/** What each kind of data set is described by. */
interface DatasetSettings {
  /** generated images */
  readonly shapes: {
    /** number of training images */
    readonly train: number;
    /** number of test images */
    readonly test: number;
    readonly randomSeed: number;
    /** 2 to 10; 10 by default */
    readonly classes?: number;
  };
  /** the published binary files of CIFAR-10 */
  readonly cifar10: {
    /** the folder cifar-10-batches-bin, or the one it lies in */
    readonly path: string;
  };
  /** the published binary files of CIFAR-100 */
  readonly cifar100: {
    /** the folder cifar-100-binary, or the one it lies in */
    readonly path: string;
    /** 100 fine classes (default) or 20 coarse ones */
    readonly labels?: 'fine' | 'coarse';
  };
  /** the IDX files of MNIST or a relative */
  readonly idx: TestPart & { readonly path: string };
  /** JPEG or PNG images, one folder per class */
  readonly folder: TestPart & {
    readonly path: string;
    /** height and width to which the images are scaled; by default all must be of one size */
    readonly side?: number;
  };
}

/** The kinds of data sets. */
export type DatasetKind = keyof DatasetSettings;

/** A description of a data set as plain data, told apart by `kind`. */
export type DatasetSpec<Kind extends DatasetKind = DatasetKind> = {
  [K in Kind]: { readonly kind: K } & DatasetSettings[K];
}[Kind];

type Readers = {
  readonly [Kind in DatasetKind]: (settings: DatasetSettings[Kind], signal?: AbortSignal) => Promise<LoadedDataset>;
};

const readers: Readers = {
  shapes: async ({ train, test, ...settings }) => ({
    train: createShapes({ ...settings, size: train, part: 'train' }),
    test: createShapes({ ...settings, size: test, part: 'test' }),
  }),
  cifar10: ({ path }) => readCifar10(path),
  cifar100: ({ path, labels }) => readCifar100(path, labels),
  idx: async ({ path, ...testPart }) => withTest(await readIdx(path), testPart),
  folder: async ({ path, side, ...testPart }, signal) =>
    withTest(await readImageFolder(path, { side, signal }), testPart),
};

/** The names of the kinds. */
export const datasetKinds = Object.keys(readers) as readonly DatasetKind[];

/**
 * Reads or generates a data set. Nothing is downloaded.
 * @throws InputError with one sentence that names the file and what was allowed; the signal's reason
 */
export async function loadDataset<Kind extends DatasetKind>(
  spec: DatasetSpec<Kind>,
  signal?: AbortSignal,
): Promise<LoadedDataset> {
  if (!Object.hasOwn(readers, spec.kind)) {
    throw new InputError(`unknown kind of data set "${spec.kind}"; it must be one of ${datasetKinds.join(', ')}`);
  }
  return readers[spec.kind](spec, signal);
}

/** Splits the test part off where there is none. */
function withTest({ train, test }: PublishedDataset, { testSize = 0.2, randomSeed = 0 }: TestPart): LoadedDataset {
  if (test !== undefined) return { train, test };
  if (!(testSize > 0))
    throw new InputError(`the test part has size ${testSize}; it must be above 0`, { file: train.name });
  const split = splitDataset(train, { test: testSize }, createRandom(randomSeed).split('test part'));
  return { train: subset(train, split.train, train.name), test: subset(train, split.test, `${train.name}, split off`) };
}
