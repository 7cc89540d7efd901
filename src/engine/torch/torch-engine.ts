/** The PyTorch engine: the same graphs on a Python worker's CPU or GPU. Which parameters there are and what they begin with is decided here. */
import type { Images, LabelledImages } from '../../datasets/dataset.js';
import { LissnasError } from '../../errors.js';
import { createRandom, type Random } from '../../math/random.js';
import type { NetworkGraph } from '../../networks/graph.js';
import {
  checkImages,
  checkLabels,
  checkParameters,
  checkReplacements,
  checkState,
  checkStatistics,
  STATES,
} from '../checks.js';
import type { Engine, LearnOptions, LearnResult, Statistics, Tensor, Tensors, UpdateResult } from '../engine.js';
import { initialValues } from '../initialize.js';
import type { UpdateRule } from '../update-rule.js';
import { learnedSchema, updatedSchema } from './messages.js';
import { TorchWorker, type TorchWorkerOptions } from './worker-process.js';

/** Settings of the PyTorch engine. */
export interface TorchEngineOptions extends TorchWorkerOptions {
  /** decides what new parameters begin with; 1 by default */
  readonly randomSeed?: number;
  /** a worker that several engines share, and that outlives them; one of its own without it */
  readonly worker?: TorchWorker;
}

/** Graphs that the worker keeps. */
const GRAPHS_KEPT = 256;

/** Starts an engine. Close it when it is no longer needed. @throws InputError where there is no Python with PyTorch */
export async function createTorchEngine({
  randomSeed = 1,
  worker,
  ...options
}: TorchEngineOptions = {}): Promise<Engine> {
  const own = worker ?? (await TorchWorker.start(options));
  const engine = new TorchEngine(own, randomSeed, worker === undefined);
  await engine.open();
  return engine;
}

let numbers = 0; // sessions and graphs of all engines, which may share a worker

