/** The interface of a search space: dimensions of choices, and what makes a point of it an architecture. */
import type { Random } from '../math/random.js';
import type { CostSum } from './cost-sum.js';

declare const architectureBrand: unique symbol;

/**
 * One point of a space: the choice index of every dimension, in the order of `space.dimensions`. Frozen.
 * Only a space makes one (`architecture`, `parse`, `sample`), so inner code need not check it again.
 */
export type Architecture = readonly number[] & { readonly [architectureBrand]: true };

/** Choice indices, one per dimension, without the promise of being valid or frozen: an array or packed bytes. */
export type Codes = ArrayLike<number>;

/** The name of one choice as the user and the tables write it. */
export type Choice = string | number;

/** One thing that can be chosen. At most 256 choices, so that an architecture packs into one byte a dimension. */
export interface Dimension {
  readonly name: string;
  readonly choices: readonly Choice[];
  /** One edit is one step along the choices; otherwise one edit is a change to any other choice. */
  readonly ordered: boolean;
}

/** A combination that may not occur: for each mentioned dimension the choice, or the several choices, that it is about. */
export type ForbiddenRule = ReadonlyMap<string, Choice | readonly Choice[]> | Readonly<Record<string, RuleChoices>>;

/** The choice, or the choices, of a dimension that a rule is about. */
export type RuleChoices = Choice | readonly Choice[];

/** The exact cost of any architecture without training it, e.g. FLOPs. */
export interface Cost {
  readonly name: string;
  /** e.g. 'M' for millions of multiply-adds */
  readonly unit: string;
  /** NaN where the cost is not known; such an architecture never satisfies a limit. */
  of(codes: Codes): number;
  /** How it adds up, where it does: limits on a huge space are then counted instead of tried. May take time when first asked. */
  sum?(): CostSum | undefined;
  /** Where it is known for some architectures only, all of those, each once: a limit then leaves nothing else. */
  known?(): Iterable<Architecture>;
}

/** A hard limit: only architectures with `cost.of(a) <= max` may be sampled, measured or kept. */
export interface Limit {
  readonly cost: Cost;
  readonly max: number;
}

/** A set of architectures that may be far too large to list. Pure: no method changes the space. */
export interface SearchSpace {
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  /** exact number of valid architectures */
  readonly size: bigint;
  /** costs that the space itself knows for every architecture, by name (e.g. 'macs_m', 'flops_m', 'params_m') */
  readonly costs: ReadonlyMap<string, Cost>;
  /** the combinations that may not occur, as they were declared */
  readonly forbidden: readonly ForbiddenRule[];
  /** true when every combination of choices is valid, so that callers may skip `isValid` */
  readonly unconstrained: boolean;
  /**
   * Groups of dimensions, by index, that the `forbidden` rules tie together: whether codes are valid is decided in each group by itself.
   * Missing where the rules are not known.
   */
  readonly ties?: readonly (readonly number[])[];
  /** Whether the codes, already in range, form an architecture of this space (the `forbidden` rules). */
  isValid(codes: Codes): boolean;
  /** The architecture of these codes. @throws InputError when out of range, of the wrong length or not valid */
  architecture(codes: Codes): Architecture;
  /** Reads the space's published notation. @throws InputError naming the part that is wrong */
  parse(text: string): Architecture;
  /** Writes the published notation; `parse(format(a))` is `a`. */
  format(codes: Codes): string;
  /** The representative of all architectures that compute the same function; itself where none is known. Idempotent. */
  canonical(architecture: Architecture): Architecture;
  /** A uniformly random valid architecture. */
  sample(random: Random): Architecture;
}
