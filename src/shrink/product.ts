/** The product of the operators left: what operators are deleted from, held by its choices alone. */
import { createRandom, type Random, sampleInPlace } from '../math/random.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { LIST_LIMIT } from '../spaces/enumerate.js';
import type { CountedLimits } from '../spaces/limit-counting.js';
import { countRegion, RARE, type Region } from './region.js';
import type { Source } from './sampling.js';

/** Whether a choice of a dimension is left: kept[d][choice]. */
export type KeptChoices = readonly (readonly boolean[])[];

/** Random architectures from which the share of a product that is within the limits is estimated. */
const SHARE_SAMPLES = 2000;

/** Numbers to count a product with, when very many products are. */
const CELLS = 400_000;

/** How many architectures of the region are left: counted where the product is small, else estimated from a sample of it. */
export function productSize(region: Region, kept: KeptChoices, random: Random): number {
  const combinations = combinationsOf(kept);
  if (region.limits.length === 0 && region.space.unconstrained) return combinations;
  if (combinations <= Number(LIST_LIMIT)) return survivorsOf(region, kept).size;
  const drawing = random.split('share'); // the same numbers for every product, so that they compare
  const alive = aliveChoices(kept);
  const share = shareWithin(region, (codes) => drawInto(codes, alive, drawing));
  const counted = share < RARE ? countRegion(region, alive, CELLS) : undefined;
  if (counted === undefined || counted.count === 0) return counted === undefined ? combinations * share : 0;
  return counted.count * shareWithin(region, (codes) => counted.sampleInto(codes, drawing));
}

function shareWithin(region: Region, draw: (codes: number[]) => void): number {
  const codes = new Array<number>(region.space.dimensions.length).fill(0);
  let within = 0;
  for (let i = 0; i < SHARE_SAMPLES; i++) {
    draw(codes);
    if (region.space.isValid(codes) && region.allows(codes)) within++;
  }
  return within / SHARE_SAMPLES;
}

function drawInto(codes: number[] | Uint8Array, alive: readonly (readonly number[])[], random: Random): void {
  for (let d = 0; d < codes.length; d++) codes[d] = alive[d]![random.integer(alive[d]!.length)]!;
}

/** Uniformly drawn members of the product within the limits: without repeats, as many as wanted or as there are. */
export function drawMembers(region: Region, kept: KeptChoices, size: number, random: Random): ArchitectureSet {
  const members = new ArchitectureSet(region.space.dimensions.length, size);
  if (combinationsOf(kept) <= MOST_LISTED) {
    const survivors = survivorsOf(region, kept);
    const order = Array.from({ length: survivors.size }, (_, i) => i);
    for (const i of sampleInPlace(order, size, random)) members.add(survivors.codesAt(i));
  } else {
    const product = new Product(region, kept);
    for (let draws = 0; members.size < size && draws < 100 * size; draws++) members.add(product.sample(random));
  }
  return members;
}

/** Combinations that are listed to draw the members from. */
const MOST_LISTED = 5_000_000;

/** The product of the operators left, listed where it is small. */
export function productSource(region: Region, kept: KeptChoices): Source {
  return combinationsOf(kept) > Number(LIST_LIMIT)
    ? { kind: 'level-set', perBin: [new Product(region, kept)] }
    : { kind: 'list', members: survivorsOf(region, kept) };
}

/** Combinations of the choices left, forbidden ones included. */
export function combinationsOf(kept: KeptChoices): number {
  return aliveChoices(kept).reduce((product, { length }) => product * length, 1);
}

/** Every architecture of the region whose choices are all left. */
export function survivorsOf(region: Region, kept: KeptChoices): ArchitectureSet {
  const alive = aliveChoices(kept);
  const survivors = new ArchitectureSet(alive.length);
  const at = new Uint8Array(alive.length);
  const codes = Uint8Array.from(alive, (choices) => choices[0]!);
  for (;;) {
    if (region.space.isValid(codes) && region.allows(codes)) survivors.add(codes);
    let d = alive.length - 1;
    while (d >= 0 && at[d]! + 1 === alive[d]!.length) {
      at[d] = 0;
      codes[d] = alive[d]![0]!;
      d--;
    }
    if (d < 0) return survivors;
    at[d]!++;
    codes[d] = alive[d]![at[d]!]!;
  }
}

/** The choices left in each dimension, ascending. */
export function aliveChoices(kept: KeptChoices): number[][] {
  return kept.map((alive) => alive.flatMap((isAlive, choice) => (isAlive ? [choice] : [])));
}

/** Uniform samples of the product of the operators left, within the limits. */
export class Product {
  readonly border = Number.NEGATIVE_INFINITY;
  readonly #region: Region;
  readonly #alive: number[][];
  #counted: { readonly limits: CountedLimits | undefined } | undefined;
  #last: Uint8Array | undefined; // what comes again and again once no other is found

  constructor(region: Region, kept: KeptChoices) {
    this.#region = region;
    this.#alive = aliveChoices(kept);
  }

  /** As `find`; where that finds nothing, one of the region, which is the same from then on. */
  sample(random: Random): Uint8Array {
    if (this.#last !== undefined) return this.#last;
    const found = this.find(random);
    if (found !== undefined) return found;
    this.#last = Uint8Array.from(this.#region.sample(random));
    return this.#last;
  }

  /** A function of the stream alone: by counting where the limits leave little and are sums, else by rejection; undefined where nothing is found. */
  find(random: Random): Uint8Array | undefined {
    const { space } = this.#region;
    const counted = this.#countedLimits();
    if (counted?.count === 0) return undefined;
    const codes = new Array<number>(this.#alive.length).fill(0);
    for (let tries = 0; tries < 20_000; tries++) {
      if (counted === undefined) drawInto(codes, this.#alive, random);
      else counted.sampleInto(codes, random);
      if (space.isValid(codes) && this.#region.allows(codes)) return Uint8Array.from(codes);
    }
    return undefined;
  }

  #countedLimits(): CountedLimits | undefined {
    if (this.#counted === undefined) {
      const drawing = createRandom(0).split('share of the product');
      const isRare =
        this.#region.limits.length > 0 &&
        shareWithin(this.#region, (codes) => drawInto(codes, this.#alive, drawing)) < RARE;
      this.#counted = { limits: isRare ? countRegion(this.#region, this.#alive) : undefined };
    }
    return this.#counted.limits;
  }
}
