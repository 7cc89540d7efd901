/** The networks of TransNAS-Bench-101's macro-level space, as in its source (yawen-d/TransNASBench), with a linear classifier. */
import type { Codes } from '../spaces/space.js';
import { transnasbench101Digits, transnasbench101Modules } from '../spaces/transnasbench101-macro.js';
import { convNorm, identity, reluConvNorm } from './blocks.js';
import { NetworkBuilder, type Value } from './builder.js';
import type { NetworkGraph, NetworkInput } from './graph.js';

const CHANNELS = 64;
const BLOCKS = 2; // in a module

/** The network of an architecture, e.g. for 3 x 256 x 256 images and 75 classes. Names tell the channels, for these depend on the modules before. */
export function transnasbench101MacroNetwork(codes: Codes, { shape, classes }: NetworkInput): NetworkGraph {
  const net = new NetworkBuilder('transnasbench101-macro', shape);
  let value = convNorm(net, 'stem.a', net.input, { channels: CHANNELS / 2, kernel: 3, stride: 2 });
  value = reluConvNorm(net, 'stem.b', value, { channels: CHANNELS, kernel: 3, stride: 2 });
  transnasbench101Digits(codes).forEach((digit, module) => {
    const { widens, halves } = transnasbench101Modules[digit];
    const [before] = value.shape;
    const channels = widens ? 2 * before : before;
    for (let block = 0; block < BLOCKS; block++) {
      const stride = halves && block === 0 ? 2 : 1;
      value = basicBlock(net, `m${module}.${digit}.c${before}.block${block}`, value, { channels, stride });
    }
  });
  net.linear(`classifier.c${value.shape[0]}`, net.globalPool('pool', value), classes);
  return net.build();
}

function basicBlock(
  net: NetworkBuilder,
  prefix: string,
  value: Value,
  { channels, stride }: { readonly channels: number; readonly stride: number },
): Value {
  const first = reluConvNorm(net, `${prefix}.a`, value, { channels, kernel: 3, stride });
  const second = reluConvNorm(net, `${prefix}.b`, first, { channels, kernel: 3 });
  return net.add(`${prefix}.add`, [identity(net, `${prefix}.shortcut`, value, { channels, stride }), second]);
}
