/** Spaces, landscapes and evaluators on which the shrinkers are tested. */
import { createNkLandscape } from '../../math/nk-landscape.js';
import type { Evaluator } from '../../measurements/evaluator.js';
import type { Outcome } from '../../measurements/measurement.js';
import type { Architecture, Codes, Cost, SearchSpace } from '../../spaces/space.js';

export { spaceOf } from '../../spaces/testing/space-of.js';

/** An NK landscape over the space, in percent. */
export function landscapeOf(space: SearchSpace, k: number, randomSeed: number): (codes: Codes) => number {
  const landscape = createNkLandscape({
    choices: space.dimensions.map(({ choices }) => choices.length),
    k,
    randomSeed,
  });
  return (codes) => 100 * landscape.fitness(codes);
}

/** The sum of all choice indices, as a cost. */
export const weight: Cost = {
  name: 'weight',
  unit: '',
  of: (codes) => {
    let sum = 0;
    for (let d = 0; d < codes.length; d++) sum += codes[d]!;
    return sum;
  },
};

/** An evaluator that answers with a function, and what it was asked, in order. */
export interface Watched extends Evaluator {
  readonly asked: string[];
}

/** Measures by a function that gives an accuracy, or undefined where the architecture fails, or null where it is unavailable. */
export function evaluatorOf(
  accuracy: (codes: Architecture) => number | undefined | null,
  rest: Partial<Evaluator> = {},
): Watched {
  const asked: string[] = [];
  return {
    name: 'function',
    concurrency: 1,
    asked,
    async evaluate(architecture): Promise<Outcome> {
      asked.push(architecture.join());
      const value = accuracy(architecture);
      if (value === undefined) return { kind: 'failed', architecture, reason: 'out of memory' };
      if (value === null) return { kind: 'unavailable', architecture, reason: 'not in the table' };
      return { kind: 'measured', architecture, accuracy: value, costs: {}, source: 'function' };
    },
    ...rest,
  };
}

/** All members as text, in order. */
export function listOf(members: { readonly size: number; codesAt(index: number): Uint8Array }): string[] {
  return Array.from({ length: members.size }, (_, i) => members.codesAt(i).join());
}
