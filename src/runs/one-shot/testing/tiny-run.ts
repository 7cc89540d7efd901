/** A one-shot run of a few seconds: grey images of 8 x 8 that a test writes, and a configuration that trains on them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createRandom } from '../../../math/random.js';
import type { OneShotConfig } from '../config.js';
import { oneShotSchema } from '../config.js';

const SIDE = 8;
const CLASSES = 4;

/** Writes the IDX files of 40 images a class (two kinds of halves, a board, a square; all noisy) into a new folder `images` in `folder`; returns its path. */
export function writeImages(folder: string, randomSeed = 1, name = 'images'): string {
  const path = join(folder, name);
  const count = 40 * CLASSES;
  const random = createRandom(randomSeed);
  const isBright = [
    (_: number, y: number) => y < 4,
    (x: number) => x < 4,
    (x: number, y: number) => (x + y) % 2 === 1,
    (x: number, y: number) => Math.max(Math.abs(x - 3.5), Math.abs(y - 3.5)) < 2,
  ] as const;
  const pixels = Uint8Array.from({ length: count * SIDE * SIDE }, (_, at) => {
    const [image, place] = [Math.floor(at / (SIDE * SIDE)), at % (SIDE * SIDE)];
    const bright = isBright[image % CLASSES]!(place % SIDE, Math.floor(place / SIDE));
    return (bright ? 130 : 60) + random.integer(110);
  });
  const labels = Uint8Array.from({ length: count }, (_, image) => image % CLASSES);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'train-images-idx3-ubyte'), idx([count, SIDE, SIDE], pixels));
  writeFileSync(join(path, 'train-labels-idx1-ubyte'), idx([count], labels));
  return path;
}

function idx(sizes: readonly number[], bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, axis) => {
    header.writeUInt32BE(size, 4 + 4 * axis);
  });
  return Buffer.concat([header, bytes]);
}

const augmentation = { padding: 1, flip: false };

/** What `tinyConfig` fills in. */
const settings = {
  space: 'mobile-tiny',
  validation: 40,
  // fair sampling meets every choice in its first step; the recipes are the same, so that no hash of them tells the trainings apart
  supernet: {
    warmUp: { batch: 4, steps: 4, sampling: 'fair', augmentation },
    training: { batch: 4, steps: 4, sampling: 'fair', augmentation },
  },
  evaluation: { calibrationBatches: 1, calibrationSize: 16 },
  shrink: { evaluations: 6, size: 8 },
  search: { evaluations: 4 },
  scratch: { batch: 4, steps: 6, augmentation },
  threads: 1,
};

/** The settings of a run on the images of a folder, with others in place of some. */
export function tinySettings(images: string, other: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { ...settings, data: { kind: 'idx', path: images, testSize: 40 }, ...other };
}

/** The checked configuration of `tinySettings`. */
export function tinyConfig(images: string, other: Readonly<Record<string, unknown>> = {}): OneShotConfig {
  return oneShotSchema.parse(tinySettings(images, other));
}

/** The text of a configuration file with `tinySettings`. */
export function tinyText(images: string, other: Readonly<Record<string, unknown>> = {}): string {
  return stringify(tinySettings(images, other));
}
