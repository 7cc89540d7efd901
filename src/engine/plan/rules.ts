/** How each kind of operation is carried out forward and backward: two tables that the compiler checks for gaps. */
import type { OperationKind } from '../../networks/graph.js';
import { dropoutKey } from '../dropout-hash.js';
import { activationCodes } from '../instructions.js';
import { convolve, convolveBack, linear, linearBack } from './convolution.js';
import { at, clear, extent } from './feature-map.js';
import { normalize, normalizeBack } from './norm.js';
import type { Planning } from './planning.js';
import type { Step } from './steps.js';

/** Emits the instructions of one step. */
export type Rules = { readonly [Kind in OperationKind]: (plan: Planning, step: Step<Kind>) => void };

const nothing = () => {};

/** From the values of the inputs to that of the output. */
export const forwardRules: Rules = {
  input: (plan, { output }) => void plan.newValue(output, { begins: true }),
  zeros: (plan, { output }) => void plan.newValue(output, { cleared: true }),
  convolution: convolve,
  linear,
  'batch-norm': normalize,
  activation: (plan, { operation, inputs, output }) => {
    const x = plan.value(inputs[0]!);
    const y = plan.newValue(output);
    const activation = activationCodes[operation.activation];
    plan.program.emit('activate', plan.images, { x: at(x), y: at(y), ...extent(x), activation });
  },
  pool: (plan, { operation, inputs, output }) => {
    const x = plan.value(inputs[0]!);
    const y = plan.newValue(output);
    const { kernel, stride, padding } = operation;
    plan.program.emit(operation.pool === 'maximum' ? 'poolMaximum' : 'poolAverage', plan.images, {
      x: at(x),
      xHeight: x.height,
      xWidth: x.width,
      y: at(y),
      ...extent(y),
      kernel,
      stride,
      padding,
    });
  },
  'global-pool': (plan, { inputs, output }) => {
    const x = plan.value(inputs[0]!);
    const y = plan.newValue(output);
    plan.program.emit('globalPool', plan.images, { x: at(x), ...extent(x), y: at(y) });
  },
  add: (plan, { inputs, output }) => {
    const [a, b, ...others] = inputs.map((input) => plan.value(input));
    const y = plan.newValue(output);
    plan.program.emit('sum', plan.images, { a: at(a!), b: at(b!), y: at(y), ...extent(y) });
    for (const x of others) {
      plan.program.emit('copy', plan.images, { x: at(x), y: at(y), ...extent(y), add: 1 });
    }
  },
  multiply: (plan, { inputs, output }) => {
    const [x, factors] = inputs.map((input) => plan.value(input));
    const y = plan.newValue(output);
    plan.program.emit('scaleChannels', plan.images, { x: at(x!), f: at(factors!), y: at(y), ...extent(y), add: 0 });
  },
  concat: (plan, { inputs, output }) => {
    const y = plan.newValue(output);
    let first = 0;
    for (const input of inputs) {
      const x = plan.value(input);
      moveChannels(plan, x, y, range(x.channels), range(x.channels, first), 0);
      first += x.channels;
    }
  },
  slice: (plan, { operation, inputs, output }) => {
    const y = plan.newValue(output);
    moveChannels(plan, plan.value(inputs[0]!), y, range(y.channels, operation.first), range(y.channels), 0);
  },
  shuffle: (plan, { operation, inputs, output }) => {
    const x = plan.value(inputs[0]!);
    const y = plan.newValue(output);
    moveChannels(plan, x, y, range(x.channels), shuffled(x.channels, operation.groups), 0);
  },
  shift: (plan, { inputs, output }) => {
    const x = plan.value(inputs[0]!);
    const y = plan.newValue(output, { cleared: true });
    plan.program.emit('copy', plan.images, { x: below(x), y: at(y), ...lessOne(y), add: 0 });
  },
  dropout: (plan, { operation, inputs, output }) => {
    const x = plan.value(inputs[0]!);
    const y = plan.newValue(output);
    dropOut(plan, operation, x, y, 0);
  },
};

