/** Accuracy-ranked operational pruning: the earlier way to shrink, which deletes every architecture that contains a poor operator. */
import { type Random, sampleInPlace } from '../math/random.js';
import type { Measurement } from '../measurements/measurement.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import type { Codes, SearchSpace } from '../spaces/space.js';
import { connectedComponents } from './components.js';
import { planRounds } from './plan.js';
import { LIST_LIMIT, ONE_BIN, Region } from './region.js';
import type { Shrunk } from './result.js';
import { Sampler, type Source } from './sampling.js';
import type { ShrinkTask } from './shrinker.js';
import { Survey } from './survey.js';

/** One operator, that is one choice of one dimension, in the order in which they were deleted. */
export interface DroppedOperator {
  readonly dimension: number;
  readonly choice: number;
  /** mean accuracy of the measured architectures that contained it among the operators then alive; NaN where none did */
  readonly meanAccuracy: number;
  /** 0 for the first one deleted */
  readonly order: number;
}

/** Which operators are left. */
export interface Pruning {
  /** kept[d][choice] */
  readonly kept: readonly (readonly boolean[])[];
  readonly dropped: readonly DroppedOperator[];
}

/**
 * Deletes the operator with the lowest mean accuracy, again and again, while the product of the choices left stays at or above `size`
 * and is `enough`. An operator that no measurement contains goes first; the last choice of a dimension stays.
 * @param from the operators alive at the start; all where missing
 * @param enough whether what is left still holds as many architectures as are wanted, limits considered
 */
export function pruneOperators(
  space: SearchSpace,
  measurements: readonly Measurement[],
  size: number,
  from?: Pruning,
  enough: (kept: Pruning['kept']) => boolean = () => true,
): Pruning {
  const kept = from?.kept.map((alive) => [...alive]) ?? space.dimensions.map(({ choices }) => choices.map(() => true));
  const dropped: DroppedOperator[] = [...(from?.dropped ?? [])];
  const logTarget = Math.log(size) - 1e-9;
  for (;;) {
    const alive = kept.map((choices) => choices.filter(Boolean).length);
    const logSize = alive.reduce((sum, count) => sum + Math.log(count), 0);
    const means = operatorMeans(space, measurements, kept);
    const candidates = kept
      .flatMap((choices, dimension) => choices.map((isAlive, choice) => ({ dimension, choice, isAlive })))
      .filter(({ dimension: d, isAlive }) => {
        return isAlive && alive[d]! > 1 && logSize - Math.log(alive[d]!) + Math.log(alive[d]! - 1) >= logTarget;
      })
      .map(({ dimension, choice }) => ({ dimension, choice, meanAccuracy: means[dimension]![choice]! }))
      .sort((x, y) => rank(x.meanAccuracy) - rank(y.meanAccuracy));
    const worst = candidates.find(({ dimension, choice }) => {
      kept[dimension]![choice] = false;
      if (enough(kept)) return true;
      kept[dimension]![choice] = true;
      return false;
    });
    if (worst === undefined) return { kept, dropped };
    dropped.push({ ...worst, order: dropped.length });
  }
}

/** Operators that nothing measured contains come first. */
function rank(meanAccuracy: number): number {
  return Number.isNaN(meanAccuracy) ? -Number.MAX_VALUE : meanAccuracy;
}

/** Whether all choices of the architecture are left. */
export function survives(pruning: Pruning, codes: Codes): boolean {
  return pruning.kept.every((alive, d) => alive[codes[d]!]);
}

/** Mean accuracy of every operator over the measured architectures of the pruned space that contain it. */
function operatorMeans(
  space: SearchSpace,
  measurements: readonly Measurement[],
  kept: readonly (readonly boolean[])[],
): number[][] {
  const sums = space.dimensions.map(({ choices }) => choices.map(() => ({ sum: 0, count: 0 })));
  for (const { architecture, accuracy } of measurements) {
    if (!kept.every((alive, d) => alive[architecture[d]!])) continue;
    for (let d = 0; d < kept.length; d++) {
      const cell = sums[d]![architecture[d]!]!;
      cell.sum += accuracy;
      cell.count++;
    }
  }
  return sums.map((cells) => cells.map(({ sum, count }) => sum / count));
}

