/** The networks of the size space of NATS-Bench: a stem, three cells of one fixed kind, and a block that halves the image between them. */
import { natsSssChannels } from '../spaces/nats-sss.js';
import type { Codes } from '../spaces/space.js';
import { convNorm, identity, reductionBlock, reluConvNorm } from './blocks.js';
import { NetworkBuilder, type Value } from './builder.js';
import type { NetworkGraph, NetworkInput } from './graph.js';

/**
 * The network of an architecture, e.g. for 3 x 32 x 32 images and 10 classes. As published, the stem has the channels of the first cell. A
 * parameter's shape depends on the channels before and behind it, which its name tells.
 */
export function natsSssNetwork(codes: Codes, { shape, classes }: NetworkInput): NetworkGraph {
  const net = new NetworkBuilder('nats-sss', shape);
  const channels = natsSssChannels(codes);
  let value = convNorm(net, `stem.c${channels[0]!}`, net.input, { channels: channels[0]!, kernel: 3 });
  channels.forEach((width, layer) => {
    const name = `layer${layer}.c${value.shape[0]}to${width}`;
    value = layer % 2 === 1 ? reductionBlock(net, name, value, width) : cell(net, name, value, width);
  });
  const last = channels.at(-1)!;
  const active = net.activation('head.relu', net.batchNorm(`head.c${last}.bn`, value), 'relu');
  net.linear(`head.c${last}.linear`, net.globalPool('head.pool', active), classes);
  return net.build();
}

/** The cell |nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2| of NAS-Bench-201. */
function cell(net: NetworkBuilder, prefix: string, input: Value, channels: number): Value {
  const edge = (to: number, from: number, value: Value) =>
    reluConvNorm(net, `${prefix}.e${to}_${from}`, value, { channels, kernel: 3 });
  const first = edge(1, 0, input);
  const second = net.add(`${prefix}.node2`, [edge(2, 0, input), edge(2, 1, first)]);
  const skipped = identity(net, `${prefix}.e3_0`, input, { channels, stride: 1 });
  return net.add(`${prefix}.node3`, [skipped, edge(3, 1, first), edge(3, 2, second)]);
}
