/** The networks of DARTS for CIFAR, as they are trained from scratch (NetworkCIFAR of quark0/darts), without the auxiliary head and path dropping. */
import { dartsCells } from '../spaces/darts.js';
import type { DartsCell, DartsOperator } from '../spaces/darts-cells.js';
import type { Codes } from '../spaces/space.js';
import { convNorm, factorizedReduction, reluConvNorm } from './blocks.js';
import { NetworkBuilder, type Value } from './builder.js';
import type { NetworkGraph, NetworkInput } from './graph.js';

/** What cells are stacked into. */
export interface DartsSkeleton {
  /** of each operation in the first cells; doubled by each of the two reduction cells */
  readonly channels: number;
  readonly cells: number;
}

const PUBLISHED: DartsSkeleton = { channels: 36, cells: 20 };
const STEM_MULTIPLIER = 3;

/** The network of two cells, e.g. for 3 x 32 x 32 images and 10 or 100 classes. A third and two thirds along are reduction cells. */
export function dartsNetwork(
  codes: Codes,
  { shape, classes }: NetworkInput,
  { channels: first, cells }: DartsSkeleton = PUBLISHED,
): NetworkGraph {
  const { normal, reduce } = dartsCells(codes);
  const reductions = [Math.floor(cells / 3), Math.floor((2 * cells) / 3)];
  const net = new NetworkBuilder('darts', shape);
  const stem = convNorm(net, 'stem', net.input, { channels: STEM_MULTIPLIER * first, kernel: 3 });
  let [before, last] = [stem, stem];
  let channels = first;
  let stage = 0;
  for (let index = 0; index < cells; index++) {
    const reduces = reductions.includes(index);
    if (reduces) {
      channels *= 2;
      stage++;
    }
    const prefix = `stage${stage}.cell${index}`;
    const value = cell(net, prefix, reduces ? reduce : normal, {
      inputs: [
        reductions.includes(index - 1)
          ? factorizedReduction(net, `${prefix}.input0`, before, channels)
          : reluConvNorm(net, `${prefix}.input0`, before, { channels }),
        reluConvNorm(net, `${prefix}.input1`, last, { channels }),
      ],
      reduces,
    });
    [before, last] = [last, value];
  }
  net.linear('classifier', net.globalPool('pool', last), classes);
  return net.build();
}

/** Sums of pairs of operations, side by side. */
function cell(
  net: NetworkBuilder,
  prefix: string,
  nodes: DartsCell,
  { inputs, reduces }: { readonly inputs: readonly Value[]; readonly reduces: boolean },
): Value {
  const values = [...inputs];
  for (const edges of nodes) {
    const node = `${prefix}.node${values.length}`;
    const results = edges.map(({ operator, from }) => {
      const stride = reduces && from < inputs.length ? 2 : 1;
      return operation(net, `${node}.from${from}.${operator}`, values[from]!, operator, stride);
    });
    values.push(net.add(node, results));
  }
  return net.concat(`${prefix}.concat`, values.slice(inputs.length));
}

function operation(net: NetworkBuilder, prefix: string, value: Value, operator: DartsOperator, stride: number): Value {
  const [channels] = value.shape;
  switch (operator) {
    case 'max_pool_3x3':
      return net.pool(prefix, value, 'maximum', { kernel: 3, stride, padding: 1 });
    case 'avg_pool_3x3':
      return net.pool(prefix, value, 'average', { kernel: 3, stride, padding: 1 });
    case 'skip_connect':
      return stride === 1 ? value : factorizedReduction(net, prefix, value, channels);
    case 'sep_conv_3x3':
      return separable(net, prefix, value, { kernel: 3, stride });
    case 'sep_conv_5x5':
      return separable(net, prefix, value, { kernel: 5, stride });
    case 'dil_conv_3x3':
      return separableLayer(net, prefix, value, { kernel: 3, stride, dilation: 2 });
    case 'dil_conv_5x5':
      return separableLayer(net, prefix, value, { kernel: 5, stride, dilation: 2 });
    default:
      return operator satisfies never;
  }
}

interface Filter {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation?: number;
}

/** Two separable layers, the first of which strides. */
function separable(net: NetworkBuilder, prefix: string, value: Value, { kernel, stride }: Filter): Value {
  const first = separableLayer(net, `${prefix}.a`, value, { kernel, stride });
  return separableLayer(net, `${prefix}.b`, first, { kernel, stride: 1 });
}

/** ReLU, depthwise, 1x1, batch norm. */
function separableLayer(net: NetworkBuilder, prefix: string, value: Value, { kernel, stride, dilation = 1 }: Filter) {
  const [channels] = value.shape;
  const active = net.activation(`${prefix}.relu`, value, 'relu');
  const filtered = net.convolution(`${prefix}.depthwise`, active, {
    ...{ channels, kernel, stride, dilation, groups: channels },
  });
  return convNorm(net, prefix, filtered, { channels });
}
