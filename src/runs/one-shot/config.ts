/** The configuration of a one-shot run: train a supernet, shrink by it, train on inside, search, train the best from scratch. */
import { z } from 'zod';
import { imagesSchema } from '../../datasets/images-schema.js';
import { engineNames } from '../../engine/engines.js';
import { type SearcherName, searchers } from '../../search/index.js';
import { supernetRecipeSchema, trainingRecipeSchema } from '../../supernet/recipe.js';
import {
  CONFIG_FORMAT,
  costTablesSchema,
  evaluationSchema,
  shrinkSchema,
  spaceSchema,
  validationSchema,
} from '../config.js';

const text = z.string('must be text').min(1, 'must not be empty');
const whole = z.int('must be a whole number');
const count = whole.min(1, 'must be at least 1');

/** The schema of a one-shot `config.yaml`; what tells it from other runs is the key `supernet`. */
export const oneShotSchema = z.strictObject(
  {
    format: z.literal(CONFIG_FORMAT, `must be ${CONFIG_FORMAT}`).exactOptional(),
    /** a space whose networks are known */
    space: spaceSchema,
    data: imagesSchema,
    /** training images that are never learned from: supernet and search are judged by them. 1 or more is a number, below 1 a share */
    validation: validationSchema,
    supernet: z.strictObject(
      {
        /** on the whole space, before shrinking */
        warmUp: supernetRecipeSchema,
        /** goes on inside the shrunk space only */
        training: supernetRecipeSchema,
      },
      'must be a map',
    ),
    /** how a subnet is judged */
    evaluation: evaluationSchema,
    costTables: costTablesSchema.exactOptional(),
    shrink: shrinkSchema,
    search: z
      .strictObject(
        {
          searcher: z
            .enum(Object.keys(searchers) as [SearcherName], `must be ${Object.keys(searchers).join(', ')}`)
            .default('regularized-evolution'),
          evaluations: count.default(100),
          /** what nsga2 minimizes beside the accuracy */
          cost: text.exactOptional(),
        },
        'must be a map',
      )
      .prefault({}),
    /** how single networks are trained from scratch: the one found, a random one, the biggest, and the references */
    scratch: trainingRecipeSchema,
    /** architectures of the shrunk space that are trained from scratch to measure the supernet's Kendall tau; 0 for none */
    references: whole.min(0, 'must be at least 0').default(0),
    /** the same budget without shrinking, to compare with */
    control: z.boolean('must be true or false').default(false),
    /** the same budget with other shrinkers: accuracy-ranked and angle-based operator dropping */
    baselines: z.boolean('must be true or false').default(false),
    /** what trains: `wasm`, embedded, or `torch`, PyTorch in a Python of the user's */
    engine: z.enum(engineNames, `must be ${engineNames.join(', ')}`).default('wasm'),
    /** of the engine on the CPU; all cores by default. Results of the embedded engine do not depend on it */
    threads: count.exactOptional(),
    randomSeed: whole.default(1),
    /** the command line that made this run, for provenance */
    command: text.exactOptional(),
  },
  'must be a map',
);

/** A checked one-shot configuration. Paths are absolute. */
export type OneShotConfig = z.output<typeof oneShotSchema>;
