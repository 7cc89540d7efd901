/** Where pockets come from: the seeds that were kept, and the pockets of the round before that they lay in. */
import type { Measurement } from '../measurements/measurement.js';
import type { LocalityModel } from '../predictors/gaussian-process.js';
import type { Architecture } from '../spaces/space.js';
import type { Components } from './components.js';
import type { Growth } from './pockets.js';
import type { CostBins } from './region.js';
import type { Pocket, Seed } from './result.js';
import type { SeedSelection } from './seeds.js';

/** The members of a listed round with the pocket of each. */
export type GrownRound = Growth & Components;

/** The seeds that were kept, in the order of selection, then the first of the reserve in every pocket without any. */
export function seedsOf(
  { members, componentOf }: GrownRound,
  { seeds, reserve }: SeedSelection,
  measurements: readonly Measurement[],
  model: LocalityModel,
  bins: CostBins,
): Seed[] {
  const measured = new Map(measurements.map(({ architecture, accuracy }) => [architecture, accuracy]));
  const kept = (architecture: Architecture) => {
    const member = members.indexOf(architecture);
    return member < 0 ? [] : [{ architecture, pocket: componentOf[member]! }];
  };
  const chosen = seeds.flatMap(kept);
  const withSeed = new Set(chosen.map(({ pocket }) => pocket));
  for (const seed of reserve.flatMap(kept)) {
    if (withSeed.has(seed.pocket)) continue;
    withSeed.add(seed.pocket);
    chosen.push(seed);
  }
  return chosen.map((seed) => ({
    ...seed,
    predicted: model.mean(seed.architecture),
    measured: measured.get(seed.architecture)!,
    costBin: bins.of(seed.architecture),
  }));
}

/** The pockets of a round with their seeds and the pockets of the round before that hold one of them. */
export function pocketsOf(
  { componentOf, count }: Components,
  seeds: readonly Seed[],
  before: GrownRound | undefined,
): Pocket[] {
  const pockets = Array.from({ length: count }, () => ({ size: 0, seeds: [] as number[], parents: new Set<number>() }));
  for (const pocket of componentOf) pockets[pocket]!.size++;
  for (const [index, { architecture, pocket }] of seeds.entries()) {
    pockets[pocket]!.seeds.push(index);
    const parent = before?.members.indexOf(architecture) ?? -1;
    if (parent >= 0) pockets[pocket]!.parents.add(before!.componentOf[parent]!);
  }
  return pockets.map((pocket) => ({ ...pocket, parents: [...pocket.parents].sort((a, b) => a - b) }));
}
