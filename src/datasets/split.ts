/** Divides a data set into training, validation and test part, stratified by class. */
import { InputError } from '../errors.js';
import { type Random, sampleInPlace } from '../math/random.js';
import type { Dataset } from './dataset.js';

/** Sizes of the parts: 1 or more is a number of images, below 1 a share of all, rounded to the nearest. */
export interface SplitSizes {
  /** everything that the other parts leave over by default; where it is less, the rest is in no part */
  readonly train?: number;
  /** none by default */
  readonly validation?: number;
  /** none by default */
  readonly test?: number;
}

/** Indices of the images in each part, ascending. */
export interface Split {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Which images belong to which part depends on the labels, the sizes and the random stream's origin alone; a validation part does not change when
 * a test part is added. Every part has the classes' shares: exactly to within one image per class where all classes are equally large.
 * @throws InputError where a size is negative or fractional, the parts need more images than there are, or the training part would be empty
 * or miss a class
 */
export function splitDataset(
  { labels, classes, name }: Pick<Dataset, 'labels' | 'classes' | 'name'>,
  sizes: SplitSizes,
  random: Random,
): Split {
  const place = { file: name };
  const total = labels.length;
  const validation = imagesOf(sizes.validation ?? 0, 'validation', total, name);
  const test = imagesOf(sizes.test ?? 0, 'test', total, name);
  const train = sizes.train === undefined ? total - validation - test : imagesOf(sizes.train, 'training', total, name);
  if (train < 1) throw new InputError(`no image is left for the training part of ${total} images`, place);
  if (train + validation + test > total) {
    const wanted = `${train} training, ${validation} validation and ${test} test images`;
    throw new InputError(`${wanted} are ${train + validation + test}, but there are ${total}`, place);
  }
  const spread = spreadByClass(labels, classes.length, random);
  const split = {
    validation: spread.slice(0, validation).sort(),
    test: spread.slice(validation, validation + test).sort(),
    train: spread.slice(validation + test, validation + test + train).sort(),
  };
  const trained = new Set(Array.from(split.train, (i) => labels[i]));
  const missing = labels.find((label) => !trained.has(label));
  if (missing !== undefined) {
    throw new InputError(`the training part would hold no image of class "${classes[missing]}"; make it larger`, place);
  }
  return split;
}

function imagesOf(size: number, part: string, total: number, file: string): number {
  if (size >= 0 && size < 1) return Math.round(size * total);
  if (Number.isInteger(size) && size > 0) return size;
  throw new InputError(`the size of the ${part} part is ${size}; it must be a whole number or a share below 1`, {
    file,
  });
}

/**
 * All indices in an order in which every run of consecutive ones has the classes' shares: the j-th of the n images of a class, in random order,
 * stands at (j + u) / n with one random u per class.
 */
function spreadByClass(labels: Uint16Array, classes: number, random: Random): Uint32Array {
  const ofClass = Array.from({ length: classes }, (): number[] => []);
  labels.forEach((label, i) => {
    ofClass[label].push(i);
  });
  const position = new Float64Array(labels.length);
  for (const [label, indices] of ofClass.entries()) {
    const stream = random.split(label);
    const shift = stream.float();
    sampleInPlace(indices, indices.length, stream).forEach((index, j) => {
      position[index] = (j + shift) / indices.length;
    });
  }
  return Uint32Array.from(labels.keys()).sort((a, b) => position[a] - position[b] || a - b);
}
