/** A small graph around each operation and each of its settings: odd sizes, channels that fill no vector, strides that do not fit. */
import { type ConvolutionOptions, NetworkBuilder, type PoolOptions, type Value } from '../../networks/builder.js';
import type { ActivationFunction, NetworkGraph } from '../../networks/graph.js';

type Build = (net: NetworkBuilder, value: Value) => Value;

/**
 * The operation between two convolutions: the first makes its gradient to the input seen, the second gives every pixel and channel of its
 * output a gradient of its own.
 */
function around(name: string, build: Build, channels = 6): NetworkGraph {
  const net = new NetworkBuilder(name, [3, 9, 7]);
  const before = net.convolution('before', net.input, { channels, kernel: 3, bias: true });
  const mixed = net.convolution('mix', build(net, before), { channels: 5, kernel: 3 });
  net.linear('head', net.globalPool('means', net.activation('mix.swish', mixed, 'swish')), 4);
  return net.build();
}

const convolutions: Readonly<Record<string, ConvolutionOptions>> = {
  '1x1': { channels: 5 },
  '1x1 with bias, stride 2': { channels: 9, stride: 2, bias: true },
  '1x1, padding 1': { channels: 3, padding: 1 },
  '3x3': { channels: 8, kernel: 3 },
  '3x3 with bias': { channels: 1, kernel: 3, bias: true },
  '3x3, stride 2': { channels: 5, kernel: 3, stride: 2 },
  '3x3, padding 0': { channels: 5, kernel: 3, padding: 0 },
  '3x3, dilation 2': { channels: 7, kernel: 3, dilation: 2 },
  '3x3, stride 3, dilation 2': { channels: 4, kernel: 3, stride: 3, dilation: 2 },
  '2x2, stride 3': { channels: 4, kernel: 2, stride: 3 },
  '5x5, stride 2': { channels: 13, kernel: 5, stride: 2 },
  '7x7, stride 4, padding 5': { channels: 2, kernel: 7, stride: 4, padding: 5 },
  'grouped 3x3': { channels: 10, kernel: 3, groups: 2 },
  'grouped 3x3, stride 2': { channels: 9, kernel: 3, groups: 3, stride: 2 },
  'grouped 1x1': { channels: 3, groups: 3, bias: true },
  'grouped 3x3, dilation 3': { channels: 4, kernel: 3, groups: 2, dilation: 3 },
  'depthwise 3x3': { channels: 6, kernel: 3, groups: 6 },
  'depthwise 3x3 with bias, stride 2': { channels: 6, kernel: 3, groups: 6, stride: 2, bias: true },
  'depthwise 5x5, stride 2': { channels: 6, kernel: 5, groups: 6, stride: 2 },
  'depthwise 7x7': { channels: 6, kernel: 7, groups: 6 },
  'depthwise 3x3, dilation 2': { channels: 6, kernel: 3, groups: 6, dilation: 2 },
  'depthwise 2x2, stride 2, padding 0': { channels: 6, kernel: 2, groups: 6, stride: 2, padding: 0 },
  'two filters a channel': { channels: 12, kernel: 3, groups: 6, stride: 2 },
};

const activations: readonly ActivationFunction[] = ['relu', 'relu6', 'sigmoid', 'swish', 'hard-sigmoid', 'hard-swish'];

const pools: Readonly<Record<string, PoolOptions>> = {
  '3x3, padding 1': { kernel: 3, padding: 1 },
  '3x3, stride 2, padding 1': { kernel: 3, stride: 2, padding: 1 },
  '2x2, stride 2': { kernel: 2, stride: 2 },
  '2x2, stride 3, padding 1': { kernel: 2, stride: 3, padding: 1 },
  '5x5, stride 1, padding 2': { kernel: 5, padding: 2 },
};