/** From the gradient of the output to those of the parameters and, where they are needed, of the inputs. */
export const backwardRules: Rules = {
  input: nothing,
  zeros: nothing,
  convolution: convolveBack,
  linear: linearBack,
  'batch-norm': normalizeBack,
  activation: (plan, { operation, inputs, output }) => {
    if (!plan.needsGradient(inputs[0]!)) return;
    const x = plan.value(inputs[0]!);
    const dy = plan.gradient(output);
    const { map: dx, add } = plan.gradientFor(inputs[0]!);
    const activation = activationCodes[operation.activation];
    plan.program.emit('activateBack', plan.images, {
      x: at(x),
      dy: at(dy),
      dx: at(dx),
      ...extent(x),
      activation,
      add,
    });
  },
  pool: (plan, { operation, inputs, output }) => {
    if (!plan.needsGradient(inputs[0]!)) return;
    const x = plan.value(inputs[0]!);
    const dy = plan.gradient(output);
    const { map: dx, add } = plan.gradientFor(inputs[0]!);
    if (add === 0) clear(plan.program, dx);
    const { kernel, stride, padding } = operation;
    const common = { xHeight: x.height, xWidth: x.width, dy: at(dy), ...extent(dy), kernel, stride, padding };
    if (operation.pool === 'average') plan.program.emit('poolAverageBack', plan.images, { dx: at(dx), ...common });
    else plan.program.emit('poolMaximumBack', plan.images, { x: at(x), dx: at(dx), ...common });
  },
  'global-pool': (plan, { inputs, output }) => {
    if (!plan.needsGradient(inputs[0]!)) return;
    const dy = at(plan.gradient(output));
    const { map: dx, add } = plan.gradientFor(inputs[0]!);
    plan.program.emit('globalPoolBack', plan.images, { dx: at(dx), ...extent(dx), dy, add });
  },
  add: (plan, { inputs, output }) => {
    const dy = plan.gradient(output);
    for (const input of inputs) {
      if (!plan.needsGradient(input)) continue;
      const { map: dx, add } = plan.gradientFor(input);
      plan.program.emit('copy', plan.images, { x: at(dy), y: at(dx), ...extent(dy), add });
    }
  },
  multiply: (plan, { inputs, output }) => {
    const [input, factors] = inputs as [string, string];
    const dy = plan.gradient(output);
    if (plan.needsGradient(factors)) {
      const { map, add } = plan.gradientFor(factors);
      const x = plan.value(input);
      plan.program.emit('scaleChannelsBack', plan.images, {
        x: at(x),
        dy: at(dy),
        ...extent(x),
        df: at(map),
        add,
      });
    }
    if (plan.needsGradient(input)) {
      const { map: dx, add } = plan.gradientFor(input);
      const f = at(plan.value(factors));
      plan.program.emit('scaleChannels', plan.images, {
        x: at(dy),
        f,

        y: at(dx),
        ...extent(dy),
        add,
      });
    }
  },
  concat: (plan, { inputs, output }) => {
    const dy = plan.gradient(output);
    let first = 0;
    for (const input of inputs) {
      const { channels } = plan.value(input);
      if (plan.needsGradient(input)) {
        const { map: dx, add } = plan.gradientFor(input);
        moveChannels(plan, dy, dx, range(channels, first), range(channels), add);
      }
      first += channels;
    }
  },
  slice: (plan, { operation, inputs, output }) => {
    if (!plan.needsGradient(inputs[0]!)) return;
    const dy = plan.gradient(output);
    const { map: dx, add } = plan.gradientFor(inputs[0]!);
    if (add === 0) clear(plan.program, dx);
    moveChannels(plan, dy, dx, range(dy.channels), range(dy.channels, operation.first), 1);
  },
  shuffle: (plan, { operation, inputs, output }) => {
    if (!plan.needsGradient(inputs[0]!)) return;
    const dy = plan.gradient(output);
    const { map: dx, add } = plan.gradientFor(inputs[0]!);
    moveChannels(plan, dy, dx, shuffled(dy.channels, operation.groups), range(dy.channels), add);
  },
  shift: (plan, { inputs, output }) => {
    if (!plan.needsGradient(inputs[0]!)) return;
    const dy = plan.gradient(output);
    const { map: dx, add } = plan.gradientFor(inputs[0]!);
    if (add === 0) clear(plan.program, dx);
    plan.program.emit('copy', plan.images, { x: at(dy), y: below(dx), ...lessOne(dy), add: 1 });
  },
  dropout: (plan, { operation, inputs, output }) => {
    if (!plan.needsGradient(inputs[0]!)) return;
    const { map: dx, add } = plan.gradientFor(inputs[0]!);
    dropOut(plan, operation, plan.gradient(output), dx, add);
  },
};

type Map = ReturnType<Planning['value']>;

function moveChannels(plan: Planning, x: Map, y: Map, from: number[], to: number[], add: 0 | 1): void {
  const { program, images } = plan;
  const { height, width } = x;
  program.emit('moveChannels', images, {
    x: at(x),
    y: at(y),
    height,
    width,
    count: from.length,
    from: program.table(from),
    to: program.table(to),
    add,
  });
}

/** The map from its second row and column on. */
const below = (map: Map) => at(map, { offset: map.row + map.pixel });

/** A row and a column less than the map has. */
const lessOne = ({ height, width, channels }: Map) => ({ height: height - 1, width: width - 1, channels });

function dropOut(plan: Planning, operation: Step<'dropout'>['operation'], x: Map, y: Map, add: 0 | 1): void {
  const key = dropoutKey(plan.randomSeed, operation.name);
  const { probability } = operation;
  plan.program.emit('dropout', plan.images, { x: at(x), y: at(y), ...extent(x), probability, key, add });
}

function range(count: number, first = 0): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Where each channel goes. */
function shuffled(channels: number, groups: number): number[] {
  const size = channels / groups;
  return range(channels).map((channel) => (channel % size) * groups + Math.floor(channel / size));
}
