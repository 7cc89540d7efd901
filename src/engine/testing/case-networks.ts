/** Whole networks of the kinds that spaces are made of, for small images. */
import { convNorm, mbConv } from '../../networks/blocks.js';
import { NetworkBuilder } from '../../networks/builder.js';
import type { NetworkGraph } from '../../networks/graph.js';
import { nasbench201Network, type Skeleton } from '../../networks/nasbench201-network.js';
import { shuffleBlock, shuffleXceptionBlock } from '../../networks/shuffle-blocks.js';
import { nasbench201 } from '../../spaces/nasbench201.js';

const CLASSES = 5;

/** A cell that has every operator, in the published skeleton or a smaller one. */
function cells(name: string, skeleton?: Skeleton): NetworkGraph {
  const cell = '|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|none~1|nor_conv_3x3~2|';
  const input = { shape: [3, 8, 8], classes: CLASSES } as const;
  return { ...nasbench201Network(nasbench201.parse(cell), input, skeleton), name };
}

/** Inverted bottlenecks with and without residual, stride and squeeze-excite. */
function mobile(): NetworkGraph {
  const net = new NetworkBuilder('MBConv', [3, 13, 11]);
  let value = convNorm(net, 'stem', net.input, { channels: 10, kernel: 3, stride: 2, activation: 'hard-swish' });
  value = mbConv(net, 'b0', value, { channels: 6, expansion: 1, kernel: 3, stride: 1, activation: 'relu' });
  value = mbConv(net, 'b1', value, { channels: 10, expansion: 3, kernel: 5, stride: 2, activation: 'relu6' });
  value = mbConv(net, 'b2', value, {
    channels: 10,
    expansion: 6,
    kernel: 3,
    stride: 1,
    squeezed: 4,
    activation: 'swish',
  });
  value = convNorm(net, 'head', value, { channels: 30, activation: 'relu' });
  net.linear('classifier', net.dropout('dropout', net.globalPool('pool', value), 0.2), CLASSES);
  return net.build();
}

/** ShuffleNetV2 blocks of both strides and kinds. */
function shuffling(): NetworkGraph {
  const net = new NetworkBuilder('ShuffleNetV2', [3, 9, 11]);
  let value = convNorm(net, 'stem', net.input, { channels: 6, kernel: 3, activation: 'relu' });
  value = shuffleBlock(net, 'b0', value, { channels: 14, kernel: 3, stride: 2 });
  value = shuffleBlock(net, 'b1', value, { channels: 14, kernel: 5, stride: 1 });
  value = shuffleXceptionBlock(net, 'b2', value, { channels: 14, stride: 1 });
  value = shuffleXceptionBlock(net, 'b3', value, { channels: 18, stride: 2 });
  net.linear('classifier', net.globalPool('pool', value), CLASSES);
  return net.build();
}

/** One network of each kind. */
export const networkGraphs: readonly NetworkGraph[] = [
  cells('NAS-Bench-201', { stages: [5, 7], cells: 1 }),
  mobile(),
  shuffling(),
];

/** A network with the depth and width that people train. */
export const publishedNetwork: NetworkGraph = cells('NAS-Bench-201 as published');

/** For optimizers: no parameter's gradient is zero in exact arithmetic, so that Adam never divides rounding errors by themselves. */
export const optimizerGraph: NetworkGraph = (() => {
  const net = new NetworkBuilder('optimizers', [3, 7, 5]);
  const stem = convNorm(net, 'stem', net.input, { channels: 5, kernel: 3, activation: 'swish' });
  const body = net.convolution('body', stem, { channels: 6, kernel: 3, stride: 2, bias: true });
  net.linear('head', net.globalPool('pool', net.activation('body.swish', body, 'hard-swish')), CLASSES);
  return net.build();
})();

/** A path through two positions with three choices each; paths share what they have in common. */
export function pathGraph([first, second]: readonly [number, number]): NetworkGraph {
  const net = new NetworkBuilder(`path ${first} ${second}`, [3, 6, 5]);
  let value = convNorm(net, 'stem', net.input, { channels: 5, kernel: 3, activation: 'hard-swish' });
  [first, second].forEach((choice, position) => {
    const options = { channels: 5, stride: 1, kernel: 1 + 2 * choice, expansion: 2, activation: 'swish' } as const;
    if (choice > 0) value = mbConv(net, `p${position}.k${options.kernel}`, value, options);
  });
  net.linear('head', net.globalPool('pool', value), 3);
  return net.build();
}
