/** Writes one architecture with what is known about it as a small JSON document, and reads it back. */
import { InputError } from '../errors.js';
import type { NetworkInput } from '../networks/graph.js';
import type { Provenance } from '../shrink/shrunk-space-data.js';
import { provenanceFields } from '../shrink/shrunk-space-write.js';
import { restoreSpace, type SpaceSource, spaceHash } from '../shrink/space-source.js';
import { parseDocument } from '../spaces/json-document.js';
import type { Architecture, SearchSpace } from '../spaces/space.js';
import { readTextFile } from '../spaces/text-file.js';
import { ARCHITECTURE_FORMAT, type ArchitectureFile, architectureSchema } from './architecture-schema.js';

const DOCUMENT = { what: 'an architecture file', format: ARCHITECTURE_FORMAT, schema: architectureSchema };
const LARGEST_FILE = 10_000_000; // bytes

/** One architecture and what is known about it. */
export interface FoundArchitecture {
  readonly space: SearchSpace;
  /** how the space can be had again: `sourceOf(space)` */
  readonly source: SpaceSource;
  readonly architecture: Architecture;
  readonly input: NetworkInput;
  /** in the order of the logits */
  readonly classNames?: readonly string[];
  /** what the images were normalized with, for pixels from 0 to 1 */
  readonly normalization?: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
  /** by name; only finite values are kept */
  readonly costs: ReadonlyMap<string, { readonly value: number; readonly unit: string }>;
  /** the measured accuracy, and what measured it */
  readonly accuracy?: { readonly value: number; readonly source: string };
  readonly provenance: Provenance;
}

/** The document, ending in a line break. The same architecture gives the same text. */
export function architectureFile(found: FoundArchitecture): string {
  const { space, source, architecture, input, classNames, normalization, costs, accuracy, provenance } = found;
  const { name, size, dimensions } = space;
  const file: ArchitectureFile = {
    format: ARCHITECTURE_FORMAT,
    notation: space.format(architecture),
    choices: Object.fromEntries(labelsOf(space, architecture)),
    architecture: [...architecture],
    ...(accuracy && { accuracy: { value: accuracy.value, source: accuracy.source } }),
    costs: Object.fromEntries(
      [...costs]
        .filter(([, { value }]) => Number.isFinite(value))
        .map(([cost, { value, unit }]) => [cost, { value, unit }]),
    ),
    input: {
      shape: [...input.shape],
      classes: input.classes,
      ...(classNames && { classNames: [...classNames] }),
      ...(normalization && {
        normalization: { mean: [...normalization.mean], deviation: [...normalization.deviation] },
      }),
    },
    provenance: provenanceFields(provenance),
    space: {
      name,
      size: String(size),
      hash: spaceHash(space),
      dimensions: dimensions.map((dimension) => ({ ...dimension, choices: [...dimension.choices] })),
      source,
    },
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * Reads an architecture file.
 * @param space the space itself, needed only where a program made it with rules of its own
 * @throws InputError naming the file, for everything that can be wrong with it
 */
export async function readArchitectureFile(file: string, space?: SearchSpace): Promise<FoundArchitecture> {
  const text = await readTextFile(file, LARGEST_FILE, 'an architecture file');
  try {
    return foundIn(parseDocument(text, DOCUMENT), space);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.message, { file }, { cause: error });
    throw error;
  }
}

function foundIn(file: ArchitectureFile, given: SearchSpace | undefined): FoundArchitecture {
  const space = restoreSpace({ ...file.space, size: BigInt(file.space.size) }, given);
  const architecture = space.architecture(file.architecture);
  checkAgreement(file, space, architecture);
  const { shape, classes, classNames, normalization } = file.input;
  if (classNames !== undefined && classNames.length !== classes) {
    throw new InputError(`"input.classNames" has ${classNames.length} names for ${classes} classes`);
  }
  const perChannel = normalization && [normalization.mean, normalization.deviation];
  if (perChannel?.some(({ length }) => length !== shape[0])) {
    throw new InputError(`"input.normalization" must have ${shape[0]} means and deviations, one for each channel`);
  }
  return {
    space,
    source: file.space.source,
    architecture,
    input: { shape, classes },
    ...(classNames && { classNames }),
    ...(normalization && { normalization }),
    costs: new Map(Object.entries(file.costs)),
    ...(file.accuracy && { accuracy: file.accuracy }),
    provenance: file.provenance as Provenance,
  };
}

/** The three ways in which the file names the architecture name the same one. */
function checkAgreement({ choices, notation }: ArchitectureFile, space: SearchSpace, architecture: Architecture): void {
  const labels = labelsOf(space, architecture);
  const wrong = labels.find(([dimension, label]) => !Object.hasOwn(choices, dimension) || choices[dimension] !== label);
  if (wrong !== undefined) {
    throw new InputError(
      `"choices" must have the choice ${JSON.stringify(wrong[1])} for "${wrong[0]}", as "architecture" says`,
    );
  }
  const extra = Object.keys(choices).find((name) => !labels.some(([dimension]) => dimension === name));
  if (extra !== undefined) throw new InputError(`"choices" names "${extra}", which is no dimension of the space`);
  if (space.parse(notation).join() !== architecture.join()) {
    throw new InputError(
      `"notation" is ${JSON.stringify(notation)}, but "architecture" is ${space.format(architecture)}`,
    );
  }
}

function labelsOf({ dimensions }: SearchSpace, architecture: Architecture) {
  return dimensions.map(({ name, choices }, d) => [name, choices[architecture[d]!]!] as const);
}
