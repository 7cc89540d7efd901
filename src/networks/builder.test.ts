import { describe, expect, it } from 'vitest';
import { convNorm, mbConv } from './blocks.js';
import { NetworkBuilder } from './builder.js';
import { countingRules, flops, parameterCount } from './flops.js';
import { ShapeError } from './shape-inference.js';
import { shuffleBlock, shuffleXceptionBlock } from './shuffle-blocks.js';

describe('a hand-worked network', () => {
  // 3 x 8 x 8 -> conv 3x3 stride 2, 4 channels -> 4 x 4 x 4 -> depthwise 3x3 -> pool -> linear 5
  const build = () => {
    const net = new NetworkBuilder('hand', [3, 8, 8]);
    const stem = net.convolution('stem', net.input, { channels: 4, kernel: 3, stride: 2, bias: true });
    const normed = net.batchNorm('bn', stem);
    const filtered = net.convolution('depthwise', normed, { channels: 4, kernel: 3, groups: 4 });
    net.linear('linear', net.globalPool('pool', filtered), 5);
    return net.build();
  };

  it('has the shapes, names and counts worked out by hand', () => {
    const graph = build();
    expect(graph.operations.map(({ kind, shape }) => [kind, ...shape])).toEqual([
      ['input', 3, 8, 8],
      ['convolution', 4, 4, 4],
      ['batch-norm', 4, 4, 4],
      ['convolution', 4, 4, 4],
      ['global-pool', 4, 1, 1],
      ['linear', 5, 1, 1],
    ]);
    expect(graph.operations.flatMap(({ parameters }) => parameters.map(({ name }) => name))).toEqual([
      'stem.weight',
      'stem.bias',
      'bn.scale',
      'bn.shift',
      'depthwise.weight',
      'linear.weight',
      'linear.bias',
    ]);
    expect(flops(graph)).toBe(64 * 27 + 64 * 9 + 20);
    expect(flops(graph, countingRules['accel-nasbench'])).toBe(64 * 27 + 64 * 9 + 20 + 4 * 64 + (16 + 1) * 4);
    expect(parameterCount(graph)).toBe(4 * 27 + 4 + 8 + 36 + 20 + 5);
  });

  it('joins, takes apart and mixes channels', () => {
    const net = new NetworkBuilder('channels', [6, 2, 3]);
    const parts = net.split('part', net.input, 3);
    expect(parts.map(({ name, shape }) => [name, ...shape])).toEqual([
      ['part.0', 2, 2, 3],
      ['part.1', 2, 2, 3],
      ['part.2', 2, 2, 3],
    ]);
    expect(net.concat('joined', [parts[2]!, net.input, net.slice('last', net.input, 5, 1)]).shape).toEqual([9, 2, 3]);
    expect(net.shuffle('mixed', net.input, 2).shape).toEqual([6, 2, 3]);
    expect(net.dropout('dropped', net.input, 0).shape).toEqual([6, 2, 3]);
    const { operations } = net.build();
    expect(operations.flatMap((operation) => (operation.kind === 'slice' ? [operation.first] : []))).toEqual([
      0, 2, 4, 5,
    ]);
    expect(parameterCount(net.build()) + flops(net.build())).toBe(0);
  });

  it('is plain data', () => {
    const graph = build();
    expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
  });
});

