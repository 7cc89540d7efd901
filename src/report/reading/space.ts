/** The space of a run and what it was shrunk to, without running any module that the run names. */
import { z } from 'zod';
import { isNetworkSpace } from '../../costs/network-space.js';
import type { NetworkInput } from '../../networks/graph.js';
import { readArchitectureFile } from '../../runs/architecture-file.js';
import { exists } from '../../runs/atomic.js';
import type { OneShotConfig } from '../../runs/one-shot/config.js';
import { oneShotFiles } from '../../runs/one-shot/files.js';
import { withKnownCosts } from '../../runs/open.js';
import { declarationIn, namedSpace } from '../../runs/space.js';
import { ShrunkSpace } from '../../shrink/shrunk-space.js';
import { spaceSchema } from '../../shrink/shrunk-space-schema.js';
import { LARGEST_SHRUNK_SPACE_FILE } from '../../shrink/shrunk-space-write.js';
import { type SpaceSource, sourceOf } from '../../shrink/space-source.js';
import { isModule } from '../../space-files/module.js';
import { defineSpace } from '../../spaces/define.js';
import type { SearchSpace } from '../../spaces/space.js';
import { readTextFile } from '../../spaces/text-file.js';
import type { Attempt } from './attempt.js';
import type { SeenConfig } from './configuration.js';

/** The space of a run. */
export interface SeenSpace {
  readonly space: SearchSpace;
  readonly source: SpaceSource;
  /** false where only its dimensions are known, because a program has made it with rules of its own */
  readonly isWhole: boolean;
}

/** A shrunk space from its file. A space that a program made and the caller does not have is read by its dimensions alone. */
export async function seeShrunkSpace(
  file: string,
  given: SearchSpace | undefined,
): Promise<(SeenSpace & { readonly shrunk: ShrunkSpace }) | undefined> {
  if (!(await exists(file))) return undefined;
  const text = await readTextFile(file, LARGEST_SHRUNK_SPACE_FILE, 'a shrunk space');
  const standIn = given === undefined ? standInFor(text) : undefined;
  const shrunk = withKnownCosts(ShrunkSpace.fromText(text, file, given ?? standIn));
  return { space: shrunk.space, source: shrunk.data.source, isWhole: standIn === undefined, shrunk };
}

const documentSchema = z.object({ space: spaceSchema });

/** The dimensions of a space that a program made, as a space; undefined for every other document. */
function standInFor(text: string): SearchSpace | undefined {
  if (!text.includes('"kind":"program"')) return undefined;
  let space: z.infer<typeof spaceSchema>;
  try {
    space = documentSchema.parse(JSON.parse(text)).space;
  } catch {
    return undefined; // what is wrong is said by who reads all of it
  }
  if (space.source.kind !== 'program') return undefined;
  return { ...defineSpace({ name: space.name, dimensions: space.dimensions }), size: BigInt(space.size) };
}

/** The space that a configuration names; undefined for a module that the caller has not run. */
export async function seeNamedSpace(
  { shrink, oneShot }: SeenConfig,
  given: SearchSpace | undefined,
): Promise<SeenSpace | undefined> {
  const named = (shrink ?? oneShot)?.space;
  if (named === undefined) return given && { space: given, source: sourceOf(given), isWhole: true };
  if (given !== undefined) {
    return { space: given, source: sourceOf(given, declarationIn(named).declaration), isWhole: true };
  }
  const file = typeof named === 'string' ? named : 'file' in named ? named.file : '';
  if (isModule(file)) return undefined;
  const { space, named: complete } = await namedSpace(named);
  return { space, source: sourceOf(space, declarationIn(complete).declaration), isWhole: true };
}

/** The images of a one-shot run, as far as they can be told without reading them. */
export async function seeInput(
  folder: string,
  { data }: OneShotConfig,
  space: SearchSpace,
  attempt: Attempt,
): Promise<NetworkInput | undefined> {
  const { architecture } = oneShotFiles(folder).best;
  if (await exists(architecture)) {
    const found = await attempt(() => readArchitectureFile(architecture, space));
    if (found !== undefined) return found.input;
  }
  if (data.kind === 'shapes') return { shape: [3, 32, 32], classes: data.classes ?? 10 };
  if (data.kind === 'cifar10') return { shape: [3, 32, 32], classes: 10 };
  if (data.kind === 'cifar100') return { shape: [3, 32, 32], classes: data.labels === 'coarse' ? 20 : 100 };
  return undefined;
}

/** The space with its networks and their costs for these images; without either where the images are not known. */
export function forImages(space: SearchSpace, input: NetworkInput | undefined): SearchSpace {
  if (!isNetworkSpace(space)) return space;
  if (input !== undefined) return space.withInput(input);
  const { network: _, input: __, withInput: ___, ...plain } = space;
  return { ...plain, costs: new Map() };
}
