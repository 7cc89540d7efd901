/** Accuracy-ranked operator dropping by a supernet: operational pruning whose accuracies come from shared weights that go on being trained. */
import type { Random } from '../../math/random.js';
import { evaluateAll } from '../../measurements/evaluate-all.js';
import type { Evaluator } from '../../measurements/evaluator.js';
import type { Failure, Measurement } from '../../measurements/measurement.js';
import { type DroppedOperator, type Pruning, pruneOperators } from '../../shrink/operational-pruning.js';
import type { Architecture } from '../../spaces/space.js';
import type { PathRegion } from '../path-region.js';
import { type StagedResult, type StagedTask, shrinkInStages } from './stages.js';

/** A task for operator dropping. */
export interface OperatorDroppingTask extends StagedTask {
  /** in all, divided evenly among the stages */
  readonly evaluations: number;
  /** judges subnets by the supernet as it is after so many steps */
  readonly evaluatorAt: (step: number) => Evaluator;
}

/** What is left, and what was measured on the way. */
export interface OperatorDroppingResult extends StagedResult {
  readonly dropped: readonly DroppedOperator[];
  readonly measurements: readonly Measurement[];
  readonly failures: readonly Failure[];
}

/**
 * After each stage's training random subnets of what is left are judged, and the operator with the lowest mean accuracy is deleted, again and
 * again, while at least the stage's size is left. Accuracies of earlier stages do not count: the supernet has changed since.
 * @throws as training does; whatever the evaluator throws
 */
export async function operatorDropping(task: OperatorDroppingTask): Promise<OperatorDroppingResult> {
  const { supernet, evaluations, evaluatorAt, stages, training } = task;
  const measurements: Measurement[] = [];
  const failures: Failure[] = [];
  let dropped: Pruning['dropped'] = [];
  const result = await shrinkInStages(task, async ({ index, step, target, region, kept, sizeOf, random }) => {
    const share = Math.floor((evaluations * (index + 1)) / stages) - Math.floor((evaluations * index) / stages);
    const { signal } = training;
    const paths = differentPaths(region, share, random);
    const outcomes = await evaluateAll(evaluatorAt(step), paths, signal === undefined ? {} : { signal });
    const measured = outcomes.filter((outcome) => outcome.kind === 'measured');
    measurements.push(...measured);
    failures.push(...outcomes.filter((outcome) => outcome.kind === 'failed'));
    if (measured.length === 0) return kept; // nothing is known, so nothing is dropped
    const isEnough = (left: Pruning['kept']) => sizeOf(left) >= target;
    const pruning = pruneOperators(supernet.space, measured, target, { kept, dropped }, isEnough);
    dropped = pruning.dropped;
    return pruning.kept;
  });
  return { ...result, dropped, measurements, failures };
}

/** Up to `count` different members of the region; fewer where it hardly has more. */
function differentPaths(region: PathRegion, count: number, random: Random): Architecture[] {
  const drawn = new Map<string, Architecture>();
  for (let tries = 0; tries < 20 * count && drawn.size < count; tries++) {
    const path = region.sample(random);
    drawn.set(path.join(), path);
  }
  return [...drawn.values()];
}
