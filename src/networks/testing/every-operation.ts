/** Small networks in which every kind of operation occurs, with all that can be set about it. */
import { NetworkBuilder, type Value } from '../builder.js';
import type { NetworkGraph, Operation } from '../graph.js';

/** All kinds on images of 3 x 9 x 7: odd sizes, strides that do not divide, padding on every window, vectors amid the network. */
export const everyOperation: NetworkGraph = withEpsilon('stem.bn', 1e-3, every());

function every(): NetworkGraph {
  const net = new NetworkBuilder('every operation', [3, 9, 7]);
  const stem = net.convolution('stem.conv', net.input, { channels: 8, kernel: 3, bias: true });
  const relu = net.activation('relu', net.batchNorm('stem.bn', stem), 'relu');
  const grouped = net.convolution('grouped', relu, { channels: 12, kernel: 3, stride: 2, groups: 2 });
  const dilated = net.convolution('dilated', relu, { channels: 12, kernel: 3, stride: 2, dilation: 2 });
  const even = net.batchNorm(
    'even.bn',
    net.convolution('even', relu, { channels: 12, kernel: 2, stride: 2, padding: 1, bias: true }),
  );
  const sum = net.add('sum', [grouped, dilated, even, net.zeros('nothing', even.shape)]);
  const alone = net.add('alone', [net.add('pair', [sum, grouped])]);
  const depthwise = net.convolution('depthwise', alone, { channels: 12, kernel: 5, groups: 12 });
  const relu6 = net.activation('relu6', net.batchNorm('depthwise.bn', depthwise), 'relu6');
  const left = net.slice('left', relu6, 0, 4);
  const swish = net.activation('swish', net.slice('right', relu6, 4, 8), 'swish');
  const shuffled = net.shuffle('shuffled', net.concat('joined', [swish, left, swish]), 5);
  const maximum = net.pool('maximum', shuffled, 'maximum', { kernel: 3, stride: 2, padding: 1 });
  const average = net.pool('average', shuffled, 'average', { kernel: 3, stride: 2, padding: 1 });
  const plain = net.pool('plain', shuffled, 'average', { kernel: 2, stride: 2 });
  const shifted = net.shift('shifted', plain);
  const hidden = net.linear('hidden', net.globalPool('means', net.add('plain or shifted', [plain, shifted])), 20);
  const gate = net.activation('gate', net.batchNorm('hidden.bn', hidden), 'hard-sigmoid');
  const gated = net.multiply('gated', maximum, gate);
  const hardSwish = net.activation('hard-swish', average, 'hard-swish');
  const all = net.add('all', [gated, hardSwish, net.activation('sigmoid', gated, 'sigmoid')]);
  net.linear('classifier', net.globalPool('pool', net.dropout('dropout', all, 0.4)), 6);
  return net.build();
}

function withEpsilon(name: string, epsilon: number, graph: NetworkGraph): NetworkGraph {
  const operations = graph.operations.map(
    (operation): Operation => (operation.name === name ? ({ ...operation, epsilon } as Operation) : operation),
  );
  return { ...graph, operations };
}

/** Ends without a linear layer, uses one value twice, shares a parameter, leads nowhere in one place, and has names that invite a clash. */
export const oddNetwork: NetworkGraph = odd();

function odd(): NetworkGraph {
  const net = new NetworkBuilder('odd', [4, 6, 6]);
  const same = (name: string, value: Value) => net.convolution(name, value, { channels: 4, kernel: 3 });
  const logits = same('logits', net.input);
  const again = net.batchNorm('again.bn', same('again', logits));
  net.convolution('lost', again, { channels: 4 });
  const twice = net.add('images', [again, again, logits, net.batchNorm('input.bn', net.input)]);
  // used twice, so it cannot become part of its batch norm
  const shared = net.convolution('shared', twice, { channels: 5, bias: true });
  const both = net.add('shared.weight', [shared, net.batchNorm('shared.bn', shared)]);
  net.activation('batch', net.globalPool('constant.6', both), 'relu6');
  const { name, operations } = net.build();
  const parameters = operations.find((operation) => operation.name === 'logits')!.parameters;
  return {
    name,
    operations: operations.map((operation) => (operation.name === 'again' ? { ...operation, parameters } : operation)),
  };
}
