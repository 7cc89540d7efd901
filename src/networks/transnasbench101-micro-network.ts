/** The networks of TransNAS-Bench-101's cell-level space, as in its source (yawen-d/TransNASBench), with a linear classifier. */
import type { Codes } from '../spaces/space.js';
import { transnasbench101Operators } from '../spaces/transnasbench101-micro.js';
import { convNorm, factorizedReduction, reluConvNorm } from './blocks.js';
import { NetworkBuilder, type Value } from './builder.js';
import { fourNodeCell } from './four-node-cell.js';
import type { NetworkGraph, NetworkInput } from './graph.js';

const CHANNELS = 64;
/** Whether a module doubles the channels and halves the image: 41414 in the published notation. */
const MODULES = [true, false, true, false, true];
const CELLS = 2; // in a module

/** The network of a cell, e.g. for 3 x 256 x 256 images and 75 classes. */
export function transnasbench101MicroNetwork(codes: Codes, { shape, classes }: NetworkInput): NetworkGraph {
  const net = new NetworkBuilder('transnasbench101-micro', shape);
  let value = convNorm(net, 'stem.a', net.input, { channels: CHANNELS / 2, kernel: 3, stride: 2 });
  value = reluConvNorm(net, 'stem.b', value, { channels: CHANNELS, kernel: 3, stride: 2 });
  MODULES.forEach((isReduction, module) => {
    for (let index = 0; index < CELLS; index++) {
      value = cell(net, `m${module}.cell${index}`, value, codes, isReduction && index === 0);
    }
  });
  net.linear('classifier', net.globalPool('pool', value), classes);
  return net.build();
}

/** Where it reduces, the edges from the cell's input double the channels and halve the image. */
function cell(net: NetworkBuilder, prefix: string, input: Value, codes: Codes, reduces: boolean): Value {
  const [before, height, width] = input.shape;
  const channels = reduces ? 2 * before : before;
  const half = (size: number) => (reduces ? Math.ceil(size / 2) : size);
  return fourNodeCell(net, prefix, input, {
    codes,
    shape: [channels, half(height), half(width)],
    edge: (name, value, code, from) => edge(net, name, value, code, { channels, changes: reduces && from === 0 }),
  });
}

/** What an edge brings to its node; undefined for none. `changes` where it doubles the channels and halves the image. */
function edge(
  net: NetworkBuilder,
  prefix: string,
  value: Value,
  code: number,
  { channels, changes }: { readonly channels: number; readonly changes: boolean },
): Value | undefined {
  const operator = transnasbench101Operators[code]!;
  const name = `${prefix}.${operator}`;
  const stride = changes ? 2 : 1;
  switch (operator) {
    case 'none':
      return undefined;
    case 'skip_connect':
      return changes ? factorizedReduction(net, name, value, channels) : value;
    case 'conv_1x1':
      return reluConvNorm(net, name, value, { channels, stride });
    case 'conv_3x3':
      return reluConvNorm(net, name, value, { channels, kernel: 3, stride });
    default:
      return operator satisfies never;
  }
}
