/** A training engine to compare others with: plain loops in double precision. Parameters and optimizer state are kept in float32. */
import type { Images, LabelledImages } from '../../datasets/dataset.js';
import { LissnasError } from '../../errors.js';
import { createRandom } from '../../math/random.js';
import type { NetworkGraph } from '../../networks/graph.js';
import { checkImages, checkLabels, checkParameters, checkReplacements, checkState } from '../checks.js';
import type { Engine, LearnOptions, LearnResult, Statistics, Tensor, Tensors, UpdateResult } from '../engine.js';
import { initialValues } from '../initialize.js';
import type { UpdateRule } from '../update-rule.js';
import { backward } from './reference-backward.js';
import { forward, type Pass } from './reference-forward.js';
import { crossEntropy } from './reference-loss.js';
import { batchMoments, type Maps, type Moments, mapsOf } from './reference-maps.js';
import { type OptimizerState, type Slot, update } from './reference-update.js';

/** A new engine whose store is empty. */
export function createReferenceEngine({ randomSeed }: { readonly randomSeed: number }): Engine {
  return new ReferenceEngine(randomSeed);
}

class ReferenceEngine implements Engine {
  readonly name = 'reference, float64';
  private readonly store = new Map<string, Tensor>();
  /** by the names of `save`, e.g. 'momentum/stem.conv.weight' */
  private readonly optimizer = new Map<string, Tensor>();
  private readonly waiting = new Map<string, Float64Array>();
  /** settles when all calls made so far are carried out */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly randomSeed: number) {}

  require(graph: NetworkGraph): void {
    checkParameters(graph, (name) => this.store.get(name)?.shape);
    const random = createRandom(this.randomSeed);
    for (const operation of graph.operations) {
      for (const parameter of operation.parameters) {
        const { name, shape } = parameter;
        if (this.store.has(name)) continue;
        this.store.set(name, { shape, values: initialValues(operation, parameter, random) });
      }
    }
  }

  learn(graph: NetworkGraph, batch: LabelledImages, options: LearnOptions = {}): Promise<LearnResult> {
    const { labelSmoothing = 0, weight = 1, randomSeed = 0 } = options;
    return this.queue(() => {
      checkLabels(graph, batch);
      const pass: Pass = { ...this.ready(graph, batch), dropoutSeed: randomSeed };
      const maps = forward(graph, mapsOf(batch), pass);
      const { loss, correct, gradient } = crossEntropy(outputOf(graph, maps), batch.labels, labelSmoothing);
      for (const [name, own] of backward(graph, maps, gradient, pass).parameters) {
        const sum = this.waiting.get(name) ?? new Float64Array(own.length);
        this.waiting.set(
          name,
          sum.map((value, i) => value + weight * own[i]!),
        );
      }
      return { loss, correct };
    });
  }

  update(rule: UpdateRule): Promise<UpdateResult> {
    return this.queue(() => {
      const slots = [...this.waiting].map(([name, gradient]): Slot => {
        const { shape, values: value } = this.store.get(name)!;
        const decays = rule.decay === 'all' || shape.length > 1;
        return { value, gradient, decays, state: (kind, length) => this.stateOf(kind, name, length) };
      });
      this.waiting.clear();
      return { gradientNorm: update(rule, slots) };
    });
  }

  calibrate(graph: NetworkGraph, batches: Iterable<Images> | AsyncIterable<Images>): Promise<Statistics> {
    return this.queue(async () => {
      const norms = graph.operations.filter(({ kind }) => kind === 'batch-norm');
      const statistics = new Map<string, Tensor>();
      let count = 0;
      for await (const batch of batches) {
        const maps = forward(graph, mapsOf(batch), this.ready(graph, batch));
        count++;
        for (const { name, inputs } of norms) {
          const { mean, variance } = batchMoments(maps.get(inputs[0]!)!);
          average(statistics, `${name}.mean`, mean, count);
          average(statistics, `${name}.variance`, variance, count);
        }
      }
      if (count === 0) throw new LissnasError('engine', `calibrating "${graph.name}" needs at least one batch`);
      return statistics;
    });
  }

  predict(graph: NetworkGraph, images: Images, statistics: Statistics): Promise<Float32Array> {
    return this.queue(() => {
      const pass = { ...this.ready(graph, images), statistics: momentsByNorm(graph, statistics) };
      return Float32Array.from(outputOf(graph, forward(graph, mapsOf(images), pass)).values);
    });
  }

  gradients(): Promise<Tensors> {
    return this.queue(
      () =>
        new Map(
          [...this.waiting].map(([name, gradient]) => [
            name,
            { shape: this.store.get(name)!.shape, values: Float32Array.from(gradient) },
          ]),
        ),
    );
  }

  parameters(names?: Iterable<string>): Promise<Tensors> {
    return this.queue(() => {
      const wanted = [...(names ?? this.store.keys())];
      return new Map(
        wanted.map((name) => {
          const tensor = this.store.get(name);
          if (tensor === undefined) throw new LissnasError('engine', `there is no parameter "${name}"`);
          return [name, copyOf(tensor)];
        }),
      );
    });
  }

  setParameters(tensors: Tensors): Promise<void> {
    return this.queue(() => {
      checkReplacements(tensors, (name) => this.store.get(name)?.shape);
      for (const [name, tensor] of tensors) this.store.set(name, copyOf(tensor));
    });
  }

  save(): Promise<Tensors> {
    return this.queue(() => {
      const parameters = [...this.store].map(([name, tensor]) => [`parameter/${name}`, tensor] as const);
      return new Map([...parameters, ...this.optimizer].map(([name, tensor]) => [name, copyOf(tensor)]));
    });
  }

  load(state: Tensors): Promise<void> {
    return this.queue(() => {
      checkState(state);
      this.store.clear();
      this.optimizer.clear();
      this.waiting.clear();
      for (const [key, tensor] of state) {
        const parameter = key.startsWith('parameter/') ? key.slice('parameter/'.length) : undefined;
        if (parameter === undefined) this.optimizer.set(key, copyOf(tensor));
        else this.store.set(parameter, copyOf(tensor));
      }
    });
  }

  close(): Promise<void> {
    return this.queue(() => {});
  }

  /** Carries out `work` after all earlier calls, whether those succeeded or not. */
  private queue<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return result;
  }

  /** What a graph and its images need before they run. */
  private ready(graph: NetworkGraph, images: Images): Pass {
    checkImages(graph, images);
    this.require(graph);
    return { parameters: new Map([...this.store].map(([name, { values }]) => [name, values])) };
  }

  private stateOf(kind: OptimizerState, name: string, length: number): Float32Array {
    const key = `${kind}/${name}`;
    const shape = kind === 'steps' ? [1] : this.store.get(name)!.shape;
    const tensor = this.optimizer.get(key) ?? { shape, values: new Float32Array(length) };
    this.optimizer.set(key, tensor);
    return tensor.values;
  }
}

function outputOf(graph: NetworkGraph, maps: ReadonlyMap<string, Maps>): Maps {
  return maps.get(graph.operations.at(-1)!.name)!;
}

function copyOf({ shape, values }: Tensor): Tensor {
  return { shape: [...shape], values: values.slice() };
}

/** Takes the `count`th array of a name into its running average. */
function average(averages: Map<string, Tensor>, name: string, values: ArrayLike<number>, count: number): void {
  const before = averages.get(name)?.values ?? new Float32Array(values.length);
  const after = before.map((value, i) => value + (values[i]! - value) / count);
  averages.set(name, { shape: [values.length], values: after });
}

function momentsByNorm(graph: NetworkGraph, statistics: Statistics): Map<string, Moments> {
  const moments = new Map<string, Moments>();
  for (const { kind, name } of graph.operations) {
    const mean = statistics.get(`${name}.mean`)?.values;
    const variance = statistics.get(`${name}.variance`)?.values;
    if (kind === 'batch-norm' && mean !== undefined && variance !== undefined) moments.set(name, { mean, variance });
  }
  return moments;
}
