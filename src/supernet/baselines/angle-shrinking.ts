/** Angle-based search space shrinking, ABS (Hu et al., ECCV 2020, arXiv 2004.13431): operators on paths that hardly turn in training are dropped. */
import type { KeptChoices } from '../../shrink/product.js';
import type { Architecture, SearchSpace } from '../../spaces/space.js';
import { createPathSampler } from '../sampling.js';
import { anglesBetween } from './angle.js';
import { type Stage, type StagedResult, type StagedTask, shrinkInStages } from './stages.js';

/** A task for ABS. */
export interface AngleShrinkingTask extends StagedTask {
  /** that the engine's parameters began by; the initial weights are made again from it */
  readonly engineRandomSeed: number;
  /** paths through each operator from which it is scored; 200 by default */
  readonly pathsPerOperator?: number;
}

/** One operator and the mean angle, in radians, of the sampled paths through it; NaN where there is none. */
export interface OperatorAngle {
  readonly dimension: number;
  readonly choice: number;
  readonly meanAngle: number;
}

/** What is left, and how each stage scored its operators. */
export interface AngleShrinkingResult extends StagedResult {
  /** in the order in which they were dropped */
  readonly dropped: readonly OperatorAngle[];
  readonly scores: readonly (readonly OperatorAngle[])[];
}

/**
 * After each stage's training every operator is scored by the mean angle of fairly sampled paths through it, once, and the lowest are dropped until
 * at most the stage's size is left. The last choice of a dimension stays, and so does one without which nothing would be left within the limits.
 * Needs no evaluation.
 * @throws as training does
 */
export async function angleShrinking(task: AngleShrinkingTask): Promise<AngleShrinkingResult> {
  const { supernet, engineRandomSeed, pathsPerOperator = 200 } = task;
  const scores: OperatorAngle[][] = [];
  const dropped: OperatorAngle[] = [];
  const result = await shrinkInStages(task, async (stage) => {
    const sampler = createPathSampler('fair', stage.region, stage.random);
    const paths = Array.from({ length: pathsPerOperator }, (_, step) => sampler(step)).flat();
    for (const path of paths) supernet.engine.require(supernet.graph(path));
    const angleOf = anglesBetween(engineRandomSeed, await supernet.engine.parameters());
    const angles = paths.map((path) => angleOf(supernet.graph(path)));
    const ranked = operatorAngles(supernet.space, stage.kept, paths, angles);
    scores.push(ranked);
    const left = dropLowest(stage, ranked);
    dropped.push(...ranked.filter(({ dimension, choice }) => !left[dimension]![choice]));
    return left;
  });
  return { ...result, scores, dropped };
}

/** Operators still alive, lowest score first; those that no path contains before all others. */
function operatorAngles(
  { dimensions }: SearchSpace,
  kept: KeptChoices,
  paths: readonly Architecture[],
  angles: readonly number[],
): OperatorAngle[] {
  const sums = dimensions.map(({ choices }) => choices.map(() => ({ sum: 0, count: 0 })));
  for (const [i, path] of paths.entries()) {
    for (const [d, choice] of path.entries()) {
      sums[d]![choice]!.sum += angles[i]!;
      sums[d]![choice]!.count++;
    }
  }
  return sums
    .flatMap((cells, dimension) =>
      cells.map(({ sum, count }, choice) => ({ dimension, choice, meanAngle: sum / count })),
    )
    .filter(({ dimension, choice }) => kept[dimension]![choice])
    .sort((a, b) => rank(a) - rank(b));
}

function rank({ meanAngle }: OperatorAngle): number {
  return Number.isNaN(meanAngle) ? -1 : meanAngle;
}

/** What is left of the choices when the first of these operators are dropped. */
function dropLowest({ target, kept, sizeOf }: Stage, ranked: readonly OperatorAngle[]): KeptChoices {
  const left = kept.map((choices) => [...choices]);
  for (const { dimension, choice } of ranked) {
    if (sizeOf(left) <= target) break;
    const alive = left[dimension]!;
    if (alive.filter(Boolean).length === 1) continue;
    alive[choice] = false;
    alive[choice] = sizeOf(left) === 0;
  }
  return left;
}
