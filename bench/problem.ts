/** The made-up problem that the benchmarks share: an NK landscape over dimensions of equally many choices. */
import { createNkLandscape } from '../src/math/nk-landscape.js';
import { createRandom } from '../src/math/random.js';
import { defineSpace } from '../src/spaces/define.js';
import type { Architecture, Codes, SearchSpace } from '../src/spaces/space.js';

export interface Problem {
  readonly space: SearchSpace;
  readonly accuracy: (codes: Codes) => number;
  readonly sample: (count: number, label: string) => Architecture[];
}

export function problem(dimensions: number, choices: number, k: number): Problem {
  const space = defineSpace({
    name: `nk-${dimensions}x${choices}`,
    dimensions: Array.from({ length: dimensions }, (_, d) => ({
      name: `d${d}`,
      choices: Array.from({ length: choices }, (_, choice) => choice),
    })),
  });
  const landscape = createNkLandscape({ choices: Array(dimensions).fill(choices), k, randomSeed: 1 });
  const random = createRandom(1);
  return {
    space,
    accuracy: (codes) => 100 * landscape.fitness(codes),
    sample: (count, label) => {
      const stream = random.split(label);
      return Array.from({ length: count }, () => space.sample(stream));
    },
  };
}
