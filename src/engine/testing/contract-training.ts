/** The contract's second part: what learning, updating, calibrating and predicting mean. */
import { describe, expect, it } from 'vitest';
import type { Images, LabelledImages } from '../../datasets/dataset.js';
import { createRandom } from '../../math/random.js';
import { NetworkBuilder } from '../../networks/builder.js';
import type { NetworkGraph, Shape } from '../../networks/graph.js';
import type { Tensors } from '../engine.js';
import { pathGraph } from './case-networks.js';
import { networkCases, optimizerTraining, randomBatch } from './cases.js';
import { apart, changedNames } from './compare.js';
import type { Fresh, Tolerance } from './contract.js';
import { createReferenceEngine } from './reference-engine.js';

/** Two logits of images of two values; all weights begin at 0 where a test sets them. */
const linear: NetworkGraph = (() => {
  const net = new NetworkBuilder('linear', [2, 1, 1]);
  net.linear('l', net.input, 2);
  return net.build();
})();
const zeroWeights: Tensors = new Map([
  ['l.weight', { shape: [2, 2], values: new Float32Array(4) }],
  ['l.bias', { shape: [2], values: new Float32Array(2) }],
]);
const pair: LabelledImages = {
  ...imagesOf([2, 1, 1], [1, 2], [3, -1]),
  labels: Uint16Array.of(0, 1),
};
const plain = { kind: 'sgd', learningRate: 1 } as const;

/** A batch norm between one channel of two pixels and two logits. */
const normed: NetworkGraph = (() => {
  const net = new NetworkBuilder('normed', [1, 1, 2]);
  net.linear('l', net.globalPool('pool', net.activation('relu', net.batchNorm('norm', net.input), 'relu')), 2);
  return net.build();
})();

const [, mobile] = networkCases;
const { graph, parameters, batch } = mobile!;

