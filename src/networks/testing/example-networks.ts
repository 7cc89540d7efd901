/** Small networks for tests of everything that reads graphs. */
import { convNorm } from '../blocks.js';
import { NetworkBuilder } from '../builder.js';
import type { NetworkGraph, NetworkInput } from '../graph.js';
import { shuffleBlock, shuffleXceptionBlock } from '../shuffle-blocks.js';

/** One operation of every kind, for 4 x 8 x 8 images and 10 classes. */
export function everyKindNetwork(): NetworkGraph {
  const net = new NetworkBuilder('every kind', [4, 8, 8]);
  const conv = net.convolution('conv', net.input, { channels: 8, kernel: 3, dilation: 2, groups: 2, bias: true });
  const active = net.activation('active', net.batchNorm('norm', conv), 'hard-swish');
  const [left, right] = net.split('part', net.shuffle('shuffle', active, 4), 2);
  const pooled = net.pool('pool', net.shift('shift', left!), 'maximum', { kernel: 3, padding: 1 });
  const joined = net.concat('joined', [net.add('sum', [pooled, net.zeros('nothing', [4, 8, 8])]), right!]);
  const scaled = net.multiply('scaled', joined, net.globalPool('means', joined));
  net.linear('linear', net.dropout('dropout', net.globalPool('pooled', scaled), 0.2), 10);
  return net.build();
}

/** All blocks of single-path one-shot search over ShuffleNetV2, at both strides. */
export function shuffleNetwork({ shape, classes }: NetworkInput): NetworkGraph {
  const net = new NetworkBuilder('shuffle blocks', shape);
  let value = convNorm(net, 'stem', net.input, { channels: 8, kernel: 3, stride: 2, activation: 'relu' });
  value = shuffleBlock(net, 'b0.choice_3x3', value, { channels: 16, stride: 2, kernel: 3 });
  value = shuffleBlock(net, 'b1.choice_5x5', value, { channels: 16, stride: 1, kernel: 5 });
  value = shuffleBlock(net, 'b2.choice_7x7', value, { channels: 16, stride: 1, kernel: 7 });
  value = shuffleXceptionBlock(net, 'b3.choice_x', value, { channels: 32, stride: 2 });
  value = shuffleXceptionBlock(net, 'b4.choice_x', value, { channels: 32, stride: 1 });
  net.linear('classifier', net.globalPool('pool', value), classes);
  return net.build();
}
