/** The networks by which the embedded engine's speed is measured: two plain ones, and one of each space that is trained. */
import { convNorm } from '../src/networks/blocks.js';
import { NetworkBuilder, type Value } from '../src/networks/builder.js';
import type { NetworkGraph, NetworkInput } from '../src/networks/graph.js';
import { networks } from '../src/networks/index.js';
import { type BuiltInSpaceName, builtInSpaces } from '../src/spaces/index.js';

/** Images as in CIFAR-10. */
const input: NetworkInput = { shape: [3, 32, 32], classes: 10 };

/** A network to be timed. */
export interface TimedNetwork {
  readonly what: string;
  readonly graph: NetworkGraph;
}

/** The networks, the plain ones first. */
export function timedNetworks(): TimedNetwork[] {
  const cell = '|nor_conv_3x3~0|+|skip_connect~0|nor_conv_1x1~1|+|avg_pool_3x3~0|nor_conv_3x3~1|skip_connect~2|';
  return [
    { what: 'dense small CNN', graph: plain('dense', dense) },
    { what: 'depthwise-separable small CNN', graph: plain('separable', separable) },
    { what: 'mobile-tiny 21324143', graph: builtIn('mobile-tiny', '21324143') },
    { what: 'NAS-Bench-201 cell network', graph: builtIn('nasbench201', cell) },
    { what: 'NAS-Bench-Macro 12012102', graph: builtIn('nasbench-macro', '12012102') },
  ];
}

type Layer = (net: NetworkBuilder, prefix: string, value: Value, channels: number, stride: number) => Value;

/** A stem, three stages of two layers with 16, 32 and 64 channels, global pooling, a linear classifier. */
function plain(name: string, layer: Layer): NetworkGraph {
  const net = new NetworkBuilder(name, input.shape);
  let value = net.convolution('stem', net.input, { channels: 16, kernel: 3 });
  for (const [stage, channels] of [16, 32, 64].entries()) {
    value = layer(net, `s${stage}.0`, value, channels, stage === 0 ? 1 : 2);
    value = layer(net, `s${stage}.1`, value, channels, 1);
  }
  net.linear('classifier', net.globalPool('pool', value), input.classes);
  return net.build();
}

function dense(net: NetworkBuilder, prefix: string, value: Value, channels: number, stride: number): Value {
  return convNorm(net, prefix, value, { channels, kernel: 3, stride, activation: 'relu' });
}

function separable(net: NetworkBuilder, prefix: string, value: Value, channels: number, stride: number): Value {
  const [groups] = value.shape;
  const depthwise = { channels: groups, kernel: 3, stride, groups, activation: 'relu' } as const;
  return convNorm(net, `${prefix}.point`, convNorm(net, `${prefix}.depth`, value, depthwise), {
    channels,
    activation: 'relu',
  });
}

function builtIn(space: BuiltInSpaceName, architecture: string): NetworkGraph {
  return networks[space](builtInSpaces[space].parse(architecture), input);
}
