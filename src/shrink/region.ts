/** The part of a space that may be sampled, measured and kept: valid architectures within the limits. */
import { InputError } from '../errors.js';
import { createRandom, type Random } from '../math/random.js';
import type { SearchRegion } from '../search/region.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { forEachEdit } from '../spaces/edits.js';
import { forEachArchitecture } from '../spaces/enumerate.js';
import type { Architecture, Codes, Cost, Limit, SearchSpace } from '../spaces/space.js';

/** A space of at most this many architectures is listed; a larger one is only ever sampled. */
export const LIST_LIMIT = 200_000n;
/** Combinations that may be looked at to list a space in which most are forbidden. */
const MOST_COMBINATIONS = 20_000_000;
const REJECTION_TRIES = 20_000;

/** A region never changes; what it finds out about itself it keeps. */
export class Region implements SearchRegion {
  readonly space: SearchSpace;
  readonly limits: readonly Limit[];
  #listed: ArchitectureSet | undefined;
  #shareWithin: number | undefined;
  #foothold: Architecture | undefined; // where rejection is hopeless, random walks start here

  constructor(space: SearchSpace, limits: readonly Limit[]) {
    this.space = space;
    this.limits = limits;
  }

  /** Whether valid codes are within every limit. */
  allows(codes: Codes): boolean {
    for (const { cost, max } of this.limits) if (!(cost.of(codes) <= max)) return false;
    return true;
  }

  /** Number of architectures; where the space is too large to list under limits, that of the space without them. */
  get size(): bigint {
    if (this.limits.length === 0) return this.space.size;
    const listed = this.list();
    return listed === undefined ? this.space.size : BigInt(listed.size);
  }

  /**
   * About how many architectures: exact where the space can be listed or has no limits, otherwise from 20,000 random
   * architectures, and too large where fewer than about one in 20,000 is within the limits.
   */
  get estimatedSize(): number {
    if (this.limits.length === 0 || this.list() !== undefined) return Number(this.size);
    this.#shareWithin ??= this.#estimateShare();
    return Number(this.size) * this.#shareWithin;
  }

  /** All architectures of the region, or undefined where the space is too large to list. @throws InputError where there are none */
  list(): ArchitectureSet | undefined {
    if (this.space.size > LIST_LIMIT || combinations(this.space) > MOST_COMBINATIONS) return undefined;
    if (this.#listed === undefined) {
      const listed = new ArchitectureSet(this.space.dimensions.length, Number(this.space.size));
      forEachArchitecture(this.space, (codes) => {
        if (this.allows(codes)) listed.add(codes);
      });
      if (listed.size === 0) this.#refuse(this.#cheapest());
      this.#listed = listed;
    }
    return this.#listed;
  }

  /**
   * A uniformly random architecture of the region: from the list, by rejection, or, where the limits leave less than about
   * 1 in 20,000, as the end of a random walk inside the limits (uniform in the long run). @throws InputError where there are none
   */
  sample(random: Random): Architecture {
    const { space } = this;
    if (this.limits.length === 0) return space.sample(random);
    const listed = this.list();
    if (listed !== undefined) return space.architecture(listed.codesAt(random.integer(listed.size)));
    if (this.#foothold === undefined) {
      for (let tries = 0; tries < REJECTION_TRIES; tries++) {
        const candidate = space.sample(random);
        if (this.allows(candidate)) return candidate;
      }
      this.#foothold = this.#descend(random);
    }
    return this.#walk(this.#foothold, random);
  }

  /** From a stream of its own, so that asking disturbs nothing. */
  #estimateShare(): number {
    const random = createRandom(0).split('share within the limits');
    let within = 0;
    for (let tries = 0; tries < REJECTION_TRIES; tries++) if (this.allows(this.space.sample(random))) within++;
    return Math.max(1, within) / REJECTION_TRIES;
  }

  /** Cost descent from the cheapest of many random architectures until every limit holds. */
  #descend(random: Random): Architecture {
    let best = this.#cheapest(random);
    for (;;) {
      if (this.allows(best)) return best;
      const codes = Array.from(best);
      let excess = this.#excess(best);
      let better: number[] | undefined;
      forEachEdit(this.space, codes, () => {
        const own = this.#excess(codes);
        if (own < excess) {
          excess = own;
          better = [...codes];
        }
      });
      if (better === undefined) this.#refuse(best);
      best = this.space.architecture(better);
    }
  }

  /** The architecture that exceeds the limits least: of all where the space is listed, else of a sample. */
  #cheapest(random?: Random): Architecture {
    let best: number[] | undefined;
    let least = Number.POSITIVE_INFINITY;
    const consider = (codes: Codes) => {
      const excess = this.#excess(codes);
      if (best === undefined || excess < least) {
        least = excess;
        best = Array.from(codes);
      }
    };
    if (random === undefined) forEachArchitecture(this.space, consider);
    else for (let tries = 0; tries < REJECTION_TRIES; tries++) consider(this.space.sample(random));
    return this.space.architecture((best as number[] | undefined) ?? []);
  }

  /** By how much the limits are exceeded in all, each as a fraction of itself; unknown costs exceed without bound. */
  #excess(codes: Codes): number {
    let excess = 0;
    for (const { cost, max } of this.limits) {
      const over = cost.of(codes) - max;
      excess += Number.isNaN(over) ? Number.POSITIVE_INFINITY : Math.max(0, over) / (Math.abs(max) || 1);
    }
    return excess;
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

  #refuse(cheapest: Architecture): never {
    const costs = this.limits.map(({ cost, max }) => {
      const value = cost.of(cheapest);
      return `${cost.name} <= ${max} (lowest found: ${Number.isNaN(value) ? 'unknown' : `${+value.toPrecision(6)}`})`;
    });
    throw new InputError(
      `no architecture of ${this.space.name} satisfies ${costs.join(' and ')}; raise the limit above the lowest value found`,
    );
  }
}

/** Combinations of choices, forbidden ones included. */
function combinations({ dimensions }: SearchSpace): number {
  return dimensions.reduce((product, { choices }) => product * choices.length, 1);
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
