/** Named parameters in the engine's memory, each with its gradient and what the optimizers remember of it. */
import { LissnasError } from '../errors.js';
import type { Random } from '../math/random.js';
import type { NetworkGraph } from '../networks/graph.js';
import type { Tensor, Tensors } from './engine.js';
import { initialValues } from './initialize.js';
import type { EngineMemory } from './memory.js';

/** What an optimizer remembers of a parameter. */
export type MomentName = 'momentum' | 'first' | 'second' | 'steps';

/** One parameter; addresses of f32 arrays of `length`. */
export interface Stored {
  readonly name: string;
  readonly shape: readonly number[];
  readonly length: number;
  readonly value: number;
  readonly gradient: number;
  /** absent until an optimizer needs them; `steps` has length 1 */
  readonly moments: Partial<Record<MomentName, number>>;
  /** whether a gradient waits for an update */
  waiting: boolean;
}

/** All parameters that the engine has met, in the order of meeting. */
export class Store {
  readonly #memory: EngineMemory;
  readonly #random: Random;
  #stored = new Map<string, Stored>();

  constructor(memory: EngineMemory, random: Random) {
    this.#memory = memory;
    this.#random = random;
  }

  /** Adds the parameters of a graph that are not there yet. @throws LissnasError with code `engine` for one that is there in another shape */
  require({ operations }: NetworkGraph): void {
    for (const operation of operations) {
      for (const parameter of operation.parameters) {
        const known = this.#stored.get(parameter.name);
        if (known === undefined) {
          this.#add(parameter.name, parameter.shape, initialValues(operation, parameter, this.#random));
        } else if (!sameShape(known.shape, parameter.shape)) {
          throw new LissnasError(
            'engine',
            `operation "${operation.name}": the parameter "${parameter.name}" has the shape ${parameter.shape.join(' x ')}, but it is already shared in the shape ${known.shape.join(' x ')}`,
          );
        }
      }
    }
  }

  /** @throws LissnasError with code `engine` for an unknown name */
  get(name: string): Stored {
    const stored = this.#stored.get(name);
    if (stored === undefined) throw new LissnasError('engine', `there is no parameter "${name}"`);
    return stored;
  }

  /** Parameters whose gradients wait for an update, by name: sums over them must not depend on the order of meeting, which `load` changes. */
  get waiting(): Stored[] {
    const waiting = [...this.#stored.values()].filter((stored) => stored.waiting);
    return waiting.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The address of what an optimizer remembers; zeros at first. */
  moment(stored: Stored, name: MomentName): number {
    let address = stored.moments[name];
    if (address === undefined) {
      const length = name === 'steps' ? 1 : stored.length;
      address = this.#memory.take(4 * length);
      this.#view(address, length).fill(0);
      stored.moments[name] = address;
    }
    return address;
  }

  /** Copies of the named parameters, or of all. */
  values(names: Iterable<string> = this.#stored.keys()): Tensors {
    return this.#copies(names, ({ value }) => value);
  }

  /** Copies of the gradients that wait. */
  gradients(): Tensors {
    return this.#copies(
      this.waiting.map(({ name }) => name),
      ({ gradient }) => gradient,
    );
  }

  /** Overwrites parameters; adds those that are new. @throws LissnasError for one in another shape */
  set(tensors: Tensors): void {
    for (const [name, tensor] of tensors) {
      checkLength(name, tensor);
      const known = this.#stored.get(name);
      if (known === undefined) this.#add(name, tensor.shape, tensor.values);
      else if (sameShape(known.shape, tensor.shape)) this.#view(known.value, known.length).set(tensor.values);
      else throw wrongShape(name, tensor.shape, known.shape);
    }
  }

  /** Parameters and moments, as `Engine.save` names them. */
  save(): Tensors {
    const state = new Map<string, Tensor>();
    for (const stored of this.#stored.values()) {
      const { name, shape, length, value, moments } = stored;
      state.set(`parameter/${name}`, { shape, values: this.#view(value, length).slice() });
      for (const [moment, address] of Object.entries(moments)) {
        const isCount = moment === 'steps';
        const values = this.#view(address, isCount ? 1 : length).slice();
        state.set(`${moment}/${name}`, { shape: isCount ? [1] : shape, values });
      }
    }
    return state;
  }

  /** Forgets everything and takes over a saved state. @throws LissnasError, before anything is changed, for one that makes no sense */
  load(state: Tensors): void {
    const parameters = new Map<string, Tensor>();
    const moments: { readonly name: string; readonly moment: MomentName; readonly tensor: Tensor }[] = [];
    for (const [key, tensor] of state) {
      checkLength(key, tensor);
      const at = key.indexOf('/');
      const [kind, name] = [key.slice(0, at), key.slice(at + 1)];
      if (kind === 'parameter') parameters.set(name, tensor);
      else if (isMoment(kind)) moments.push({ name, moment: kind, tensor });
      else throw new LissnasError('engine', `"${key}" in a saved state is neither a parameter nor a moment of one`);
    }
    for (const { name, moment, tensor } of moments) {
      const shape = parameters.get(name)?.shape;
      if (shape === undefined)
        throw new LissnasError('engine', `the saved state has no parameter "${name}" for its ${moment}`);
      const expected = moment === 'steps' ? [1] : shape;
      if (!sameShape(tensor.shape, expected)) throw wrongShape(`${moment}/${name}`, tensor.shape, expected);
    }
    this.#clear();
    this.set(parameters);
    for (const { name, moment, tensor } of moments) {
      this.#view(this.moment(this.get(name), moment), tensor.values.length).set(tensor.values);
    }
  }

  #add(name: string, shape: readonly number[], values: Float32Array): void {
    const length = values.length;
    const value = this.#memory.take(4 * length);
    const gradient = this.#memory.take(4 * length);
    this.#view(value, length).set(values);
    this.#stored.set(name, { name, shape: [...shape], length, value, gradient, moments: {}, waiting: false });
  }

  #clear(): void {
    for (const { value, gradient, moments } of this.#stored.values()) {
      for (const address of [value, gradient, ...Object.values(moments)]) this.#memory.release(address);
    }
    this.#stored = new Map();
  }

  #copies(names: Iterable<string>, address: (stored: Stored) => number): Tensors {
    return new Map(
      Array.from(names, (name) => {
        const stored = this.get(name);
        return [name, { shape: stored.shape, values: this.#view(address(stored), stored.length).slice() }];
      }),
    );
  }

  #view(address: number, length: number): Float32Array {
    return this.#memory.views.f32.subarray(address / 4, address / 4 + length);
  }
}

const MOMENTS: readonly string[] = ['momentum', 'first', 'second', 'steps'] satisfies MomentName[];

function isMoment(text: string): text is MomentName {
  return MOMENTS.includes(text);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

function checkLength(name: string, { shape, values }: Tensor): void {
  const length = shape.reduce((product, size) => product * size, 1);
  if (length !== values.length) {
    throw new LissnasError(
      'engine',
      `"${name}" has ${values.length} values, but its shape ${shape.join(' x ')} needs ${length}`,
    );
  }
}

function wrongShape(name: string, found: readonly number[], expected: readonly number[]): LissnasError {
  return new LissnasError(
    'engine',
    `"${name}" has the shape ${found.join(' x ')}, but ${expected.join(' x ')} is needed`,
  );
}
