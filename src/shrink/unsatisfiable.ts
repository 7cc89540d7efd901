/** Limits that nothing satisfies: how near one can come to them, and what to say. */
import { exactRange } from '../costs/range.js';
import { InputError } from '../errors.js';
import { createRandom, type Random } from '../math/random.js';
import { forEachEdit } from '../spaces/edits.js';
import type { Architecture, Codes, Limit, SearchSpace } from '../spaces/space.js';

/** A space and its limits. */
export interface Limited {
  readonly space: SearchSpace;
  readonly limits: readonly Limit[];
}

const STARTS = 20_000;

/** The architecture that exceeds the limits least, found by descending in single edits from the best of 20,000 random ones. */
export function nearestToLimits(limited: Limited, random: Random): Architecture {
  const { space } = limited;
  let best = Array.from(space.sample(random));
  for (let tries = 1; tries < STARTS; tries++) {
    const other = space.sample(random);
    if (excessOf(limited, other) < excessOf(limited, best)) best = Array.from(other);
  }
  for (;;) {
    const codes = [...best];
    let excess = excessOf(limited, best);
    let better: number[] | undefined;
    forEachEdit(space, codes, () => {
      const own = excessOf(limited, codes);
      if (own < excess) {
        excess = own;
        better = [...codes];
      }
    });
    if (better === undefined) return space.architecture(best);
    best = better;
  }
}

/**
 * Says what the limits ask for and what is possible.
 * @param nearest an architecture that comes near to them, where the caller has one
 * @throws InputError always
 */
export function refuseLimits(limited: Limited, nearest: Architecture | undefined): never {
  const { space, limits } = limited;
  const near = nearest ?? nearestToLimits(limited, createRandom(0).split('nearest'));
  const lowest = limits.map(({ cost, max }) => {
    const exact = exactRange(space, cost)?.least;
    const value = exact ?? cost.of(near);
    return {
      value,
      isMet: value <= max,
      text: `lowest ${exact === undefined ? 'found' : 'possible'}: ${shown(value)}`,
    };
  });
  const asked = limits.map(({ cost, max }, l) => `${cost.name} <= ${max} (${lowest[l]!.text})`).join(' and ');
  const values = limits.map(({ cost }) => `${cost.name} ${shown(cost.of(near))}`).join(' and ');
  const advice = lowest.every(({ isMet }) => isMet)
    ? `each can be met by itself, but not all together: the nearest found has ${values}`
    : 'raise the limit above the lowest value';
  throw new InputError(`no architecture of ${space.name} satisfies ${asked}; ${advice}`);
}

/** By how much the limits are exceeded in all, each as a fraction of itself; unknown costs exceed without bound. */
function excessOf({ limits }: Limited, codes: Codes): number {
  let excess = 0;
  for (const { cost, max } of limits) {
    const over = cost.of(codes) - max;
    excess += Number.isNaN(over) ? Number.POSITIVE_INFINITY : Math.max(0, over) / (Math.abs(max) || 1);
  }
  return excess;
}

function shown(value: number): string {
  return Number.isFinite(value) ? String(+value.toPrecision(10)) : 'unknown';
}
