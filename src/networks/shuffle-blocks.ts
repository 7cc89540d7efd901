/**
 * The choice blocks of single-path one-shot search (Guo et al., arXiv 1904.00420), made of ShuffleNetV2 units (Ma et al.,
 * arXiv 1807.11164): at stride 1 half of the channels pass by unchanged, at stride 2 both branches see all channels.
 */
import { convNorm } from './blocks.js';
import type { NetworkBuilder, Value } from './builder.js';

/** What both kinds of block are told. */
export interface ShuffleBlockOptions {
  /** of the output; half as many are hidden */
  readonly channels: number;
  readonly stride: 1 | 2;
}

/** 1x1, depthwise, 1x1: the blocks choice_3x3, choice_5x5 and choice_7x7 by their kernel. */
export function shuffleBlock(
  net: NetworkBuilder,
  prefix: string,
  value: Value,
  { channels, stride, kernel }: ShuffleBlockOptions & { readonly kernel: number },
): Value {
  return twoBranches(net, prefix, value, { channels, stride, kernel }, (main, input, outputs) => {
    const expanded = pointwise(net, `${main}.expand`, input, channels / 2);
    const spread = depthwise(net, `${main}.depthwise`, expanded, kernel, stride);
    return pointwise(net, `${main}.project`, spread, outputs);
  });
}

/** Three times depthwise 3x3 and 1x1: the block choice_x. */
export function shuffleXceptionBlock(
  net: NetworkBuilder,
  prefix: string,
  value: Value,
  { channels, stride }: ShuffleBlockOptions,
): Value {
  return twoBranches(net, prefix, value, { channels, stride, kernel: 3 }, (main, input, outputs) =>
    [channels / 2, channels / 2, outputs].reduce((from, width, index) => {
      const spread = depthwise(net, `${main}.depthwise${index}`, from, 3, index === 0 ? stride : 1);
      return pointwise(net, `${main}.pointwise${index}`, spread, width);
    }, input),
  );
}

/** Joins what passes by and what the main branch makes of its part; `outputs` is what is missing to all channels. */
function twoBranches(
  net: NetworkBuilder,
  prefix: string,
  value: Value,
  { channels, stride, kernel }: ShuffleBlockOptions & { readonly kernel: number },
  mainBranch: (prefix: string, input: Value, outputs: number) => Value,
): Value {
  const [passed, input] =
    stride === 1 ? everyOther(net, prefix, value) : [filtered(net, `${prefix}.pass`, value, { stride, kernel }), value];
  const changed = mainBranch(`${prefix}.main`, input, channels - passed.shape[0]);
  return net.concat(`${prefix}.concat`, [passed, changed]);
}

/** The even and the odd channels: the channel shuffle of two halves, then the channel split. */
function everyOther(net: NetworkBuilder, prefix: string, value: Value): [even: Value, odd: Value] {
  const shuffled = net.shuffle(`${prefix}.shuffle`, value, value.shape[0] / 2);
  const [even, odd] = net.split(`${prefix}.split`, shuffled, 2);
  return [even!, odd!];
}

/** The second branch of stride 2. */
function filtered(
  net: NetworkBuilder,
  prefix: string,
  value: Value,
  { stride, kernel }: { readonly stride: number; readonly kernel: number },
): Value {
  const reduced = depthwise(net, `${prefix}.depthwise`, value, kernel, stride);
  return pointwise(net, `${prefix}.pointwise`, reduced, value.shape[0]);
}

function pointwise(net: NetworkBuilder, prefix: string, value: Value, channels: number): Value {
  return convNorm(net, prefix, value, { channels, activation: 'relu' });
}

function depthwise(net: NetworkBuilder, prefix: string, value: Value, kernel: number, stride: number): Value {
  const [channels] = value.shape;
  return convNorm(net, prefix, value, { channels, kernel, stride, groups: channels });
}
