/** Backward: per kind of operation, how the gradient of its output goes to its inputs and parameters. */
import type { NetworkGraph, OperationKind, OperationOf } from '../../networks/graph.js';
import { activations } from './reference-activations.js';
import {
  dropoutFactors,
  forEachShifted,
  momentsOf,
  type Pass,
  parametersOf,
  placeOf,
  shuffled,
} from './reference-forward.js';
import { channelSums, forEachValue, type Maps, pixelsOf } from './reference-maps.js';
import { forEachPart, forEachRun, forEachWindow } from './reference-windows.js';

/** Gradients around one operation: that of its output is known, the others are added to. */
interface Flow {
  readonly output: Maps;
  readonly inputs: readonly Float64Array[];
  readonly parameters: readonly Float64Array[];
}

type BackwardRules = {
  readonly [Kind in OperationKind]: (
    operation: OperationOf<Kind>,
    inputs: readonly Maps[],
    flow: Flow,
    pass: Pass,
  ) => void;
};

const rules: BackwardRules = {
  input: () => {},

  zeros: () => {},

  convolution: (operation, [x], { output, inputs: [dx], parameters: [dw, dBias] }, pass) => {
    const [w] = parametersOf(operation, pass);
    const dy = output.values;
    forEachRun(operation, x!, (weight, input, output, length) => {
      for (let k = 0; k < length; k++) {
        const i = input + k * operation.stride;
        dx![i]! += dy[output + k]! * w![weight]!;
        dw![weight]! += dy[output + k]! * x!.values[i]!;
      }
    });
    if (dBias !== undefined) {
      const sums = channelSums(output, (i) => dy[i]!);
      addTo(dBias, (c) => sums[c]!);
    }
  },

  // the batch's mean and variance depend on x too: dx = scale / deviation * (dy - mean(dy) - z mean(dy z)), z the normalized x
  'batch-norm': (operation, [x], { output, inputs: [dx], parameters: [dScale, dShift] }, pass) => {
    const [scale] = parametersOf(operation, pass);
    const { mean, variance } = momentsOf(operation, x!, pass);
    const dy = output.values;
    const deviation = (c: number) => Math.sqrt(variance[c]! + operation.epsilon);
    const z = (i: number, c: number) => (x!.values[i]! - mean[c]!) / deviation(c);
    const sum = channelSums(output, (i) => dy[i]!);
    const sumZ = channelSums(output, (i, c) => dy[i]! * z(i, c));
    const size = x!.count * pixelsOf(x!.shape);
    forEachValue(x!, (i, _, c) => {
      dx![i]! += (scale![c]! / deviation(c)) * (dy[i]! - sum[c]! / size - (z(i, c) * sumZ[c]!) / size);
    });
    addTo(dScale!, (c) => sumZ[c]!);
    addTo(dShift!, (c) => sum[c]!);
  },

  activation: ({ activation }, [x], { output, inputs: [dx] }) => {
    addTo(dx!, (i) => output.values[i]! * activations[activation].slope(x!.values[i]!));
  },

  pool: (operation, [x], { output, inputs: [dx] }) => {
    forEachWindow(operation, x!, (o, inputs) => {
      const dy = output.values[o]!;
      if (operation.pool === 'maximum') {
        const values = inputs.map((i) => x!.values[i]!);
        dx![inputs[values.indexOf(Math.max(...values))]!]! += dy;
      } else {
        for (const i of inputs) dx![i]! += dy / inputs.length;
      }
    });
  },

  'global-pool': (_, [x], { output, inputs: [dx] }) => {
    const pixels = pixelsOf(x!.shape);
    addTo(dx!, (i) => output.values[Math.floor(i / pixels)]! / pixels);
  },

  add: (_, __, { output, inputs }) => {
    for (const dx of inputs) addTo(dx, (i) => output.values[i]!);
  },

  multiply: (_, [x, factors], { output, inputs: [dx, dFactors] }) => {
    const pixels = pixelsOf(x!.shape);
    output.values.forEach((dy, i) => {
      const channel = Math.floor(i / pixels); // of all channels of all images
      dx![i]! += dy * factors!.values[channel]!;
      dFactors![channel]! += dy * x!.values[i]!;
    });
  },

  concat: (_, inputs, { output, inputs: gradients }) => {
    const shapes = inputs.map(({ shape }) => shape);
    forEachPart(output, shapes, (o, part, i) => {
      gradients[part]![i]! += output.values[o]!;
    });
  },

  slice: ({ first }, [x], { output, inputs: [dx] }) => {
    forEachValue(output, (i, image, channel, pixel) => {
      dx![placeOf(x!, image, first + channel, pixel)]! += output.values[i]!;
    });
  },

  shuffle: ({ groups }, [x], { output, inputs: [dx] }) => {
    forEachValue(x!, (i, image, channel, pixel) => {
      dx![i]! += output.values[placeOf(output, image, shuffled(channel, x!.shape[0], groups), pixel)]!;
    });
  },

  shift: (_, __, { output, inputs: [dx] }) => {
    forEachShifted(output, (index, from) => {
      dx![from]! += output.values[index]!;
    });
  },

  dropout: (operation, [x], { output, inputs: [dx] }, pass) => {
    const factors = dropoutFactors(operation, x!, pass);
    addTo(dx!, (i) => output.values[i]! * factors[i]!);
  },

  linear: (operation, [x], { output, inputs: [dx], parameters: [dw, dBias] }, pass) => {
    const [w] = parametersOf(operation, pass);
    const [inputs] = x!.shape;
    forEachValue(output, (index, image, o) => {
      const dy = output.values[index]!;
      dBias![o]! += dy;
      for (let i = 0; i < inputs; i++) {
        dx![image * inputs + i]! += dy * w![o * inputs + i]!;
        dw![o * inputs + i]! += dy * x!.values[image * inputs + i]!;
      }
    });
  },
};

