/** What every kind of operation is in PyTorch: written with numbers that may be literals or parameters of a class. */
import type { ActivationFunction, Convolution, OperationKind, OperationOf } from './graph.js';
import type { Leaf } from './pytorch-tree.js';

/** Python expressions of an operation's numbers, by the numbers' names. */
type Texts = Readonly<Record<string, string>>;

interface Rule<Kind extends OperationKind> {
  /** what a class cannot take as a parameter: operations that differ here are written differently */
  fixed?(operation: OperationOf<Kind>, leaf: Leaf): readonly (string | boolean)[];
  /** the numbers that the code is written with */
  numbers?(operation: OperationOf<Kind>, leaf: Leaf): Readonly<Record<string, number>>;
  /** the module to be made, where the operation is one; then `call` is given none of the numbers */
  module?(texts: Texts, operation: OperationOf<Kind>): string;
  /** the output, computed from variables and, where there is one, the module `own` */
  call(inputs: readonly string[], texts: Texts, own: string, operation: OperationOf<Kind>, leaf: Leaf): string;
}

const callModule = ([x]: readonly string[], _: Texts, own: string) => `${own}(${x})`;

const rules: { readonly [Kind in OperationKind]: Rule<Kind> } = {
  input: { call: ([x]) => x! },
  zeros: {
    fixed: (_, leaf) => [isLikeInput(leaf)],
    numbers: ({ shape: [channels, height, width] }, leaf) => (isLikeInput(leaf) ? {} : { channels, height, width }),
    call: ([x], { channels, height, width }, _, __, leaf) =>
      isLikeInput(leaf) ? `torch.zeros_like(${x})` : `${x}.new_zeros(${x}.shape[0], ${channels}, ${height}, ${width})`,
  },
  convolution: {
    fixed: (operation) => [operation.bias, keepsSize(operation)],
    numbers: (operation, { inputShapes }) => {
      const { shape, kernel, stride, padding, dilation, groups } = operation;
      const size = keepsSize(operation) ? {} : { padding };
      return { inputs: inputShapes[0]![0], outputs: shape[0], kernel, stride, ...size, dilation, groups };
    },
    module: ({ inputs, outputs, kernel, stride, padding, dilation, groups }, { bias }) =>
      called('nn.Conv2d', [inputs!, outputs!, kernel!], {
        stride: [stride!, '1'],
        padding: [padding ?? half(kernel!), '0'],
        dilation: [dilation!, '1'],
        groups: [groups!, '1'],
        bias: [bias ? 'True' : 'False', 'True'],
      }),
    call: callModule,
  },
  'batch-norm': {
    numbers: ({ shape, epsilon }) => ({ channels: shape[0], epsilon }),
    module: ({ channels, epsilon }) => called('nn.BatchNorm2d', [channels!], { eps: [epsilon!, '0.00001'] }),
    call: callModule,
  },
  activation: {
    fixed: ({ activation }) => [activation],
    call: ([x], _, __, { activation }) => `${activations[activation]}(${x})`,
  },
  pool: {
    fixed: ({ pool }) => [pool],
    numbers: ({ kernel, stride, padding }) => ({ kernel, stride, padding }),
    call: ([x], { kernel, stride, padding }, _, { pool }) => {
      const average = pool === 'average';
      return called(average ? 'F.avg_pool2d' : 'F.max_pool2d', [x!, kernel!], {
        stride: [stride!, kernel!],
        padding: [padding!, '0'],
        count_include_pad: [average && padding !== '0' ? 'False' : '', ''],
      });
    },
  },
  'global-pool': { call: ([x]) => `${x}.mean((2, 3), keepdim=True)` },
  add: { call: (inputs) => inputs.join(' + ') },
  multiply: { call: ([x, factors]) => `${x} * ${factors}` },
  concat: { call: (inputs) => `torch.cat([${inputs.join(', ')}], 1)` },
  slice: {
    numbers: ({ first, shape }) => ({ first, last: first + shape[0] }),
    call: ([x], { first, last }) => `${x}[:, ${first === '0' ? '' : first}:${last}]`,
  },
  shuffle: {
    numbers: ({ groups }) => ({ groups }),
    call: ([x], { groups }) => `${SHUFFLE}(${x}, ${groups})`,
  },
  shift: { call: ([x]) => `F.pad(${x}, (-1, 1, -1, 1))` },
  dropout: {
    numbers: ({ probability }) => ({ probability }),
    call: ([x], { probability }) => `F.dropout(${x}, ${probability}, self.training)`,
  },
  linear: {
    fixed: (_, { isOutput }) => [isOutput],
    numbers: ({ shape }, { inputShapes }) => ({ inputs: inputShapes[0]![0], outputs: shape[0] }),
    module: ({ inputs, outputs }) => called('nn.Linear', [inputs!, outputs!], {}),
    call: ([x], _, own, __, { isOutput }) => `${own}(${x}.flatten(1))${isOutput ? '' : '[:, :, None, None]'}`,
  },
};

/** The name of the function that shuffles channels, which PyTorch has only for some devices. */
export const SHUFFLE = 'shuffle';

const activations: Readonly<Record<ActivationFunction, string>> = {
  relu: 'F.relu',
  relu6: 'F.relu6',
  sigmoid: 'torch.sigmoid',
  swish: 'F.silu',
  'hard-sigmoid': 'F.hardsigmoid',
  'hard-swish': 'F.hardswish',
};

/** An operation as Python code that is still free of numbers. */
export interface LeafCode {
  readonly fixed: readonly (string | boolean)[];
  readonly numbers: Readonly<Record<string, number>>;
  /** undefined where the operation needs no module */
  readonly module: ((texts: Texts) => string) | undefined;
  readonly call: (inputs: readonly string[], texts: Texts, own: string) => string;
}

/** The code of an operation. */
export function leafCode(leaf: Leaf): LeafCode {
  return codeOf(leaf.operation, leaf);
}

function codeOf<Kind extends OperationKind>(operation: OperationOf<Kind>, leaf: Leaf): LeafCode {
  const rule: Rule<Kind> = rules[operation.kind as Kind];
  const { module } = rule;
  return {
    fixed: [operation.kind, ...(rule.fixed?.(operation, leaf) ?? [])],
    numbers: rule.numbers?.(operation, leaf) ?? {},
    module: module && ((texts) => module(texts, operation)),
    call: (inputs, texts, own) => rule.call(inputs, texts, own, operation, leaf),
  };
}

/** A call; keyword arguments that have their default value are left out. */
function called(
  name: string,
  positional: readonly string[],
  keywords: Readonly<Record<string, readonly [value: string, byDefault: string]>>,
): string {
  const needed = Object.entries(keywords).filter(([, [value, byDefault]]) => value !== byDefault);
  return `${name}(${[...positional, ...needed.map(([key, [value]]) => `${key}=${value}`)].join(', ')})`;
}

/** Half of a kernel, rounded down. */
function half(kernel: string): string {
  return /^\d+$/.test(kernel) ? String(Math.floor(Number(kernel) / 2)) : `${kernel} // 2`;
}

function keepsSize({ kernel, padding, dilation }: Convolution): boolean {
  return dilation === 1 && padding === Math.floor(kernel / 2);
}

function isLikeInput({ operation, inputShapes }: Leaf): boolean {
  return inputShapes[0]!.join() === operation.shape.join();
}
