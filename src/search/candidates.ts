/** What a searcher may still ask for: the architectures of its region that were not asked for or told of yet. */
import type { Random } from '../math/random.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { forEachEdit, neighbours } from '../spaces/edits.js';
import type { Architecture, Codes } from '../spaces/space.js';
import type { SearchRegion } from './region.js';

/** Random draws in vain after which a region that is listed is gone through instead. */
const DRAWS_BEFORE_LISTING = 64;
/** Random draws in vain after which a region that cannot be listed counts as exhausted. */
const VAIN_DRAWS = 2000;
/** Steps from an architecture to something new near it, after which anything new will do. */
const LONGEST_WALK = 100;

/** Gives every architecture of a region at most once, provided that what is given is taken. */
export class Candidates {
  readonly #region: SearchRegion;
  readonly #random: Random;
  readonly #taken: ArchitectureSet;
  /** members of the listed region; those that are taken leave it when they are met */
  #left: { readonly members: ArchitectureSet; readonly indices: Int32Array; count: number } | undefined;
  #isExhausted = false;

  constructor(region: SearchRegion, random: Random) {
    this.#region = region;
    this.#random = random;
    this.#taken = new ArchitectureSet(region.space.dimensions.length, 256);
  }

  /** Whether codes, each in range, are an architecture of the region that is not taken. */
  isNew(codes: Codes): boolean {
    return this.#isInside(codes) && !this.#taken.has(codes);
  }

  /** Marks an architecture as taken; false where it was already. */
  take(codes: Codes): boolean {
    return this.#taken.add(codes) >= 0;
  }

  /** A random new architecture, not yet taken; undefined where none is left, or none was found in a region too large to list. */
  draw(): Architecture | undefined {
    if (this.#isExhausted) return undefined;
    const listed = this.#left === undefined ? this.#region.list() : this.#left.members;
    const tries = this.#left !== undefined ? 0 : listed === undefined ? VAIN_DRAWS : DRAWS_BEFORE_LISTING;
    for (let attempt = 0; attempt < tries; attempt++) {
      const drawn = this.#region.sample(this.#random);
      if (!this.#taken.has(drawn)) return drawn;
    }
    const found = listed === undefined ? undefined : this.#drawFrom(listed);
    this.#isExhausted = found === undefined;
    return found;
  }

  /** All architectures of the region one edit away, taken or not, in the order of dimensions and choices. */
  around(architecture: Architecture): Architecture[] {
    return neighbours(this.#region.space, architecture).filter((own) => this.#region.allows(own));
  }

  /**
   * A random new architecture one edit from `from` (any codes of the space); where there is none, one that a random walk of single edits inside the region
   * meets first; where it meets none, any. Undefined where nothing new is found.
   */
  near(from: Codes): Architecture | undefined {
    const { space } = this.#region;
    const codes = Array.from(from);
    for (let step = 0; step < LONGEST_WALK; step++) {
      const inside: [dimension: number, choice: number][] = [];
      const fresh: [dimension: number, choice: number][] = [];
      forEachEdit(space, codes, (dimension, choice) => {
        if (!this.#region.allows(codes)) return;
        inside.push([dimension, choice]);
        if (!this.#taken.has(codes)) fresh.push([dimension, choice]);
      });
      const edits = fresh.length > 0 ? fresh : inside;
      if (edits.length === 0) break;
      const [dimension, choice] = edits[this.#random.integer(edits.length)]!;
      codes[dimension] = choice;
      if (fresh.length > 0) return space.architecture(codes);
    }
    return this.draw();
  }

  #isInside(codes: Codes): boolean {
    const { space } = this.#region;
    return (space.unconstrained || space.isValid(codes)) && this.#region.allows(codes);
  }

  #drawFrom(members: ArchitectureSet): Architecture | undefined {
    this.#left ??= { members, indices: Int32Array.from({ length: members.size }, (_, i) => i), count: members.size };
    const { indices } = this.#left;
    while (this.#left.count > 0) {
      const place = this.#random.integer(this.#left.count);
      const codes = members.codesAt(indices[place]!);
      if (!this.#taken.has(codes)) return this.#region.space.architecture(codes);
      indices[place] = indices[--this.#left.count]!;
    }
    return undefined;
  }
}
