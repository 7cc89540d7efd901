/** Drawing new architectures to measure, uniformly from a round's space, in equal parts from every cost bin. */
import type { Random } from '../math/random.js';
import type { Evaluator } from '../measurements/evaluator.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import type { Architecture, Codes } from '../spaces/space.js';
import type { LevelSet } from './level-set.js';
import type { CostBins, Region } from './region.js';

/** A round's space, as something to sample from. */
export type Source =
  | { readonly kind: 'region' }
  | { readonly kind: 'list'; readonly members: ArchitectureSet }
  | { readonly kind: 'level-set'; readonly perBin: readonly LevelSet[] };

/**
 * How many draws in a row may be in vain, for want of one that is new, measurable and of a bin not yet full, before a space that is
 * not listed counts as exhausted. A draw from the region is cheap, and a table may know but few; one from a level set is a walk.
 */
const VAIN_DRAWS = { region: 50_000, 'level-set': 2000, list: Number.POSITIVE_INFINITY };

/** Draws architectures that have not been asked for before. */
export class Sampler {
  readonly #region: Region;
  readonly #bins: CostBins;
  readonly #evaluator: Pick<Evaluator, 'canMeasure'>;
  readonly #random: Random;
  readonly #asked: ArchitectureSet;

  constructor(region: Region, bins: CostBins, evaluator: Pick<Evaluator, 'canMeasure'>, random: Random) {
    this.#region = region;
    this.#bins = bins;
    this.#evaluator = evaluator;
    this.#random = random;
    this.#asked = new ArchitectureSet(region.space.dimensions.length, 1024);
  }

  /** Up to `count` new architectures, marked as asked for; fewer where the source holds no more that are new and can be measured. */
  draw(source: Source, count: number): Architecture[] {
    return this.take(this.look(source, count));
  }

  /** Marks architectures as asked for and returns them. */
  take(architectures: Architecture[]): Architecture[] {
    for (const architecture of architectures) this.#asked.add(architecture);
    return architectures;
  }

  /** Like `draw`, but nothing is marked: the same architecture may come again. */
  look(source: Source, count: number): Architecture[] {
    const seen = new ArchitectureSet(this.#region.space.dimensions.length, count);
    const drawn: Architecture[] = [];
    const left = this.#quotas(count);
    const surplus: Architecture[] = []; // of bins that were full
    const listed = this.#listed(source);
    const patience = VAIN_DRAWS[listed === undefined ? source.kind : 'list'];
    let vain = 0;
    for (const codes of listed === undefined ? this.#stream(source) : inRandomOrder(listed, this.#random)) {
      if (drawn.length === count || vain++ === patience) break;
      if (this.#asked.has(codes) || seen.add(codes) < 0) continue;
      const architecture = this.#region.space.architecture(codes);
      if (this.#evaluator.canMeasure?.(architecture) === false) continue;
      const bin = this.#bins.of(codes);
      if (left[bin]! > 0) {
        left[bin]!--;
        drawn.push(architecture);
        vain = 0;
      } else if (surplus.length < count) {
        surplus.push(architecture);
      }
    }
    return drawn.concat(surplus.slice(0, count - drawn.length));
  }

  /** Equal parts; what is left over goes to random bins, so that no bin is favoured over the rounds. */
  #quotas(count: number): number[] {
    const quotas = new Array<number>(this.#bins.count).fill(Math.floor(count / this.#bins.count));
    const offset = this.#bins.count === 1 ? 0 : this.#random.integer(this.#bins.count);
    for (let i = 0; i < count % this.#bins.count; i++) quotas[(offset + i) % this.#bins.count]!++;
    return quotas;
  }

  #listed(source: Source): ArchitectureSet | undefined {
    if (source.kind === 'list') return source.members;
    return source.kind === 'region' ? this.#region.list() : undefined;
  }

  /** Random architectures without end, with repetitions. */
  *#stream(source: Source): Generator<Codes> {
    for (let draws = 0; ; draws++) {
      if (source.kind !== 'level-set') yield this.#region.sample(this.#random);
      else yield source.perBin[draws % source.perBin.length]!.sample(this.#random);
    }
  }
}

/** Every member once, in random order; costs nothing for members never asked for beyond the first look. */
function* inRandomOrder(members: ArchitectureSet, random: Random): Generator<Codes> {
  const order = Int32Array.from({ length: members.size }, (_, i) => i);
  for (let i = 0; i < order.length; i++) {
    const j = i + random.integer(order.length - i);
    const index = order[j]!;
    order[j] = order[i]!;
    yield members.codesAt(index);
  }
}
