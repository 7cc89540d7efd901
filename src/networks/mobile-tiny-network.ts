/** The networks of the default space: 8 chosen layers in 3 stages, small enough to train on two cores. */
import { mobileTinyBlocks } from '../spaces/mobile-tiny.js';
import type { Codes } from '../spaces/space.js';
import { convNorm, mbConv } from './blocks.js';
import { NetworkBuilder, type Value } from './builder.js';
import type { NetworkGraph, NetworkInput } from './graph.js';

const STEM_CHANNELS = 16;
const HEAD_CHANNELS = 128;

const STAGES = [
  { channels: 16, layers: 1 },
  { channels: 24, layers: 3 },
  { channels: 40, layers: 4 },
];

/** The bottleneck of every block; undefined for none. */
const BOTTLENECKS = {
  identity: undefined,
  mbconv_e2_k3: { expansion: 2, kernel: 3 },
  mbconv_e2_k5: { expansion: 2, kernel: 5 },
  mbconv_e4_k3: { expansion: 4, kernel: 3 },
  mbconv_e4_k5: { expansion: 4, kernel: 5 },
} as const satisfies Record<(typeof mobileTinyBlocks)[number], unknown>;

/**
 * The network of 8 block choices, e.g. for 3 x 32 x 32 images and 10 classes; any image from 8 x 8 on, of any channels. What halves the image between
 * stages is no choice, so that every chosen block adds to one stream of features that all subnets share: their weights can then be shared too.
 */
export function mobileTinyNetwork(codes: Codes, { shape, classes }: NetworkInput): NetworkGraph {
  const net = new NetworkBuilder('mobile-tiny', shape);
  let value = convNorm(net, 'stem', net.input, { channels: STEM_CHANNELS, kernel: 3, stride: 2, activation: 'relu' });
  let position = 0;
  STAGES.forEach(({ channels, layers }, stage) => {
    if (stage > 0) value = transition(net, `transition${stage}`, value, channels);
    for (let layer = 0; layer < layers; layer++, position++) {
      const bottleneck = BOTTLENECKS[mobileTinyBlocks[codes[position]!]!];
      if (bottleneck === undefined) continue;
      value = bottleneckBlock(net, `b${position}`, value, bottleneck);
    }
  });
  value = convNorm(net, 'head', value, { channels: HEAD_CHANNELS, activation: 'relu' });
  net.linear('classifier', net.globalPool('pool', value), classes);
  return net.build();
}

/** Halves the image and changes the channels, without looking beyond the four pixels that become one. */
function transition(net: NetworkBuilder, prefix: string, value: Value, channels: number): Value {
  return convNorm(net, prefix, net.pool(`${prefix}.pool`, value, 'average', { kernel: 2, stride: 2 }), { channels });
}

/**
 * Expand 1x1, depthwise, project 1x1, and add; nothing at first, so that a block that was hardly trained does no harm to the others of its subnet.
 * Kernels of one expansion share the convolutions before and behind them.
 */
function bottleneckBlock(
  net: NetworkBuilder,
  position: string,
  value: Value,
  { expansion, kernel }: { readonly expansion: number; readonly kernel: number },
): Value {
  const [channels] = value.shape;
  return mbConv(net, `${position}.e${expansion}`, value, {
    ...{ channels, expansion, kernel, stride: 1, activation: 'relu', initialScale: 0, depthwise: `k${kernel}` },
  });
}