describe('shapes', () => {
  it.each([
    [7, 3, 1, 0, 5],
    [7, 3, 2, 1, 4],
    [8, 3, 2, 1, 4],
    [8, 1, 2, 0, 4],
    [8, 2, 2, 0, 4],
    [7, 2, 2, 0, 3],
  ])('of %d pixels under kernel %d, stride %d, padding %d are %d', (size, kernel, stride, padding, result) => {
    const net = new NetworkBuilder('shapes', [2, size, size + 10]);
    expect(net.pool('p', net.input, 'average', { kernel, stride, padding }).shape[1]).toBe(result);
    expect(net.convolution('c', net.input, { channels: 3, kernel, stride, padding }).shape[1]).toBe(result);
  });

  const wrong: [string, (net: NetworkBuilder) => unknown, RegExp][] = [
    [
      'a sum of different shapes',
      (net) => net.add('x', [net.input, net.globalPool('p', net.input)]),
      /"x": cannot add "p" \(4 x 1 x 1\) to "input" \(4 x 6 x 6\)/,
    ],
    [
      'a sum of nothing',
      (net) => net.add('x', []),
      /"x": an operation of kind add needs at least one input, but has 0/,
    ],
    ['factors of another shape', (net) => net.multiply('x', net.input, net.input), /"x": cannot scale/],
    ['a linear layer on an image', (net) => net.linear('x', net.input, 3), /"x": needs a vector/],
    [
      'groups that do not divide',
      (net) => net.convolution('x', net.input, { channels: 6, groups: 4 }),
      /"x": 4 input and 6 output/,
    ],
    [
      'a window larger than the image',
      (net) => net.pool('x', net.input, 'maximum', { kernel: 9 }),
      /"x": the output would have/,
    ],
    [
      'a stride of zero',
      (net) => net.convolution('x', net.input, { channels: 4, stride: 0 }),
      /"x": .* make no window/,
    ],
    [
      'maps side by side of another size',
      (net) => net.concat('x', [net.input, net.globalPool('p', net.input)]),
      /"x": cannot put "p" \(4 x 1 x 1\) behind "input" \(4 x 6 x 6\)/,
    ],
    ['a concatenation of nothing', (net) => net.concat('x', []), /"x": .* concat needs at least one input, but has 0/],
    [
      'channels beyond the last',
      (net) => net.slice('x', net.input, 2, 3),
      /"x": cannot take 3 channels from channel 2/,
    ],
    ['channels before the first', (net) => net.slice('x', net.input, -1, 3), /"x": cannot take 3 channels/],
    ['a slice of nothing', (net) => net.slice('x', net.input, 2, 0), /"x": cannot take 0 channels/],
    ['a split that leaves a rest', (net) => net.split('x', net.input, 3), /"x": cannot split 4 channels into 3 equal/],
    ['a split into nothing', (net) => net.split('x', net.input, 0), /"x": cannot split 4 channels into 0 equal/],
    ['a shuffle of unequal groups', (net) => net.shuffle('x', net.input, 3), /"x": cannot shuffle .* in 3 groups/],
    [
      'a certain dropout',
      (net) => net.dropout('x', net.input, 1),
      /"x": the probability must be at least 0 and below 1/,
    ],
    [
      'padding that fills a window',
      (net) => net.pool('x', net.input, 'average', { kernel: 3, padding: 2 }),
      /"x": padding 2 is more than half/,
    ],
    [
      'half a pixel',
      (net) => net.convolution('x', net.input, { channels: 4, kernel: 1.5 }),
      /"x": kernel 1.5, stride 1 and padding 0 make no window/,
    ],
    ['no channels', (net) => net.convolution('x', net.input, { channels: 0 }), /"x": the output would have/],
    ['a name that is taken', (net) => net.batchNorm('input', net.input), /"input": the name is taken/],
    [
      'a value of another graph',
      (net) => net.batchNorm('x', { name: 'y', shape: [4, 6, 6] }),
      /"x": its input "y" is not/,
    ],
  ];
  it.each(wrong)('name the operation when wrong: %s', (_, build, reason) => {
    const attempt = () => build(new NetworkBuilder('wrong', [4, 6, 6]));
    expect(attempt).toThrow(ShapeError);
    expect(attempt).toThrow(reason);
  });
});

