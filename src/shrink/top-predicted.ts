/** The baseline without pockets and without rounds: one fit on uniform samples, then the best predicted of the whole space. */
import type { Random } from '../math/random.js';
import { fitLocalityModel, type LocalityModel } from '../predictors/gaussian-process.js';
import { Neighbourhood } from '../predictors/neighbourhood.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { Budget, requiredSize } from './budget.js';
import { Frontier } from './frontier.js';
import { ONE_BIN, Region } from './region.js';
import type { Shrunk } from './result.js';
import { Sampler } from './sampling.js';
import type { ShrinkTask } from './shrinker.js';

/** Where the space cannot be listed, the best are taken from a random pool of this many for each one kept ... */
const POOL_PER_MEMBER = 10;
/** ... but of at least and about at most so many in all. */
const SMALLEST_POOL = 100_000;
const LARGEST_POOL = 2_000_000;
/** Batches in a row of which nothing could be measured, after which no more is tried. */
const VAIN_DRAWS = 100;

/**
 * Spends all evaluations on uniform samples, fits the locality model once and keeps the `size` best predicted architectures of the
 * space within the limits; of a large random pool where the space is too large to list.
 * @throws InputError for a size that does not fit, and where nothing could be measured
 */
export async function topPredicted(task: ShrinkTask): Promise<Shrunk> {
  const { space, evaluator, random } = task;
  const region = new Region(space, task.limits ?? []);
  const size = requiredSize('top-predicted', task, region);
  const budget = new Budget(task);
  const sampler = new Sampler(region, ONE_BIN, evaluator, random.split('sample'));
  for (let vain = 0; budget.left > 0 && vain < VAIN_DRAWS; vain++) {
    const drawn = sampler.draw({ kind: 'region' }, budget.left);
    if (drawn.length === 0) break;
    const before = budget.spent;
    await budget.measure(drawn);
    if (budget.spent > before) vain = 0;
  }
  const candidates = region.list() ?? pool(region, size, random.split('pool'));
  if (budget.measurements.length === 0) return budget.result('top-predicted', firstOf(candidates, size));
  const model = fitLocalityModel(
    space,
    budget.measurements.map(({ architecture }) => architecture),
    budget.measurements.map(({ accuracy }) => accuracy),
  );
  return budget.result('top-predicted', bestPredicted(candidates, model, size));
}

function bestPredicted(candidates: ArchitectureSet, model: LocalityModel, size: number): ArchitectureSet {
  const neighbourhood = new Neighbourhood(model);
  const best = new Frontier();
  for (let i = 0; i < candidates.size; i++) best.push(neighbourhood.moveTo(candidates.codesAt(i)), i, size);
  const members = new ArchitectureSet(candidates.dimensions, size);
  while (members.size < size && best.size > 0) members.add(candidates.codesAt(best.pop()));
  return members;
}

/** Distinct random architectures of the region. */
function pool(region: Region, size: number, random: Random): ArchitectureSet {
  const wanted = Math.max(size, Math.min(LARGEST_POOL, Math.max(SMALLEST_POOL, POOL_PER_MEMBER * size)));
  const found = new ArchitectureSet(region.space.dimensions.length, wanted);
  for (let draws = 0; found.size < wanted && draws < 2 * wanted; draws++) found.add(region.sample(random));
  return found;
}

function firstOf(candidates: ArchitectureSet, size: number): ArchitectureSet {
  const members = new ArchitectureSet(candidates.dimensions, size);
  for (let i = 0; i < Math.min(size, candidates.size); i++) members.add(candidates.codesAt(i));
  return members;
}
