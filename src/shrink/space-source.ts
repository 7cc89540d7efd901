/** Where a space came from, kept with what was made from it so that it can be had again. */
import { createHash } from 'node:crypto';
import { InputError } from '../errors.js';
import { declarationOf } from '../space-files/declaration-of.js';
import { spaceFromYaml } from '../space-files/space-from-yaml.js';
import { defineSpace } from '../spaces/define.js';
import { builtInSpaces, isBuiltInSpace } from '../spaces/index.js';
import type { Dimension, SearchSpace } from '../spaces/space.js';

/** How to make a space again. */
export type SpaceSource =
  | { readonly kind: 'built-in' }
  /** the whole text of the YAML file */
  | { readonly kind: 'declaration'; readonly text: string }
  /** every combination of the dimensions' choices */
  | { readonly kind: 'dimensions' }
  /** made by a program, with rules and a notation that only the program knows */
  | { readonly kind: 'program' };

/** SHA-256 (64 hexadecimal digits) of a space's name, size, dimensions and choices. */
export function spaceHash(space: Pick<SearchSpace, 'name' | 'size' | 'dimensions'>): string {
  const dimensions = space.dimensions.map(({ name, choices, ordered }) => [name, choices, ordered]);
  return createHash('sha256')
    .update(JSON.stringify([space.name, String(space.size), dimensions]))
    .digest('hex');
}

/**
 * How to make this space again.
 * @param declaration the YAML text that the space was read from, where there is one
 * @throws InputError when the declaration is of another space
 */
export function sourceOf(space: SearchSpace, declaration?: string): SpaceSource {
  if (isBuiltInSpace(space.name) && spaceHash(builtInSpaces[space.name]) === spaceHash(space))
    return { kind: 'built-in' };
  if (declaration !== undefined) {
    if (spaceHash(spaceFromYaml(declaration, 'the declaration')) !== spaceHash(space)) {
      throw new InputError(`the declaration given is not that of space "${space.name}"`);
    }
    return { kind: 'declaration', text: declaration };
  }
  if (space.unconstrained) return { kind: 'dimensions' };
  const text = declarationOf(space);
  return text === undefined ? { kind: 'program' } : { kind: 'declaration', text };
}

/** What is known of a space that shall be made again. */
export interface RecordedSpace {
  readonly name: string;
  readonly size: bigint;
  readonly dimensions: readonly Dimension[];
  readonly hash: string;
  readonly source: SpaceSource;
}

/**
 * Makes the space again.
 * @param given the space itself, where the caller has it
 * @throws InputError where it cannot be made, or is not the same any more
 */
export function restoreSpace(recorded: RecordedSpace, given?: SearchSpace): SearchSpace {
  const { name, hash } = recorded;
  if (spaceHash(recorded) !== hash) throw new InputError(`the dimensions of space "${name}" do not match their hash`);
  const space = given ?? remake(recorded);
  if (spaceHash(space) !== hash) {
    throw new InputError(
      given === undefined
        ? `space "${name}" is not the one this was made from: its dimensions or its rules have changed`
        : `space "${given.name}" is not the one this was made from, which is "${name}"`,
    );
  }
  return space;
}

function remake({ name, dimensions, source }: RecordedSpace): SearchSpace {
  switch (source.kind) {
    case 'built-in':
      if (!isBuiltInSpace(name)) throw new InputError(`this program has no built-in space "${name}"`);
      return builtInSpaces[name];
    case 'declaration':
      return spaceFromYaml(source.text, 'the space declared inside');
    case 'dimensions':
      return defineSpace({ name, dimensions });
    case 'program':
      throw new InputError(
        `space "${name}" was made by a program and has rules of its own; give the space to read this`,
      );
  }
}
