/** Where paths are sampled: a whole space within limits, the members of a shrunk space, or a product of choices. */
import { InputError } from '../errors.js';
import type { Random } from '../math/random.js';
import { MemberGroups } from '../shrink/member-groups.js';
import { aliveChoices, combinationsOf, type KeptChoices, Product, survivorsOf } from '../shrink/product.js';
import { Region } from '../shrink/region.js';
import type { Shrunk } from '../shrink/result.js';
import type { ArchitectureSet } from '../spaces/architecture-set.js';
import { LIST_LIMIT } from '../spaces/enumerate.js';
import type { Architecture, Limit, SearchSpace } from '../spaces/space.js';

/** A set of architectures to sample from. It never changes. */
export interface PathRegion {
  readonly space: SearchSpace;
  /** choices[d]: the choices of dimension d that members may have, ascending */
  readonly choices: readonly (readonly number[])[];
  /** whether every combination of `choices` is a member */
  readonly isProduct: boolean;
  /** 1 where the region has no parts */
  readonly pocketCount: number;
  /** A uniformly random member, or one of a pocket; a function of the stream alone. */
  sample(random: Random, pocket?: number): Architecture;
}

/** All architectures of the space within the limits. @throws InputError (on sampling) where there are none */
export function wholeRegion(space: SearchSpace, limits: readonly Limit[] = []): PathRegion {
  const all = space.dimensions.map(({ choices }) => choices.map(() => true));
  const region = new Region(space, limits);
  return {
    space,
    choices: aliveChoices(all),
    isProduct: space.unconstrained && limits.length === 0,
    pocketCount: 1,
    sample: (random) => region.sample(random),
  };
}

/** The members of a shrunk space with their pockets; what a shrink returns and what its file holds will both do. @throws InputError where there are none */
export function memberRegion(shrunk: Pick<Shrunk, 'space' | 'members' | 'pocketOf' | 'pocketCount'>): PathRegion {
  const { space, members, pocketOf, pocketCount } = shrunk;
  if (members.size === 0) throw new InputError('a shrunk space without members cannot be sampled');
  const pockets = new MemberGroups(pocketOf, pocketCount);
  const choices = choicesOf(members, space);
  return {
    space,
    choices,
    isProduct: choices.reduce((product, { length }) => product * length, 1) === members.size,
    pocketCount,
    sample(random, pocket) {
      const indices = pocket === undefined ? undefined : pockets.of(pocket);
      const drawn = random.integer(indices?.length ?? members.size);
      return space.architecture(members.codesAt(indices === undefined ? drawn : indices[drawn]!));
    },
  };
}

/**
 * The product of the choices left by deleting operators, within the limits.
 * @throws InputError where nothing is left of it, or (on sampling, where it is too large to list) nothing can be found in it
 */
export function productRegion(space: SearchSpace, limits: readonly Limit[], kept: KeptChoices): PathRegion {
  const isProduct = space.unconstrained && limits.length === 0;
  const isListed = !isProduct && combinationsOf(kept) <= Number(LIST_LIMIT);
  const region = new Region(space, limits);
  const listed = isListed ? survivorsOf(region, kept) : undefined;
  const product = new Product(region, kept);
  const nothing = () => new InputError(`no architecture with only the choices left was found in ${space.name}`);
  if (listed?.size === 0) throw nothing();
  return {
    space,
    choices: aliveChoices(kept),
    isProduct,
    pocketCount: 1,
    sample(random) {
      if (listed !== undefined) return space.architecture(listed.codesAt(random.integer(listed.size)));
      const drawn = product.find(random);
      if (drawn === undefined) throw nothing();
      return space.architecture(drawn);
    },
  };
}

function choicesOf(members: ArchitectureSet, { dimensions }: SearchSpace): number[][] {
  const seen = dimensions.map(({ choices }) => choices.map(() => false));
  for (let i = 0; i < members.size; i++) {
    for (const [d, choice] of members.codesAt(i).entries()) seen[d]![choice] = true;
  }
  return aliveChoices(seen);
}
