/** Whole neighbourhoods of growing radius around the best measured networks: the growth nearest to the outline of the paper (arXiv 2307.03110). */
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { forEachEdit } from '../spaces/edits.js';
import type { Growth, GrowthTask } from './pockets.js';

/**
 * Keeps the seeds, best first, each with all its neighbours; then the neighbours' neighbours, until `size` are kept.
 * Looks at predictions only to report them. With several cost bins, no bin gets more than its share while others can still grow.
 */
export async function growRadius({ region, model, seeds, reserve, size, bins }: GrowthTask): Promise<Growth> {
  const { space } = region;
  const members = new ArchitectureSet(space.dimensions.length, size);
  const share = Math.ceil(size / bins.count);
  const filled = new Array<number>(bins.count).fill(0);
  const codes = new Uint8Array(space.dimensions.length);
  const keep = (limit: number) => {
    const bin = bins.of(codes);
    if (members.size >= size || filled[bin]! >= limit || !region.allows(codes)) return;
    if (members.add(codes) >= 0) filled[bin]!++;
  };
  for (const limit of bins.count === 1 ? [size] : [share, size]) {
    for (const architecture of [...seeds, ...reserve]) {
      codes.set(architecture);
      keep(limit);
      forEachEdit(space, codes, () => keep(limit));
    }
    for (let grown = 0; grown < members.size && members.size < size; grown++) {
      members.copyTo(grown, codes);
      forEachEdit(space, codes, () => keep(limit));
    }
  }
  const predicted = Float64Array.from({ length: members.size }, (_, i) => model.mean(members.codesAt(i)));
  return {
    members,
    predicted,
    border: predicted.reduce((least, mean) => Math.min(least, mean), Number.POSITIVE_INFINITY),
  };
}
