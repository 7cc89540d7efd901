/** The product of the operators left: what operators are deleted from, held by its choices alone. */
import { type Random, sampleInPlace } from '../math/random.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { LIST_LIMIT, type Region } from './region.js';
import type { Source } from './sampling.js';

/** Whether a choice of a dimension is left: kept[d][choice]. */
export type KeptChoices = readonly (readonly boolean[])[];

/** Random architectures from which the share of a product that is within the limits is estimated. */
const SHARE_SAMPLES = 2000;

/** How many architectures of the region are left: counted where the product is small, else estimated from a sample of it. */
export function productSize(region: Region, kept: KeptChoices, random: Random): number {
  const combinations = combinationsOf(kept);
  if (region.limits.length === 0 && region.space.unconstrained) return combinations;
  if (combinations <= Number(LIST_LIMIT)) return survivorsOf(region, kept).size;
  const drawing = random.split('share'); // the same numbers for every product, so that they compare
  const alive = aliveChoices(kept);
  let within = 0;
  for (let i = 0; i < SHARE_SAMPLES; i++) {
    const codes = alive.map((choices) => choices[drawing.integer(choices.length)]!);
    if (region.space.isValid(codes) && region.allows(codes)) within++;
  }
  return (combinations * within) / SHARE_SAMPLES;
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
  #last: Uint8Array | undefined; // what comes again and again once no other is found

  constructor(region: Region, kept: KeptChoices) {
    this.#region = region;
    this.#alive = aliveChoices(kept);
  }

  /** By rejection; where the limits leave next to nothing of the product, the same architecture comes again from then on. */
  sample(random: Random): Uint8Array {
    if (this.#last !== undefined) return this.#last;
    const codes = new Uint8Array(this.#alive.length);
    for (let tries = 0; tries < 20_000; tries++) {
      for (let d = 0; d < codes.length; d++) codes[d] = this.#alive[d]![random.integer(this.#alive[d]!.length)]!;
      if (this.#region.space.isValid(codes) && this.#region.allows(codes)) return codes;
    }
    this.#last = Uint8Array.from(this.#region.sample(random));
    return this.#last;
  }
}
