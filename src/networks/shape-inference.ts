/** Shape inference: the output and the parameters that follow from an operation's settings and its inputs. */
import { LissnasError } from '../errors.js';
import type { OperationKind, OperationOf, Shape, Window } from './graph.js';

/** An operation that cannot be carried out; the message names the operation. */
export class ShapeError extends LissnasError {
  constructor(operation: string, problem: string) {
    super('shape', `operation "${operation}": ${problem}`);
  }
}

/** The output of an operation that is already in the graph. */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
}

/** An operation of a kind without what is inferred. */
export type Settings<Kind extends OperationKind> = Omit<OperationOf<Kind>, 'kind' | 'shape' | 'parameters'>;

/** What neither settings nor inputs tell of the output: all of its shape, its channels (the rest is ignored), or nothing. */
export type Stated<Kind extends OperationKind> = Kind extends 'input' | 'zeros'
  ? Shape
  : Kind extends 'convolution' | 'linear' | 'slice'
    ? readonly [channels: number, ...ignored: number[]]
    : readonly number[];

/** What follows from an operation's settings and inputs. */
interface Inferred {
  readonly shape: Shape;
  /** shapes by role, e.g. 'weight', in the order of the operation's parameters; none when missing */
  readonly parameters?: Readonly<Record<string, readonly number[]>>;
}

interface Rule<Kind extends OperationKind> {
  /** how many; 'some' is one or more */
  readonly inputs: 0 | 1 | 2 | 'some';
  /** @throws ShapeError */
  infer(settings: Settings<Kind>, inputs: readonly Value[], stated: Stated<Kind>): Inferred;
}

const rules: { readonly [Kind in OperationKind]: Rule<Kind> } = {
  input: { inputs: 0, infer: (_, __, shape) => ({ shape }) },
  zeros: { inputs: 0, infer: (_, __, shape) => ({ shape }) },
  convolution: { inputs: 1, infer: convolution },
  'batch-norm': {
    inputs: 1,
    infer: ({ name, epsilon }, [value]) => {
      if (!(epsilon > 0)) throw new ShapeError(name, `epsilon must be above 0, but is ${epsilon}`);
      const [channels] = value!.shape;
      return { shape: value!.shape, parameters: { scale: [channels], shift: [channels] } };
    },
  },
  activation: { inputs: 1, infer: (_, [value]) => ({ shape: value!.shape }) },
  pool: {
    inputs: 1,
    infer: (settings, [value]) => {
      const { name, kernel, padding } = settings;
      if (2 * padding > kernel) {
        throw new ShapeError(name, `padding ${padding} is more than half of the pool's kernel ${kernel}`);
      }
      return { shape: [value!.shape[0], ...windowed(settings, value!.shape, 1)] };
    },
  },
  'global-pool': { inputs: 1, infer: (_, [value]) => ({ shape: [value!.shape[0], 1, 1] }) },
  add: {
    inputs: 'some',
    infer: ({ name }, [first, ...others]) => {
      const odd = others.find(({ shape }) => shape.some((size, axis) => size !== first!.shape[axis]));
      if (odd !== undefined) throw new ShapeError(name, `cannot add ${valueText(odd)} to ${valueText(first!)}`);
      return { shape: first!.shape };
    },
  },
  multiply: {
    inputs: 2,
    infer: ({ name }, [value, factors]) => {
      const [channels, height, width] = factors!.shape;
      if (channels !== value!.shape[0] || height !== 1 || width !== 1) {
        throw new ShapeError(name, `cannot scale the channels of ${valueText(value!)} by ${valueText(factors!)}`);
      }
      return { shape: value!.shape };
    },
  },
  concat: {
    inputs: 'some',
    infer: ({ name }, values) => {
      const [first, ...others] = values;
      const [, height, width] = first!.shape;
      const odd = others.find(({ shape }) => shape[1] !== height || shape[2] !== width);
      if (odd !== undefined) throw new ShapeError(name, `cannot put ${valueText(odd)} behind ${valueText(first!)}`);
      return { shape: [values.reduce((sum, { shape }) => sum + shape[0], 0), height, width] };
    },
  },
  slice: {
    inputs: 1,
    infer: ({ name, first }, [value], [channels]) => {
      const [from, height, width] = value!.shape;
      if (!(isWhole(first, 0) && isWhole(channels, 1) && first + channels <= from)) {
        throw new ShapeError(name, `cannot take ${channels} channels from channel ${first} on of ${valueText(value!)}`);
      }
      return { shape: [channels, height, width] };
    },
  },
  shuffle: {
    inputs: 1,
    infer: ({ name, groups }, [value]) => {
      if (!divides(groups, value!.shape[0])) {
        throw new ShapeError(name, `cannot shuffle the channels of ${valueText(value!)} in ${groups} groups`);
      }
      return { shape: value!.shape };
    },
  },
  shift: { inputs: 1, infer: (_, [value]) => ({ shape: value!.shape }) },
  dropout: {
    inputs: 1,
    infer: ({ name, probability }, [value]) => {
      if (!(probability >= 0 && probability < 1)) {
        throw new ShapeError(name, `the probability must be at least 0 and below 1, but is ${probability}`);
      }
      return { shape: value!.shape };
    },
  },
  linear: {
    inputs: 1,
    infer: ({ name }, [value], [features]) => {
      const [from, height, width] = value!.shape;
      if (height !== 1 || width !== 1) throw new ShapeError(name, `needs a vector, but got ${valueText(value!)}`);
      return { shape: [features, 1, 1], parameters: { weight: [features, from], bias: [features] } };
    },
  },
};

