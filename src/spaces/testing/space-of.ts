/** Small spaces for tests, written as counts. */
import { defineSpace, type SpaceDefinition } from '../define.js';
import type { SearchSpace } from '../space.js';

/** A space by its counts of choices; negative where the dimension is ordered. */
export function spaceOf(counts: readonly number[], rest: Partial<SpaceDefinition> = {}): SearchSpace {
  return defineSpace({
    name: 'test',
    dimensions: counts.map((count, d) => ({
      name: `d${d}`,
      choices: Array.from({ length: Math.abs(count) }, (_, c) => c),
      ordered: count < 0,
    })),
    ...rest,
  });
}
