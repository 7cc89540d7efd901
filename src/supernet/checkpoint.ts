/** Checkpoints: the state of a training as a safetensors file, which goes on only in the training that it came from. */
import { createHash } from 'node:crypto';
import type { Tensors } from '../engine/engine.js';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import type { NetworkGraph } from '../networks/graph.js';
import { readSafetensors, safetensorsPieces } from '../networks/safetensors.js';
import { spaceHash } from '../shrink/space-source.js';
import type { Architecture, SearchSpace } from '../spaces/space.js';
import { recipeHash, type TrainingRecipe } from './recipe.js';
import type { SupernetParts } from './supernet.js';
import type { TrainingImages } from './training-images.js';

/** The format that this version writes and reads. */
export const CHECKPOINT_FORMAT = 'lissnas-checkpoint/1';

/** A training after `step` steps: what `Engine.load` goes on from. */
export interface Checkpoint {
  readonly step: number;
  readonly state: Tensors;
}

/** What a training is; a checkpoint of another one is refused. */
export interface TrainingIdentity {
  /** by what people call it, e.g. 'recipe': a hash or a number as text */
  readonly facts: Readonly<Record<string, string>>;
  /** shapes that parameters of these names must have */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** What tells trainings apart. */
export interface IdentityParts {
  readonly space: SearchSpace;
  /** networks that the training may meet; they stand for all of them */
  readonly graphs: readonly NetworkGraph[];
  readonly recipe: TrainingRecipe;
  readonly images: Pick<TrainingImages, 'identity'>;
  /** that the engine's parameters and the training's random stream begin by */
  readonly randomSeed: number;
}

/** The identity of a training of one network or several. */
export function trainingIdentity({ space, graphs, recipe, images, randomSeed }: IdentityParts): TrainingIdentity {
  const parameters = graphs.flatMap(({ operations }) => operations.flatMap((operation) => operation.parameters));
  return {
    facts: {
      'search space': spaceHash(space),
      network: createHash('sha256').update(JSON.stringify(graphs)).digest('hex'),
      recipe: recipeHash(recipe),
      'set of images': images.identity,
      'random seed': String(randomSeed),
    },
    shapes: new Map(parameters.map(({ name, shape }) => [name, shape])),
  };
}

/** The identity of a supernet's training. */
export function supernetIdentity(
  { space, network, input, images }: Omit<SupernetParts, 'engine'>,
  recipe: TrainingRecipe,
  randomSeed: number,
): TrainingIdentity {
  const graphs = representatives(space).map((architecture) => network(architecture, input));
  return trainingIdentity({ space, graphs, recipe, images, randomSeed });
}

/** Random architectures that stand for a space beside those of equal choices. */
const RANDOM_REPRESENTATIVES = 4;

/** Architectures that, where the space's rules allow it, hold every choice of every dimension at least once; always the same. */
function representatives(space: SearchSpace): Architecture[] {
  const counts = space.dimensions.map(({ choices }) => choices.length);
  const diagonal = Array.from({ length: Math.max(...counts) }, (_, choice) =>
    counts.map((count) => Math.min(choice, count - 1)),
  );
  const random = createRandom(0).split('representatives');
  return [
    ...diagonal.filter((codes) => space.isValid(codes)).map((codes) => space.architecture(codes)),
    ...Array.from({ length: RANDOM_REPRESENTATIVES }, () => space.sample(random)),
  ];
}

/** The file in pieces; equal checkpoints give equal files. */
export function checkpointPieces({ step, state }: Checkpoint, { facts }: TrainingIdentity): Generator<Uint8Array> {
  const metadata = new Map([['format', CHECKPOINT_FORMAT], ['step', String(step)], ...Object.entries(facts)]);
  return safetensorsPieces(state, metadata);
}

/**
 * Reads a checkpoint of this very training.
 * @throws InputError naming the file, where it is missing, damaged, no checkpoint, or one of another training
 */
export async function readCheckpoint(file: string, { facts, shapes }: TrainingIdentity): Promise<Checkpoint> {
  const { tensors, metadata } = await readSafetensors(file);
  const format = metadata.get('format');
  if (format !== CHECKPOINT_FORMAT) {
    const found = format === undefined ? 'the file is no checkpoint' : `the format is ${JSON.stringify(format)}`;
    throw new InputError(`${found}; this program reads ${CHECKPOINT_FORMAT}`, { file });
  }
  const step = Number(metadata.get('step'));
  if (!Number.isInteger(step) || step < 0) {
    throw new InputError(`the step is ${JSON.stringify(metadata.get('step'))}, a whole number from 0 is needed`, {
      file,
    });
  }
  for (const [what, expected] of Object.entries(facts)) {
    const found = metadata.get(what) ?? 'none';
    if (found === expected) continue;
    throw new InputError(
      `the checkpoint is of another ${what} (${short(found)}, this training has ${short(expected)})`,
      {
        file,
      },
    );
  }
  for (const [name, { shape }] of tensors) {
    const expected = name.startsWith('parameter/') ? shapes.get(name.slice('parameter/'.length)) : undefined;
    if (expected === undefined || expected.join() === shape.join()) continue;
    throw new InputError(`"${name}" has the shape [${shape.join(', ')}], [${expected.join(', ')}] is needed`, { file });
  }
  return { step, state: tensors };
}

/** The beginning of a hash. */
function short(text: string): string {
  return text.length > 16 ? `${text.slice(0, 12)}…` : text;
}
