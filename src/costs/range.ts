/** What the costs of a space range over. */
import { createRandom } from '../math/random.js';
import { forEachArchitecture } from '../spaces/enumerate.js';
import type { Codes, Cost, SearchSpace } from '../spaces/space.js';

const LIST_LIMIT = 200_000n;
const SAMPLE = 20_000;

/** The least and the most that an architecture costs. */
export interface CostRange {
  readonly cost: string;
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  /** false where the space is too large to list, and the ends were climbed to from random starts: nothing is known beyond them */
  readonly exact: boolean;
}

/** The range of every cost of the space: exact where it can be listed. */
export function costRanges(space: SearchSpace): CostRange[] {
  const costs = [...space.costs.values()];
  const exact = space.size <= LIST_LIMIT;
  const ranges = costs.map(() => ({ least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY }));
  const see = (codes: Codes) =>
    costs.forEach((cost, i) => {
      const value = cost.of(codes);
      ranges[i]!.least = Math.min(ranges[i]!.least, value);
      ranges[i]!.most = Math.max(ranges[i]!.most, value);
    });
  if (exact) {
    forEachArchitecture(space, see);
  } else if (costs.length > 0) {
    const random = createRandom(1);
    let lowest = costs.map(() => space.sample(random));
    let highest = lowest;
    for (let i = 0; i < SAMPLE; i++) {
      const codes = space.sample(random);
      see(codes);
      lowest = costs.map((cost, c) => (cost.of(codes) < cost.of(lowest[c]!) ? codes : lowest[c]!));
      highest = costs.map((cost, c) => (cost.of(codes) > cost.of(highest[c]!) ? codes : highest[c]!));
    }
    costs.forEach((cost, c) => {
      see(furthest(space, lowest[c]!, cost, -1));
      see(furthest(space, highest[c]!, cost, 1));
    });
  }
  return costs.map(({ name, unit }, i) => ({ cost: name, unit, ...ranges[i]!, exact }));
}

/** Climbs (or descends) in the cost by whole dimensions until none helps. */
function furthest(space: SearchSpace, start: Codes, cost: Cost, direction: 1 | -1): Codes {
  const best = Array.from(start);
  for (let improved = true; improved; ) {
    improved = false;
    for (const [d, { choices }] of space.dimensions.entries()) {
      for (let choice = 0; choice < choices.length; choice++) {
        const own = best[d]!;
        const before = cost.of(best);
        best[d] = choice;
        if (space.isValid(best) && direction * (cost.of(best) - before) > 0) improved = true;
        else best[d] = own;
      }
    }
  }
  return best;
}
