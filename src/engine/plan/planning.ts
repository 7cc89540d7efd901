/** What planning a program knows while it goes through the steps: the maps of values and gradients, and where parameters lie. */
import { LissnasError } from '../../errors.js';
import type { Operation, Shape } from '../../networks/graph.js';
import type { Buffer, ProgramBuilder } from '../program.js';
import { type Border, type FeatureMap, NO_BORDER, newMap, widest } from './feature-map.js';
import type { Step } from './steps.js';
import { backwardBorder, forwardBorder } from './taps.js';

/** Addresses of a parameter and of its gradient. */
export interface ParameterPlace {
  readonly value: number;
  readonly gradient: number;
}

/** What a batch norm leaves for its way back, and its statistics. f32 [channels]; the coefficients are padded to groups of 4. */
export interface NormBuffers {
  readonly mean: Buffer;
  readonly variance: Buffer;
  readonly factor: Buffer;
  readonly offset: Buffer;
}

/**
 * What is planned: `learn` forward with the statistics of the batch and backward, `calibrate` forward with the statistics of the batch,
 * `predict` forward with given statistics.
 */
export type Mode = 'learn' | 'calibrate' | 'predict';

/** Most partial sums over a batch. A constant, so that results depend on the batch alone. */
const MOST_PARTIALS = 16;

/** Mutable state of planning one program. */
export class Planning {
  readonly norms = new Map<string, NormBuffers>();
  readonly #values = new Map<string, FeatureMap>();
  readonly #gradients = new Map<string, FeatureMap>();
  readonly #shapes = new Map<string, Shape>();
  readonly #valueBorders = new Map<string, Border>();
  readonly #gradientBorders = new Map<string, Border>();
  readonly #trainable = new Set<string>();

  constructor(
    readonly program: ProgramBuilder,
    readonly mode: Mode,
    readonly images: number,
    readonly randomSeed: number,
    /** threads that will run the program; only the memory that it needs depends on them */
    readonly threads: number,
    steps: readonly Step[],
    private readonly places: (parameter: string) => ParameterPlace,
  ) {
    for (const { operation, inputs, output } of steps) {
      this.#shapes.set(output, operation.shape);
      if (operation.parameters.length > 0 || inputs.some((input) => this.#trainable.has(input)))
        this.#trainable.add(output);
      if (operation.kind === 'convolution') this.#planBorders(operation, inputs[0]!, output);
    }
  }

  /** How many partial sums a sum over the batch goes through. */
  get partials(): number {
    return Math.min(this.images, MOST_PARTIALS);
  }

  /** Makes the map of a step's output. */
  newValue(name: string, options: { begins?: boolean; outlives?: boolean; cleared?: boolean } = {}): FeatureMap {
    const map = this.#newMap(name, this.#valueBorders.get(name), options);
    this.#values.set(name, map);
    return map;
  }

  value(name: string): FeatureMap {
    return found(this.#values, name);
  }

  /** Whether the value depends on parameters, so that its gradient is of use. */
  needsGradient(name: string): boolean {
    return this.#trainable.has(name);
  }

  /** The gradient of a value, after all that read the value have added to it. */
  gradient(name: string): FeatureMap {
    return found(this.#gradients, name);
  }

  /** The map to write a gradient to; `add` is 1 where another reader of the value has written before. */
  gradientFor(name: string): { readonly map: FeatureMap; readonly add: 0 | 1 } {
    const known = this.#gradients.get(name);
    if (known !== undefined) return { map: known, add: 1 };
    const map = this.#newMap(name, this.#gradientBorders.get(name), {});
    this.#gradients.set(name, map);
    return { map, add: 0 };
  }

  /** Where a parameter of an operation lies, by its place in the operation's list. */
  parameter({ parameters }: Operation, index: number): ParameterPlace {
    return this.places(parameters[index]!.name);
  }

  /** Channels beyond the last full group of 4 must be finite, and not every instruction writes them: such maps are cleared. */
  #newMap(
    name: string,
    border: Border | undefined,
    options: { begins?: boolean; outlives?: boolean; cleared?: boolean },
  ) {
    const shape = found(this.#shapes, name);
    const cleared = options.cleared === true || (shape[0] % 4 !== 0 && options.begins !== true);
    return newMap(this.program, this.images, shape, border ?? NO_BORDER, { ...options, cleared });
  }

  #planBorders(convolution: Extract<Operation, { kind: 'convolution' }>, input: string, output: string): void {
    const [, height, width] = found(this.#shapes, input);
    const before = this.#valueBorders.get(input) ?? NO_BORDER;
    this.#valueBorders.set(input, widest(before, forwardBorder(convolution, { height, width })));
    if (this.mode === 'learn' && this.#trainable.has(input)) {
      this.#gradientBorders.set(output, backwardBorder(convolution, { height, width }));
    }
  }
}

function found<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name);
  if (value === undefined) throw new LissnasError('engine', `"${name}" was not planned`);
  return value;
}
