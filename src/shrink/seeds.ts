/** Seeds: the measured architectures that pockets grow from. */
import type { LocalityModel } from '../predictors/gaussian-process.js';
import type { Architecture } from '../spaces/space.js';
import type { CostBins, Region } from './region.js';

const SEEDS = 20;
const LEAST_SEEDS_PER_BIN = 5;

/** Seeds, best first, and the remaining measured architectures in the same order. */
export interface SeedSelection {
  readonly seeds: readonly Architecture[];
  readonly reserve: readonly Architecture[];
}

/**
 * The best measured architectures per cost bin: by posterior mean, which forgives a lucky or unlucky measurement,
 * or, without a model, by the measurement itself. 20 in all, at least 5 a bin.
 */
export function selectSeeds(
  region: Region,
  bins: CostBins,
  measured: readonly Architecture[],
  accuracies: ArrayLike<number>,
  model?: LocalityModel,
): SeedSelection {
  const scores = measured.map((architecture, i) => model?.mean(architecture) ?? accuracies[i]!);
  const order = measured.map((_, i) => i).filter((i) => region.allows(measured[i]!));
  order.sort((a, b) => scores[b]! - scores[a]! || a - b);
  const perBin = Math.max(LEAST_SEEDS_PER_BIN, Math.ceil(SEEDS / bins.count));
  const taken = bins.count === 1 ? [0] : new Array<number>(bins.count).fill(0);
  const seeds: Architecture[] = [];
  const reserve: Architecture[] = [];
  for (const i of order) {
    const architecture = measured[i]!;
    const bin = bins.of(architecture);
    (taken[bin]!++ < perBin ? seeds : reserve).push(architecture);
  }
  return { seeds, reserve };
}
