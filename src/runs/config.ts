/** The configuration of a run: `config.yaml`, checked. */
import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { imagesSchema } from '../datasets/images-schema.js';
import { engineNames } from '../engine/engines.js';
import { InputError } from '../errors.js';
import { isModule } from '../space-files/module.js';
import { isBuiltInSpace } from '../spaces/index.js';
import { keysAt } from '../spaces/schema-keys.js';
import { readTextFile } from '../spaces/text-file.js';
import { readYaml, type YamlDocument } from '../spaces/yaml-document.js';
import { describeIssue } from '../spaces/yaml-issue.js';
import { trainingRecipeSchema } from '../supernet/recipe.js';

/** The format of `config.yaml` that this version writes and reads. */
export const CONFIG_FORMAT = 'lissnas-config/1';

const LARGEST_CONFIG = 2_000_000; // bytes

const text = z.string('must be text').min(1, 'must not be empty');
const positive = z.int('must be a whole number').min(1, 'must be at least 1');
const number = z.number('must be a number');
const table = { file: text, sha256: text.optional(), accuracy: text };

/** Training images that are never learned from. */
export const validationSchema = number.positive('must be above 0').default(0.1);

/** How a network is judged. */
export const evaluationSchema = z
  .strictObject(
    {
      /** batches of training images from which batch-norm statistics are taken */
      calibrationBatches: positive.default(4),
      calibrationSize: positive.default(128),
    },
    'must be a map',
  )
  .prefault({});

const evaluatorSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('table'), ...table }),
    z.strictObject({ kind: z.literal('surrogate'), ...table }),
    z.strictObject({
      kind: z.literal('command'),
      program: text,
      args: z.array(text, 'must be a list').optional(),
      /** the folder that the program runs in; the configuration's own where missing */
      cwd: text.optional(),
      timeoutS: number.positive('must be above 0').optional(),
      concurrency: positive.optional(),
    }),
    z.strictObject({
      kind: z.literal('nk'),
      k: z.int('must be a whole number').min(0, 'must be at least 0'),
      landscapeSeed: z.int('must be a whole number').optional(),
    }),
    z.strictObject({
      kind: z.literal('training'),
      data: imagesSchema,
      validation: validationSchema,
      recipe: trainingRecipeSchema,
      evaluation: evaluationSchema,
      engine: z.enum(engineNames, `must be ${engineNames.join(', ')}`).default('wasm'),
    }),
  ],
  'must have a kind: table, surrogate, command, nk or training',
);

/** A built-in space by name, a YAML file or module, or the declaration itself. Every run keeps the hash of a module. */
export const spaceSchema = z.union(
  [
    text,
    z.strictObject({ file: text, sha256: text.exactOptional() }, 'must be a map'),
    z.strictObject({ declaration: text }, 'must be a map'),
  ],
  'must be the name of a built-in space, a YAML file or module, or a map with file or declaration',
);

/** Files of latencies or other costs; paths, or with the hash of what they must hold. */
export const costTablesSchema = z.array(
  z.union(
    [text, z.strictObject({ file: text, sha256: text.optional() }, 'must be a map')],
    'must be a path, or a map with file',
  ),
  'must be a list',
);

/** How to shrink. */
export const shrinkSchema = z.strictObject(
  {
    evaluations: positive,
    size: positive.optional(),
    limits: z.array(z.strictObject({ cost: text, max: number }, 'must be a map'), 'must be a list').optional(),
    costBins: z
      .strictObject({ cost: text, count: positive.max(100, 'must be at most 100') }, 'must be a map')
      .optional(),
    growth: z.enum(['pockets', 'radius'], 'must be pockets or radius').optional(),
    rounds: positive.optional(),
  },
  'must be a map',
);

