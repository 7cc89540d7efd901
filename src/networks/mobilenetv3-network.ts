/** The networks of Once-for-All's MobileNetV3 space. Channels, activations and squeeze-excite as in its source, mit-han-lab/once-for-all. */
import { elasticLabel } from '../spaces/elastic-stages.js';
import { mobilenetv3Stages } from '../spaces/mobilenetv3.js';
import type { Codes } from '../spaces/space.js';
import { convNorm, mbConv, wholeEights } from './blocks.js';
import { NetworkBuilder } from './builder.js';
import type { NetworkGraph, NetworkInput } from './graph.js';

const STAGES = [
  { channels: 24, stride: 2, activation: 'relu', squeezes: false },
  { channels: 40, stride: 2, activation: 'relu', squeezes: true },
  { channels: 80, stride: 2, activation: 'hard-swish', squeezes: false },
  { channels: 112, stride: 1, activation: 'hard-swish', squeezes: true },
  { channels: 160, stride: 2, activation: 'hard-swish', squeezes: true },
] as const;

/** The network of an architecture, at width 1.0, e.g. for 3 x 224 x 224 images and 1000 classes. */
export function mobilenetv3Network(codes: Codes, { shape, classes }: NetworkInput): NetworkGraph {
  const net = new NetworkBuilder('mobilenetv3', shape);
  let value = convNorm(net, 'stem', net.input, { channels: 16, kernel: 3, stride: 2, activation: 'hard-swish' });
  value = mbConv(net, 'first', value, { channels: 16, expansion: 1, kernel: 3, stride: 1, activation: 'relu' });
  mobilenetv3Stages(codes).forEach((layers, stage) => {
    const { channels, stride, activation, squeezes } = STAGES[stage]!;
    layers.forEach((layer, index) => {
      value = mbConv(net, `s${stage}l${index}.${elasticLabel(layer)}`, value, {
        ...{ ...layer, channels, activation, stride: index === 0 ? stride : 1, gate: 'hard-sigmoid' },
        ...(squeezes && { squeezed: wholeEights(Math.floor((value.shape[0] * layer.expansion) / 4)) }),
      });
    });
  });
  value = convNorm(net, 'expand', value, { channels: 960, activation: 'hard-swish' });
  const mixed = net.convolution('mix.conv', net.globalPool('pool', value), { channels: 1280 });
  const active = net.activation('mix.hard-swish', mixed, 'hard-swish');
  net.linear('classifier', net.dropout('dropout', active, 0.1), classes);
  return net.build();
}
