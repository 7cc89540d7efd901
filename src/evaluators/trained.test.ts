/** The evaluators that train: shared weights and from scratch, on the reference engine. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
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
import { train } from '../supernet/train.js';
import { sharedWeights } from './shared-weights.js';
import { type StandaloneOptions, standalone } from './standalone.js';
import { evaluatorContract } from './testing/contract.js';

const arch = (...codes: number[]) => tinySpace.architecture(codes);
const few = [arch(0, 0, 0), arch(1, 2, 1), arch(1, 1, 0)];
const evaluation = { calibrationBatches: 2, calibrationSize: 24 };
const depth: Cost = { name: 'depth', unit: '', of: (codes) => Math.sign(codes[0]!) + Math.sign(codes[1]!) };

async function trainedSupernet(steps: number) {
  const supernet = tinySupernet();
  const sampler = createPathSampler('fair', wholeRegion(tinySpace), createRandom(1));
  const { engine, images } = supernet;
  const recipe = tinyRecipe({ schedule: { kind: 'cosine', learningRate: 0.1 } });
  const graphs = (step: number) => sampler(step).map((path) => supernet.graph(path));
  await train({ engine, graphs, images, recipe, steps, random: createRandom(2) });
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
  it('tells networks that see directions from those that see single pixels, and names the step', async () => {
    const supernet = await trainedSupernet(60);
    const evaluator = sharedWeights(supernet, { step: 60, evaluation, costs: [depth] });
    const outcomes = await evaluateAll(evaluator, [arch(1, 1, 0), arch(0, 0, 0)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['measured', 'measured']);
    const accuracies = outcomes.map((outcome) => (outcome.kind === 'measured' ? outcome.accuracy : 0));
    expect(accuracies[0]).toBeGreaterThan(70); // guessing: 33
    expect(outcomes[0]).toMatchObject({ source: 'supernet of tiny at step 60', costs: { depth: 2 } });
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
