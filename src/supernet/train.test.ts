import { describe, expect, it } from 'vitest';
import type { Tensors } from '../engine/engine.js';
import { createRandom } from '../math/random.js';
import type { NetworkGraph } from '../networks/graph.js';
import { DivergedError } from './diverged.js';
import { wholeRegion } from './path-region.js';
import type { TrainProgress } from './progress.js';
import { createPathSampler } from './sampling.js';
import type { Supernet } from './supernet.js';
import { alteredEngine } from './testing/altered-engine.js';
import { tinyRecipe, tinySpace, tinySupernet } from './testing/tiny.js';
import { type TrainTask, train } from './train.js';
import type { TrainingImages } from './training-images.js';

const fair = createPathSampler('fair', wholeRegion(tinySpace), createRandom(1));
const arch = (...codes: number[]) => tinySpace.architecture(codes);

function taskOf(supernet: Supernet, rest: Partial<TrainTask> = {}): TrainTask {
  return {
    engine: supernet.engine,
    graphs: (step) => fair(step).map((path) => supernet.graph(path)),
    images: supernet.images,
    recipe: tinyRecipe(),
    steps: 6,
    random: createRandom(7),
    ...rest,
  };
}

const namesOf = (graph: NetworkGraph) =>
  graph.operations.flatMap(({ parameters }) => parameters.map(({ name }) => name));
const changed = (before: Tensors, after: Tensors) =>
  [...before]
    .filter(([name, { values }]) => !values.every((value, i) => value === after.get(name)!.values[i]))
    .map(([name]) => name);

describe('shared weights', () => {
  it('are the same arrays where graphs name them, and a step changes exactly those of its paths', async () => {
    const supernet = tinySupernet();
    const path = supernet.graph(arch(1, 0, 0));
    const other = supernet.graph(arch(2, 2, 1));
    const cousin = supernet.graph(arch(1, 2, 0));
    for (const graph of [path, other, cousin]) supernet.engine.require(graph);
    const before = await supernet.engine.parameters();
    await train(taskOf(supernet, { graphs: () => [path], steps: 1 }));
    const after = await supernet.engine.parameters();
    expect(changed(before, after).sort()).toEqual(namesOf(path).sort());
    const shared = namesOf(cousin).filter((name) => namesOf(path).includes(name));
    expect(shared).toContain('layer0.conv3x3.conv.weight');
    expect([...after.keys()].filter((name) => name === 'layer0.conv3x3.conv.weight').length).toBe(1);
  });

  it('give the same graph again as long as it is at hand', () => {
    const supernet = tinySupernet();
    expect(supernet.graph(arch(1, 2, 0))).toBe(supernet.graph(arch(1, 2, 0)));
    expect(supernet.graph(arch(1, 2, 0))).not.toBe(supernet.graph(arch(1, 1, 0)));
  });
});

describe('a step', () => {
  it('gives each path an equal share: two paths that are the same one learn as one does', async () => {
    const [once, twice] = [tinySupernet(), tinySupernet()];
    await train(taskOf(once, { graphs: () => [once.graph(arch(1, 1, 0))], steps: 2 }));
    await train(taskOf(twice, { graphs: () => [twice.graph(arch(1, 1, 0)), twice.graph(arch(1, 1, 0))], steps: 2 }));
    const expected = await once.engine.parameters();
    for (const [name, { values }] of await twice.engine.parameters()) {
      for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected.get(name)!.values[i]!, 6);
    }
  });

  it('follows the schedule over the whole training, however little of it is done now', async () => {
    const rates: number[] = [];
    const supernet = tinySupernet();
    const recipe = tinyRecipe({ schedule: { kind: 'cosine', learningRate: 0.1, warmUp: 0 } });
    await train(
      taskOf(supernet, { recipe, steps: 100, from: 50, to: 52, onProgress: (p) => rates.push(p.learningRate) }),
    );
    expect(rates).toEqual([0.05, 0.05 * (1 - Math.sin(Math.PI / 100))].map((rate) => expect.closeTo(rate, 12)));
  });

  it('makes the next batch while the engine works, after all of this step was asked for', async () => {
    const asked: string[] = [];
    const supernet = tinySupernet();
    const engine = alteredEngine(supernet.engine, {
      learn(...given) {
        asked.push('learn');
        return supernet.engine.learn(...given);
      },
      update(rule) {
        asked.push('update');
        return supernet.engine.update(rule);
      },
    });
    const images: TrainingImages = {
      ...supernet.images,
      trainingBatches(request) {
        const batches = supernet.images.trainingBatches(request);
        return (step) => {
          asked.push(`batch ${step}`);
          return batches(step);
        };
      },
    };
    await train(taskOf(supernet, { engine, images, steps: 2 }));
    const step = ['learn', 'learn', 'learn', 'update'];
    expect(asked).toEqual(['batch 0', ...step, 'batch 1', ...step, 'batch 2']);
  });
});