/** The schema of `config.yaml`. */
export const configSchema = z.strictObject(
  {
    format: z.literal(CONFIG_FORMAT, `must be ${CONFIG_FORMAT}`).optional(),
    space: spaceSchema,
    evaluator: evaluatorSchema,
    /** Redis, where workers on any machine take the evaluations from; without it they are made in this process */
    queue: text.optional(),
    /** standard deviation of noise added to every measurement, for experiments */
    noise: number.min(0, 'must be at least 0').optional(),
    /** column of the table to report against; never shown to the search */
    truth: text.optional(),
    costTables: costTablesSchema.optional(),
    shrink: shrinkSchema,
    randomSeed: z.int('must be a whole number').optional(),
    /** the command line that made this run, for provenance */
    command: text.optional(),
  },
  'must be a map',
);

/** A checked configuration. Paths are absolute. */
export type Config = z.infer<typeof configSchema>;

/**
 * Reads a configuration; paths in it are relative to the file's own folder.
 * @throws InputError naming file, line, column, value and what was allowed
 */
export async function readConfig(file: string): Promise<Config> {
  return withAbsolutePaths(checkConfig(await readConfigDocument(file), configSchema), dirname(resolve(file)));
}

/** A configuration's text, parsed but not checked. */
export interface ConfigDocument {
  readonly file: string;
  readonly document: YamlDocument;
}

/** @throws InputError where the file cannot be read or is no YAML */
export async function readConfigDocument(file: string): Promise<ConfigDocument> {
  return { file, document: readYaml(await readTextFile(file, LARGEST_CONFIG, 'a configuration'), file) };
}

/** Checks a configuration against its schema. @throws InputError naming file, line, column, value and what was allowed */
export function checkConfig<T>({ file, document }: ConfigDocument, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(document.value);
  if (parsed.success) return parsed.data;
  const allowed = (path: readonly PropertyKey[]) => keysAt(schema, path);
  const { message, path } = describeIssue(parsed.error.issues[0]!, document.value, allowed);
  const { line, column } = document.place(path);
  throw new InputError(`line ${line}, column ${column}: ${message}`, { file });
}

/** A space as a configuration names it, with the path made absolute where it is one. */
export function withAbsoluteSpace(space: Config['space'], folder: string): Config['space'] {
  if (typeof space === 'string') {
    const isPath = !isBuiltInSpace(space) && (/[/\\]|\.(ya?ml|json)$/i.test(space) || isModule(space));
    return isPath ? { file: resolve(folder, space) } : space;
  }
  return 'file' in space ? { ...space, file: resolve(folder, space.file) } : space;
}

/** Cost tables as a configuration names them, with their paths made absolute. */
export function withAbsoluteCostTables(
  costTables: Config['costTables'],
  folder: string,
): { costTables?: NonNullable<Config['costTables']> } {
  if (costTables === undefined) return {};
  const absolute = costTables.map((own) =>
    typeof own === 'string' ? resolve(folder, own) : { ...own, file: resolve(folder, own.file) },
  );
  return { costTables: absolute };
}

/** The same configuration with every path made absolute. */
export function withAbsolutePaths(config: Config, folder: string): Config {
  const { space, evaluator } = config;
  return {
    ...config,
    space: withAbsoluteSpace(space, folder),
    ...withAbsoluteCostTables(config.costTables, folder),
    evaluator:
      'file' in evaluator
        ? { ...evaluator, file: resolve(folder, evaluator.file) }
        : evaluator.kind === 'command'
          ? { ...evaluator, cwd: resolve(folder, evaluator.cwd ?? '.') }
          : evaluator.kind === 'training' && 'path' in evaluator.data
            ? { ...evaluator, data: { ...evaluator.data, path: resolve(folder, evaluator.data.path) } }
            : evaluator,
  };
}

/** The text of `config.yaml`; `readConfig` gives the same configuration back. */
export function configText(config: Config): string {
  return stringify(config);
}

/** Whether a configuration is that of a one-shot run, which trains a supernet. */
export function namesSupernet({ document: { value } }: ConfigDocument): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'supernet');
}
