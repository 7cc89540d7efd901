/** Blocks that several networks are made of. Each takes its position as a prefix of all names. */
import type { NetworkBuilder, Value } from './builder.js';
import type { ActivationFunction } from './graph.js';

/** A convolution with batch norm, and an activation where one is given. */
export interface ConvNormOptions {
  readonly channels: number;
  readonly kernel?: number;
  readonly stride?: number;
  readonly groups?: number;
  readonly activation?: ActivationFunction;
  /** of the batch norm */
  readonly initialScale?: 0;
}

/** Convolution, batch norm, activation. */
export function convNorm(net: NetworkBuilder, prefix: string, value: Value, options: ConvNormOptions): Value {
  const { activation, initialScale, ...convolution } = options;
  const convolved = net.convolution(`${prefix}.conv`, value, convolution);
  const normed = net.batchNorm(`${prefix}.bn`, convolved, initialScale === undefined ? {} : { initialScale });
  return activation === undefined ? normed : net.activation(`${prefix}.${activation}`, normed, activation);
}

/** ReLU, convolution, batch norm. */
export function reluConvNorm(net: NetworkBuilder, prefix: string, value: Value, options: ConvNormOptions): Value {
  return convNorm(net, prefix, net.activation(`${prefix}.relu`, value, 'relu'), options);
}

/** Scales every channel by a factor, which `gate` makes of the averages of all channels, through `squeezed` hidden units. */
export function squeezeExcite(
  net: NetworkBuilder,
  prefix: string,
  value: Value,
  squeezed: number,
  gate: 'sigmoid' | 'hard-sigmoid' = 'sigmoid',
): Value {
  const means = net.globalPool(`${prefix}.pool`, value);
  const reduced = net.convolution(`${prefix}.reduce`, means, { channels: squeezed, bias: true });
  const active = net.activation(`${prefix}.relu`, reduced, 'relu');
  const expanded = net.convolution(`${prefix}.expand`, active, { channels: value.shape[0], bias: true });
  return net.multiply(`${prefix}.scale`, value, net.activation(`${prefix}.${gate}`, expanded, gate));
}

/** Halves the image without losing a part of it: ReLU, two 1x1 convolutions of stride 2, one of them a pixel further, side by side; batch norm. */
export function factorizedReduction(net: NetworkBuilder, prefix: string, value: Value, channels: number): Value {
  const active = net.activation(`${prefix}.relu`, value, 'relu');
  const first = net.convolution(`${prefix}.even`, active, { channels: Math.floor(channels / 2), stride: 2 });
  const shifted = net.shift(`${prefix}.shift`, active);
  const second = net.convolution(`${prefix}.odd`, shifted, { channels: Math.ceil(channels / 2), stride: 2 });
  return net.batchNorm(`${prefix}.bn`, net.concat(`${prefix}.concat`, [first, second]));
}

/** The value itself, or where its shape changes a 1x1 convolution of that stride with batch norm. */
export function identity(
  net: NetworkBuilder,
  prefix: string,
  value: Value,
  { channels, stride }: { readonly channels: number; readonly stride: number },
): Value {
  return stride === 1 && channels === value.shape[0] ? value : convNorm(net, prefix, value, { channels, stride });
}

/** A mobile inverted bottleneck. */
export interface MBConvOptions {
  readonly channels: number;
  /** hidden channels per input channel; 1 means no expand convolution */
  readonly expansion: number;
  readonly kernel: number;
  readonly stride: number;
  /** hidden units of squeeze-excite after the depthwise convolution; none when missing */
  readonly squeezed?: number;
  /** of squeeze-excite; 'sigmoid' by default */
  readonly gate?: 'sigmoid' | 'hard-sigmoid';
  readonly activation?: ActivationFunction;
  /** false: the input is not added, whatever the shape */
  readonly residual?: boolean;
  /** of the last batch norm, where the input is added */
  readonly initialScale?: 0;
  /** what the depthwise convolution is called by after the prefix; the convolutions around it have weights for any kernel */
  readonly depthwise?: string;
}

/** Expand 1x1, depthwise, squeeze-excite, project 1x1; the input is added where the shape allows. */
export function mbConv(net: NetworkBuilder, prefix: string, value: Value, options: MBConvOptions): Value {
  const { channels, expansion, kernel, stride, squeezed, gate, activation, initialScale } = options;
  const { residual = true, depthwise = 'depthwise' } = options;
  const [from] = value.shape;
  const hidden = from * expansion;
  const active = activation === undefined ? {} : { activation };
  const adds = residual && stride === 1 && channels === from;
  const expanded = expansion === 1 ? value : convNorm(net, `${prefix}.expand`, value, { channels: hidden, ...active });
  const filtered = convNorm(net, `${prefix}.${depthwise}`, expanded, {
    ...{ channels: hidden, kernel, stride, groups: hidden, ...active },
  });
  const excited = squeezed === undefined ? filtered : squeezeExcite(net, `${prefix}.se`, filtered, squeezed, gate);
  const last = adds && initialScale !== undefined ? { channels, initialScale } : { channels };
  const projected = convNorm(net, `${prefix}.project`, excited, last);
  return adds ? net.add(`${prefix}.add`, [value, projected]) : projected;
}

/** Two 3x3 convolutions that halve the image, beside an average pool and 1x1 convolution that do the same. */
export function reductionBlock(net: NetworkBuilder, prefix: string, value: Value, channels: number): Value {
  const first = reluConvNorm(net, `${prefix}.a`, value, { channels, kernel: 3, stride: 2 });
  const second = reluConvNorm(net, `${prefix}.b`, first, { channels, kernel: 3 });
  const pooled = net.pool(`${prefix}.shortcut.pool`, value, 'average', { kernel: 2, stride: 2 });
  const shortcut = net.convolution(`${prefix}.shortcut.conv`, pooled, { channels });
  return net.add(`${prefix}.add`, [shortcut, second]);
}

/** The multiple of 8 nearest to a number of channels, at least 8 and never below nine tenths of it: how mobile networks round. */
export function wholeEights(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}
