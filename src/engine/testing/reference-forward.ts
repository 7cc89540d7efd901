/** Forward: one rule per kind of operation, each its definition written out. */
import { LissnasError } from '../../errors.js';
import type { BatchNorm, Dropout, NetworkGraph, Operation, OperationKind, OperationOf } from '../../networks/graph.js';
import { dropoutHash, dropoutKey, dropoutThreshold } from '../dropout-hash.js';
import { activations } from './reference-activations.js';
import {
  batchMoments,
  forEachValue,
  type Maps,
  type Moments,
  pixelsOf,
  type Values,
  zeroMaps,
} from './reference-maps.js';
import { forEachPart, forEachRun, forEachWindow } from './reference-windows.js';

/** How a batch goes through a network. */
export interface Pass {
  readonly parameters: ReadonlyMap<string, Values>;
  /** of every batch norm, by its name; without it those of the batch itself */
  readonly statistics?: ReadonlyMap<string, Moments>;
  /** decides what dropout drops; without it nothing is dropped */
  readonly dropoutSeed?: number;
}

/** What an operation's rule is given; `output` holds zeros to be filled. */
type ForwardRules = {
  readonly [Kind in OperationKind]: (
    operation: OperationOf<Kind>,
    inputs: readonly Maps[],
    output: Maps,
    pass: Pass,
  ) => void;
};

const rules: ForwardRules = {
  input: (_, [images], { values }) => values.set(images!.values),

  zeros: () => {},

  convolution: (operation, [x], { values: y, shape }, pass) => {
    const [w, bias] = parametersOf(operation, pass);
    forEachRun(operation, x!, (weight, input, output, length) => {
      for (let k = 0; k < length; k++) y[output + k]! += x!.values[input + k * operation.stride]! * w![weight]!;
    });
    if (bias !== undefined) {
      forEachValue({ count: x!.count, shape, values: y }, (i, _, channel) => {
        y[i]! += bias[channel]!;
      });
    }
  },

  'batch-norm': (operation, [x], { values: y }, pass) => {
    const [scale, shift] = parametersOf(operation, pass);
    const { mean, variance } = momentsOf(operation, x!, pass);
    forEachValue(x!, (i, _, c) => {
      y[i] = ((x!.values[i]! - mean[c]!) / Math.sqrt(variance[c]! + operation.epsilon)) * scale![c]! + shift![c]!;
    });
  },

  activation: ({ activation }, [x], { values: y }) => {
    y.set(x!.values.map(activations[activation].value));
  },

  pool: (operation, [x], { values: y }) => {
    forEachWindow(operation, x!, (output, inputs) => {
      const values = inputs.map((input) => x!.values[input]!);
      y[output] =
        operation.pool === 'maximum' ? Math.max(...values) : values.reduce((sum, v) => sum + v, 0) / values.length;
    });
  },

  'global-pool': (_, [x], { values: y }) => {
    const pixels = pixelsOf(x!.shape);
    x!.values.forEach((value, i) => {
      y[Math.floor(i / pixels)]! += value / pixels;
    });
  },

  add: (_, inputs, { values: y }) => {
    for (const { values } of inputs) {
      values.forEach((value, i) => {
        y[i]! += value;
      });
    }
  },

  multiply: (_, [x, factors], { values: y }) => {
    const pixels = pixelsOf(x!.shape);
    x!.values.forEach((value, i) => {
      y[i] = value * factors!.values[Math.floor(i / pixels)]!;
    });
  },

  concat: (_, inputs, output) => {
    const shapes = inputs.map(({ shape }) => shape);
    forEachPart(output, shapes, (index, part, input) => {
      output.values[index] = inputs[part]!.values[input]!;
    });
  },

  slice: ({ first }, [x], output) => {
    forEachValue(output, (i, image, channel, pixel) => {
      output.values[i] = x!.values[placeOf(x!, image, first + channel, pixel)]!;
    });
  },

  shuffle: ({ groups }, [x], output) => {
    forEachValue(x!, (i, image, channel, pixel) => {
      output.values[placeOf(output, image, shuffled(channel, x!.shape[0], groups), pixel)] = x!.values[i]!;
    });
  },

  shift: (_, [x], output) => {
    forEachShifted(output, (index, from) => {
      output.values[index] = x!.values[from]!;
    });
  },

  dropout: (operation, [x], { values: y }, pass) => {
    const factors = dropoutFactors(operation, x!, pass);
    x!.values.forEach((value, i) => {
      y[i] = value * factors[i]!;
    });
  },

  linear: (operation, [x], { values: y, shape: [outputs] }, pass) => {
    const [w, bias] = parametersOf(operation, pass);
    const [inputs] = x!.shape;
    for (let image = 0; image < x!.count; image++) {
      for (let o = 0; o < outputs; o++) {
        let sum = bias![o]!;
        for (let i = 0; i < inputs; i++) sum += x!.values[image * inputs + i]! * w![o * inputs + i]!;
        y[image * outputs + o] = sum;
      }
    }
  },
};

