/** What the costs of a space range over. */
import { createRandom } from '../math/random.js';
import { forEachArchitecture, isListable } from '../spaces/enumerate.js';
import { rangeOfSum } from '../spaces/limit-counting.js';
import type { Codes, Cost, SearchSpace } from '../spaces/space.js';

const SAMPLE = 20_000;

/** The least and the most that an architecture costs. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** A cost with its range. */
export interface CostRange extends Range {
  readonly cost: string;
  readonly unit: string;
  /** false where the ends were climbed to from random starts: nothing is known beyond them */
  readonly exact: boolean;
}

/** The range of a cost, as far as it can be found. */
export function rangeOf(space: SearchSpace, cost: Cost): CostRange {
  const { name, unit } = cost;
  const exact = exactRange(space, cost);
  if (exact !== undefined) return { cost: name, unit, ...exact, exact: true };
  return { cost: name, unit, ...rangeSeen(cost, (see) => seeSample(space, cost, see)), exact: false };
}

/**
 * The range of a cost where the space can be listed, the cost is a sum, or it is known of a few architectures alone; else undefined.
 * Infinity to -Infinity where it is known of none.
 */
export function exactRange(space: SearchSpace, cost: Cost): Range | undefined {
  if (isListable(space)) return rangeSeen(cost, (see) => forEachArchitecture(space, see));
  const { known } = cost;
  if (known !== undefined) {
    return rangeSeen(cost, (see) => {
      for (const codes of known()) see(codes);
    });
  }
  const sum = cost.sum?.();
  return sum === undefined ? undefined : rangeOfSum(space, sum);
}

function rangeSeen(cost: Cost, visit: (see: (codes: Codes) => void) => void): Range {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  visit((codes) => {
    const value = cost.of(codes);
    if (value < least) least = value;
    if (value > most) most = value;
  });
  return { least, most };
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
