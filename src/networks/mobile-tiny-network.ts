/** The networks of the default space: 8 chosen layers in 3 stages, small enough to train on two cores. */
import { mobileTinyBlocks } from '../spaces/mobile-tiny.js';
import type { Codes } from '../spaces/space.js';
import { convNorm, identity, mbConv } from './blocks.js';
import { NetworkBuilder } from './builder.js';
import type { NetworkGraph, NetworkInput } from './graph.js';

const STEM_CHANNELS = 16;
const HEAD_CHANNELS = 128;

const STAGES = [
  { channels: 16, stride: 1, layers: 1 },
  { channels: 16, stride: 2, layers: 3 },
  { channels: 32, stride: 2, layers: 4 },
];

/** Channels and stride of every chosen layer; the stride is the stage's at its first layer. */
const LAYERS = STAGES.flatMap(({ channels, stride, layers }) =>
  Array.from({ length: layers }, (_, index) => ({ channels, stride: index === 0 ? stride : 1 })),
);

/** The bottleneck of every block; undefined for none. */
const BOTTLENECKS = {
  identity: undefined,
  mbconv_e2_k3: { expansion: 2, kernel: 3 },
  mbconv_e2_k5: { expansion: 2, kernel: 5 },
  mbconv_e4_k3: { expansion: 4, kernel: 3 },
  mbconv_e4_k5: { expansion: 4, kernel: 5 },
} as const satisfies Record<(typeof mobileTinyBlocks)[number], unknown>;

/** The network of 8 block choices, e.g. for 3 x 32 x 32 images and 10 classes; any image from 8 x 8 on, of any channels. */
export function mobileTinyNetwork(codes: Codes, { shape, classes }: NetworkInput): NetworkGraph {
  const net = new NetworkBuilder('mobile-tiny', shape);
  let value = convNorm(net, 'stem', net.input, { channels: STEM_CHANNELS, kernel: 3, stride: 2, activation: 'relu' });
  LAYERS.forEach((layer, index) => {
    const block = mobileTinyBlocks[codes[index]!]!;
    const bottleneck = BOTTLENECKS[block];
    const name = `b${index}.${block}`;
    value =
      bottleneck === undefined
        ? identity(net, name, value, layer)
        : mbConv(net, name, value, { ...layer, ...bottleneck, activation: 'relu' });
  });
  value = convNorm(net, 'head', value, { channels: HEAD_CHANNELS, activation: 'relu' });
  net.linear('classifier', net.globalPool('pool', value), classes);
  return net.build();
}
