/** The words and numbers that a drawing puts on operations. */
import type { ActivationFunction, Operation, OperationKind, OperationOf, Shape, Window } from '../graph.js';

/** What a box is coloured by. */
export type Family = 'dense' | 'depthwise' | 'pool' | 'channels' | 'linear' | 'plain';

const activations: Readonly<Record<ActivationFunction, string>> = {
  relu: 'ReLU',
  relu6: 'ReLU6',
  sigmoid: 'sigmoid',
  swish: 'swish',
  'hard-sigmoid': 'hard-sigmoid',
  'hard-swish': 'hard-swish',
};

const words: { readonly [Kind in OperationKind]: (operation: OperationOf<Kind>) => string } = {
  input: () => 'input',
  zeros: () => 'zeros',
  convolution: (operation) => {
    const { groups, dilation, parameters } = operation;
    const name = groups === 1 ? 'conv' : isDepthwise(operation) ? 'depthwise' : `conv in ${groups} groups`;
    const spread = dilation === 1 ? '' : ` dilation ${dilation}`;
    return `${name} ${windowText(operation)}${spread}${parameters.length > 1 ? ' + bias' : ''}`;
  },
  'batch-norm': () => 'BN',
  activation: ({ activation }) => activations[activation],
  pool: (operation) => `${operation.pool} pool ${windowText(operation)}`,
  'global-pool': () => 'global average',
  add: () => '+',
  multiply: () => '×',
  concat: () => 'concat',
  slice: ({ first, shape: [channels] }) => `channels ${first} to ${first + channels - 1}`,
  shuffle: ({ groups }) => `shuffle in ${groups}`,
  shift: () => 'shift by a pixel',
  dropout: ({ probability }) => `dropout ${probability}`,
  linear: () => 'linear',
};

const families: Readonly<Record<Exclude<OperationKind, 'convolution'>, Family>> = {
  input: 'plain',
  zeros: 'plain',
  'batch-norm': 'plain',
  activation: 'plain',
  pool: 'pool',
  'global-pool': 'pool',
  add: 'channels',
  multiply: 'channels',
  concat: 'channels',
  slice: 'channels',
  shuffle: 'channels',
  shift: 'plain',
  dropout: 'plain',
  linear: 'linear',
};

/** What an operation does, in a few words without its channels, e.g. 'conv 3×3 stride 2'. */
export function operationText<Kind extends OperationKind>(operation: OperationOf<Kind>): string {
  const write: (typeof words)[Kind] = words[operation.kind as Kind];
  return write(operation);
}

/** The family of an operation. */
export function familyOf(operation: Operation): Family {
  if (operation.kind !== 'convolution') return families[operation.kind];
  return operation.groups === 1 ? 'dense' : 'depthwise';
}

/** Channels, height and width; a vector is its length. */
export function shapeLabel([channels, height, width]: Shape): string {
  return height === 1 && width === 1 ? String(channels) : `${channels} × ${height} × ${width}`;
}

const PREFIXES = ['', ' k', ' M', ' G', ' T'];

/** A whole number with three significant digits and a prefix from k to T. */
export function scaled(count: number): string {
  const digits = (power: number) => (count / 1_000 ** power).toPrecision(3);
  let power = 0;
  while (Number(digits(power)) >= 1_000 && power + 1 < PREFIXES.length) power++;
  return power === 0 ? String(count) : `${digits(power)}${PREFIXES[power]}`;
}

function isDepthwise({ groups, parameters }: OperationOf<'convolution'>): boolean {
  const [outputs, perGroup] = parameters[0]!.shape;
  return perGroup === 1 && outputs === groups;
}

function windowText({ kernel, stride }: Window): string {
  return `${kernel}×${kernel}${stride === 1 ? '' : ` stride ${stride}`}`;
}
