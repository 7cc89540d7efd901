/** What every kind of operation is in ONNX (operators at https://onnx.ai/onnx/operators, opset 17). */
import type { ActivationFunction, OperationKind, OperationOf, Parameter, Window } from './graph.js';
import type { OnnxBuilder } from './onnx-builder.js';
import { normStatistics, parameterValues, type TrainedNetwork } from './trained-network.js';

/** What a rule works with. */
export interface RuleContext {
  readonly network: TrainedNetwork;
  readonly onnx: OnnxBuilder;
  /** the images: whatever needs to know the batch size asks these */
  readonly images: string;
}

/**
 * Adds the operators of one operation and returns the name of their output. Feature maps are [batch, channels, height, width];
 * the linear layer alone takes and gives [batch, features].
 */
type Rule<Kind extends OperationKind> = (
  operation: OperationOf<Kind>,
  inputs: readonly string[],
  context: RuleContext,
) => string;

const rules: { readonly [Kind in OperationKind]: Rule<Kind> } = {
  input: (_, __, { images }) => images,
  zeros: ({ name, shape }, _, { onnx, images }) => {
    const batch = onnx.node('Shape', [images], `${name}.batch`, { integers: { start: 0, end: 1 } });
    const size = onnx.node('Concat', [batch, onnx.integers(shape)], `${name}.size`, { integers: { axis: 0 } });
    return onnx.node('ConstantOfShape', [size], name); // of zeros, unless told otherwise
  },
  convolution: (operation, inputs, context) => {
    const { dilation, groups } = operation;
    const integers = { ...windowAttributes(operation), dilations: [dilation, dilation], group: groups };
    return context.onnx.node('Conv', [...inputs, ...parametersOf(operation, context)], operation.name, { integers });
  },
  'batch-norm': (operation, inputs, context) => {
    const { name, epsilon } = operation;
    const { mean, variance } = normStatistics(context.network, operation);
    const statistics = [
      context.onnx.floats(`${name}.mean`, [mean.length], mean),
      context.onnx.floats(`${name}.variance`, [variance.length], variance),
    ];
    const input = [...inputs, ...parametersOf(operation, context), ...statistics];
    return context.onnx.node('BatchNormalization', input, name, { floats: { epsilon } });
  },
  activation: ({ name, activation }, [input], { onnx }) => activations[activation](input!, name, onnx),
  pool: (operation, inputs, { onnx }) => {
    const integers = windowAttributes(operation);
    return operation.pool === 'maximum'
      ? onnx.node('MaxPool', inputs, operation.name, { integers })
      : onnx.node('AveragePool', inputs, operation.name, { integers: { ...integers, count_include_pad: 0 } });
  },
  'global-pool': ({ name }, inputs, { onnx }) => onnx.node('GlobalAveragePool', inputs, name),
  add: ({ name }, inputs, { onnx }) => {
    if (inputs.length === 1) return onnx.node('Identity', inputs, name);
    return onnx.node(inputs.length === 2 ? 'Add' : 'Sum', inputs, name);
  },
  multiply: ({ name }, inputs, { onnx }) => onnx.node('Mul', inputs, name),
  concat: ({ name }, inputs, { onnx }) => onnx.node('Concat', inputs, name, { integers: { axis: 1 } }),
  slice: ({ name, first, shape }, inputs, { onnx }) => {
    const range = [[first], [first + shape[0]], [1]].map((bounds) => onnx.integers(bounds)); // from, to, axis
    return onnx.node('Slice', [...inputs, ...range], name);
  },
  shuffle: ({ name, groups, shape: [channels, height, width] }, [input], { onnx }) => {
    // a size of 0 keeps that of the input: the batch stays free
    const split = onnx.integers([0, groups, channels / groups, height, width]);
    const grouped = onnx.node('Reshape', [input!, split], `${name}.grouped`);
    const swapped = onnx.node('Transpose', [grouped], `${name}.swapped`, { integers: { perm: [0, 2, 1, 3, 4] } });
    return onnx.node('Reshape', [swapped, onnx.integers([0, channels, height, width])], name);
  },
  shift: ({ name }, inputs, { onnx }) => {
    const pads = onnx.integers([0, 0, -1, -1, 0, 0, 1, 1]); // before and after each axis; what is below 0 takes away
    return onnx.node('Pad', [...inputs, pads], name);
  },
  dropout: ({ name }, inputs, { onnx }) => onnx.node('Identity', inputs, name),
  linear: (operation, inputs, context) => {
    const input = [...inputs, ...parametersOf(operation, context)];
    return context.onnx.node('Gemm', input, operation.name, { integers: { transB: 1 } });
  },
};

const activations: Readonly<Record<ActivationFunction, (input: string, name: string, onnx: OnnxBuilder) => string>> = {
  relu: (input, name, onnx) => onnx.node('Relu', [input], name),
  relu6: (input, name, onnx) => onnx.node('Clip', [input, onnx.scalar(0), onnx.scalar(6)], name),
  sigmoid: (input, name, onnx) => onnx.node('Sigmoid', [input], name),
  swish: (input, name, onnx) => onnx.node('Mul', [input, onnx.node('Sigmoid', [input], `${name}.sigmoid`)], name),
  // max(0, min(1, alpha x + beta)); the operator's own alpha is 0.2
  'hard-sigmoid': (input, name, onnx) =>
    onnx.node('HardSigmoid', [input], name, { floats: { alpha: 1 / 6, beta: 0.5 } }),
  'hard-swish': (input, name, onnx) => onnx.node('HardSwish', [input], name),
};

/** Adds the operators of one operation and returns the name of their output. */
export function addOperation<Kind extends OperationKind>(
  operation: OperationOf<Kind>,
  inputs: readonly string[],
  context: RuleContext,
): string {
  const rule: Rule<Kind> = rules[operation.kind as Kind];
  return rule(operation, inputs, context);
}

function parametersOf({ parameters }: { parameters: readonly Parameter[] }, { network, onnx }: RuleContext): string[] {
  return parameters.map((parameter) => onnx.parameter(parameter, parameterValues(network, parameter)));
}

function windowAttributes({ kernel, stride, padding }: Window) {
  return { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [padding, padding, padding, padding] };
}