it('learns: the loss falls below that of guessing, and the speed is told where there is a clock', async () => {
  const supernet = tinySupernet();
  const seen: TrainProgress[] = [];
  let clock = 0;
  const recipe = tinyRecipe({ schedule: { kind: 'cosine', learningRate: 0.1 } });
  await train(
    taskOf(supernet, {
      recipe,
      steps: 60,
      graphs: () => [supernet.graph(arch(1, 1, 0))],
      onProgress: (progress) => seen.push(progress),
      now: () => (clock += 10),
    }),
  );
  expect(seen.map(({ done }) => done)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  expect(Math.abs(seen[0]!.loss - Math.log(3))).toBeLessThan(0.5);
  expect(seen.at(-1)!.loss).toBeLessThan(0.5 * Math.log(3));
  expect(seen.at(-1)!.accuracy).toBeGreaterThan(75);
  expect(seen[0]).toMatchObject({ steps: 60, imagesPerSecond: 12 / 0.01 });
}, 60_000);

describe('stopping', () => {
  it('after any step and going on gives the same bits as never stopping, in another engine too', async () => {
    const whole = tinySupernet();
    const states: [number, Tensors][] = [];
    await train(taskOf(whole, { checkpoints: { every: 2, save: (step, state) => void states.push([step, state]) } }));
    expect(states.map(([step]) => step)).toEqual([2, 4, 6]);
    const [from, state] = states[1]!;
    const resumed = tinySupernet(99); // begins otherwise: everything must come from the state and, for paths not met, never matter here
    await resumed.engine.load(state);
    await train(taskOf(resumed, { from }));
    const [expected, found] = [await whole.engine.save(), await resumed.engine.save()];
    expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [name, { values }] of expected) expect(found.get(name)!.values).toEqual(values);
  });

  it('by a signal comes between two steps, leaves a checkpoint, and rejects with its reason', async () => {
    const supernet = tinySupernet();
    const stop = new AbortController();
    const done: number[] = [];
    const kept: number[] = [];
    const training = train(
      taskOf(supernet, {
        signal: stop.signal,
        checkpoints: { every: 100, save: (step) => void kept.push(step) },
        onProgress: (progress) => {
          done.push(progress.done);
          if (progress.done === 3) stop.abort(new Error('enough'));
        },
      }),
    );
    await expect(training).rejects.toThrow('enough');
    expect(done).toEqual([1, 2, 3]);
    expect(kept).toEqual([3]);
    const again = taskOf(supernet, { signal: stop.signal, checkpoints: { every: 100, save: () => void kept.push(0) } });
    await expect(train(again)).rejects.toThrow('enough'); // no step is done, so there is nothing to keep
    expect(kept).toEqual([3]);
  });

  it('does nothing where there is nothing left to do', async () => {
    const supernet = tinySupernet();
    await train(taskOf(supernet, { from: 6 }));
    expect((await supernet.engine.parameters()).size).toBe(0);
  });
});

describe('divergence', () => {
  it('stops at its step and keeps the last good checkpoint', async () => {
    const supernet = tinySupernet();
    const saved: number[] = [];
    let learned = 0;
    const engine = alteredEngine(supernet.engine, {
      async learn(...given) {
        const result = await supernet.engine.learn(...given);
        return learned++ < 9 ? result : { ...result, loss: Number.NaN }; // three paths a step: the fourth step
      },
    });
    const training = train(
      taskOf(supernet, { engine, checkpoints: { every: 1, save: (step) => void saved.push(step) } }),
    );
    await expect(training).rejects.toMatchObject({
      code: 'diverged',
      step: 3,
      message: expect.stringContaining('step 3: the loss is NaN'),
    });
    expect(saved).toEqual([1, 2, 3]);
  });

  it('really comes of a learning rate without measure', async () => {
    const supernet = tinySupernet();
    const recipe = tinyRecipe({ schedule: { kind: 'constant', learningRate: 1e30 } });
    const training = train(taskOf(supernet, { recipe, steps: 50 }));
    const error: unknown = await training.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DivergedError);
    expect((error as DivergedError).step).toBeLessThan(10);
  });

  it('is never saved: parameters that are not finite are no checkpoint', async () => {
    const supernet = tinySupernet();
    const saved: number[] = [];
    const engine = alteredEngine(supernet.engine, {
      async save() {
        const state = new Map(await supernet.engine.save());
        state.set('parameter/classifier.bias', { shape: [3], values: Float32Array.of(0, Number.POSITIVE_INFINITY, 0) });
        return state;
      },
    });
    const training = train(
      taskOf(supernet, { engine, steps: 1, checkpoints: { every: 1, save: (step) => void saved.push(step) } }),
    );
    await expect(training).rejects.toThrow('"parameter/classifier.bias" holds a number that is not finite');
    expect(saved).toEqual([]);
  });
});

it('passes on what the engine or the images throw', async () => {
  const supernet = tinySupernet();
  const broken = {
    ...supernet.images,
    trainingBatches: () => () => {
      throw new Error('disk gone');
    },
  };
  await expect(train(taskOf(supernet, { images: broken }))).rejects.toThrow('disk gone');
  const engine = alteredEngine(supernet.engine, { learn: () => Promise.reject(new Error('out of memory')) });
  await expect(train(taskOf(supernet, { engine }))).rejects.toThrow('out of memory');
});
