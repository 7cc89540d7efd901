/** Reads `result.json`, believing nothing. */
import { z } from 'zod';
import { InputError } from '../../errors.js';
import { parseDocument } from '../../spaces/json-document.js';
import { readTextFile } from '../../spaces/text-file.js';
import { type OneShotResult, RESULT_FORMAT } from './result.js';

const LARGEST_RESULT = 50_000_000; // bytes

const text = z.string('must be text');
const number = z.number('must be a finite number');
/** JSON has no NaN and holds null for it. */
const measure = z
  .number('must be a number or null')
  .nullable()
  .transform((value) => value ?? Number.NaN);
const interval = z.object({ mean: measure, low: measure, high: measure, n: number }, 'must be a map');
const scratch = { architecture: text, cost: number, accuracy: number.nullable() };
const found = z.object({ ...scratch, supernetAccuracy: number, evaluations: number }, 'must be a map');
const ranking = z.object({ step: number, tau: interval, meanAccuracy: measure }, 'must be a map');

const resultSchema: z.ZodType<OneShotResult> = z.object(
  {
    format: z.literal(RESULT_FORMAT),
    version: text,
    space: text,
    data: text,
    randomSeed: number,
    cost: z.object({ name: text, unit: text }, 'must be a map'),
    wholeSize: text.regex(/^\d{1,1000}$/, 'must be decimal digits'),
    shrunkSize: number,
    pockets: number,
    accuracy: z.object({ whole: interval, shrunk: interval.exactOptional() }, 'must be a map'),
    ranking: z
      .object(
        {
          references: z.array(
            z.object({ ...scratch, before: number.nullable(), after: number.nullable() }, 'must be a map'),
            'must be a list',
          ),
          before: ranking,
          after: ranking,
        },
        'must be a map',
      )
      .exactOptional(),
    found,
    random: z.object(scratch, 'must be a map'),
    biggest: z.object(scratch, 'must be a map'),
    controls: z.array(
      z.object(
        {
          name: text,
          size: text.regex(/^\d{1,1000}$/, 'must be decimal digits'),
          ranking: ranking.exactOptional(),
          found,
        },
        'must be a map',
      ),
      'must be a list',
    ),
  },
  'must be a map',
);

/** What a one-shot run has found. @throws InputError naming the file, where it is missing or damaged */
export async function readResult(file: string): Promise<OneShotResult> {
  const content = await readTextFile(file, LARGEST_RESULT, 'a result');
  try {
    return parseDocument(content, { what: 'a result', format: RESULT_FORMAT, schema: resultSchema });
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.message, { file }, { cause: error });
    throw error;
  }
}