/** Runs all tests. */
export function trainingContract(fresh: Fresh, tolerance: Tolerance): void {
  describe('numbers checked by hand', () => {
    it('cross-entropy, its gradient, and a step', async () => {
      const engine = await fresh();
      await engine.setParameters(zeroWeights);
      const { loss, correct } = await engine.learn(linear, pair);
      expect(loss).toBeCloseTo(Math.log(2), 6); // both classes are equally likely
      expect(correct).toBe(1); // of equal logits the first counts
      // mean over images of (probability - target) * image: ((-0.5 * 1 + 0.5 * 3) / 2, (-0.5 * 2 + 0.5 * -1) / 2)
      expect(await valuesOf(engine.gradients())).toEqual({
        'l.weight': about(0.5, -0.75, -0.5, 0.75),
        'l.bias': about(0, 0),
      });
      const { gradientNorm } = await engine.update(plain);
      expect(gradientNorm).toBeCloseTo(Math.sqrt(2 * (0.5 ** 2 + 0.75 ** 2)), 6);
      expect(await valuesOf(engine.parameters())).toEqual({
        'l.weight': about(-0.5, 0.75, 0.5, -0.75),
        'l.bias': about(0, 0),
      });
      expect([...(await engine.predict(linear, pair, new Map()))]).toEqual(about(1, -1, -2.25, 2.25));
      expect((await engine.learn(linear, pair)).correct).toBe(2);
    });

    it('label smoothing moves the target', async () => {
      const engine = await fresh();
      await engine.setParameters(zeroWeights);
      await engine.learn(linear, pair, { labelSmoothing: 0.5 }); // targets 0.75 and 0.25
      expect((await valuesOf(engine.gradients()))['l.weight']).toEqual(about(0.25, -0.375, -0.25, 0.375));
    });

    it('a convolution slides its kernel unflipped over images with channels last', async () => {
      const net = new NetworkBuilder('convolution', [2, 2, 2]);
      net.convolution('c', net.input, { channels: 2, kernel: 2, padding: 0, bias: true });
      const engine = await fresh();
      const weight = { shape: [2, 2, 2, 2], values: Float32Array.of(1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, -1) };
      await engine.setParameters(
        new Map([
          ['c.weight', weight],
          ['c.bias', { shape: [2], values: Float32Array.of(0.5, 0) }],
        ]),
      );
      const image = imagesOf([2, 2, 2], [1, 10, 2, 20, 3, 30, 4, 40]); // the first channel is 1 2 / 3 4, the second ten times that
      expect([...(await engine.predict(net.build(), image, new Map()))]).toEqual(about(1 + 4 + 9 + 16 + 0.5, 10 - 40));
    });

    it('of equal values the first is the maximum', async () => {
      const net = new NetworkBuilder('maximum', [2, 2, 2]);
      const sums = net.convolution('c', net.input, { channels: 1 });
      net.linear('l', net.pool('pool', sums, 'maximum', { kernel: 2 }), 2);
      const engine = await fresh();
      await engine.setParameters(
        new Map([
          ['c.weight', { shape: [1, 2, 1, 1], values: Float32Array.of(1, 1) }],
          ['l.weight', { shape: [2, 1], values: Float32Array.of(1, 0) }],
          ['l.bias', { shape: [2], values: Float32Array.of(-4, 0) }],
        ]),
      );
      const image = imagesOf([2, 2, 2], [0, 0, 1, 3, 3, 1, 0, 0]); // the sums are 0 4 / 4 0, so both logits are 0
      await engine.learn(net.build(), { ...image, labels: Uint16Array.of(1) });
      expect((await valuesOf(engine.gradients()))['c.weight']).toEqual(about(0.5 * 1, 0.5 * 3));
    });

    it('statistics are averages over the batches of mean and biased variance', async () => {
      const engine = await fresh();
      const batches = [imagesOf([1, 1, 2], [1, 3]), imagesOf([1, 1, 2], [5, 9], [5, 9])];
      const expected = { 'norm.mean': about((2 + 7) / 2), 'norm.variance': about((1 + 4) / 2) };
      expect(await valuesOf(engine.calibrate(normed, batches))).toEqual(expected);
      async function* stream() {
        yield* batches;
      }
      expect(await valuesOf(engine.calibrate(normed, stream()))).toEqual(expected);
    });

    it('evaluation normalizes with the statistics given', async () => {
      const engine = await fresh();
      await engine.setParameters(
        new Map([
          ['norm.scale', { shape: [1], values: Float32Array.of(3) }],
          ['norm.shift', { shape: [1], values: Float32Array.of(1) }],
          ['l.weight', { shape: [2, 1], values: Float32Array.of(1, -1) }],
          ['l.bias', { shape: [2], values: Float32Array.of(0, 0.5) }],
        ]),
      );
      const statistics: Tensors = new Map([
        ['norm.mean', { shape: [1], values: Float32Array.of(2) }],
        ['norm.variance', { shape: [1], values: Float32Array.of(4) }],
      ]);
      // (8 - 2) / 2 * 3 + 1 = 10; (0 - 2) / 2 * 3 + 1 = -2, which ReLU makes 0
      const logits = await engine.predict(normed, imagesOf([1, 1, 2], [8, 0]), statistics);
      expect(logits[0]).toBeCloseTo(5, 4); // epsilon counts a little
      expect(logits[1]).toBeCloseTo(-4.5, 4);
    });

    it('clipping scales all gradients together, and only where they are too long', async () => {
      const weightsAfter = async (clip: number) => {
        const engine = await fresh();
        await engine.setParameters(zeroWeights);
        await engine.learn(linear, pair);
        await engine.update({ ...plain, clip });
        return (await valuesOf(engine.parameters()))['l.weight'];
      };
      const norm = Math.sqrt(2 * (0.5 ** 2 + 0.75 ** 2));
      expect(await weightsAfter(2)).toEqual(about(-0.5, 0.75, 0.5, -0.75));
      expect(await weightsAfter(norm / 4)).toEqual(about(-0.125, 0.1875, 0.125, -0.1875));
    });
  });

  describe('learning', () => {
    it('the gradients of several passes add up, each times its weight', async () => {
      const engine = await fresh();
      const gradientsOf = async (passes: readonly [LabelledImages, number][]) => {
        for (const [images, weight] of passes) await engine.learn(graph, images, { weight });
        const gradients = await engine.gradients();
        await engine.update({ ...plain, learningRate: 0 });
        return new Map([...gradients].map(([name, { values }]) => [name, values]));
      };
      const other = randomBatch(graph, 4, createRandom(9));
      const [a, b] = [await gradientsOf([[batch, 1]]), await gradientsOf([[other, 1]])];
      const expected = new Map(
        [...a].map(([name, values]) => [name, values.map((v, i) => 0.5 * v + 2 * b.get(name)![i]!)]),
      );
      expect(
        apart(
          await gradientsOf([
            [batch, 0.5],
            [other, 2],
          ]),
          expected,
          1e-5,
        ),
      ).toEqual([]);
    });

    it('the weight scales gradients but not the loss', async () => {
      const engine = await fresh();
      const { loss } = await engine.learn(graph, batch);
      expect((await engine.learn(graph, batch, { weight: 0 })).loss).toBe(loss);
    });

    it('dropout follows the random seed', async () => {
      const engine = await fresh();
      const loss = async (randomSeed: number) => (await engine.learn(graph, batch, { randomSeed })).loss;
      const first = await loss(1);
      expect(await loss(2)).not.toBe(first);
      expect(await loss(1)).toBe(first);
    });

    it('an update changes what gradients wait for and nothing else; then none wait', async () => {
      const engine = await fresh();
      engine.require(graph);
      await engine.learn(linear, pair);
      const before = await engine.parameters();
      await engine.update({ kind: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.1, decay: 'all' });
      const changed = changedNames(before, await engine.parameters());
      expect(changed).toEqual(['l.weight', 'l.bias']);
      expect([...(await engine.gradients())]).toEqual([]);
      const saved = await engine.save();
      expect(await engine.update(plain)).toEqual({ gradientNorm: 0 });
      expect(changedNames(saved, await engine.save())).toEqual([]);
    });

    it.each([
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ])('gradients that are not finite change nothing (%f)', async (poison) => {
      const engine = await fresh();
      await engine.learn(linear, pair);
      await engine.update({ kind: 'sgd', learningRate: 0.1, momentum: 0.9 });
      const before = await engine.save();
      const { loss } = await engine.learn(linear, { ...pair, values: Float32Array.of(1, poison, 2, 3) });
      expect(Number.isFinite(loss)).toBe(false);
      const { gradientNorm } = await engine.update({ kind: 'sgd', learningRate: 0.1, momentum: 0.9, clip: 1 });
      expect(Number.isFinite(gradientNorm)).toBe(false);
      expect(changedNames(before, await engine.save())).toEqual([]);
      expect([...(await engine.gradients())]).toEqual([]);
    });

    it('another path each step trains what the path has, as the reference does', async () => {
      const engine = await fresh();
      const reference = createReferenceEngine({ randomSeed: 1 });
      const random = createRandom(4);
      const rule = { kind: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-3 } as const;
      for (let step = 0; step < 10; step++) {
        const path = pathGraph([random.integer(3), random.integer(3)]);
        const images = randomBatch(path, 1 + random.integer(6), random.split(step)); // also of another size each time
        engine.require(path);
        const before = await engine.parameters();
        for (const each of [engine, reference]) {
          await each.learn(path, images);
          await each.update(rule);
        }
        const own = new Set(path.operations.flatMap((operation) => operation.parameters.map(({ name }) => name)));
        expect(changedNames(before, await engine.parameters()).filter((name) => !own.has(name))).toEqual([]);
      }
      const [actual, expected] = [await engine.parameters(), await reference.parameters()];
      const values = (tensors: Tensors) => new Map([...tensors].map(([name, tensor]) => [name, tensor.values]));
      expect(apart(values(actual), values(expected), 10 * tolerance.gradients)).toEqual([]);
    });
  });

  describe('evaluating', () => {
    it('an image has the same logits whatever its company', async () => {
      const engine = await fresh();
      await engine.setParameters(parameters);
      const statistics = await engine.calibrate(graph, [batch]);
      const together = await engine.predict(graph, batch, statistics);
      const size = batch.values.length / batch.count;
      const alone: number[] = [];
      for (let i = 0; i < batch.count; i++) {
        const image = { count: 1, shape: batch.shape, values: batch.values.slice(i * size, (i + 1) * size) };
        alone.push(...(await engine.predict(graph, image, statistics)));
      }
      const logits = (values: ArrayLike<number>) => new Map([['logits', values]]);
      expect(apart(logits(together), logits(alone), tolerance.company ?? 0)).toEqual([]);
    });

    it('calibrating and predicting change nothing, and neither depends on dropout', async () => {
      const engine = await fresh();
      await engine.learn(graph, batch);
      const [saved, gradients] = [await engine.save(), await engine.gradients()];
      const statistics = await engine.calibrate(graph, [batch, batch]);
      const logits = await engine.predict(graph, batch, statistics);
      expect(await engine.predict(graph, batch, statistics)).toEqual(logits);
      expect(changedNames(saved, await engine.save())).toEqual([]);
      expect(changedNames(gradients, await engine.gradients())).toEqual([]);
      const undropped = {
        ...graph,
        operations: graph.operations.map((operation) =>
          operation.kind === 'dropout' ? { ...operation, probability: 0 } : operation,
        ),
      };
      expect(await engine.predict(undropped, batch, await engine.calibrate(undropped, [batch, batch]))).toEqual(logits);
    });

    it('refuses missing statistics and calibration without batches', async () => {
      const engine = await fresh();
      await expect(engine.predict(normed, imagesOf([1, 1, 2], [1, 2]), new Map())).rejects.toThrow('norm');
      await expect(engine.calibrate(normed, [])).rejects.toThrow('batch');
    });
  });

  describe('a batch that does not fit is refused', () => {
    it.each<[string, Partial<LabelledImages>, RegExp]>([
      ['images of another shape', { shape: [1, 1, 2] }, /2 x 1 x 1.*1 x 1 x 2/],
      ['values that are too few', { values: new Float32Array(3) }, /4 values.*3/],
      ['no images', { count: 0, values: new Float32Array(0), labels: new Uint16Array(0) }, /0 images/],
      ['a label missing', { labels: Uint16Array.of(1) }, /2 images.*1 label/],
      ['a label beyond the classes', { labels: Uint16Array.of(1, 2) }, /label 2.*2 classes/],
    ])('%s', async (_, change, message) => {
      const engine = await fresh();
      await expect(engine.learn(linear, { ...pair, ...change })).rejects.toThrow(message);
      expect([...(await engine.gradients())]).toEqual([]);
    });

    it('logits that are maps', async () => {
      const net = new NetworkBuilder('maps', [2, 1, 2]);
      net.activation('relu', net.input, 'relu');
      const images = { ...imagesOf([2, 1, 2], [1, 2, 3, 4]), labels: Uint16Array.of(0) };
      await expect((await fresh()).learn(net.build(), images)).rejects.toThrow(/"maps".*2 x 1 x 2/);
    });
  });

  it('trains: the loss of one batch falls far', async () => {
    const engine = await fresh();
    const losses: number[] = [];
    for (let step = 0; step < 40; step++) {
      losses.push((await engine.learn(optimizerTraining.graph, optimizerTraining.batch)).loss);
      await engine.update({ kind: 'adamw', learningRate: 0.03 });
    }
    expect(losses.at(-1)).toBeLessThan(0.2 * losses[0]!);
  });
}

/** Matches numbers that differ by rounding only. */
function about(...values: number[]): unknown[] {
  return values.map((value) => expect.closeTo(value, 5));
}

function imagesOf(shape: Shape, ...images: number[][]): Images {
  return { count: images.length, shape, values: Float32Array.from(images.flat()) };
}

async function valuesOf(tensors: Promise<Tensors>): Promise<Record<string, number[]>> {
  return Object.fromEntries([...(await tensors)].map(([name, { values }]) => [name, [...values]]));
}
