/** A made-up accuracy for spaces that are too large for any table: an NK landscape (k = 1) over the choices. */
import { withCosts } from '../src/costs/built-in.js';
import { createNkLandscape } from '../src/math/nk-landscape.js';
import { spaceFromYaml } from '../src/space-files/space-from-yaml.js';
import { builtInSpaces, isBuiltInSpace } from '../src/spaces/index.js';
import type { Codes, SearchSpace } from '../src/spaces/space.js';

/** The name that stands for 30 dimensions with 5 choices each, declared in YAML. */
export const DECLARED = 'declared';

/** A space and what its evaluator answers, 0 to 100. */
export interface HugeProblem {
  readonly space: SearchSpace;
  readonly accuracy: (codes: Codes) => number;
}

/** @param name DECLARED, or a built-in space */
export function hugeProblem(name: string): HugeProblem {
  const space = isBuiltInSpace(name)
    ? withCosts(builtInSpaces[name])
    : spaceFromYaml('name: declared\ndimensions:\n  x: { choices: [0, 1, 2, 3, 4], repeat: 30 }\n', 'huge.yaml');
  const landscape = createNkLandscape({
    choices: space.dimensions.map(({ choices }) => choices.length),
    k: 1,
    randomSeed: 1,
  });
  return { space, accuracy: (codes) => 100 * landscape.fitness(codes) };
}