describe('blocks', () => {
  it('adds the input of an inverted bottleneck only where the shape stays', () => {
    const kinds = (channels: number, stride: number) => {
      const net = new NetworkBuilder('block', [8, 4, 4]);
      mbConv(net, 'b', net.input, { channels, stride, expansion: 4, kernel: 3, squeezed: 2, activation: 'relu' });
      return net.build().operations.map(({ kind }) => kind);
    };
    expect(kinds(8, 1)).toContain('add');
    expect(kinds(8, 2)).not.toContain('add');
    expect(kinds(9, 1)).not.toContain('add');
    expect(kinds(8, 1)).toContain('multiply');
  });

  it('has no expand convolution at expansion 1', () => {
    const net = new NetworkBuilder('block', [8, 4, 4]);
    mbConv(net, 'b', net.input, { channels: 8, stride: 1, expansion: 1, kernel: 5, activation: 'relu' });
    // depthwise 25 * 8, project 64, two batch norms of 16
    expect(parameterCount(net.build())).toBe(200 + 64 + 32);
  });

  it('counts a shared parameter once', () => {
    const net = new NetworkBuilder('shared', [2, 4, 4]);
    convNorm(net, 'a', net.input, { channels: 2 });
    const graph = net.build();
    const twice = { ...graph, operations: [...graph.operations, ...graph.operations.slice(1)] };
    expect(parameterCount(twice)).toBe(parameterCount(graph));
  });

  const counted = (build: (net: NetworkBuilder) => { readonly shape: readonly number[] }) => {
    const net = new NetworkBuilder('block', [8, 6, 6]);
    const { shape } = build(net);
    return { shape, flops: flops(net.build()), parameters: parameterCount(net.build()) };
  };

  it('passes half of the channels by a shuffle block of stride 1', () => {
    // 4 of 8 channels change, through 4 hidden ones; every convolution has a batch norm of 2 * 4
    expect(counted((net) => shuffleBlock(net, 'b', net.input, { channels: 8, stride: 1, kernel: 5 }))).toEqual({
      shape: [8, 6, 6],
      flops: 36 * (16 + 100 + 16),
      parameters: 16 + 100 + 16 + 3 * 8,
    });
    expect(counted((net) => shuffleXceptionBlock(net, 'b', net.input, { channels: 8, stride: 1 }))).toEqual({
      shape: [8, 6, 6],
      flops: 36 * 3 * (36 + 16),
      parameters: 3 * (36 + 16) + 6 * 8,
    });
  });

  it('changes all channels in both branches of a shuffle block of stride 2', () => {
    // 8 channels pass through depthwise and 1x1; 8 -> 10 hidden -> 12 in the main branch
    expect(counted((net) => shuffleBlock(net, 'b', net.input, { channels: 20, stride: 2, kernel: 7 }))).toEqual({
      shape: [20, 3, 3],
      flops: 9 * (49 * 8 + 64) + 36 * 80 + 9 * (49 * 10 + 120),
      parameters: 49 * 8 + 16 + 64 + 16 + (80 + 20) + (490 + 20) + (120 + 24),
    });
    expect(counted((net) => shuffleXceptionBlock(net, 'b', net.input, { channels: 20, stride: 2 }))).toEqual({
      shape: [20, 3, 3],
      flops: 9 * (9 * 8 + 64) + 9 * (9 * 8 + 80 + 90 + 100 + 90 + 120),
      parameters: 72 + 16 + 64 + 16 + (72 + 16) + (80 + 20) + (90 + 20) + (100 + 20) + (90 + 20) + (120 + 24),
    });
  });

  it('keeps the even channels apart from the odd ones', () => {
    const net = new NetworkBuilder('block', [6, 2, 2]);
    shuffleBlock(net, 'b', net.input, { channels: 6, stride: 1, kernel: 3 });
    const { operations } = net.build();
    const [shuffle, even, odd] = operations.slice(1);
    expect([shuffle, even, odd]).toMatchObject([
      { kind: 'shuffle', groups: 3 },
      { kind: 'slice', first: 0, shape: [3, 2, 2] },
      { kind: 'slice', first: 3, shape: [3, 2, 2] },
    ]);
    expect(operations.at(-1)!.inputs).toEqual(['b.split.0', 'b.main.project.relu']);
  });
});
