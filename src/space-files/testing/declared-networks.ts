/** Spaces with networks in YAML: one of every block, and built-in ones written anew. */
import type { BuiltInSpaceName } from '../../spaces/index.js';
import type { Codes } from '../../spaces/space.js';

/** A built-in space in YAML. */
export interface DeclaredAgain {
  readonly yaml: string;
  /** the codes in the declared space of an architecture of the built-in one */
  codes(builtIn: Codes): number[];
}

const labels = [3, 4, 6].flatMap((expansion) => [3, 5, 7].map((kernel) => `e${expansion}k${kernel}`));
const mobile = labels
  .map((label) => `${label}: { block: mbconv, expansion: ${label[1]}, kernel: ${label[3]} }`)
  .join(', ');

/** Stages of two layers that are always there and two that may be missing; `first` and `more` are dimensions of both kinds. */
const elastic = (name: string, first: number, network: string) => `
name: ${name}
dimensions:
  first: { choices: &labels [${labels.join(', ')}], repeat: ${first} }
  more: { choices: [${labels.join(', ')}, none], repeat: 10 }
forbidden:
${[0, 2, 4, 6, 8].map((i) => `  - { more${i}: none, more${i + 1}: *labels }`).join('\n')}
network:
  input: { shape: [3, 224, 224], classes: 1000 }
${network}`;

/** @param settings what the stage's layers have in common, as YAML */
const elasticStage = (settings: string, stride: number, isFirst = false) => {
  const [blocks, more] = isFirst
    ? [`&blocks { ${mobile} }`, `&more { ${mobile}, none: { block: none } }`]
    : ['*blocks', '*more'];
  return `
    - { choose: first, depth: 2, stride: ${stride}, ${settings}, options: ${blocks} }
    - { choose: more, depth: 2, ${settings}, options: ${more} }`;
};

const elasticCodes = (stages: number, last: number) => (codes: Codes) => {
  const of = (indices: readonly number[]) => indices.map((i) => codes[i]!);
  const each = Array.from({ length: stages }, (_, s) => 4 * s);
  return [
    ...each.flatMap((s) => of([s, s + 1])),
    ...of(Array.from({ length: last }, (_, i) => 4 * stages + i)),
    ...each.flatMap((s) => of([s + 2, s + 3])),
  ];
};

