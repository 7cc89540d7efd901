/** The evaluators that train: shared weights and from scratch, on the reference engine. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { mean } from '../math/statistics.js';
import { evaluateAll } from '../measurements/evaluate-all.js';
import type { Cost } from '../spaces/space.js';
import { wholeRegion } from '../supernet/path-region.js';
import { createPathSampler } from '../supernet/sampling.js';
import { alteredEngine } from '../supernet/testing/altered-engine.js';
import {
  stripes,
  tinyEngine,
  tinyInput,
  tinyNetwork,
  tinyRecipe,
  tinySpace,
  tinySupernet,
} from '../supernet/testing/tiny.js';
import { trainSupernet } from '../supernet/train-supernet.js';
import { sharedWeights } from './shared-weights.js';
import { type StandaloneOptions, standalone } from './standalone.js';
import { evaluatorContract } from './testing/contract.js';

const arch = (...codes: number[]) => tinySpace.architecture(codes);
const every = [0, 1, 2].flatMap((a) => [0, 1, 2].flatMap((b) => [0, 1].map((c) => arch(a, b, c))));
const few = [arch(0, 0, 0), arch(1, 2, 1), arch(1, 1, 0)];
const evaluation = { calibrationBatches: 2, calibrationSize: 24 };
const depth: Cost = { name: 'depth', unit: '', of: (codes) => Math.sign(codes[0]!) + Math.sign(codes[1]!) };

async function trainedSupernet(steps: number) {
  const supernet = tinySupernet();
  const sampler = createPathSampler('fair', wholeRegion(tinySpace), createRandom(1));
  const recipe = tinyRecipe({ schedule: { kind: 'cosine', learningRate: 0.1 } });
  await trainSupernet(supernet, sampler, { recipe, steps, random: createRandom(2) });
  return supernet;
}

const alone: StandaloneOptions = {
  space: tinySpace,
  network: tinyNetwork,
  input: tinyInput,
  images: stripes(),
  recipe: tinyRecipe({ steps: 3 }),
  createEngine: tinyEngine,
  random: createRandom(5),
  evaluation,
};

evaluatorContract('sharedWeights', async () => ({
  evaluator: sharedWeights(await trainedSupernet(2), { step: 2, evaluation }),
  architectures: few,
}));
evaluatorContract('standalone', () => ({ evaluator: standalone(alone), architectures: few }));

describe('sharedWeights', () => {
  it('ranks networks with a 3x3 convolution, which alone can see directions, far above the others', async () => {
    const evaluator = sharedWeights(await trainedSupernet(60), { step: 60, evaluation, costs: [depth] });
    const outcomes = await evaluateAll(evaluator, every);
    const accuracies = (sees: boolean) =>
      outcomes.flatMap((outcome) =>
        outcome.kind === 'measured' && outcome.architecture.slice(0, 2).includes(1) === sees ? [outcome.accuracy] : [],
      );
    expect([accuracies(true).length, accuracies(false).length]).toEqual([10, 8]);
    expect(mean(accuracies(false))).toBeLessThan(45); // guessing: 33
    expect(mean(accuracies(true))).toBeGreaterThan(mean(accuracies(false)) + 20);
    expect(outcomes[0]).toMatchObject({ source: 'supernet of tiny at step 60', costs: { depth: 0 } });
  });

  it('fails one whose logits are not finite, and passes other faults on', async () => {
    const supernet = tinySupernet();
    const nan = alteredEngine(supernet.engine, {
      predict: async (_, { count }) => new Float32Array(3 * count).fill(Number.NaN),
    });
    const outcome = await sharedWeights({ ...supernet, engine: nan }, { step: 0, evaluation }).evaluate(few[0]!);
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: 'supernet of tiny at step 0: a logit of the network is not finite',
    });
    const broken = alteredEngine(supernet.engine, { calibrate: () => Promise.reject(new Error('threads gone')) });
    await expect(
      sharedWeights({ ...supernet, engine: broken }, { step: 0, evaluation }).evaluate(few[0]!),
    ).rejects.toThrow('threads gone');
  });
});

describe('standalone', () => {
  it('learns, and begins every architecture otherwise', async () => {
    const seeds: number[] = [];
    const createEngine = (randomSeed: number) => {
      seeds.push(randomSeed);
      return tinyEngine(randomSeed);
    };
    const recipe = tinyRecipe({ steps: 60, schedule: { kind: 'one-cycle', learningRate: 0.1 } });
    const evaluator = standalone({ ...alone, recipe, createEngine });
    const outcome = await evaluator.evaluate(arch(1, 1, 0));
    expect(outcome.kind === 'measured' ? outcome.accuracy : 0).toBeGreaterThan(80);
    await evaluator.evaluate(arch(1, 0, 0)).catch(() => {});
    expect(new Set(seeds).size).toBe(2);
    expect(evaluator.name).toBe('tiny trained from scratch for 60 steps');
  });

  it('fails a training that diverges, saying at which step, and closes its engine', async () => {
    let closed = 0;
    const createEngine = (randomSeed: number) => {
      const engine = tinyEngine(randomSeed);
      return alteredEngine(engine, {
        update: async (rule) => {
          await engine.update(rule);
          return { gradientNorm: Number.POSITIVE_INFINITY };
        },
        close: async () => void closed++,
      });
    };
    const outcome = await standalone({ ...alone, createEngine }).evaluate(few[0]!);
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('diverged at step 0: the norm of the gradients is Infinity'),
    });
    expect(closed).toBe(1);
  });
});
