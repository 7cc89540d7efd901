/** Accuracy-ranked operational pruning: the earlier way to shrink, which deletes every architecture that contains a poor operator. */
import type { Measurement } from '../measurements/measurement.js';
import type { Codes, SearchSpace } from '../spaces/space.js';
import { connectedComponents } from './components.js';
import { planRounds } from './plan.js';
import { drawMembers, type KeptChoices, productSize, productSource } from './product.js';
import { ONE_BIN, Region } from './region.js';
import type { Shrunk } from './result.js';
import { Sampler } from './sampling.js';
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
  readonly kept: KeptChoices;
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
  enough: (kept: KeptChoices) => boolean = () => true,
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
function operatorMeans(space: SearchSpace, measurements: readonly Measurement[], kept: KeptChoices): number[][] {
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
    await survey.measure(productSource(region, pruning.kept), evaluations, undefined, () => {});
    const wanted = Math.round(Math.exp(logSize));
    pruning = pruneOperators(
      space,
      survey.measured,
      wanted,
      pruning,
      (kept) => productSize(region, kept, random) >= wanted,
    );
  }
  const members = drawMembers(
    region,
    pruning.kept,
    Math.round(Math.exp(plan.at(-1)!.logSize)),
    random.split('members'),
  );
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
