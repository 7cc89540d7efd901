/** Builds network graphs operation by operation; shapes are inferred and parameters named on the way. */
import type { ActivationFunction, NetworkGraph, OperationKind, Shape } from './graph.js';
import { OperationList } from './operation-list.js';
import { type Settings, ShapeError, type Stated, type Value } from './shape-inference.js';

export type { Value };

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

/** How a batch norm differs from one whose scale begins with 1. */
export interface BatchNormOptions {
  readonly initialScale?: 0;
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
 * @throws ShapeError naming the operation, from every method whose operation cannot be carried out
 */
export class NetworkBuilder {
  readonly input: Value;
  private readonly list = new OperationList();

  constructor(
    private readonly name: string,
    inputShape: Shape,
  ) {
    this.input = this.append('input', { name: 'input', inputs: [] }, inputShape);
  }

  zeros(name: string, shape: Shape): Value {
    return this.append('zeros', { name, inputs: [] }, shape);
  }

  convolution(name: string, value: Value, options: ConvolutionOptions): Value {
    const { channels, kernel = 1, stride = 1, dilation = 1, groups = 1, bias = false } = options;
    const { padding = dilation * Math.floor(kernel / 2) } = options;
    const settings = { kernel, stride, padding, dilation, groups, bias };
    return this.append('convolution', { name, inputs: [value.name], ...settings }, [channels]);
  }

  batchNorm(name: string, value: Value, options: BatchNormOptions = {}): Value {
    return this.append('batch-norm', { name, inputs: [value.name], epsilon: 1e-5, ...options }, []);
  }

  activation(name: string, value: Value, activation: ActivationFunction): Value {
    return this.append('activation', { name, inputs: [value.name], activation }, []);
  }

  pool(name: string, value: Value, pool: 'average' | 'maximum', options: PoolOptions): Value {
    const { kernel, stride = 1, padding = 0 } = options;
    return this.append('pool', { name, inputs: [value.name], pool, kernel, stride, padding }, []);
  }

  globalPool(name: string, value: Value): Value {
    return this.append('global-pool', { name, inputs: [value.name] }, []);
  }

  add(name: string, values: readonly Value[]): Value {
    return this.append('add', { name, inputs: namesOf(values) }, []);
  }

  multiply(name: string, value: Value, factors: Value): Value {
    return this.append('multiply', { name, inputs: namesOf([value, factors]) }, []);
  }

  concat(name: string, values: readonly Value[]): Value {
    return this.append('concat', { name, inputs: namesOf(values) }, []);
  }

  /** `channels` channels from channel `first` on. */
  slice(name: string, value: Value, first: number, channels: number): Value {
    return this.append('slice', { name, inputs: [value.name], first }, [channels]);
  }

  /** Channel split into `parts` slices of equal size, named `${name}.0` and so on. */
  split(name: string, value: Value, parts: number): Value[] {
    const channels = value.shape[0] / parts;
    if (!(Number.isInteger(channels) && parts >= 1)) {
      throw new ShapeError(name, `cannot split ${value.shape[0]} channels into ${parts} equal parts`);
    }
    return Array.from({ length: parts }, (_, part) => this.slice(`${name}.${part}`, value, part * channels, channels));
  }

  shuffle(name: string, value: Value, groups: number): Value {
    return this.append('shuffle', { name, inputs: [value.name], groups }, []);
  }

  shift(name: string, value: Value): Value {
    return this.append('shift', { name, inputs: [value.name] }, []);
  }

  dropout(name: string, value: Value, probability: number): Value {
    return this.append('dropout', { name, inputs: [value.name], probability }, []);
  }

  linear(name: string, value: Value, features: number): Value {
    return this.append('linear', { name, inputs: [value.name] }, [features]);
  }

  /** The graph so far; its output is the last operation. */
  build(): NetworkGraph {
    return { name: this.name, operations: this.list.operations };
  }

  private append<Kind extends OperationKind>(kind: Kind, settings: Settings<Kind>, stated: Stated<Kind>): Value {
    const { name, shape } = this.list.append(kind, settings, stated);
    return { name, shape };
  }
}

function namesOf(values: readonly Value[]): string[] {
  return values.map(({ name }) => name);
}
