/** The blocks that a declared network is made of, by the names that files use. */
import { convNorm, identity, mbConv, wholeEights } from '../networks/blocks.js';
import type { NetworkBuilder, Value } from '../networks/builder.js';
import type { ActivationFunction } from '../networks/graph.js';
import { basicBlock, bottleneckBlock, type ResidualBlockOptions } from '../networks/residual-blocks.js';
import { ShapeError } from '../networks/shape-inference.js';
import { type ShuffleBlockOptions, shuffleBlock, shuffleXceptionBlock } from '../networks/shuffle-blocks.js';
import type { ChosenSetting, FixedSetting, LayerSettings } from './layer-settings.js';

/** The names that a layer gives to its operations. */
export interface LayerNames {
  /** of all that depends on all choices of the layer */
  readonly prefix: string;
  /** what follows the prefix in the name of a depthwise convolution, whose weights alone depend on the kernel */
  readonly depthwise: string;
}

/** A kind of block. */
export interface Block {
  readonly settings: readonly (ChosenSetting | FixedSetting)[];
  readonly required?: readonly ChosenSetting[];
  /** Whether the kernel changes only what `LayerNames.depthwise` names. */
  readonly sharesKernels?: true;
  /** @param settings without `width`, which the channels already have; those of the block with a usual value are there */
  append(net: NetworkBuilder, names: LayerNames, value: Value, settings: LayerSettings & { stride: number }): Value;
}

/** What nearly all blocks are told. */
const size = ['channels', 'width', 'stride'] as const;

const mobile = ['squeezeOf', 'gate', 'residual', 'initialScale'] as const;

const usual = { kernel: 3, groups: 1, reduction: 4 } as const;

/** All blocks. */
const table = {
  conv: {
    settings: [...size, 'kernel', 'groups', 'activation'],
    append: (net, { prefix }, value, settings) => {
      const { stride, kernel = usual.kernel, groups = usual.groups } = settings;
      return convNorm(net, prefix, value, {
        ...outputOf(value, settings),
        ...activationOf(settings),
        stride,
        kernel,
        groups,
      });
    },
  },
  separable: {
    settings: [...size, 'kernel', 'activation'],
    sharesKernels: true,
    append: (net, { prefix, depthwise }, value, settings) => {
      const { stride, kernel = usual.kernel } = settings;
      const [from] = value.shape;
      const active = activationOf(settings);
      const window = { channels: from, groups: from, stride, kernel };
      const filtered = convNorm(net, `${prefix}.${depthwise}`, value, { ...window, ...active });
      return convNorm(net, `${prefix}.pointwise`, filtered, { ...outputOf(value, settings), ...active });
    },
  },
  mbconv: {
    settings: [...size, 'expansion', 'kernel', 'activation', 'squeeze', ...mobile],
    required: ['expansion'],
    sharesKernels: true,
    append: (net, { prefix, depthwise }, value, settings) => {
      const { stride, kernel = usual.kernel, expansion = 1, residual = true, gate = 'sigmoid' } = settings;
      const squeezed = squeezedUnits(value, settings);
      checkHidden(prefix, value.shape[0] * expansion, `${value.shape[0]} channels times the expansion ${expansion}`);
      return mbConv(net, prefix, value, {
        ...{ ...outputOf(value, settings), ...activationOf(settings), ...beginning(settings) },
        ...{ expansion, kernel, stride, residual, depthwise },
        ...(squeezed > 0 && { squeezed, gate }),
      });
    },
  },
  shuffle: {
    settings: [...size, 'kernel'],
    append: (net, { prefix }, value, settings) => {
      const { kernel = usual.kernel } = settings;
      return shuffleBlock(net, prefix, value, { ...shuffleOptions(prefix, value, settings), kernel });
    },
  },
  'shuffle-xception': {
    settings: size,
    append: (net, { prefix }, value, settings) =>
      shuffleXceptionBlock(net, prefix, value, shuffleOptions(prefix, value, settings)),
  },
  basic: {
    settings: [...size, 'kernel', 'activation', 'initialScale'],
    append: (net, { prefix }, value, settings) => basicBlock(net, prefix, value, residualOptions(value, settings)),
  },
  bottleneck: {
    settings: [...size, 'kernel', 'activation', 'reduction', 'initialScale'],
    append: (net, { prefix }, value, settings) => {
      const { reduction = usual.reduction } = settings;
      const options = residualOptions(value, settings);
      const inner = options.channels / reduction;
      checkHidden(prefix, inner, `${options.channels} channels by the reduction ${reduction}`);
      return bottleneckBlock(net, prefix, value, { ...options, inner });
    },
  },
  'average-pool': {
    settings: ['stride', 'kernel'],
    append: (net, { prefix }, value, settings) => net.pool(prefix, value, 'average', poolWindow(settings)),
  },
  'max-pool': {
    settings: ['stride', 'kernel'],
    append: (net, { prefix }, value, settings) => net.pool(prefix, value, 'maximum', poolWindow(settings)),
  },
  identity: {
    settings: size,
    append: (net, { prefix }, value, settings) =>
      identity(net, prefix, value, { ...outputOf(value, settings), stride: settings.stride }),
  },
  none: { settings: [], append: (_, __, value) => value },
} as const satisfies Record<string, Block>;