/** Built-in spaces that can be declared, by name. */
export const declaredAgain = {
  'nasbench-macro': {
    yaml: `
name: macro
dimensions:
  b: { choices: [identity, mbconv_e3_k3, mbconv_e6_k5], repeat: 8 }
network:
  input: { shape: [3, 32, 32], classes: 10 }
  activation: relu6
  stem: { block: conv, channels: 32, activation: relu }
  layers:
    - choose: b
      depth: 2
      channels: 64
      stride: 2
      options: &blocks
        identity: { block: identity }
        mbconv_e3_k3: { block: mbconv, expansion: 3, kernel: 3 }
        mbconv_e6_k5: { block: mbconv, expansion: 6, kernel: 5 }
    - { choose: b, depth: 3, channels: 128, stride: 2, options: *blocks }
    - { choose: b, depth: 3, channels: 256, stride: 2, options: *blocks }
  head: { block: conv, channels: 1280, kernel: 1, activation: relu }
`,
    codes: (codes) => Array.from(codes),
  },
  'mobile-tiny': {
    yaml: `
name: tiny
dimensions:
  b: { choices: [identity, e2k3, e2k5, e4k3, e4k5], repeat: 8 }
network:
  input: { shape: [3, 32, 32], classes: 10 }
  stem: { block: conv, channels: 16, stride: 2 }
  layers:
    - choose: b
      initialScale: 0
      options: &blocks
        identity: { block: none }
        e2k3: { block: mbconv, expansion: 2, kernel: 3 }
        e2k5: { block: mbconv, expansion: 2, kernel: 5 }
        e4k3: { block: mbconv, expansion: 4, kernel: 3 }
        e4k5: { block: mbconv, expansion: 4, kernel: 5 }
    - { name: half1, block: average-pool, kernel: 2, stride: 2 }
    - { name: wide1, block: conv, kernel: 1, channels: 24, activation: none }
    - { choose: b, initialScale: 0, depth: 3, options: *blocks }
    - { name: half2, block: average-pool, kernel: 2, stride: 2 }
    - { name: wide2, block: conv, kernel: 1, channels: 40, activation: none }
    - { choose: b, initialScale: 0, depth: 4, options: *blocks }
  head: { block: conv, channels: 128, kernel: 1 }
`,
    codes: (codes) => Array.from(codes),
  },
  shufflenetv2: {
    yaml: `
name: shuffle
dimensions:
  b: { choices: [choice_3, choice_5, choice_7, choice_x], repeat: 20 }
network:
  input: { shape: [3, 224, 224], classes: 1000 }
  stem: { block: conv, channels: 16, stride: 2 }
  layers:
    - choose: b
      depth: 4
      channels: 64
      stride: 2
      options: &blocks
        choice_3: { block: shuffle, kernel: 3 }
        choice_5: { block: shuffle, kernel: 5 }
        choice_7: { block: shuffle, kernel: 7 }
        choice_x: { block: shuffle-xception }
    - { choose: b, depth: 4, channels: 160, stride: 2, options: *blocks }
    - { choose: b, depth: 8, channels: 320, stride: 2, options: *blocks }
    - { choose: b, depth: 4, channels: 640, stride: 2, options: *blocks }
  head: { block: conv, channels: 1024, kernel: 1 }
  classifier: { dropout: 0.1, bias: false }
`,
    codes: (codes) => Array.from(codes),
  },
  proxyless: {
    yaml: elastic(
      'proxy',
      11,
      `
  activation: relu6
  stem:
    - { block: conv, channels: 32, stride: 2 }
    - { block: mbconv, channels: 16, expansion: 1 }
  layers:
    ${elasticStage('channels: 24', 2, true)}
    ${elasticStage('channels: 40', 2)}
    ${elasticStage('channels: 80', 2)}
    ${elasticStage('channels: 96', 1)}
    ${elasticStage('channels: 192', 2)}
    - { choose: first, channels: 320, options: *blocks }
  head: { block: conv, channels: 1280, kernel: 1 }
  classifier: { dropout: 0.1 }
`,
    ),
    codes: elasticCodes(5, 1),
  },
  mobilenetv3: {
    yaml: elastic(
      'mobile3',
      10,
      `
  activation: hard-swish
  stem:
    - { block: conv, channels: 16, stride: 2 }
    - { block: mbconv, channels: 16, expansion: 1, activation: relu }
  layers:
    ${elasticStage('channels: 24, activation: relu', 2, true)}
    ${elasticStage('channels: 40, activation: relu, squeeze: 0.25, gate: hard-sigmoid', 2)}
    ${elasticStage('channels: 80', 2)}
    ${elasticStage('channels: 112, squeeze: 0.25, gate: hard-sigmoid', 1)}
    ${elasticStage('channels: 160, squeeze: 0.25, gate: hard-sigmoid', 2)}
  head: { block: conv, channels: 960, kernel: 1 }
  classifier: { hidden: 1280, dropout: 0.1 }
`,
    ),
    codes: elasticCodes(5, 0),
  },
} as const satisfies Partial<Record<BuiltInSpaceName, DeclaredAgain>>;

/** Every block but mbconv is a choice; small enough for every architecture to be built. */
export const everyBlock = `
name: every
dimensions:
  block: [conv, separable, shuffle, shuffle-xception, basic, bottleneck, average-pool, max-pool, identity, none]
  kernel: { choices: [3, 5], repeat: 2 }
  size: [slim, fat]
  depth: [0, 2]
network:
  input: { shape: [2, 12, 10], classes: 3 }
  activation: swish
  stem: [{ block: conv, channels: { choose: size, options: { slim: 8, fat: 16 } }, kernel: 3 }]
  layers:
    - { block: $block, kernel: $kernel }
    - { block: mbconv, expansion: 2, kernel: $kernel, stride: 2, squeeze: 0.5, squeezeOf: input, gate: hard-sigmoid, residual: false }
    - { block: bottleneck, channels: 24, depth: $depth, stride: 2, reduction: 2, initialScale: 0, activation: none }
    - { block: basic, initialScale: 0 }
  classifier: { hidden: 12, activation: hard-swish, dropout: 0.2, bias: false }
`;

/** A space with one dimension, k, and a network with a stem and what else is given. */
export function small(network: string): string {
  return `name: s
dimensions: { k: [3, 5] }
network:
  input: { shape: [3, 8, 8], classes: 4 }
  stem: { block: conv, channels: 8 }
  ${network}
`;
}
