/** The costliest network of a space: what one would take who does not search. */
import { createRandom } from '../../math/random.js';
import type { Region } from '../../shrink/region.js';
import { forEachEdit } from '../../spaces/edits.js';
import type { Architecture, Cost } from '../../spaces/space.js';

/** Ascents, each from another random architecture. */
const STARTS = 8;

/**
 * The architecture of the greatest cost within the limits, found by climbing single edits from 8 random starts: exact where the cost is a sum over
 * dimensions and nothing is limited, otherwise at least a local maximum.
 */
export function biggest(region: Region, cost: Cost): Architecture {
  const random = createRandom(0).split('biggest');
  let best = climb(region, cost, region.sample(random));
  for (let start = 1; start < STARTS; start++) {
    const other = climb(region, cost, region.sample(random));
    if (cost.of(other) > cost.of(best)) best = other;
  }
  return best;
}

function climb(region: Region, cost: Cost, start: Architecture): Architecture {
  const { space } = region;
  let at = start;
  for (;;) {
    let most = cost.of(at);
    let next: number[] | undefined;
    const codes = Array.from(at);
    forEachEdit(space, codes, () => {
      const own = cost.of(codes);
      if (own > most && region.allows(codes)) {
        most = own;
        next = [...codes];
      }
    });
    if (next === undefined) return at;
    at = space.architecture(next);
  }
}
