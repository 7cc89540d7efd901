/** The form of an architecture file. schemas/architecture.schema.json is made from this; docs/exports.md explains it. */
import { z } from 'zod';
import { codesSchema, provenanceSchema, spaceSchema } from '../shrink/shrunk-space-schema.js';

/** The newest (and so far only) version of the format. */
export const ARCHITECTURE_FORMAT = 'lissnas-architecture/1';

const text = z.string('must be text');
const number = z.number('must be a finite number');
const size = z.int('must be a whole number').min(1, 'must be at least 1');

const input = z
  .strictObject(
    {
      shape: z.tuple([size, size, size], 'must be channels, height and width'),
      classes: size,
      classNames: z.array(text, 'must be a list').optional().describe('In the order of the logits.'),
      normalization: z
        .strictObject(
          { mean: z.array(number, 'must be a list'), deviation: z.array(number, 'must be a list') },
          'must be a map with mean and deviation',
        )
        .optional()
        .describe('Per channel, for pixels from 0 to 1: the network was trained on (pixel - mean) / deviation.'),
    },
    'must be a map',
  )
  .describe('What the network was built for.');

/** The whole file. */
export const architectureSchema = z
  .strictObject(
    {
      $schema: text.optional(),
      format: z.literal(ARCHITECTURE_FORMAT),
      provenance: provenanceSchema,
      architecture: codesSchema,
      choices: z
        .record(text, z.union([z.string(), number], 'must be text or a number'), 'must be a map')
        .describe('The choice of every dimension.'),
      notation: text.describe("The architecture in the space's own notation."),
      input,
      costs: z.record(text, z.strictObject({ value: number, unit: text }, 'must be a map'), 'must be a map'),
      accuracy: z
        .strictObject({ value: number, source: text.describe('What measured it.') }, 'must be a map')
        .optional(),
      space: spaceSchema,
    },
    'must be a map',
  )
  .meta({
    title: 'LISSNAS architecture',
    description: 'One architecture of a search space, and what is known about it.',
  });

/** What a well-formed file holds. */
export type ArchitectureFile = z.infer<typeof architectureSchema>;

/** The JSON Schema of architecture files, as published. */
export function architectureJsonSchema(): object {
  return z.toJSONSchema(architectureSchema);
}