const others: Readonly<Record<string, Build>> = {
  'batch norm': (net, value) => net.batchNorm('norm', value),
  'batch norm of a vector': (net, value) => net.batchNorm('norm', net.globalPool('vector', value)),
  'two batch norms on one value': (net, value) =>
    net.add('sum', [net.batchNorm('a', value), net.batchNorm('b', value)]),
  'global pool': (net, value) => net.globalPool('vector', value),
  'add three': (net, value) =>
    net.add('sum', [
      value,
      net.activation('a', value, 'sigmoid'),
      net.pool('b', value, 'average', { kernel: 3, padding: 1 }),
    ]),
  'add a value to itself': (net, value) => net.add('sum', [value, value]),
  'add one alone': (net, value) => net.add('sum', [value]),
  'add zeros': (net, value) => net.add('sum', [net.zeros('none', value.shape), value]),
  'zeros alone': (net, value) => net.concat('both', [net.zeros('none', value.shape), value]),
  multiply: (net, value) => net.multiply('scaled', value, net.globalPool('factors', value)),
  'multiply vectors': (net, value) => {
    const vector = net.globalPool('vector', value);
    return net.multiply('scaled', vector, net.activation('factors', vector, 'hard-sigmoid'));
  },
  concat: (net, value) => {
    const narrow = net.convolution('narrow', value, { channels: 3 });
    const single = net.convolution('single', value, { channels: 1 });
    return net.concat('both', [narrow, value, single, narrow]);
  },
  slice: (net, value) => net.slice('part', value, 1, 3),
  'slices that overlap': (net, value) =>
    net.concat('both', [net.slice('high', value, 2, 4), net.slice('low', value, 0, 5)]),
  'shuffle in 2 groups': (net, value) => net.shuffle('shuffled', value, 2),
  'shuffle in 3 groups': (net, value) => net.shuffle('shuffled', value, 3),
  shift: (net, value) => net.shift('shifted', value),
  'shift of a value that others read': (net, value) =>
    net.add('sum', [value, net.shift('shifted', value), net.convolution('wide', value, { channels: 6, kernel: 5 })]),
  'shift of a vector': (net, value) => net.shift('shifted', net.globalPool('vector', value)),
  'shift before stride 2': (net, value) =>
    net.convolution('odd', net.shift('shifted', value), { channels: 5, stride: 2 }),
  dropout: (net, value) => net.dropout('dropped', value, 0.3),
  'dropout of a vector': (net, value) => net.dropout('dropped', net.globalPool('vector', value), 0.6),
  'dropout and batch norm': (net, value) => net.batchNorm('norm', net.dropout('dropped', value, 0.4)),
  'dropout of nothing': (net, value) => net.dropout('dropped', value, 0),
  'linear layers': (net, value) => {
    const hidden = net.linear('hidden', net.globalPool('vector', value), 11);
    return net.linear('out', net.activation('hidden.relu', hidden, 'relu'), 3);
  },
};

/** Two operations that name one parameter. */
function sharedParameter(): NetworkGraph {
  const graph = around('shared parameter', (net, value) => {
    const once = net.convolution('once', value, { channels: 6, kernel: 3 });
    return net.convolution('twice', net.activation('between', once, 'swish'), { channels: 6, kernel: 3 });
  });
  const { parameters } = graph.operations.find(({ name }) => name === 'once')!;
  return {
    ...graph,
    operations: graph.operations.map((operation) =>
      operation.name === 'twice' ? { ...operation, parameters } : operation,
    ),
  };
}

/** One graph for every operation and each of its settings. */
export const operationGraphs: readonly NetworkGraph[] = [
  ...Object.entries(convolutions).map(([name, options]) =>
    around(`convolution ${name}`, (net, value) => net.convolution('filtered', value, options)),
  ),
  ...activations.flatMap((activation) => [
    around(activation, (net, value) => net.activation('active', value, activation)),
    around(`batch norm and ${activation}`, (net, value) =>
      net.activation('active', net.batchNorm('norm', value), activation),
    ),
  ]),
  ...(['average', 'maximum'] as const).flatMap((pool) =>
    Object.entries(pools).map(([name, options]) =>
      around(`${pool} pool ${name}`, (net, value) => net.pool('pooled', value, pool, options), 5),
    ),
  ),
  ...Object.entries(others).map(([name, build]) => around(name, build)),
  sharedParameter(),
];
