/** The embedded engine: WebAssembly SIMD kernels on threads over shared memory. Needs nothing but Node. */
import { availableParallelism } from 'node:os';
import type { Images, LabelledImages } from '../datasets/dataset.js';
import { LissnasError } from '../errors.js';
import { createRandom } from '../math/random.js';
import type { NetworkGraph } from '../networks/graph.js';
import { checkImages, checkLabels, checkStatistics } from './checks.js';
import type { Engine, LearnOptions, LearnResult, Statistics, Tensors, UpdateResult } from './engine.js';
import { EngineMemory, MOST_THREADS } from './memory.js';
import type { FeatureMap } from './plan/feature-map.js';
import { type Plan, planNetwork } from './plan/plan.js';
import type { Mode } from './plan/planning.js';
import type { Buffer, Program } from './program.js';
import { Store } from './store.js';
import { Threads } from './threads.js';
import { planUpdate } from './update.js';
import type { UpdateRule } from './update-rule.js';

/** Settings of the embedded engine. */
export interface WasmEngineOptions {
  /** decides what new parameters begin with; 1 by default */
  readonly randomSeed?: number;
  /** by default as many as the machine has cores, at most 16; results do not depend on it */
  readonly threads?: number;
}

/** Threads without being asked; where there are more cores, the work of a batch hardly feeds them. */
const USUAL_THREADS = 16;

/** Starts an embedded engine. Close it when it is no longer needed. */
export function createWasmEngine(options: WasmEngineOptions = {}): Engine {
  return new WasmEngine(options);
}

class WasmEngine implements Engine {
  readonly name: string;
  readonly #memory = new EngineMemory();
  readonly #threads: Threads;
  readonly #store: Store;
  #plans = new WeakMap<NetworkGraph, Map<string, Plan>>();
  #workspace = { address: 0, bytes: 0 };
  #tail: Promise<unknown> = Promise.resolve();

