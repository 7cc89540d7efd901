/** The baseline that searches instead of shrinking: local search with restarts, then what it found and what lies around it. */
import { sampleInPlace } from '../math/random.js';
import type { Measurement } from '../measurements/measurement.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { forEachEdit, neighbours } from '../spaces/edits.js';
import type { Architecture } from '../spaces/space.js';
import { Budget, requiredSize } from './budget.js';
import { Region } from './region.js';
import type { Shrunk } from './result.js';
import type { ShrinkTask } from './shrinker.js';

/** How many of the best found are surrounded when there is room for more than was measured. */
const CENTRES = 20;
/** Restarts in a row that measured nothing new, after which the space counts as exhausted. */
const VAIN_RESTARTS = 1000;

/**
 * Local search that queries whole neighbourhoods and moves to the best neighbour (White et al., arXiv 2005.02960), restarting from a random
 * architecture at each local optimum until the budget is spent. Keeps the better half of what it measured, best first, and fills up
 * with the neighbours of the 20 best, nearest first. @throws InputError for a size that does not fit
 */
export async function bestFound(task: ShrinkTask): Promise<Shrunk> {
  const region = new Region(task.space, task.limits ?? []);
  const size = requiredSize('best-found', task, region);
  const budget = new Budget(task);
  await localSearch(task, region, budget);
  const ranked = [...budget.measurements].sort((a, b) => b.accuracy - a.accuracy);
  const members = new ArchitectureSet(task.space.dimensions.length, size);
  for (const { architecture } of ranked.slice(0, Math.ceil(ranked.length / 2))) {
    if (members.size < size) members.add(architecture);
  }
  surround(region, ranked.slice(0, CENTRES), members, size);
  for (const random = task.random.split('fill'); members.size < size; ) members.add(region.sample(random));
  return budget.result('best-found', members);
}

async function localSearch({ space, evaluator, random }: ShrinkTask, region: Region, budget: Budget): Promise<void> {
  const asked = new ArchitectureSet(space.dimensions.length, 1024);
  const accuracyOf = new Map<number, number>(); // by index in `asked`
  const isNew = (architecture: Architecture) =>
    region.allows(architecture) && !asked.has(architecture) && evaluator.canMeasure?.(architecture) !== false;
  const measure = async (architectures: Architecture[]) => {
    for (const architecture of architectures) asked.add(architecture);
    const before = budget.measurements.length;
    await budget.measure(architectures);
    for (const { architecture, accuracy } of budget.measurements.slice(before)) {
      accuracyOf.set(asked.indexOf(architecture), accuracy);
    }
  };
  const accuracy = (architecture: Architecture) =>
    accuracyOf.get(asked.indexOf(architecture)) ?? Number.NEGATIVE_INFINITY;

  for (let vain = 0; budget.left > 0 && vain < VAIN_RESTARTS; vain++) {
    let here = region.sample(random);
    if (!isNew(here)) continue;
    const before = budget.spent;
    await measure([here]);
    for (let best: Architecture | undefined = here; best !== undefined && budget.left > 0; ) {
      here = best;
      const around = neighbours(space, here);
      const unknown = around.filter(isNew);
      await measure(sampleInPlace(unknown, unknown.length, random));
      const top: Architecture = around.reduce((a, b) => (accuracy(b) > accuracy(a) ? b : a), here);
      best = accuracy(top) > accuracy(here) ? top : undefined;
    }
    if (budget.spent > before) vain = 0;
  }
}

/** Adds all neighbours of the centres, then all neighbours of those, and so on, within the region, until `size` are kept. */
function surround(region: Region, centres: readonly Measurement[], members: ArchitectureSet, size: number): void {
  const { space } = region;
  const reached = new ArchitectureSet(space.dimensions.length, size);
  for (const { architecture } of centres) reached.add(architecture);
  const codes = new Uint8Array(space.dimensions.length);
  for (let at = 0; at < reached.size && members.size < size; at++) {
    reached.copyTo(at, codes);
    forEachEdit(space, codes, () => {
      if (members.size === size || !region.allows(codes) || reached.add(codes) < 0) return;
      members.add(codes);
    });
  }
}
