/** Small networks in which every kind of operation occurs, with all that can be set about it. */
import type { NetworkGraph, Operation, Parameter, Shape } from '../graph.js';

type Settings<Kind extends Operation['kind']> = Omit<
  Extract<Operation, { kind: Kind }>,
  'kind' | 'name' | 'inputs' | 'shape' | 'parameters'
>;

function operation<Kind extends Operation['kind']>(
  kind: Kind,
  name: string,
  inputs: readonly string[],
  shape: Shape,
  settings: Settings<Kind>,
  parameters: Readonly<Record<string, readonly number[]>> = {},
): Operation {
  const named = Object.entries(parameters).map(([role, size]): Parameter => ({ name: `${name}.${role}`, shape: size }));
  return { kind, name, inputs, shape, parameters: named, ...settings } as unknown as Operation;
}

const convolution = (
  name: string,
  input: string,
  shape: Shape,
  perGroup: number,
  settings: Partial<Settings<'convolution'>>,
) => {
  const complete = { kernel: 1, stride: 1, padding: 0, dilation: 1, groups: 1, bias: false, ...settings };
  const { kernel, bias } = complete;
  const parameters = { weight: [shape[0], perGroup, kernel, kernel], ...(bias ? { bias: [shape[0]] } : {}) };
  return operation('convolution', name, [input], shape, complete, parameters);
};
const norm = (name: string, input: string, shape: Shape, epsilon = 1e-5) =>
  operation('batch-norm', name, [input], shape, { epsilon }, { scale: [shape[0]], shift: [shape[0]] });
const activation = (name: string, input: string, shape: Shape, kind: Settings<'activation'>['activation']) =>
  operation('activation', name, [input], shape, { activation: kind });
const add = (name: string, inputs: readonly string[], shape: Shape) => operation('add', name, inputs, shape, {});

/** All kinds in one chain of branches on images of 3 x 9 x 7; odd sizes, strides that do not divide, padding on every window. */
export const everyOperation: NetworkGraph = {
  name: 'every operation',
  operations: [
    operation('input', 'input', [], [3, 9, 7], {}),
    convolution('stem.conv', 'input', [8, 9, 7], 3, { kernel: 3, padding: 1, bias: true }),
    norm('stem.bn', 'stem.conv', [8, 9, 7], 1e-3),
    activation('relu', 'stem.bn', [8, 9, 7], 'relu'),
    convolution('grouped', 'relu', [12, 5, 4], 4, { kernel: 3, stride: 2, padding: 1, groups: 2 }),
    convolution('dilated', 'relu', [12, 5, 4], 8, { kernel: 3, stride: 2, padding: 2, dilation: 2 }),
    convolution('even', 'relu', [12, 5, 4], 8, { kernel: 2, stride: 2, padding: 1, bias: true }),
    norm('even.bn', 'even', [12, 5, 4]),
    operation('zeros', 'nothing', [], [12, 5, 4], {}),
    add('sum', ['grouped', 'dilated', 'even.bn', 'nothing'], [12, 5, 4]),
    add('pair', ['sum', 'grouped'], [12, 5, 4]),
    add('alone', ['pair'], [12, 5, 4]),
    convolution('depthwise', 'alone', [12, 5, 4], 1, { kernel: 5, padding: 2, groups: 12 }),
    norm('depthwise.bn', 'depthwise', [12, 5, 4]),
    activation('relu6', 'depthwise.bn', [12, 5, 4], 'relu6'),
    operation('slice', 'left', ['relu6'], [4, 5, 4], { first: 0 }),
    operation('slice', 'right', ['relu6'], [8, 5, 4], { first: 4 }),
    activation('swish', 'right', [8, 5, 4], 'swish'),
    operation('concat', 'joined', ['swish', 'left', 'swish'], [20, 5, 4], {}),
    operation('shuffle', 'shuffled', ['joined'], [20, 5, 4], { groups: 5 }),
    operation('pool', 'maximum', ['shuffled'], [20, 3, 2], { pool: 'maximum', kernel: 3, stride: 2, padding: 1 }),
    operation('pool', 'average', ['shuffled'], [20, 3, 2], { pool: 'average', kernel: 3, stride: 2, padding: 1 }),
    operation('pool', 'plain', ['shuffled'], [20, 2, 2], { pool: 'average', kernel: 2, stride: 2, padding: 0 }),
    operation('global-pool', 'means', ['plain'], [20, 1, 1], {}),
    // a linear layer amid the network: its vector goes on as a feature map of one pixel
    operation('linear', 'hidden', ['means'], [20, 1, 1], {}, { weight: [20, 20], bias: [20] }),
    norm('hidden.bn', 'hidden', [20, 1, 1]),
    activation('gate', 'hidden.bn', [20, 1, 1], 'hard-sigmoid'),
    operation('multiply', 'gated', ['maximum', 'gate'], [20, 3, 2], {}),
    activation('hard-swish', 'average', [20, 3, 2], 'hard-swish'),
    activation('sigmoid', 'gated', [20, 3, 2], 'sigmoid'),
    add('all', ['gated', 'hard-swish', 'sigmoid'], [20, 3, 2]),
    operation('dropout', 'dropout', ['all'], [20, 3, 2], { probability: 0.4 }),
    operation('global-pool', 'pool', ['dropout'], [20, 1, 1], {}),
    operation('linear', 'classifier', ['pool'], [6, 1, 1], {}, { weight: [6, 20], bias: [6] }),
  ],
};

/** Ends without a linear layer, feeds one value twice, shares a parameter, and keeps operations that lead nowhere. */
export const oddNetwork: NetworkGraph = {
  name: 'odd',
  operations: [
    operation('input', 'images', [], [4, 6, 6], {}),
    convolution('logits', 'images', [4, 6, 6], 4, { kernel: 3, padding: 1 }),
    {
      ...convolution('again', 'logits', [4, 6, 6], 4, { kernel: 3, padding: 1 }),
      parameters: [{ name: 'logits.weight', shape: [4, 4, 3, 3] }],
    } as Operation,
    norm('again.bn', 'again', [4, 6, 6]),
    convolution('lost', 'again.bn', [4, 6, 6], 4, {}),
    norm('input.bn', 'images', [4, 6, 6]),
    add('twice', ['again.bn', 'again.bn', 'logits', 'input.bn'], [4, 6, 6]),
    // used twice: cannot become part of its batch norm
    convolution('shared', 'twice', [5, 6, 6], 4, { bias: true }),
    norm('shared.bn', 'shared', [5, 6, 6]),
    add('shared.sum', ['shared', 'shared.bn'], [5, 6, 6]),
    operation('global-pool', 'constant.6', ['shared.sum'], [5, 1, 1], {}),
    activation('batch', 'constant.6', [5, 1, 1], 'relu6'),
  ],
};
