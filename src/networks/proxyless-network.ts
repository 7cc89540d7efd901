/** The networks of the ProxylessNAS space. Channels as in the source of Once-for-All, mit-han-lab/once-for-all. */
import { elasticLabel } from '../spaces/elastic-stages.js';
import { proxylessStages } from '../spaces/proxyless.js';
import type { Codes } from '../spaces/space.js';
import { convNorm, mbConv } from './blocks.js';
import { NetworkBuilder } from './builder.js';
import type { NetworkGraph, NetworkInput } from './graph.js';

const STAGES = [
  { channels: 24, stride: 2 },
  { channels: 40, stride: 2 },
  { channels: 80, stride: 2 },
  { channels: 96, stride: 1 },
  { channels: 192, stride: 2 },
  { channels: 320, stride: 1 },
];

/** The network of an architecture, at width 1.0, e.g. for 3 x 224 x 224 images and 1000 classes. */
export function proxylessNetwork(codes: Codes, { shape, classes }: NetworkInput): NetworkGraph {
  const net = new NetworkBuilder('proxyless', shape);
  const activation = 'relu6';
  let value = convNorm(net, 'stem', net.input, { channels: 32, kernel: 3, stride: 2, activation });
  value = mbConv(net, 'first', value, { channels: 16, expansion: 1, kernel: 3, stride: 1, activation });
  proxylessStages(codes).forEach((layers, stage) => {
    const { channels, stride } = STAGES[stage]!;
    layers.forEach((layer, index) => {
      value = mbConv(net, `s${stage}l${index}.${elasticLabel(layer)}`, value, {
        ...{ ...layer, channels, activation, stride: index === 0 ? stride : 1 },
      });
    });
  });
  value = convNorm(net, 'mix', value, { channels: 1280, activation });
  net.linear('classifier', net.dropout('dropout', net.globalPool('pool', value), 0.1), classes);
  return net.build();
}