  constructor({ randomSeed = 1, threads = Math.min(USUAL_THREADS, availableParallelism()) }: WasmEngineOptions) {
    if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
      throw new LissnasError(
        'engine',
        `${threads} is no number of threads; it must be a whole number from 1 to ${MOST_THREADS}`,
      );
    }
    this.#threads = new Threads(this.#memory, threads);
    this.#store = new Store(this.#memory, createRandom(randomSeed));
    this.name = `wasm, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  }

  require(graph: NetworkGraph): void {
    this.#store.require(graph);
  }

  learn(graph: NetworkGraph, batch: LabelledImages, options: LearnOptions = {}): Promise<LearnResult> {
    return this.#queue(async () => {
      const plan = this.#planFor(graph, batch, 'learn', options);
      const { labels, losses, right } = plan.loss!;
      checkLabels(graph, batch);
      const base = this.#place(plan.program);
      this.#writeImages(base, plan.input, batch);
      this.#integers(base, labels, batch.count).set(batch.labels);
      const { f32 } = this.#memory.views;
      for (const name of plan.learned) {
        const { waiting, gradient, length } = this.#store.get(name);
        if (!waiting) f32.fill(0, gradient / 4, gradient / 4 + length);
      }
      await this.#run(base, plan.program);
      for (const name of plan.learned) this.#store.get(name).waiting = true;
      const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
      return {
        loss: sum(this.#floats(base, losses, batch.count)) / batch.count,
        correct: sum(this.#integers(base, right, batch.count)),
      };
    });
  }

  update(rule: UpdateRule): Promise<UpdateResult> {
    return this.#queue(async () => {
      const waiting = this.#store.waiting;
      if (waiting.length === 0) return { gradientNorm: 0 };
      const update = planUpdate(waiting.length, rule);
      const base = this.#place(update.program);
      this.#integers(base, update.table, 8 * waiting.length).set(this.#rows(waiting, rule));
      await this.#run(base, update.program);
      const start = (base + update.squares.address) / 8;
      const squares = this.#memory.views.f64.subarray(start, start + waiting.length);
      const gradientNorm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
      for (const stored of waiting) stored.waiting = false;
      return { gradientNorm };
    });
  }

  calibrate(graph: NetworkGraph, batches: Iterable<Images> | AsyncIterable<Images>): Promise<Statistics> {
    return this.#queue(async () => {
      const sums = new Map<string, Float64Array>();
      let count = 0;
      for await (const batch of batches) {
        const plan = this.#planFor(graph, batch, 'calibrate');
        const base = this.#place(plan.program);
        this.#writeImages(base, plan.input, batch);
        await this.#run(base, plan.program);
        for (const [name, { mean, variance, channels }] of plan.statistics) {
          addTo(sums, `${name}.mean`, this.#floats(base, mean, channels));
          addTo(sums, `${name}.variance`, this.#floats(base, variance, channels));
        }
        count++;
      }
      if (count === 0) throw new LissnasError('engine', 'batch-norm statistics need at least one batch of images');
      return new Map(
        [...sums].map(([name, sum]) => [
          name,
          { shape: [sum.length], values: Float32Array.from(sum, (s) => s / count) },
        ]),
      );
    });
  }

  predict(graph: NetworkGraph, images: Images, statistics: Statistics): Promise<Float32Array> {
    return this.#queue(async () => {
      const plan = this.#planFor(graph, images, 'predict');
      checkStatistics(graph, statistics);
      const base = this.#place(plan.program);
      this.#writeImages(base, plan.input, images);
      for (const [name, { mean, variance, channels }] of plan.statistics) {
        this.#floats(base, mean, channels).set(statistics.get(`${name}.mean`)!.values);
        this.#floats(base, variance, channels).set(statistics.get(`${name}.variance`)!.values);
      }
      await this.#run(base, plan.program);
      const { channels, image, origin, buffer } = plan.logits;
      const padded = image / 4;
      const start = (base + buffer.address + origin) / 4;
      const logits = new Float32Array(images.count * channels);
      const { f32 } = this.#memory.views;
      for (let n = 0; n < images.count; n++) {
        logits.set(f32.subarray(start + n * padded, start + n * padded + channels), n * channels);
      }
      return logits;
    });
  }

  gradients(): Promise<Tensors> {
    return this.#queue(async () => this.#store.gradients());
  }

  parameters(names?: Iterable<string>): Promise<Tensors> {
    return this.#queue(async () => this.#store.values(names));
  }

  setParameters(tensors: Tensors): Promise<void> {
    return this.#queue(async () => this.#store.set(tensors));
  }

  save(): Promise<Tensors> {
    return this.#queue(async () => this.#store.save());
  }

  load(state: Tensors): Promise<void> {
    return this.#queue(async () => {
      this.#store.load(state);
      this.#plans = new WeakMap(); // they hold addresses
    });
  }

  async close(): Promise<void> {
    await this.#tail.catch(() => {});
    await this.#threads.close();
  }

  #queue<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(task, task);
    this.#tail = result.catch(() => {});
    return result;
  }

  #planFor(graph: NetworkGraph, images: Images, mode: Mode, options: LearnOptions = {}): Plan {
    checkImages(graph, images);
    this.#store.require(graph);
    const { labelSmoothing = 0, weight = 1, randomSeed = 0 } = options;
    const plan = () =>
      planNetwork(graph, {
        ...{ mode, images: images.count, labelSmoothing, weight, randomSeed, threads: this.#threads.count },
        placeOf: (name) => this.#store.get(name),
      });
    if (mode === 'learn' && graph.operations.some(({ kind }) => kind === 'dropout')) return plan(); // another every step
    let plans = this.#plans.get(graph);
    if (plans === undefined) {
      plans = new Map();
      this.#plans.set(graph, plans);
    }
    const key = [mode, images.count, labelSmoothing, weight].join();
    let known = plans.get(key);
    if (known === undefined) {
      known = plan();
      plans.set(key, known);
    }
    return known;
  }

  /** Makes room for the workspace with the program behind it, and writes the program there. Returns the workspace's address. */
  #place({ words, relative, workspace }: Program): number {
    const needed = workspace + 4 * words.length;
    if (this.#workspace.bytes < needed) {
      if (this.#workspace.bytes > 0) this.#memory.release(this.#workspace.address);
      this.#workspace = { address: 0, bytes: 0 };
      this.#workspace = { address: this.#memory.take(needed), bytes: needed };
    }
    const base = this.#workspace.address;
    const { i32 } = this.#memory.views;
    const start = (base + workspace) / 4;
    i32.set(words, start);
    for (const word of relative) i32[start + word] = words[word]! + base;
    return base;
  }

  /** The table that an update goes through. */
  #rows(waiting: Store['waiting'], rule: UpdateRule): number[] {
    return waiting.flatMap((stored) => {
      const { value, gradient, length, shape } = stored;
      const isAdam = rule.kind === 'adamw';
      const first = this.#store.moment(stored, isAdam ? 'first' : 'momentum');
      const second = isAdam ? this.#store.moment(stored, 'second') : 0;
      const steps = isAdam ? this.#store.moment(stored, 'steps') : 0;
      const decays = rule.decay === 'all' || shape.length > 1;
      return [value, gradient, first, second, length, Number(decays), steps, 0];
    });
  }

  #run(base: number, program: Program): Promise<void> {
    return this.#threads.run(base + program.workspace);
  }

  #floats(base: number, buffer: Buffer, length: number): Float32Array {
    const start = (base + buffer.address) / 4;
    return this.#memory.views.f32.subarray(start, start + length);
  }

  #integers(base: number, buffer: Buffer, length: number): Int32Array {
    const start = (base + buffer.address) / 4;
    return this.#memory.views.i32.subarray(start, start + length);
  }

  /** Images go into the map row by row, each pixel padded to groups of 4 channels. */
  #writeImages(base: number, map: FeatureMap, { values }: Images): void {
    const { f32 } = this.#memory.views;
    const { images, image, row, pixel, height, width, channels, buffer, origin } = map;
    const start = (base + buffer.address + origin) / 4;
    const stride = pixel / 4;
    let from = 0;
    for (let n = 0; n < images; n++) {
      for (let h = 0; h < height; h++) {
        let to = start + (n * image + h * row) / 4;
        if (stride === channels) {
          f32.set(values.subarray(from, from + width * channels), to);
          from += width * channels;
          continue;
        }
        for (let w = 0; w < width; w++, to += stride) {
          for (let c = 0; c < channels; c++) f32[to + c] = values[from++]!;
          for (let c = channels; c < stride; c++) f32[to + c] = 0;
        }
      }
    }
  }
}

function addTo(sums: Map<string, Float64Array>, name: string, values: Float32Array): void {
  const sum = sums.get(name);
  if (sum === undefined) sums.set(name, Float64Array.from(values));
  else for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
}
