/** Training recipes as plain data: what a configuration says about how to train, checked and filled up with defaults. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { learningRateAt, type Schedule } from '../engine/schedule.js';
import type { AdamWRule, SgdRule, UpdateRule } from '../engine/update-rule.js';
import { type PathSamplerName, pathSamplers } from './sampling.js';

const number = z.number('must be a number');
const positive = number.positive('must be above 0');
const share = number.min(0, 'must be at least 0').max(1, 'must be at most 1');
const belowOne = number.min(0, 'must be at least 0').lt(1, 'must be below 1');
const count = z.int('must be a whole number').min(1, 'must be at least 1');

const weightDecay = number.min(0, 'must be at least 0');
const shared = {
  decay: z.enum(['weights', 'all'], 'must be weights or all').default('weights'),
  clip: positive.exactOptional(),
};

const optimizerSchema: z.ZodType<Omit<SgdRule, 'learningRate'> | Omit<AdamWRule, 'learningRate'>> =
  z.discriminatedUnion(
    'kind',
    [
      z.strictObject({
        kind: z.literal('sgd'),
        momentum: belowOne.default(0.9),
        nesterov: z.boolean('must be true or false').default(true),
        weightDecay: weightDecay.default(5e-4),
        ...shared,
      }),
      z.strictObject({
        kind: z.literal('adamw'),
        beta1: belowOne.default(0.9),
        beta2: belowOne.default(0.999),
        epsilon: positive.default(1e-8),
        weightDecay: weightDecay.default(0.01),
        ...shared,
      }),
    ],
    'must have a kind: sgd or adamw',
  );

const scheduleSchema: z.ZodType<Schedule> = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('constant'), learningRate: positive }),
    z.strictObject({
      kind: z.literal('cosine'),
      learningRate: positive,
      warmUp: belowOne.default(0.05),
      final: share.default(0),
    }),
    z.strictObject({
      kind: z.literal('one-cycle'),
      learningRate: positive,
      rise: share.default(0.3),
      start: share.default(1 / 25),
      final: share.default(4e-6),
    }),
  ],
  'must have a kind: constant, cosine or one-cycle',
);

const augmentationSchema = z.strictObject(
  {
    /** pixels of padding on every side before a random crop of the image's own size; 0: no crop */
    padding: z.int('must be a whole number').min(0, 'must be at least 0').default(4),
    /** mirror every other image at random */
    flip: z.boolean('must be true or false').default(true),
    /** edge of the square that is blanked, in pixels; 0: none */
    cutout: z.int('must be a whole number').min(0, 'must be at least 0').default(0),
  },
  'must be a map',
);

const sgd = optimizerSchema.parse({ kind: 'sgd' });
const cosine = (learningRate: number) => scheduleSchema.parse({ kind: 'cosine', learningRate });

const training = {
  /** images a step; batch norm needs at least two */
  batch: z.int('must be a whole number').min(2, 'must be at least 2').default(64),
  /** how long: steps, or passes over the training images; 20 epochs where neither is given */
  steps: count.exactOptional(),
  epochs: positive.exactOptional(),
  optimizer: optimizerSchema.default(sgd),
  /** the default suits sgd; adamw wants rates around 0.001 */
  schedule: scheduleSchema.default(cosine(0.1)),
  labelSmoothing: belowOne.default(0),
  augmentation: augmentationSchema.default(augmentationSchema.parse({})),
};

const oneLength = ({ steps, epochs }: { steps?: number; epochs?: number }) =>
  steps === undefined || epochs === undefined;
const twoLengths = 'must give steps or epochs, not both';

/** How one network is trained. */
export const trainingRecipeSchema = z.strictObject(training, 'must be a map').refine(oneLength, twoLengths);

/** How a supernet is trained. */
export const supernetRecipeSchema = z
  .strictObject(
    {
      ...training,
      sampling: z
        .enum(Object.keys(pathSamplers) as [PathSamplerName], `must be ${Object.keys(pathSamplers).join(', ')}`)
        .default('uniform'),
      /** paths a step; fair sampling decides it by itself */
      paths: count.exactOptional(),
      /** steps at the start in which the costliest architecture within the limits trains alone, so that all others begin with features that are of use */
      lead: z.int('must be a whole number').min(0, 'must be at least 0').default(0),
    },
    'must be a map',
  )
  .refine(oneLength, twoLengths);

/** A checked recipe: nothing is left open but the learning rate of each step. */
export type TrainingRecipe = z.output<typeof trainingRecipeSchema>;

/** A checked recipe of a supernet. */
export type SupernetRecipe = z.output<typeof supernetRecipeSchema>;

/** Augmentation of training images, as recipes say it. */
export type AugmentationRecipe = TrainingRecipe['augmentation'];

/** Steps of a whole training on so many images; at least one. */
export function stepsOf({ steps, epochs = 20, batch }: TrainingRecipe, trainingImages: number): number {
  return steps ?? Math.max(1, Math.round((epochs * trainingImages) / batch));
}

/** The optimizer with the learning rate of this step. */
export function updateRuleAt({ optimizer, schedule }: TrainingRecipe, step: number, steps: number): UpdateRule {
  return { ...optimizer, learningRate: learningRateAt(schedule, step, steps) };
}

/** SHA-256 (hexadecimal) of a recipe: equal for equal settings, however they were written down. */
export function recipeHash(recipe: TrainingRecipe): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(recipe)))
    .digest('hex');
}

/** The same data with the keys of all maps in alphabetical order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