class TorchEngine implements Engine {
  readonly name: string;
  readonly #worker: TorchWorker;
  readonly #ownsWorker: boolean;
  readonly #random: Random;
  readonly #session = ++numbers;
  readonly #graphs = new Map<NetworkGraph, number>(); // the one not used for longest first
  #shapes = new Map<string, readonly number[]>();
  #statistics: Statistics | undefined; // that the worker holds
  #isClosed = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(worker: TorchWorker, randomSeed: number, ownsWorker: boolean) {
    this.#worker = worker;
    this.#ownsWorker = ownsWorker;
    this.#random = createRandom(randomSeed);
    const { torch, device } = worker.hello;
    this.name = `torch ${torch}, ${device}`;
  }

  open(): Promise<unknown> {
    return this.#queue(() => this.#ask('open'));
  }

  require(graph: NetworkGraph): void {
    const fresh = this.#meet(graph);
    if (fresh.size > 0) void this.#queue(() => this.#ask('put', {}, fresh)).catch(() => {}); // what comes next fails too
  }

  learn(graph: NetworkGraph, batch: LabelledImages, options: LearnOptions = {}): Promise<LearnResult> {
    return this.#with(graph, batch, async (number) => {
      checkLabels(graph, batch);
      const { labelSmoothing = 0, weight = 1, randomSeed = 0 } = options;
      const given = { graph: number, labels: [...batch.labels], labelSmoothing, weight, randomSeed };
      const { loss, correct } = learnedSchema.parse(await this.#ask('learn', given, imagesOf(batch)));
      return { loss, correct };
    });
  }

  update(rule: UpdateRule): Promise<UpdateResult> {
    return this.#queue(async () => updatedSchema.parse(await this.#ask('update', { rule })));
  }

  calibrate(graph: NetworkGraph, batches: Iterable<Images> | AsyncIterable<Images>): Promise<Statistics> {
    return this.#queue(async () => {
      let count = 0;
      for await (const batch of batches) {
        const number = await this.#known(graph, batch);
        await this.#ask('calibrate', { graph: number, begins: count++ === 0 }, imagesOf(batch));
      }
      if (count === 0) throw new LissnasError('engine', 'batch-norm statistics need at least one batch of images');
      return this.#worker.askFor('calibrated', { session: this.#session });
    });
  }

  predict(graph: NetworkGraph, images: Images, statistics: Statistics): Promise<Float32Array> {
    return this.#with(graph, images, async (number) => {
      checkStatistics(graph, statistics);
      if (statistics !== this.#statistics) {
        await this.#ask('statistics', {}, statistics);
        this.#statistics = statistics;
      }
      const given = { session: this.#session, graph: number };
      const answer = await this.#worker.askFor('predict', given, imagesOf(images), 'answer');
      return answer.get('logits')!.values;
    });
  }

  gradients(): Promise<Tensors> {
    return this.#queue(() => this.#worker.askFor('gradients', { session: this.#session }));
  }

  parameters(names?: Iterable<string>): Promise<Tensors> {
    const wanted = names === undefined ? undefined : [...names];
    return this.#queue(async () => {
      const known = wanted ?? [...this.#shapes.keys()];
      const missing = known.find((name) => !this.#shapes.has(name));
      if (missing !== undefined) throw new LissnasError('engine', `there is no parameter "${missing}"`);
      const held = await this.#worker.askFor('parameters', { session: this.#session, names: known });
      return new Map(known.map((name) => [name, held.get(name)!]));
    });
  }

  setParameters(tensors: Tensors): Promise<void> {
    return this.#queue(async () => {
      checkReplacements(tensors, (name) => this.#shapes.get(name));
      await this.#ask('put', {}, tensors);
      for (const [name, { shape }] of tensors) this.#shapes.set(name, shape);
    });
  }

  save(): Promise<Tensors> {
    return this.#queue(async () => {
      const held = await this.#worker.askFor('save', { session: this.#session });
      const keys = [...this.#shapes.keys()].flatMap((name) => STATES.map((kind) => `${kind}/${name}`));
      return new Map(keys.flatMap((key) => (held.has(key) ? [[key, held.get(key)!] as const] : [])));
    });
  }

  load(state: Tensors): Promise<void> {
    return this.#queue(async () => {
      checkState(state);
      await this.#ask('load', {}, state);
      const parameters = [...state].flatMap(([key, { shape }]) =>
        key.startsWith(PARAMETER) ? [[key.slice(PARAMETER.length), shape] as const] : [],
      );
      this.#shapes = new Map(parameters);
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#tail.catch(() => {});
    if (this.#ownsWorker) await this.#worker.close();
    else await this.#ask('close').catch(() => {});
  }

  #queue<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(task, task);
    this.#tail = result.catch(() => {});
    return result;
  }

  /** A task on a graph that the worker knows, with all its parameters. */
  #with<T>(graph: NetworkGraph, images: Images, task: (graph: number) => Promise<T>): Promise<T> {
    return this.#queue(async () => task(await this.#known(graph, images)));
  }

  async #known(graph: NetworkGraph, images: Images): Promise<number> {
    checkImages(graph, images);
    const known = this.#graphs.get(graph);
    const number = known ?? ++numbers;
    const fresh = this.#meet(graph);
    if (fresh.size > 0) await this.#ask('put', {}, fresh);
    if (known === undefined) await this.#ask('graph', { graph: number, definition: graph });
    this.#graphs.delete(graph); // and in again: the map's order is that of the last use
    this.#graphs.set(graph, number);
    if (this.#graphs.size > GRAPHS_KEPT) {
      const [oldest, dropped] = this.#graphs.entries().next().value!;
      this.#graphs.delete(oldest);
      await this.#ask('forget', { graph: dropped });
    }
    return number;
  }

  /** The parameters of a graph that are not there yet, with what they begin with. @throws GraphError for one that is there in another shape */
  #meet(graph: NetworkGraph): Tensors {
    checkParameters(graph, (name) => this.#shapes.get(name));
    const fresh = new Map<string, Tensor>();
    for (const operation of graph.operations) {
      for (const parameter of operation.parameters) {
        const { name, shape } = parameter;
        if (this.#shapes.has(name)) continue;
        this.#shapes.set(name, shape);
        fresh.set(name, { shape, values: initialValues(operation, parameter, this.#random) });
      }
    }
    return fresh;
  }

  #ask(command: string, given: object = {}, tensors?: Tensors): Promise<unknown> {
    return this.#worker.ask(command, { session: this.#session, ...given }, tensors);
  }
}

const PARAMETER = 'parameter/';

function imagesOf({ count, shape: [channels, height, width], values }: Images): Tensors {
  return new Map([['images', { shape: [count, height, width, channels], values }]]);
}
