/** Images as configurations describe them: what kind, where they lie, and which they must be. */
import { z } from 'zod';
import type { DatasetSpec } from './index.js';

const text = z.string('must be text').min(1, 'must not be empty');
const whole = z.int('must be a whole number');
const count = whole.min(1, 'must be at least 1');

/** A description of a data set, with the hash that it must have. */
export type ImagesSpec = DatasetSpec & {
  /** SHA-256 (hexadecimal) of the images and their classes; others are refused */
  readonly sha256?: string;
};

/** What is said of every kind of images. */
const common = {
  /** SHA-256 (hexadecimal) of the images and their classes; others are refused. Every run keeps it */
  sha256: text.exactOptional(),
};

const share = {
  ...common,
  testSize: z.number('must be a number').positive('must be above 0').exactOptional(),
  randomSeed: whole.exactOptional(),
};

/** How configurations describe images. */
export const imagesSchema: z.ZodType<ImagesSpec> = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('shapes'),
      train: count.default(20_000),
      test: count.default(4000),
      randomSeed: whole.default(1),
      classes: count.exactOptional(),
      ...common,
    }),
    z.strictObject({ kind: z.literal('cifar10'), path: text, ...common }),
    z.strictObject({
      kind: z.literal('cifar100'),
      path: text,
      labels: z.enum(['fine', 'coarse'], 'must be fine or coarse').exactOptional(),
      ...common,
    }),
    z.strictObject({ kind: z.literal('idx'), path: text, ...share }),
    z.strictObject({ kind: z.literal('folder'), path: text, side: count.exactOptional(), ...share }),
  ],
  'must have a kind: shapes, cifar10, cifar100, idx or folder',
);
