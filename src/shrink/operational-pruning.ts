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
 * Deletes the operator with the lowest mean accuracy, again and again, while the product of the choices left stays at or above `size`.
 * An operator that no measurement contains goes first; the last choice of a dimension stays.
 * @param from the operators alive at the start; all where missing
 */
export function pruneOperators(
  space: SearchSpace,
  measurements: readonly Measurement[],
  size: number,
  from?: Pruning,
): Pruning {
  const kept = from?.kept.map((alive) => [...alive]) ?? space.dimensions.map(({ choices }) => choices.map(() => true));
  const dropped: DroppedOperator[] = [...(from?.dropped ?? [])];
  const logTarget = Math.log(size) - 1e-9;
  for (;;) {
    const alive = kept.map((choices) => choices.filter(Boolean).length);
    const logSize = alive.reduce((sum, count) => sum + Math.log(count), 0);
    const means = operatorMeans(space, measurements, kept);
    let worst: DroppedOperator | undefined;
    for (let d = 0; d < kept.length; d++) {
      if (alive[d] === 1 || logSize - Math.log(alive[d]!) + Math.log(alive[d]! - 1) < logTarget) continue;
      for (let choice = 0; choice < kept[d]!.length; choice++) {
        if (!kept[d]![choice]) continue;
        const meanAccuracy = means[d]![choice]!;
        const isWorse =
          worst === undefined ||
          (!Number.isNaN(worst.meanAccuracy) && (Number.isNaN(meanAccuracy) || meanAccuracy < worst.meanAccuracy));
        if (isWorse) worst = { dimension: d, choice, meanAccuracy, order: dropped.length };
      }
    }
    if (worst === undefined) return { kept, dropped };
    kept[worst.dimension]![worst.choice] = false;
    dropped.push(worst);
  }
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
    pruning = pruneOperators(space, survey.measured, Math.round(Math.exp(logSize)), pruning);
  }
  const survivors = survivorsOf(region, pruning);
  const order = Array.from({ length: survivors.size }, (_, i) => i);
  const size = Math.round(Math.exp(plan.at(-1)!.logSize));
  const members = new ArchitectureSet(space.dimensions.length, size);
  for (const i of sampleInPlace(order, size, random.split('members'))) members.add(survivors.codesAt(i));
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

/** The product of the operators left, listed where it is small. */
function sourceOf(region: Region, pruning: Pruning): Source {
  const combinations = aliveChoices(pruning).reduce((product, { length }) => product * length, 1);
  return combinations > Number(LIST_LIMIT)
    ? { kind: 'level-set', perBin: [new PrunedRegion(region, pruning)] }
    : { kind: 'list', members: survivorsOf(region, pruning) };
}

/** Every architecture of the region whose choices are all left. */
function survivorsOf(region: Region, pruning: Pruning): ArchitectureSet {
  const alive = aliveChoices(pruning);
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

function aliveChoices({ kept }: Pruning): number[][] {
  return kept.map((alive) => alive.flatMap((isAlive, choice) => (isAlive ? [choice] : [])));
}

/** Uniform samples of the product of the operators left, within the limits. */
class PrunedRegion {
  readonly border = Number.NEGATIVE_INFINITY;
  readonly #region: Region;
  readonly #alive: number[][];
  #last: Uint8Array | undefined; // what comes again and again once no other is found

  constructor(region: Region, pruning: Pruning) {
    this.#region = region;
    this.#alive = aliveChoices(pruning);
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
