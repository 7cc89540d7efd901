/** The form of a shrunk-space file. schemas/shrunk-space.schema.json is made from this; docs/shrunk-space.md explains it. */
import { z } from 'zod';

/** The newest (and so far only) version of the format. */
export const SHRUNK_SPACE_FORMAT = 'lissnas-shrunk-space/1';

const text = z.string('must be text');
const number = z.number('must be a finite number');
const anyNumber = z.union(
  [number, z.enum(['NaN', 'Infinity', '-Infinity'])],
  'must be a number, "NaN", "Infinity" or "-Infinity"',
);
const count = z.int('must be a whole number').min(0, 'must not be negative');
const sha256 = text.regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits');
const integerText = text.regex(/^[0-9]{1,1000}$/, 'must be decimal digits');

/** An architecture. */
export const codesSchema = z
  .array(
    z.int('must be a whole number').min(0, 'must not be negative').max(255, 'must be at most 255'),
    'must be a list',
  )
  .describe('The choice index of every dimension.');

const packed = z
  .strictObject({ bytes: count, sha256, data: text }, 'must be a map with bytes, sha256 and data')
  .describe('Little-endian bytes in gzip in base64; bytes and sha256 are those before compression.');

const list = <T extends z.ZodType>(item: T) => z.array(item, 'must be a list');

/** How a file was made. */
export const provenanceSchema = z
  .strictObject(
    {
      version: text.describe('Version of LISSNAS that made the file.'),
      command: text.optional(),
      randomSeed: number.optional(),
      evaluator: text.optional(),
      table: z.strictObject({ file: text, sha256 }, 'must be a map with file and sha256').optional(),
      costTables: z
        .array(z.strictObject({ file: text, sha256 }, 'must be a map with file and sha256'), 'must be a list')
        .optional(),
      options: z
        .record(
          text,
          z.union([z.string(), number, z.boolean(), z.null()], 'must be text, a number, true, false or null'),
        )
        .optional(),
    },
    'must be a map',
  )
  .describe('How it was made.');

const dimension = z.strictObject(
  {
    name: text,
    choices: z
      .array(z.union([z.string(), number]), 'must be a list')
      .min(1)
      .max(256),
    ordered: z.boolean('must be true or false'),
  },
  'must be a map',
);

const source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('built-in') }),
  z.strictObject({ kind: z.literal('declaration'), text }),
  z.strictObject({ kind: z.literal('dimensions') }),
  z.strictObject({ kind: z.literal('program') }),
]);

/** A search space with what is needed to have it again. */
export const spaceSchema = z
  .strictObject(
    { name: text, size: integerText, hash: sha256, dimensions: list(dimension).min(1), source },
    'must be a map',
  )
  .describe('The search space.');

const interval = z.strictObject({ mean: anyNumber, low: anyNumber, high: anyNumber, n: count }, 'must be a map');

const seed = z.strictObject(
  {
    architecture: codesSchema,
    measured: number,
    predicted: number,
    costBin: count,
    pocket: count,
  },
  'must be a map',
);

const pocket = z.strictObject({ size: count, seeds: list(count), parents: list(count) }, 'must be a map');

const round = z.strictObject(
  {
    spent: count,
    measured: count.describe('How many of the measurements the predictor of this round knows.'),
    kernel: z.strictObject(
      {
        weights: list(list(number.min(0, 'must not be negative'))),
        noise: number.min(0, 'must not be negative'),
      },
      'must be a map',
    ),
    size: integerText,
    held: z.enum(['pockets', 'level-set']),
    border: anyNumber,
    seeds: list(seed),
    pockets: list(pocket),
    sampledMean: interval.optional(),
  },
  'must be a map',
);

const measurement = z.strictObject(
  { architecture: codesSchema, accuracy: number, costs: z.record(text, anyNumber), source: text },
  'must be a map',
);

/** The whole file. */
export const shrunkSpaceSchema = z
  .strictObject(
    {
      $schema: text.optional(),
      format: z.literal(SHRUNK_SPACE_FORMAT),
      method: z.literal('lissnas'),
      provenance: provenanceSchema,
      space: spaceSchema,
      size: count.describe('Number of members.'),
      limits: list(z.strictObject({ cost: text, unit: text, max: number }, 'must be a map')),
      costBins: z.strictObject({ cost: text, unit: text, edges: list(number) }, 'must be a map').optional(),
      spent: count,
      stop: z.enum(['size reached', 'no improvement', 'budget spent', 'space exhausted', 'not finished']),
      rounds: list(round).min(1, 'must have at least one round'),
      measurements: list(measurement),
      failures: list(z.strictObject({ architecture: codesSchema, reason: text }, 'must be a map')),
      members: packed.describe('One byte a dimension, member by member, in the order of admission.'),
      pocketOf: packed.describe('The pocket of each member, int32.'),
      predicted: packed.describe('The predicted mean of each member, float64.'),
      memberCosts: list(
        z.strictObject({ cost: text, values: packed.describe('One float64 a member.') }, 'must be a map'),
      ).describe('The costs that limits and cost bins are about.'),
    },
    'must be a map',
  )
  .meta({
    title: 'LISSNAS shrunk space',
    description: 'The architectures that a shrink kept, in pockets, and how they came to be kept.',
  });

/** What a well-formed file holds. */
export type ShrunkSpaceFile = z.infer<typeof shrunkSpaceSchema>;

/** A number as the file writes it. */
export type AnyNumber = z.infer<typeof anyNumber>;

/** Writes numbers that JSON has no form for as text. */
export function encodeNumber(value: number): AnyNumber {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

/** The JSON Schema of shrunk-space files, as published. */
export function shrunkSpaceJsonSchema(): object {
  return z.toJSONSchema(shrunkSpaceSchema);
}