/** Gradients of a scalar that depends on the last operation's output alone. */
export interface Gradients {
  /** by parameter name, in the parameter's shape */
  readonly parameters: Map<string, Float64Array>;
  /** by operation name, [count][channels][height][width], that of the images among them */
  readonly outputs: Map<string, Float64Array>;
}

/** The way back through maps that `forward` gave, from the gradient of the last operation's output. Batch norms must have used their batch. */
export function backward(
  graph: NetworkGraph,
  maps: ReadonlyMap<string, Maps>,
  last: Float64Array,
  pass: Pass,
): Gradients {
  const parameters = new Map<string, Float64Array>();
  const outputs = new Map([...maps].map(([name, { values }]) => [name, new Float64Array(values.length)]));
  for (const { name } of graph.operations.flatMap((operation) => operation.parameters)) {
    parameters.set(name, new Float64Array(pass.parameters.get(name)!.length));
  }
  outputs.get(graph.operations.at(-1)!.name)!.set(last);
  for (const operation of graph.operations.toReversed()) {
    const inputs = operation.inputs.map((name) => maps.get(name)!);
    const flow = {
      output: { ...maps.get(operation.name)!, values: outputs.get(operation.name)! },
      inputs: operation.inputs.map((name) => outputs.get(name)!),
      parameters: operation.parameters.map(({ name }) => parameters.get(name)!),
    };
    applyRule(operation, inputs, flow, pass);
  }
  return { parameters, outputs };
}

function applyRule<Kind extends OperationKind>(
  operation: OperationOf<Kind>,
  inputs: readonly Maps[],
  flow: Flow,
  pass: Pass,
): void {
  const rule: BackwardRules[Kind] = rules[operation.kind as Kind];
  rule(operation, inputs, flow, pass);
}

function addTo(sums: Float64Array, term: (index: number) => number): void {
  for (let i = 0; i < sums.length; i++) sums[i]! += term(i);
}
