/** The network that NAS-Bench-201 builds from a cell: 3 stages of 5 equal cells (arXiv 2001.00326, section 2.1). */
import { nasbench201Operators } from '../spaces/nasbench201.js';
import type { Codes } from '../spaces/space.js';
import { convNorm, reductionBlock, reluConvNorm } from './blocks.js';
import { NetworkBuilder, type Value } from './builder.js';
import { fourNodeCell } from './four-node-cell.js';
import type { NetworkGraph, NetworkInput } from './graph.js';

/** What cells are stacked into. */
export interface Skeleton {
  /** channels of each stage; between stages the image is halved */
  readonly stages: readonly number[];
  /** in every stage */
  readonly cells: number;
}

const PUBLISHED: Skeleton = { stages: [16, 32, 64], cells: 5 };

/** The network of a cell, e.g. for 3 x 32 x 32 images and 10 or 100 classes. */
export function nasbench201Network(
  codes: Codes,
  { shape, classes }: NetworkInput,
  { stages, cells }: Skeleton = PUBLISHED,
): NetworkGraph {
  const net = new NetworkBuilder('nasbench201', shape);
  let value = convNorm(net, 'stem', net.input, { channels: stages[0]!, kernel: 3 });
  stages.forEach((channels, stage) => {
    if (stage > 0) value = reductionBlock(net, `stage${stage}.reduction`, value, channels);
    for (let index = 0; index < cells; index++) value = cell(net, `stage${stage}.cell${index}`, value, codes);
  });
  const active = net.activation('head.relu', net.batchNorm('head.bn', value), 'relu');
  net.linear('head.linear', net.globalPool('head.pool', active), classes);
  return net.build();
}

function cell(net: NetworkBuilder, prefix: string, input: Value, codes: Codes): Value {
  return fourNodeCell(net, prefix, input, {
    codes,
    shape: input.shape,
    edge: (name, value, code) => edge(net, name, value, code),
  });
}

/** What an edge brings to its node; undefined for none. */
function edge(net: NetworkBuilder, prefix: string, value: Value, code: number): Value | undefined {
  const operator = nasbench201Operators[code]!;
  const name = `${prefix}.${operator}`;
  const [channels] = value.shape;
  switch (operator) {
    case 'none':
      return undefined;
    case 'skip_connect':
      return value;
    case 'nor_conv_1x1':
      return reluConvNorm(net, name, value, { channels });
    case 'nor_conv_3x3':
      return reluConvNorm(net, name, value, { channels, kernel: 3 });
    case 'avg_pool_3x3':
      return net.pool(name, value, 'average', { kernel: 3, padding: 1 });
    default:
      return operator satisfies never;
  }
}
