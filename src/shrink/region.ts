/** The part of a space that may be sampled, measured and kept: valid architectures within the limits. */
import { createRandom, type Random } from '../math/random.js';
import type { SearchRegion } from '../search/region.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { forEachArchitecture, isListable, LIST_LIMIT } from '../spaces/enumerate.js';
import { type CountedLimits, countLimits } from '../spaces/limit-counting.js';
import type { Architecture, Codes, Cost, Limit, SearchSpace } from '../spaces/space.js';
import { nearestToLimits, refuseLimits } from './unsatisfiable.js';

const REJECTION_TRIES = 20_000;
/** A smaller share within the limits is counted instead of tried, where that is possible. */
export const RARE = 0.01;
/** Draws by which the share of a counted set that is really within the limits is estimated. */
const COUNTED_DRAWS = 2000;

/** A region never changes, and samples are a function of the stream alone; what it finds out about itself it keeps. */
export class Region implements SearchRegion {
  readonly space: SearchSpace;
  readonly limits: readonly Limit[];
  #listed: { readonly members: ArchitectureSet | undefined } | undefined;
  #tried: number | undefined; // share of random architectures that is within the limits
  #counted: { readonly limits: CountedLimits | undefined } | undefined;
  #estimate: number | undefined;
  #foothold: Architecture | undefined; // where nothing else is left, random walks start here

  constructor(space: SearchSpace, limits: readonly Limit[]) {
    this.space = space;
    this.limits = limits;
  }

  /** Whether valid codes are within every limit. */
  allows(codes: Codes): boolean {
    for (const { cost, max } of this.limits) if (!(cost.of(codes) <= max)) return false;
    return true;
  }

  /** Number of architectures; where they are too many to list under limits, that of the space without them. */
  get size(): bigint {
    if (this.limits.length === 0) return this.space.size;
    const listed = this.list();
    return listed === undefined ? this.space.size : BigInt(listed.size);
  }

  /**
   * About how many architectures: exact where they can be listed or there are no limits, otherwise from 20,000 random architectures, or,
   * where few of these are within the limits and the costs are sums, from counting. Where neither will do, it is too large.
   */
  get estimatedSize(): number {
    if (this.limits.length === 0 || this.list() !== undefined) return Number(this.size);
    this.#estimate ??= this.#estimateSize();
    return this.#estimate;
  }

  /** All architectures of the region, or undefined where they are too many to list. @throws InputError where there are none */
  list(): ArchitectureSet | undefined {
    this.#listed ??= { members: this.#list() };
    return this.#listed.members;
  }

  /**
   * A uniformly random architecture of the region: from the list, by rejection, or by counting (docs/algorithm.md). Only where the limits leave
   * next to nothing and some cost is no sum it is the end of a random walk inside the limits, uniform in the long run.
   * @throws InputError where there are none
   */
  sample(random: Random): Architecture {
    const { space } = this;
    if (this.limits.length === 0) return space.sample(random);
    const listed = this.list();
    if (listed !== undefined) return space.architecture(listed.codesAt(random.integer(listed.size)));
    const counted = this.#countedLimits();
    const isHopeless = counted === undefined && this.#triedShare() === 0;
    for (let tries = 0; tries < (isHopeless ? 0 : REJECTION_TRIES); tries++) {
      const candidate = counted === undefined ? space.sample(random) : this.#drawCounted(counted, random);
      if (candidate !== undefined && this.allows(candidate)) return candidate;
    }
    this.#foothold ??= nearestToLimits(this, createRandom(0).split('foothold'));
    if (!this.allows(this.#foothold)) refuseLimits(this, this.#foothold);
    return this.#walk(this.#foothold, random);
  }

  #list(): ArchitectureSet | undefined {
    const isSmall = isListable(this.space);
    const known = isSmall ? undefined : this.limits.find(({ cost }) => cost.known !== undefined)?.cost.known?.();
    const counted = isSmall || known !== undefined || this.limits.length === 0 ? undefined : this.#countedLimits();
    const isCounted = counted !== undefined && counted.count <= Number(LIST_LIMIT);
    if (!isSmall && known === undefined && !isCounted) return undefined;
    const listed = new ArchitectureSet(this.space.dimensions.length);
    const consider = (codes: Codes) => {
      if (this.space.isValid(codes) && this.allows(codes)) listed.add(codes);
    };
    if (isSmall) forEachArchitecture(this.space, consider);
    else if (known !== undefined) for (const codes of known) consider(codes);
    else counted?.forEach(consider);
    if (listed.size === 0) refuseLimits(this, undefined);
    return listed;
  }

  /** What the limits leave, where that is little and can be counted. */
  #countedLimits(): CountedLimits | undefined {
    this.#counted ??= { limits: this.#triedShare() < RARE ? countRegion(this) : undefined };
    return this.#counted.limits;
  }

