/** The baseline that searches instead of shrinking: local search with restarts, then what it found and what lies around it. */
import type { Measurement } from '../measurements/measurement.js';
import { localSearch } from '../search/local-search.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { forEachEdit } from '../spaces/edits.js';
import { Budget, requiredSize } from './budget.js';
import { Region } from './region.js';
import type { Shrunk } from './result.js';
import type { ShrinkTask } from './shrinker.js';

/** How many of the best found are surrounded when there is room for more than was measured. */
const CENTRES = 20;
/** Architectures asked for in a row that cannot be measured, after which the space counts as exhausted. */
const VAIN_PROPOSALS = 2000;

/**
 * Local search until the budget is spent. Keeps the better half of what it measured, best first, and fills up
 * with the neighbours of the 20 best, nearest first. @throws InputError for a size that does not fit
 */
export async function bestFound(task: ShrinkTask): Promise<Shrunk> {
  const region = new Region(task.space, task.limits ?? []);
  const size = requiredSize('best-found', task, region);
  const budget = new Budget(task);
  const searcher = localSearch()(region, task.random);
  for (let vain = 0; budget.left > 0 && vain < VAIN_PROPOSALS; ) {
    const asked = searcher.ask(budget.left);
    if (asked.length === 0) break;
    const before = budget.spent;
    searcher.tell(await budget.measure(asked));
    vain = budget.spent > before ? 0 : vain + asked.length;
  }
  const ranked = [...budget.measurements].sort((a, b) => b.accuracy - a.accuracy);
  const members = new ArchitectureSet(task.space.dimensions.length, size);
  for (const { architecture } of ranked.slice(0, Math.ceil(ranked.length / 2))) {
    if (members.size < size) members.add(architecture);
  }
  surround(region, ranked.slice(0, CENTRES), members, size);
  for (const random = task.random.split('fill'); members.size < size; ) members.add(region.sample(random));
  return budget.result('best-found', members);
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
