/** The networks of single-path one-shot search: 4 stages of ShuffleNetV2 blocks. Channels as in its published source, megvii-model/SinglePathOneShot. */
import { shufflenetv2Blocks } from '../spaces/shufflenetv2.js';
import type { Codes } from '../spaces/space.js';
import { convNorm } from './blocks.js';
import { NetworkBuilder, type Value } from './builder.js';
import type { NetworkGraph, NetworkInput } from './graph.js';
import { type ShuffleBlockOptions, shuffleBlock, shuffleXceptionBlock } from './shuffle-blocks.js';

/** The first block of each stage halves the image. */
const STAGES = [
  { channels: 64, blocks: 4 },
  { channels: 160, blocks: 4 },
  { channels: 320, blocks: 8 },
  { channels: 640, blocks: 4 },
];

/** The network of an architecture, e.g. for 3 x 224 x 224 images and 1000 classes. */
export function shufflenetv2Network(codes: Codes, { shape, classes }: NetworkInput): NetworkGraph {
  const net = new NetworkBuilder('shufflenetv2', shape);
  let value = convNorm(net, 'stem', net.input, { channels: 16, kernel: 3, stride: 2, activation: 'relu' });
  let layer = 0;
  for (const { channels, blocks } of STAGES) {
    for (let block = 0; block < blocks; block++, layer++) {
      value = choice(net, `b${layer}`, value, codes[layer]!, { channels, stride: block === 0 ? 2 : 1 });
    }
  }
  value = convNorm(net, 'head', value, { channels: 1024, activation: 'relu' });
  const features = net.dropout('dropout', net.globalPool('pool', value), 0.1);
  net.convolution('classifier', features, { channels: classes }); // a linear layer without bias
  return net.build();
}

function choice(net: NetworkBuilder, prefix: string, value: Value, code: number, options: ShuffleBlockOptions): Value {
  const block = shufflenetv2Blocks[code]!;
  const name = `${prefix}.${block}`;
  switch (block) {
    case 'choice_3':
      return shuffleBlock(net, name, value, { ...options, kernel: 3 });
    case 'choice_5':
      return shuffleBlock(net, name, value, { ...options, kernel: 5 });
    case 'choice_7':
      return shuffleBlock(net, name, value, { ...options, kernel: 7 });
    case 'choice_x':
      return shuffleXceptionBlock(net, name, value, options);
    default:
      return block satisfies never;
  }
}