  #drawCounted(counted: CountedLimits, random: Random): Architecture | undefined {
    const codes: number[] = new Array(this.space.dimensions.length).fill(0);
    counted.sampleInto(codes, random);
    return this.space.isValid(codes) ? this.space.architecture(codes) : undefined;
  }

  /** From a stream of its own, so that asking disturbs nothing. */
  #triedShare(): number {
    if (this.#tried === undefined) {
      const random = createRandom(0).split('share within the limits');
      let within = 0;
      for (let tries = 0; tries < REJECTION_TRIES; tries++) if (this.allows(this.space.sample(random))) within++;
      this.#tried = within / REJECTION_TRIES;
    }
    return this.#tried;
  }

  #estimateSize(): number {
    const counted = this.#countedLimits();
    if (counted === undefined) return Number(this.size) * Math.max(1 / REJECTION_TRIES, this.#triedShare());
    const random = createRandom(0).split('share of the counted');
    let within = 0;
    for (let draws = 0; draws < COUNTED_DRAWS; draws++) {
      const drawn = this.#drawCounted(counted, random);
      if (drawn !== undefined && this.allows(drawn)) within++;
    }
    return (counted.count * Math.max(1, within)) / COUNTED_DRAWS;
  }

  #walk(start: Architecture, random: Random): Architecture {
    const { dimensions } = this.space;
    const codes = Array.from(start);
    for (let step = 0; step < 30 * dimensions.length; step++) {
      const d = random.integer(dimensions.length);
      const { choices, ordered } = dimensions[d]!;
      const own = codes[d]!;
      const choice = ordered ? own + (random.integer(2) === 0 ? -1 : 1) : random.integer(choices.length);
      if (choice < 0 || choice >= choices.length) continue;
      codes[d] = choice;
      if (!this.space.isValid(codes) || !this.allows(codes)) codes[d] = own;
    }
    return this.space.architecture(codes);
  }
}

/**
 * Counts what the limits that are sums leave of a region; the others are the caller's to check.
 * @param rest as those of `countLimits`
 * @returns undefined where no limit is a sum, or too many dimensions are tied together
 */
export function countRegion(
  { space, limits }: Region,
  ...rest: [choices?: readonly (readonly number[])[], cells?: number]
): CountedLimits | undefined {
  const sums = limits.flatMap(({ cost, max }) => {
    const sum = cost.sum?.();
    return sum === undefined ? [] : [{ sum, max }];
  });
  return sums.length === 0 ? undefined : countLimits(space, sums, ...rest);
}

/** Equally filled bins of a cost, from cheap to costly. */
export interface CostBins {
  readonly count: number;
  /** ascending; an architecture is in the bin whose number is how many edges its cost reaches */
  readonly edges: readonly number[];
  /** 0 .. count - 1 */
  of(codes: Codes): number;
}

/** No bins asked for. */
export const ONE_BIN: CostBins = { count: 1, edges: [], of: () => 0 };

/**
 * Bins between the quantiles of the cost over the region (all of it where listed, else 4,000 random architectures).
 * Fewer than asked for where so many architectures cost the same that a bin would stay empty. An unknown cost is in bin 0.
 */
export function costBins(region: Region, asked: { cost: Cost; count: number } | undefined, random: Random): CostBins {
  if (asked === undefined || asked.count <= 1) return ONE_BIN;
  const { cost, count } = asked;
  const listed = region.list();
  const costs = Float64Array.from({ length: listed?.size ?? 4000 }, (_, i) =>
    cost.of(listed?.codesAt(i) ?? region.sample(random)),
  )
    .filter((value) => !Number.isNaN(value))
    .sort();
  const quantiles = Array.from({ length: count - 1 }, (_, i) => costs[Math.floor(((i + 1) * costs.length) / count)]!);
  const edges = [...new Set(quantiles)].filter((edge) => edge > costs[0]!);
  return {
    count: edges.length + 1,
    edges,
    of: (codes) => {
      const value = cost.of(codes);
      let bin = 0;
      while (bin < edges.length && value >= edges[bin]!) bin++;
      return bin;
    },
  };
}
