import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { evaluateNetwork } from './evaluate.js';
import { alteredEngine } from './testing/altered-engine.js';
import { stripes, tinyRecipe, tinySpace, tinySupernet } from './testing/tiny.js';
import { train } from './train.js';

const graphOf = (supernet = tinySupernet()) => supernet.graph(tinySpace.architecture([1, 1, 0]));

it('counts right answers by hand-made logits; the first of equal ones counts', async () => {
  const supernet = tinySupernet(1, stripes(96, 5)); // labels 0 1 2 0 1
  const rows = [
    [3, 1, 1],
    [0, 2, 2],
    [5, 5, 5],
    [-3, -2, -9],
    [0, 1, 0],
  ];
  const engine = alteredEngine(supernet.engine, {
    predict: async (_, images) => Float32Array.from(rows.splice(0, images.count).flat()),
  });
  const { accuracy } = await evaluateNetwork(engine, supernet.images, graphOf(), { validationSize: 2 });
  expect(accuracy).toBe(60); // right, right, wrong, wrong, right
});

it('does not depend on how many images are looked at together, and changes no parameter', async () => {
  const supernet = tinySupernet();
  const { engine, images } = supernet;
  const graph = graphOf(supernet);
  const recipe = tinyRecipe();
  await train({ engine, graphs: () => [graph], images, recipe, steps: 4, random: createRandom(1) });
  const before = await engine.save();
  const options = { calibrationBatches: 3, calibrationSize: 16 };
  const all = await evaluateNetwork(engine, images, graph, options);
  const few = await evaluateNetwork(engine, images, graph, { ...options, validationSize: 7 });
  expect(few).toEqual(all);
  expect(await engine.save()).toEqual(before);
});

it('calibrates on as many training images as asked for', async () => {
  const supernet = tinySupernet();
  const seen: number[] = [];
  const engine = alteredEngine(supernet.engine, {
    async calibrate(graph, batches) {
      const kept = [];
      for await (const batch of batches) kept.push(batch);
      seen.push(...kept.map(({ count }) => count));
      return supernet.engine.calibrate(graph, kept);
    },
  });
  await evaluateNetwork(engine, supernet.images, graphOf(), { calibrationBatches: 3, calibrationSize: 20 });
  expect(seen).toEqual([20, 20, 20]);
});

describe('judging', () => {
  it('stops at the signal', async () => {
    const { engine, images } = tinySupernet();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(evaluateNetwork(engine, images, graphOf(), { signal })).rejects.toThrow('enough');
  });

  it('needs validation images and finite logits', async () => {
    const supernet = tinySupernet(1, stripes(96, 0));
    const options = { calibrationSize: 16 };
    await expect(evaluateNetwork(supernet.engine, supernet.images, graphOf(), options)).rejects.toThrow(
      'no validation images',
    );
    const engine = alteredEngine(supernet.engine, {
      predict: async (_, { count }) => new Float32Array(3 * count).fill(Number.NaN),
    });
    await expect(evaluateNetwork(engine, stripes(), graphOf(), options)).rejects.toMatchObject({ code: 'diverged' });
  });
});
