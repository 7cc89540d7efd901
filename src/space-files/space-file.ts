/** The form of a space file: what keys it may have and what each must hold. schemas/space.schema.json is made from this. */
import { z } from 'zod';
import { networkFileSchema } from './network-file.js';

/** The newest (and so far only) version of the format. */
export const SPACE_FORMAT = 'lissnas-space/1';

const name = z
  .string('must be text')
  .regex(/^[\p{L}_][\p{L}\p{N}_.-]*$/u, 'must begin with a letter and have only letters, digits, "_", "." and "-"');

const number = z.number('must be a finite number');

const choice = z
  .union([z.string(), number], 'must be text or a finite number (put true, no, null and dates in quotes)')
  .describe('The label of one choice.');

const choices = z
  .array(choice, 'must be a list of choices')
  .min(1, 'must have at least one choice')
  .max(256, 'must have at most 256 choices');

const repeat = z.int('must be a whole number').min(1, 'must be at least 1').max(512, 'must be at most 512');

const dimension = z.union(
  [
    choices.describe('The choices of an unordered dimension.'),
    z.strictObject(
      {
        choices,
        ordered: z
          .boolean('must be true or false')
          .optional()
          .describe('When true, one edit is one step along the choices; otherwise a change to any other choice.'),
        repeat: repeat
          .optional()
          .describe('Stands for this many dimensions with the same choices: name0, name1 and so on.'),
      },
      'must be a map with choices',
    ),
  ],
  'must be a list of choices, or a map with choices and, if wanted, ordered and repeat',
);

const rule = z
  .record(
    name,
    z.union([choice, choices], 'must be a choice or a list of choices'),
    'must be a map of dimensions to choices',
  )
  .refine((terms) => Object.keys(terms).length > 0, 'must mention at least one dimension');

const cost = z.strictObject(
  {
    unit: z.string('must be text').optional().describe('For people, e.g. M for millions of multiply-adds.'),
    base: number.optional().describe('What every architecture costs; 0 when missing.'),
    choices: z
      .record(
        name,
        z.array(number, 'must be a list of numbers, one per choice'),
        'must be a map of dimensions to numbers',
      )
      .describe(
        'What each choice adds: for a dimension, one number per choice. A repeated dimension may go by its common name.',
      ),
  },
  'must be a map with choices and, if wanted, unit and base',
);

/** The whole file. */
export const spaceFileSchema = z
  .strictObject(
    {
      $schema: z.string('must be text').optional(),
      format: z.literal(SPACE_FORMAT, `must be ${SPACE_FORMAT}, the version that this program reads`).optional(),
      name: z.string('must be text').min(1, 'must not be empty').max(100, 'must have at most 100 characters'),
      dimensions: z
        .record(name, dimension, 'must be a map of dimension names to choices')
        .refine((dimensions) => Object.keys(dimensions).length > 0, 'must have at least one dimension'),
      forbidden: z
        .array(rule, 'must be a list of forbidden combinations')
        .optional()
        .describe(
          'Combinations that may not occur: an architecture that matches every entry of one of them is not in the space.',
        ),
      costs: z
        .record(name, cost, 'must be a map of cost names to costs')
        .optional()
        .describe('Exact costs, for limits.'),
      network: networkFileSchema.optional(),
    },
    'must be a map with name and dimensions',
  )
  .meta({
    title: 'LISSNAS search space',
    description: 'Dimensions, choices, forbidden combinations, costs and networks.',
  });

/** What a valid file holds. */
export type SpaceFile = z.infer<typeof spaceFileSchema>;

/** The JSON Schema of space files, as published. */
export function spaceJsonSchema(): object {
  return z.toJSONSchema(spaceFileSchema);
}
