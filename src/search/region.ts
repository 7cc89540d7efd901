/** Where one searches: a part of a space, within hard limits. */
import { InputError } from '../errors.js';
import type { Random } from '../math/random.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import type { Architecture, Codes, Limit, SearchSpace } from '../spaces/space.js';

/** A set of valid architectures, at least one, that never changes; it may be far too large to list. */
export interface SearchRegion {
  readonly space: SearchSpace;
  /** Whether valid codes of the space are inside. */
  allows(codes: Codes): boolean;
  /** A random architecture inside: each one can come, and may come again. */
  sample(random: Random): Architecture;
  /** All architectures inside, where they are few enough to be listed; do not change it. */
  list(): ArchitectureSet | undefined;
}

/**
 * The members of a shrunk space, or any other listed architectures, within further limits.
 * @throws InputError where no member is within the limits
 */
export function membersRegion(
  space: SearchSpace,
  members: ArchitectureSet,
  limits: readonly Limit[] = [],
): SearchRegion {
  const inside = limits.length === 0 ? members : within(members, limits);
  if (inside.size === 0) {
    const asked = limits.map(({ cost, max }) => `${cost.name} <= ${max}`).join(' and ');
    throw new InputError(
      asked === ''
        ? `there are no members of ${space.name} to search in`
        : `none of the ${members.size} members of ${space.name} satisfies ${asked}`,
    );
  }
  return {
    space,
    allows: (codes) => inside.has(codes),
    sample: (random) => space.architecture(inside.codesAt(random.integer(inside.size))),
    list: () => inside,
  };
}

function within(members: ArchitectureSet, limits: readonly Limit[]): ArchitectureSet {
  const inside = new ArchitectureSet(members.dimensions);
  for (let index = 0; index < members.size; index++) {
    const codes = members.codesAt(index);
    if (limits.every(({ cost, max }) => cost.of(codes) <= max)) inside.add(codes);
  }
  return inside;
}
