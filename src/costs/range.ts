/** What the costs of a space range over. */
import { createRandom } from '../math/random.js';
import { forEachArchitecture, isListable } from '../spaces/enumerate.js';
import { rangeOfSum } from '../spaces/limit-counting.js';
import type { Codes, Cost, SearchSpace } from '../spaces/space.js';

const SAMPLE = 20_000;

/** The least and the most that an architecture costs. */
export interface CostRange {
  readonly cost: string;
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  /** false where the ends were climbed to from random starts: nothing is known beyond them */
  readonly exact: boolean;
}

/** The range of a cost: exact where the space can be listed, the cost is a sum, or it is known of a few architectures alone. */
export function rangeOf(space: SearchSpace, cost: Cost): CostRange {
  const { name, unit } = cost;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const see = (codes: Codes) => {
    const value = cost.of(codes);
    if (value < least) least = value;
    if (value > most) most = value;
  };
  const sum = isListable(space) ? undefined : cost.sum?.();
  const exact = sum && rangeOfSum(space, sum);
  if (isListable(space)) forEachArchitecture(space, see);
  else if (cost.known !== undefined) for (const codes of cost.known()) see(codes);
  else if (exact !== undefined) ({ least, most } = exact);
  else {
    seeSample(space, cost, see);
    return { cost: name, unit, least, most, exact: false };
  }
  return { cost: name, unit, least, most, exact: true };
}

/** Random architectures, and where climbing from the extreme ones leads. */
function seeSample(space: SearchSpace, cost: Cost, see: (codes: Codes) => void): void {
  const random = createRandom(1);
  let lowest: Codes = space.sample(random);
  let highest = lowest;
  for (let i = 0; i < SAMPLE; i++) {
    const codes = space.sample(random);
    see(codes);
    if (cost.of(codes) < cost.of(lowest)) lowest = codes;
    if (cost.of(codes) > cost.of(highest)) highest = codes;
  }
  see(furthest(space, lowest, cost, -1));
  see(furthest(space, highest, cost, 1));
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