/**
 * The output's shape and the parameters of an operation.
 * @throws ShapeError for inputs that are too few, too many or do not meet, impossible settings, an output without pixels
 */
export function infer<Kind extends OperationKind>(
  kind: Kind,
  settings: Settings<Kind>,
  inputs: readonly Value[],
  stated: Stated<Kind>,
): Inferred {
  const rule: Rule<Kind> = rules[kind];
  const { name } = settings;
  const wanted = rule.inputs;
  if (wanted === 'some' ? inputs.length === 0 : inputs.length !== wanted) {
    const needed = wanted === 'some' ? 'at least one input' : `${wanted} input${wanted === 1 ? '' : 's'}`;
    throw new ShapeError(name, `an operation of kind ${kind} needs ${needed}, but has ${inputs.length}`);
  }
  const inferred = rule.infer(settings, inputs, stated);
  if (!inferred.shape.every((size) => isWhole(size, 1))) {
    throw new ShapeError(name, `the output would have the shape ${shapeText(inferred.shape)}`);
  }
  return inferred;
}

/** Sizes as people write them, e.g. 16 x 32 x 32. */
export function shapeText(shape: readonly number[]): string {
  return shape.join(' x ');
}

function convolution(
  settings: Settings<'convolution'>,
  [value]: readonly Value[],
  [channels]: Stated<'convolution'>,
): Inferred {
  const { name, kernel, dilation, groups, bias } = settings;
  const [from] = value!.shape;
  if (!divides(groups, from) || !divides(groups, channels)) {
    throw new ShapeError(name, `${from} input and ${channels} output channels cannot be split into ${groups} groups`);
  }
  const weight = [channels, from / groups, kernel, kernel];
  return {
    shape: [channels, ...windowed(settings, value!.shape, dilation)],
    parameters: bias ? { weight, bias: [channels] } : { weight },
  };
}

/** Height and width of what a window leaves of a feature map. */
function windowed(
  { name, kernel, stride, padding }: Window & { readonly name: string },
  [, height, width]: Shape,
  dilation: number,
): [height: number, width: number] {
  if (!(isWhole(kernel, 1) && isWhole(stride, 1) && isWhole(dilation, 1) && isWhole(padding, 0))) {
    const spread = dilation === 1 ? '' : `dilation ${dilation}, `;
    throw new ShapeError(name, `kernel ${kernel}, ${spread}stride ${stride} and padding ${padding} make no window`);
  }
  const reach = dilation * (kernel - 1) + 1;
  const size = (length: number) => Math.floor((length + 2 * padding - reach) / stride) + 1;
  return [size(height), size(width)];
}

function isWhole(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least;
}

function divides(parts: number, channels: number): boolean {
  return isWhole(parts, 1) && channels % parts === 0;
}

function valueText({ name, shape }: Value): string {
  return `"${name}" (${shapeText(shape)})`;
}