/** The output of every operation, by its name. */
export function forward(graph: NetworkGraph, images: Maps, pass: Pass): Map<string, Maps> {
  const outputs = new Map<string, Maps>();
  for (const operation of graph.operations) {
    const inputs = operation.kind === 'input' ? [images] : operation.inputs.map((name) => outputs.get(name)!);
    const output = zeroMaps(images.count, operation.shape);
    applyRule(operation, inputs, output, pass);
    outputs.set(operation.name, output);
  }
  return outputs;
}

function applyRule<Kind extends OperationKind>(
  operation: OperationOf<Kind>,
  inputs: readonly Maps[],
  output: Maps,
  pass: Pass,
): void {
  const rule: ForwardRules[Kind] = rules[operation.kind as Kind];
  rule(operation, inputs, output, pass);
}

/** An operation's parameters, in their order. */
export function parametersOf(operation: Operation, { parameters }: Pass): readonly Values[] {
  return operation.parameters.map(({ name }) => parameters.get(name)!);
}

/** What a batch norm normalizes by. @throws LissnasError where the pass has statistics but not these */
export function momentsOf({ name }: BatchNorm, x: Maps, { statistics }: Pass): Moments {
  if (statistics === undefined) return batchMoments(x);
  const moments = statistics.get(name);
  if (moments === undefined) throw new LissnasError('engine', `there are no statistics of "${name}"`);
  return moments;
}

/** What dropout multiplies every value by: 0 or 1 / (1 - probability). */
export function dropoutFactors({ name, probability }: Dropout, x: Maps, { dropoutSeed }: Pass): Float64Array {
  const factors = new Float64Array(x.values.length).fill(1);
  if (dropoutSeed === undefined) return factors;
  const key = dropoutKey(dropoutSeed, name);
  const threshold = dropoutThreshold(probability);
  forEachValue(x, (i, image, channel, pixel) => {
    factors[i] = dropoutHash(key, image, pixel, channel) < threshold ? 0 : 1 / (1 - Math.fround(probability));
  });
  return factors;
}

/** Where a value stands in `values`. */
export function placeOf({ shape }: Maps, image: number, channel: number, pixel: number): number {
  return (image * shape[0] + channel) * pixelsOf(shape) + pixel;
}

/** Calls `visit` for every value that has one below it and to its right: where the two stand. */
export function forEachShifted(maps: Maps, visit: (index: number, from: number) => void): void {
  const [, height, width] = maps.shape;
  forEachValue(maps, (index, _, __, pixel) => {
    if (pixel < (height - 1) * width && pixel % width < width - 1) visit(index, index + width + 1);
  });
}

/** The channel that a channel is shuffled to. */
export function shuffled(channel: number, channels: number, groups: number): number {
  const perGroup = channels / groups;
  return (channel % perGroup) * groups + Math.floor(channel / perGroup);
}
