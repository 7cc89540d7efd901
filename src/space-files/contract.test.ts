import { describeSpace } from '../spaces/testing/contract.js';
import { spaceFromYaml } from './space-from-yaml.js';

describeSpace('from YAML, small, with an ordered and a fixed dimension and forbidden combinations', () =>
  spaceFromYaml(
    `name: small
dimensions:
  op: [conv, pool, skip]
  width: { choices: [16, 24, 32, 48], ordered: true }
  head: [linear]
  layer: { choices: [a, b], repeat: 3 }
forbidden:
  - { op: skip, width: [32, 48] }
  - { op: [conv, pool], layer0: a, layer1: b }
  - { layer1: a, layer2: b }
costs:
  flops: { unit: M, base: 1, choices: { width: [1, 2, 3, 4], layer: [0, 0.5] } }
`,
    'small.yaml',
  ),
);

describeSpace('from YAML, 30 dimensions with a chain of forbidden pairs', () =>
  spaceFromYaml(
    `name: chain
dimensions:
  d: { choices: [a, b, c, d, e], repeat: 30, ordered: true }
forbidden:
${Array.from({ length: 29 }, (_, i) => `  - { d${i}: a, d${i + 1}: [a, b] }`).join('\n')}
`,
    'chain.yaml',
  ),
);
