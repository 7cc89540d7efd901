/** The baseline that any shrinker must beat: a uniformly random subset, for which nothing is measured. */
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { Budget, requiredSize } from './budget.js';
import { ONE_BIN, Region } from './region.js';
import type { Shrunk } from './result.js';
import { Sampler } from './sampling.js';
import type { ShrinkTask } from './shrinker.js';

/** Keeps `size` random architectures within the limits and spends no evaluation. @throws InputError for a size that does not fit */
export async function randomSubset(task: ShrinkTask): Promise<Shrunk> {
  const region = new Region(task.space, task.limits ?? []);
  const size = requiredSize('random-subset', task, region);
  const sampler = new Sampler(region, ONE_BIN, ANYTHING, task.random.split('subset'));
  const members = new ArchitectureSet(task.space.dimensions.length, size);
  for (const architecture of sampler.draw({ kind: 'region' }, size)) members.add(architecture);
  return new Budget(task).result('random-subset', members);
}

/** A subset is kept, not measured, so it may hold what no table knows. */
const ANYTHING = { canMeasure: () => true };
