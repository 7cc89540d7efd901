/** The network of NAS-Bench-Macro: 8 chosen layers in 3 stages (arXiv 2103.11922, appendix). */
import { nasbenchMacroBlocks } from '../spaces/nasbench-macro.js';
import type { Codes } from '../spaces/space.js';
import { convNorm, identity, mbConv } from './blocks.js';
import { NetworkBuilder, type Value } from './builder.js';
import type { NetworkGraph, NetworkInput } from './graph.js';

const STAGES = [
  { channels: 64, layers: 2 },
  { channels: 128, layers: 3 },
  { channels: 256, layers: 3 },
];

/** Channels and stride of every chosen layer; a stage's first layer halves the image. */
const LAYERS = STAGES.flatMap(({ channels, layers }) =>
  Array.from({ length: layers }, (_, index) => ({ channels, stride: index === 0 ? 2 : 1 })),
);

/** The network of 8 block choices, e.g. for 3 x 32 x 32 images and 10 classes. */
export function nasbenchMacroNetwork(codes: Codes, { shape, classes }: NetworkInput): NetworkGraph {
  const net = new NetworkBuilder('nasbench-macro', shape);
  let value = convNorm(net, 'stem', net.input, { channels: 32, kernel: 3, activation: 'relu' });
  LAYERS.forEach((layer, index) => {
    value = chosenBlock(net, `b${index}`, value, codes[index]!, layer);
  });
  value = convNorm(net, 'head', value, { channels: 1280, activation: 'relu' });
  net.linear('classifier', net.globalPool('pool', value), classes);
  return net.build();
}

function chosenBlock(
  net: NetworkBuilder,
  prefix: string,
  value: Value,
  code: number,
  layer: (typeof LAYERS)[number],
): Value {
  const block = nasbenchMacroBlocks[code]!;
  const name = `${prefix}.${block}`;
  switch (block) {
    case 'identity':
      return identity(net, name, value, layer);
    case 'mbconv_e3_k3':
      return mbConv(net, name, value, { ...layer, expansion: 3, kernel: 3, activation: 'relu6' });
    case 'mbconv_e6_k5':
      return mbConv(net, name, value, { ...layer, expansion: 6, kernel: 5, activation: 'relu6' });
    default:
      return block satisfies never;
  }
}