/**
 * Iterative operational pruning at the rounds and budget of LISSNAS: sample uniformly from the operators left, rank them by accuracy, delete.
 * The last product is rarely of the size asked for: exactly that many are then drawn from it uniformly, or, where the limits
 * leave fewer of it, all of those.
 * @throws InputError as LISSNAS does
 */
export async function operationalPruning(task: ShrinkTask): Promise<Shrunk> {
  const { space, random } = task;
  const region = new Region(space, task.limits ?? []);
  const plan = planRounds(task, region);
  const survey = new Survey(task, new Sampler(region, ONE_BIN, task.evaluator, random.split('sampling')));
  let pruning: Pruning = { kept: space.dimensions.map(({ choices }) => choices.map(() => true)), dropped: [] };
  for (const { evaluations, logSize } of plan) {
    await survey.measure(sourceOf(region, pruning), evaluations, undefined, () => {});
    const wanted = Math.round(Math.exp(logSize));
    pruning = pruneOperators(space, survey.measured, wanted, pruning, (kept) => sizeOf(region, kept, random) >= wanted);
  }
  const members = drawMembers(region, pruning, Math.round(Math.exp(plan.at(-1)!.logSize)), random.split('members'));
  const { componentOf, count } = connectedComponents(space, members);
  return {
    method: 'operational-pruning',
    space,
    limits: region.limits,
    members,
    pocketOf: componentOf,
    pocketCount: count,
    measurements: survey.measured,
    failures: survey.failures,
    spent: survey.spent,
  };
}

/** Random architectures from which the share of a product that is within the limits is estimated. */
const SHARE_SAMPLES = 2000;

/** How many architectures of the region are left: counted where the product is small, else estimated from a sample of it. */
function sizeOf(region: Region, kept: Pruning['kept'], random: Random): number {
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
function drawMembers(region: Region, { kept }: Pruning, size: number, random: Random): ArchitectureSet {
  const members = new ArchitectureSet(region.space.dimensions.length, size);
  if (combinationsOf(kept) <= MOST_LISTED) {
    const survivors = survivorsOf(region, kept);
    const order = Array.from({ length: survivors.size }, (_, i) => i);
    for (const i of sampleInPlace(order, size, random)) members.add(survivors.codesAt(i));
  } else {
    const product = new PrunedRegion(region, kept);
    for (let draws = 0; members.size < size && draws < 100 * size; draws++) members.add(product.sample(random));
  }
  return members;
}

/** Combinations that are listed to draw the members from. */
const MOST_LISTED = 5_000_000;

/** The product of the operators left, listed where it is small. */
function sourceOf(region: Region, { kept }: Pruning): Source {
  return combinationsOf(kept) > Number(LIST_LIMIT)
    ? { kind: 'level-set', perBin: [new PrunedRegion(region, kept)] }
    : { kind: 'list', members: survivorsOf(region, kept) };
}

function combinationsOf(kept: Pruning['kept']): number {
  return aliveChoices(kept).reduce((product, { length }) => product * length, 1);
}

/** Every architecture of the region whose choices are all left. */
function survivorsOf(region: Region, kept: Pruning['kept']): ArchitectureSet {
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

function aliveChoices(kept: Pruning['kept']): number[][] {
  return kept.map((alive) => alive.flatMap((isAlive, choice) => (isAlive ? [choice] : [])));
}

/** Uniform samples of the product of the operators left, within the limits. */
class PrunedRegion {
  readonly border = Number.NEGATIVE_INFINITY;
  readonly #region: Region;
  readonly #alive: number[][];
  #last: Uint8Array | undefined; // what comes again and again once no other is found

  constructor(region: Region, kept: Pruning['kept']) {
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
