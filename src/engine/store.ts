/** Named parameters in the engine's memory, each with its gradient and what the optimizers remember of it. */
import { LissnasError } from '../errors.js';
import type { Random } from '../math/random.js';
import type { NetworkGraph } from '../networks/graph.js';
import { checkParameters, checkReplacements, checkState } from './checks.js';
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

  /** Adds the parameters of a graph that are not there yet. @throws GraphError, before any is added, for one that is there in another shape */
  require(graph: NetworkGraph): void {
    checkParameters(graph, (name) => this.#stored.get(name)?.shape);
    for (const operation of graph.operations) {
      for (const parameter of operation.parameters) {
        const { name, shape } = parameter;
        if (!this.#stored.has(name)) this.#add(name, shape, initialValues(operation, parameter, this.#random));
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

  /** Overwrites parameters; adds those that are new. @throws LissnasError, before any is changed, for one in another shape */
  set(tensors: Tensors): void {
    checkReplacements(tensors, (name) => this.#stored.get(name)?.shape);
    for (const [name, { shape, values }] of tensors) {
      const known = this.#stored.get(name);
      if (known === undefined) this.#add(name, shape, values);
      else this.#view(known.value, known.length).set(values);
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
    checkState(state);
    const partsOf = (wanted: string) =>
      [...state].flatMap(([key, tensor]) => {
        const at = key.indexOf('/');
        return key.slice(0, at) === wanted ? [[key.slice(at + 1), tensor] as const] : [];
      });
    this.#clear();
    this.set(new Map(partsOf('parameter')));
    for (const moment of MOMENTS) {
      for (const [name, { values }] of partsOf(moment)) {
        this.#view(this.moment(this.get(name), moment), values.length).set(values);
      }
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

const MOMENTS = ['momentum', 'first', 'second', 'steps'] as const satisfies readonly MomentName[];
