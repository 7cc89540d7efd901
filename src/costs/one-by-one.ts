/** Costs of networks that nothing is known about: each network is counted by itself, once while it is remembered. */
import type { Codes } from '../spaces/space.js';
import type { Measure } from './decompose.js';

/** Architectures that are remembered. */
const MOST_KNOWN = 100_000;

/** Look-ups, one per number that the measure gives, divided by `divisor`, that measure what they are asked for the first time. @param count of numbers */
export function oneByOne(measure: Measure, count: number, divisor: number): ((codes: Codes) => number)[] {
  const known = new Map<string, readonly number[]>();
  const measured = (codes: Codes) => {
    const own = Array.from(codes);
    const key = own.join();
    let costs = known.get(key);
    if (costs === undefined) {
      if (known.size >= MOST_KNOWN) known.clear();
      costs = measure(own);
      known.set(key, costs);
    }
    return costs;
  };
  return Array.from({ length: count }, (_, index) => (codes) => measured(codes)[index]! / divisor);
}
