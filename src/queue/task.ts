/** What is asked of workers: a task says how to measure, a job which architecture. Plain data that can execute nothing by itself. */
import { z } from 'zod';
import { withCosts } from '../costs/built-in.js';
import { isNetworkSpace } from '../costs/network-space.js';
import { InputError, LissnasError } from '../errors.js';
import { runIdentity } from '../journal/identity.js';
import { createRandom } from '../math/random.js';
import { codesSchema, spaceSchema } from '../shrink/shrunk-space-schema.js';
import { type RecordedSpace, restoreSpace, sourceOf, spaceHash } from '../shrink/space-source.js';
import type { Codes, SearchSpace } from '../spaces/space.js';
import { trainingRecipeSchema } from '../supernet/recipe.js';

const TASK_FORMAT = 'lissnas-task/1';

const text = z.string();
const count = z.int().min(1);

/** A program that every worker has of its own; the task only says which one is meant. */
const programSchema = z.strictObject({
  kind: z.literal('command'),
  /** the program and its arguments, as they were given */
  words: z.array(text).min(1),
  /** SHA-256 of the files that the words name, by the word */
  files: z.record(text, text),
  /** longest time of an evaluation, seconds */
  timeoutS: z.number().positive(),
});

const landscapeSchema = z.strictObject({
  kind: z.literal('nk'),
  k: z.int().min(0),
  landscapeSeed: z.int(),
});

const trainingSchema = z.strictObject({
  kind: z.literal('training'),
  engine: text,
  /** which build of the engine: others may round differently */
  build: text,
  /** the images, without the folder they lie in */
  data: z.record(text, z.union([text, z.number()])),
  /** SHA-256 of the images and their classes */
  sha256: text,
  validation: z.number().positive(),
  recipe: trainingRecipeSchema,
  evaluation: z.strictObject({ calibrationBatches: count, calibrationSize: count }),
  randomSeed: z.int(),
});

const workSchema = z.discriminatedUnion('kind', [programSchema, landscapeSchema, trainingSchema]);

const taskSchema = z.strictObject({
  format: z.literal(TASK_FORMAT),
  /** of this program: workers of another one do not take it */
  version: text,
  space: spaceSchema,
  work: workSchema,
});

const jobSchema = z.strictObject({ key: text, codes: codesSchema });

/** How architectures are measured, told apart by `kind`. */
export type Work = z.output<typeof workSchema>;

/** A program, by what it must be. */
export type ProgramWork = z.output<typeof programSchema>;

/** One way to measure the architectures of one space. */
export interface Task {
  readonly version: string;
  readonly space: RecordedSpace;
  readonly work: Work;
}

/** One evaluation. */
export type JobData = z.output<typeof jobSchema>;

/**
 * @param declaration the YAML text that the space was read from, where there is one
 * @throws InputError for a space with rules, a notation or networks to train that only a program knows, so that no worker can make it again
 */
export function createTask(space: SearchSpace, work: Work, version: string, declaration?: string): Task {
  const { name, size, dimensions } = space;
  const source = sourceOf(space, declaration);
  const recorded = { name, size, dimensions, hash: spaceHash(space), source };
  const again = source.kind === 'program' ? undefined : withCosts(restoreSpace(recorded));
  const drawn = space.sample(createRandom(0));
  const isSame = again?.format(drawn) === space.format(drawn) && (work.kind !== 'training' || isNetworkSpace(again));
  if (isSame) return { version, work, space: recorded };
  throw new InputError(
    `space "${name}" is known to its program alone, so that workers cannot make it again; declare it in YAML`,
  );
}

/** A task as text, and its hash, which is the same for the same task. */
export function taskText({ version, space, work }: Task): { readonly text: string; readonly hash: string } {
  const { name, size, dimensions, hash, source } = space;
  const stored = {
    ...{ format: TASK_FORMAT, version, work },
    space: { ...{ name, hash, source }, size: String(size), dimensions: dimensions.map(plainDimension) },
  };
  return { text: JSON.stringify(stored), hash: runIdentity(stored) };
}

/** @throws LissnasError where the text is no task that this version knows, or another than the hash says */
export function readTask(text: string, hash: string): Task {
  const stored = parsed(text);
  const read = taskSchema.safeParse(stored);
  if (!read.success || runIdentity(stored) !== hash) {
    throw new LissnasError('queue', 'it is of a form that this version does not know');
  }
  const { version, space, work } = read.data;
  return { version, work, space: { ...space, size: BigInt(space.size) } };
}

/** The data of a job, or undefined where it is of another form. */
export function readJob(data: unknown): JobData | undefined {
  const read = jobSchema.safeParse(data);
  return read.success ? read.data : undefined;
}

/**
 * The identity of an evaluation (32 hexadecimal digits): the same for all runs that would measure the same, whichever version they are of.
 * @param network of the architecture, where it is what is trained
 */
export function evaluationKey({ space, work }: Task, codes: Codes, network?: unknown): string {
  return runIdentity({ format: TASK_FORMAT, space: space.hash, work, codes: Array.from(codes), network });
}

function plainDimension({ name, choices, ordered }: RecordedSpace['dimensions'][number]) {
  return { name, choices: [...choices], ordered };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
