/** The blocks of residual networks (He et al., arXiv 1512.03385): convolutions, and a shortcut that is added to them before the last activation. */
import { convNorm, identity } from './blocks.js';
import type { NetworkBuilder, Value } from './builder.js';
import type { ActivationFunction } from './graph.js';

/** What both kinds of block are told. */
export interface ResidualBlockOptions {
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly activation?: ActivationFunction;
  /** of the last batch norm */
  readonly initialScale?: 0;
}

/** Two convolutions. */
export function basicBlock(net: NetworkBuilder, prefix: string, value: Value, options: ResidualBlockOptions): Value {
  const { channels, kernel, stride } = options;
  const first = convNorm(net, `${prefix}.a`, value, { channels, kernel, stride, ...active(options) });
  const second = convNorm(net, `${prefix}.b`, first, { channels, kernel, ...scaled(options) });
  return withShortcut(net, prefix, value, second, options);
}

/** 1x1 to `inner` channels, a convolution that has the stride, and 1x1 to all channels. */
export function bottleneckBlock(
  net: NetworkBuilder,
  prefix: string,
  value: Value,
  options: ResidualBlockOptions & { readonly inner: number },
): Value {
  const { channels, kernel, stride, inner } = options;
  const reduced = convNorm(net, `${prefix}.reduce`, value, { channels: inner, ...active(options) });
  const filtered = convNorm(net, `${prefix}.conv`, reduced, { channels: inner, kernel, stride, ...active(options) });
  const expanded = convNorm(net, `${prefix}.expand`, filtered, { channels, ...scaled(options) });
  return withShortcut(net, prefix, value, expanded, options);
}

function withShortcut(
  net: NetworkBuilder,
  prefix: string,
  value: Value,
  changed: Value,
  { channels, stride, activation }: ResidualBlockOptions,
): Value {
  const sum = net.add(`${prefix}.add`, [identity(net, `${prefix}.shortcut`, value, { channels, stride }), changed]);
  return activation === undefined ? sum : net.activation(`${prefix}.${activation}`, sum, activation);
}

function active({ activation }: ResidualBlockOptions) {
  return activation === undefined ? {} : { activation };
}

function scaled({ initialScale }: ResidualBlockOptions) {
  return initialScale === undefined ? {} : { initialScale };
}
