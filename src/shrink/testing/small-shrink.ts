/** A small shrink with everything in it: forbidden combinations, an ordered dimension, a limit, cost bins, a failure. */
import { createRandom, hashText } from '../../math/random.js';
import type { Evaluator } from '../../measurements/evaluator.js';
import { spaceFromYaml } from '../../space-files/space-from-yaml.js';
import type { Codes, SearchSpace } from '../../spaces/space.js';
import type { ShrinkResult } from '../result.js';
import { shrink } from '../rounds.js';

/** The declaration of a space of 6 dimensions and 4 * 4 * 3 * 3 * 4 * 2 points, a twelfth of them forbidden. */
export const smallDeclaration = `
name: small
dimensions:
  op0: [none, skip, conv1, conv3]
  op1: [none, skip, conv1, conv3]
  kernel: { choices: [3, 5, 7], ordered: true }
  expand: [1, 4, 6]
  width: { choices: [16, 24, 32, 48], ordered: true }
  se: [0, 1]
forbidden:
  - { op0: none, expand: 6 }
costs:
  macs: { unit: M, base: 1, choices: { op0: [0, 0, 2, 9], op1: [0, 0, 2, 9], kernel: [0, 1, 2], expand: [1, 4, 6], width: [1, 2, 3, 4] } }
`;

/** The space of the declaration. */
export const smallSpace: SearchSpace = spaceFromYaml(smallDeclaration, 'small.yaml');

/** A made-up accuracy: rough, but better the more convolutions there are. */
export function smallAccuracy(codes: Codes): number {
  const [op0, op1, kernel, expand, width, se] = Array.from(codes) as [number, number, number, number, number, number];
  const rough = (hashText(Array.from(codes).join(' ')) & 1023) / 1023;
  return 60 + 5 * op0 + 4 * op1 + 2 * kernel + expand + width + 2 * se + (op0 === 3 && op1 === 0 ? 8 : 0) + rough;
}

const evaluator: Evaluator = {
  name: 'made-up accuracies',
  concurrency: 1,
  evaluate: async (architecture) =>
    hashText(architecture.join()) % 23 === 0
      ? { kind: 'failed', architecture, reason: 'out of memory' }
      : {
          kind: 'measured',
          architecture,
          accuracy: smallAccuracy(architecture),
          costs: { latency: architecture[0] === 0 ? Number.NaN : 1 + architecture[2]! },
          source: 'made up',
        },
};

/** Cost of the limit and the bins. */
export const macs = smallSpace.costs.get('macs')!;

/** Shrinks the small space to `size` members under 24 M multiply-adds. */
export function smallShrink(size = 40, randomSeed = 1): Promise<ShrinkResult> {
  return shrink({
    space: smallSpace,
    evaluator,
    evaluations: 60,
    size,
    limits: [{ cost: macs, max: 24 }],
    random: createRandom(randomSeed),
  });
}
