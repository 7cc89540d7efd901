/** Growing pockets: best-first flood fill over the edit graph from the seeds (DESIGN section 3, step 4). */
import { setImmediate } from 'node:timers/promises';
import type { LocalityModel } from '../predictors/gaussian-process.js';
import { Neighbourhood } from '../predictors/neighbourhood.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { forEachEdit } from '../spaces/edits.js';
import type { Architecture } from '../spaces/space.js';
import { Frontier } from './frontier.js';
import type { CostBins, Region } from './region.js';

/** What growth returns: the kept architectures in order of admission, with the model's predictions. */
export interface Growth {
  readonly members: ArchitectureSet;
  readonly predicted: Float64Array;
  /** lowest prediction admitted */
  readonly border: number;
}

/** What growth is given. */
export interface GrowthTask {
  readonly region: Region;
  readonly model: LocalityModel;
  /** per cost bin, best first */
  readonly seeds: readonly Architecture[];
  /** grown from only when the seeds' surroundings are exhausted */
  readonly reserve: readonly Architecture[];
  readonly size: number;
  readonly bins: CostBins;
  readonly onProgress?: (members: number) => void;
  readonly signal?: AbortSignal | undefined;
}

const BREATH = 8192; // members between two looks at the rest of the program

/**
 * Admits always the frontier architecture with the highest prediction and adds its neighbours to the frontier, until `size` are
 * admitted or nothing within the limits can be reached. With several cost bins the least filled bin goes first, so that all end equally full.
 * Costs O(measured x dimensions) a member, whatever the size of the space.
 */
export async function growPockets(task: GrowthTask): Promise<Growth> {
  const { region, model, seeds, reserve, size, bins, onProgress, signal } = task;
  const { space } = region;
  const D = space.dimensions.length;
  const neighbourhood = new Neighbourhood(model);
  const seen = new ArchitectureSet(D, 2 * Math.min(size, 1 << 20));
  const members = new ArchitectureSet(D, size);
  const predicted = new Float64Array(size);
  const frontiers = Array.from({ length: bins.count }, () => new Frontier());
  const filled = new Array<number>(bins.count).fill(0);
  const codes = new Uint8Array(D); // the member whose neighbours are met, changed to each of them in turn
  const own = new Uint8Array(D); // that member itself
  let hash = 0; // its hash
  const wanted = () => size - members.size;

  const plant = (architectures: readonly Architecture[]) => {
    for (const architecture of architectures) {
      const id = region.allows(architecture) ? seen.add(architecture) : -1;
      if (id >= 0) frontiers[bins.of(architecture)]!.push(model.mean(architecture), id, wanted());
    }
  };
  const meet = (d: number, choice: number) => {
    const mean = neighbourhood.meanAfter(d, choice);
    const bin = bins.count === 1 ? 0 : bins.of(codes);
    const frontier = frontiers[bin]!;
    if (mean <= frontier.cutoff || !region.allows(codes)) return;
    const id = seen.addHashed(codes, seen.hashAfter(hash, d, own[d]!, choice));
    if (id >= 0) frontier.push(mean, id, wanted());
  };

  plant(seeds);
  let border = Number.POSITIVE_INFINITY;
  let reserved = false;
  while (members.size < size) {
    const bin = leastFilled(frontiers, filled);
    if (bin === -1) {
      if (reserved) break;
      reserved = true;
      plant(reserve);
      continue;
    }
    const frontier = frontiers[bin]!;
    const mean = frontier.firstKey;
    seen.copyTo(frontier.pop(), codes);
    predicted[members.add(codes)] = mean;
    border = Math.min(border, mean);
    filled[bin]!++;
    if (members.size === size) break;
    neighbourhood.moveTo(codes);
    own.set(codes);
    hash = seen.hashOf(codes);
    forEachEdit(space, codes, meet);
    if (members.size % BREATH === 0) {
      onProgress?.(members.size);
      await setImmediate();
      signal?.throwIfAborted();
    }
  }
  return { members, predicted: predicted.subarray(0, members.size), border };
}

/** The bin with the fewest members among those that can still grow; -1 where none can. */
function leastFilled(frontiers: readonly Frontier[], filled: readonly number[]): number {
  let least = -1;
  for (let bin = 0; bin < frontiers.length; bin++) {
    if (frontiers[bin]!.size > 0 && (least === -1 || filled[bin]! < filled[least]!)) least = bin;
  }
  return least;
}
