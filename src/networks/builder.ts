/** Builds network graphs operation by operation, infers shapes and names parameters. */
import { LissnasError } from '../errors.js';
import type { ActivationFunction, NetworkGraph, Operation, Parameter, Shape } from './graph.js';

/** An operation that cannot take its inputs; the message names the operation. */
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

/** How a convolution differs from a dense one with kernel 1, stride 1, "same" padding, no bias. */
export interface ConvolutionOptions {
  readonly channels: number;
  readonly kernel?: number;
  readonly stride?: number;
  /** by default what keeps the size at stride 1: dilation * floor(kernel / 2) */
  readonly padding?: number;
  readonly dilation?: number;
  readonly groups?: number;
  readonly bias?: boolean;
}

/** How a pooling window differs from stride 1 without padding. */
export interface PoolOptions {
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
}

/**
 * Every method appends one operation and returns its output. A parameter is named after its operation, so an
 * operation's name must tell its position and the choice that put it there.
 */
export class NetworkBuilder {
  readonly input: Value;
  private readonly operations: Operation[] = [];
  private readonly names = new Set<string>();

  constructor(
    private readonly name: string,
    inputShape: Shape,
  ) {
    this.input = this.append({ kind: 'input', name: 'input', inputs: [], shape: inputShape, parameters: [] });
  }

  zeros(name: string, shape: Shape): Value {
    return this.append({ kind: 'zeros', name, inputs: [], shape, parameters: [] });
  }

  convolution(name: string, value: Value, options: ConvolutionOptions): Value {
    const { channels, kernel = 1, stride = 1, dilation = 1, groups = 1, bias = false } = options;
    const { padding = dilation * Math.floor(kernel / 2) } = options;
    const [from] = value.shape;
    if (from % groups !== 0 || channels % groups !== 0) {
      throw new ShapeError(name, `${from} input and ${channels} output channels cannot be split into ${groups} groups`);
    }
    const weight = { name: `${name}.weight`, shape: [channels, from / groups, kernel, kernel] };
    return this.append({
      kind: 'convolution',
      name,
      inputs: [value.name],
      shape: [channels, ...windowed(name, value.shape, dilation * (kernel - 1) + 1, stride, padding)],
      parameters: bias ? [weight, { name: `${name}.bias`, shape: [channels] }] : [weight],
      kernel,
      stride,
      padding,
      dilation,
      groups,
      bias,
    });
  }

  batchNorm(name: string, value: Value): Value {
    const shape = [value.shape[0]];
    const parameters: Parameter[] = [
      { name: `${name}.scale`, shape },
      { name: `${name}.shift`, shape },
    ];
    return this.append({
      kind: 'batch-norm',
      name,
      inputs: [value.name],
      shape: value.shape,
      parameters,
      epsilon: 1e-5,
    });
  }

  activation(name: string, value: Value, activation: ActivationFunction): Value {
    return this.append({
      kind: 'activation',
      name,
      inputs: [value.name],
      shape: value.shape,
      parameters: [],
      activation,
    });
  }

  pool(name: string, value: Value, pool: 'average' | 'maximum', options: PoolOptions): Value {
    const { kernel, stride = 1, padding = 0 } = options;
    return this.append({
      kind: 'pool',
      name,
      inputs: [value.name],
      shape: [value.shape[0], ...windowed(name, value.shape, kernel, stride, padding)],
      parameters: [],
      pool,
      kernel,
      stride,
      padding,
    });
  }

  globalPool(name: string, value: Value): Value {
    return this.append({
      kind: 'global-pool',
      name,
      inputs: [value.name],
      shape: [value.shape[0], 1, 1],
      parameters: [],
    });
  }

  add(name: string, values: readonly Value[]): Value {
    const [first, ...others] = values;
    if (first === undefined) throw new ShapeError(name, 'a sum needs at least one input');
    const odd = others.find(({ shape }) => shape.some((size, axis) => size !== first.shape[axis]));
    if (odd !== undefined) throw new ShapeError(name, `cannot add ${shapeText(odd)} to ${shapeText(first)}`);
    const inputs = values.map((value) => value.name);
    return this.append({ kind: 'add', name, inputs, shape: first.shape, parameters: [] });
  }

  multiply(name: string, value: Value, factors: Value): Value {
    const [channels, height, width] = factors.shape;
    if (channels !== value.shape[0] || height !== 1 || width !== 1) {
      throw new ShapeError(name, `cannot scale the channels of ${shapeText(value)} by ${shapeText(factors)}`);
    }
    const inputs = [value.name, factors.name];
    return this.append({ kind: 'multiply', name, inputs, shape: value.shape, parameters: [] });
  }

  linear(name: string, value: Value, features: number): Value {
    const [from, height, width] = value.shape;
    if (height !== 1 || width !== 1) throw new ShapeError(name, `needs a vector, but got ${shapeText(value)}`);
    return this.append({
      kind: 'linear',
      name,
      inputs: [value.name],
      shape: [features, 1, 1],
      parameters: [
        { name: `${name}.weight`, shape: [features, from] },
        { name: `${name}.bias`, shape: [features] },
      ],
    });
  }

  /** The graph so far; its output is the last operation. */
  build(): NetworkGraph {
    return { name: this.name, operations: [...this.operations] };
  }

  private append(operation: Operation): Value {
    const { name, shape } = operation;
    if (this.names.has(name)) throw new ShapeError(name, 'the name is taken by another operation');
    if (!shape.every((size) => Number.isInteger(size) && size > 0)) {
      throw new ShapeError(name, `the output would have the shape ${shape.join(' x ')}`);
    }
    for (const input of operation.inputs) {
      if (!this.names.has(input)) throw new ShapeError(name, `its input "${input}" is not in this graph`);
    }
    this.names.add(name);
    this.operations.push(operation);
    return { name, shape };
  }
}

function windowed(name: string, shape: Shape, kernel: number, stride: number, padding: number): [number, number] {
  const [, height, width] = shape;
  if (!(kernel >= 1 && stride >= 1 && padding >= 0)) {
    throw new ShapeError(name, `kernel ${kernel}, stride ${stride} and padding ${padding} make no window`);
  }
  const size = (length: number) => Math.floor((length + 2 * padding - kernel) / stride) + 1;
  return [size(height), size(width)];
}

function shapeText({ name, shape }: Value): string {
  return `"${name}" (${shape.join(' x ')})`;
}
