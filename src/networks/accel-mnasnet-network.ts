/** The networks of the MnasNet space of Accel-NASBench: 7 stages of mobile inverted bottlenecks. */
import { accelMnasnetStages } from '../spaces/accel-mnasnet.js';
import type { Codes } from '../spaces/space.js';
import { convNorm, mbConv } from './blocks.js';
import { NetworkBuilder } from './builder.js';
import type { NetworkGraph, NetworkInput } from './graph.js';

const STAGES = [
  { channels: 16, stride: 1 },
  { channels: 24, stride: 2 },
  { channels: 40, stride: 2 },
  { channels: 80, stride: 2 },
  { channels: 112, stride: 1 },
  { channels: 192, stride: 2 },
  { channels: 320, stride: 1 },
];

/** The network of an architecture, e.g. for 3 x 224 x 224 images and 1000 classes. */
export function accelMnasnetNetwork(codes: Codes, { shape, classes }: NetworkInput): NetworkGraph {
  const net = new NetworkBuilder('accel-mnasnet', shape);
  let value = convNorm(net, 'stem', net.input, { channels: 32, kernel: 3, stride: 2, activation: 'relu' });
  accelMnasnetStages(codes).forEach(({ expansion, kernel, layers, squeezeExcite }, stage) => {
    const { channels, stride } = STAGES[stage]!;
    const choice = `e${expansion}k${kernel}se${squeezeExcite ? 1 : 0}`;
    for (let layer = 0; layer < layers; layer++) {
      value = mbConv(net, `b${stage}.layer${layer}.${choice}`, value, {
        channels,
        expansion,
        kernel,
        stride: layer === 0 ? stride : 1,
        activation: 'relu',
        ...(squeezeExcite ? { squeezed: value.shape[0] / 4 } : {}),
      });
    }
  });
  value = convNorm(net, 'head', value, { channels: 1280, activation: 'relu' });
  net.linear('classifier', net.globalPool('pool', value), classes);
  return net.build();
}