/** The name of a block. */
export type BlockName = keyof typeof table;

/** All blocks by name. */
export const blocks: Readonly<Record<BlockName, Block>> = table;

/** The names of all blocks. */
export const blockNames = Object.keys(table) as [BlockName, ...BlockName[]];

/** Whether there is a block of this name. */
export function isBlockName(name: string): name is BlockName {
  return Object.hasOwn(table, name);
}

function outputOf({ shape: [from] }: Value, { channels = from }: LayerSettings): { channels: number } {
  return { channels };
}

function activationOf({ activation }: LayerSettings): { activation?: ActivationFunction } {
  return activation === undefined || activation === 'none' ? {} : { activation };
}

function beginning({ initialScale }: LayerSettings): { initialScale?: 0 } {
  return initialScale === 0 ? { initialScale } : {};
}

/** Hidden units of squeeze-excite; 0 for none. */
function squeezedUnits(
  { shape: [from] }: Value,
  { squeeze = 0, squeezeOf = 'hidden', expansion = 1 }: LayerSettings,
): number {
  if (squeeze === 0) return 0;
  return squeezeOf === 'input'
    ? Math.max(1, Math.floor(from * squeeze))
    : wholeEights(Math.floor(from * expansion * squeeze));
}

function checkHidden(prefix: string, hidden: number, why: string): void {
  if (!Number.isInteger(hidden))
    throw new ShapeError(prefix, `${why} would be ${hidden} hidden channels, which is no whole number`);
}

function shuffleOptions(
  prefix: string,
  value: Value,
  settings: LayerSettings & { readonly stride: number },
): ShuffleBlockOptions {
  const { channels } = outputOf(value, settings);
  const { stride } = settings;
  const [from] = value.shape;
  if (stride !== 1 && stride !== 2) throw new ShapeError(prefix, `a shuffle block has stride 1 or 2, not ${stride}`);
  if (channels % 2 !== 0)
    throw new ShapeError(prefix, `a shuffle block has an even number of channels, not ${channels}`);
  if (stride === 1 && channels !== from) {
    throw new ShapeError(
      prefix,
      `a shuffle block of stride 1 has as many channels as come in, ${from}, not ${channels}`,
    );
  }
  return { channels, stride };
}

function residualOptions(value: Value, settings: LayerSettings & { readonly stride: number }): ResidualBlockOptions {
  const { stride, kernel = usual.kernel } = settings;
  return { ...outputOf(value, settings), ...activationOf(settings), ...beginning(settings), stride, kernel };
}

function poolWindow({ stride, kernel = usual.kernel }: LayerSettings & { readonly stride: number }) {
  return { kernel, stride, padding: Math.floor((kernel - 1) / 2) };
}
