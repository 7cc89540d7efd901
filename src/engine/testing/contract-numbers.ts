/** The contract's first part: the numbers are those of PyTorch (stored) and of the reference. */
import { describe, expect, it } from 'vitest';
import type { Engine, Tensors } from '../engine.js';
import {
  networkCases,
  operationCases,
  optimizerCases,
  optimizerTraining,
  publishedCase,
  type TrainingCase,
} from './cases.js';
import { apart } from './compare.js';
import type { Fresh, Tolerance } from './contract.js';
import { storedResult, thinned } from './fixtures.js';
import { createReferenceEngine } from './reference-engine.js';

const cases = [...operationCases, ...networkCases, publishedCase];

/** Runs all cases. */
export function numbersContract(fresh: Fresh, tolerance: Tolerance): void {
  describe.each(cases)('$name', (training) => {
    it('loss, gradients, statistics and logits are those of PyTorch and of the reference', async () => {
      const own = await outcomeOf(await fresh(), training);
      const torch = storedResult(training.name);
      expect(own.correct).toBe(torch.correct);
      expect(Math.abs(own.loss - torch.loss)).toBeLessThan(tolerance.logits * torch.loss);
      expect(apart(all(own.gradients), torch.gradients, tolerance.gradients)).toEqual([]);
      expect(apart(all(own.statistics), torch.statistics, tolerance.logits)).toEqual([]);
      expect(apart(one(thinned(own.logits)), one(torch.logits), tolerance.logits)).toEqual([]);

      const reference = await outcomeOf(createReferenceEngine({ randomSeed: 1 }), training);
      expect(apart(values(own.gradients), values(reference.gradients), tolerance.gradients)).toEqual([]);
      expect(apart(values(own.statistics), values(reference.statistics), tolerance.logits)).toEqual([]);
      expect(apart(one(own.logits), one(reference.logits), tolerance.logits)).toEqual([]);
    });
  });

  describe.each(optimizerCases)('$name', ({ name, rules }) => {
    it('the steps are those of PyTorch', async () => {
      const engine = await fresh();
      const { graph, parameters, batch, options } = optimizerTraining;
      await engine.setParameters(parameters);
      const norms: number[] = [];
      for (const rule of rules) {
        await engine.learn(graph, batch, options);
        norms.push((await engine.update(rule)).gradientNorm);
      }
      const torch = storedResult(name);
      expect(apart(one(norms), one(torch.norms), tolerance.gradients)).toEqual([]);
      const start = all(parameters);
      const moved = (ended: ReadonlyMap<string, Float64Array>) =>
        new Map([...ended].map(([key, end]) => [key, end.map((value, i) => value - start.get(key)![i]!)]));
      expect(apart(moved(all(await engine.parameters())), moved(torch.parameters), tolerance.gradients)).toEqual([]);
    });
  });
}

async function outcomeOf(engine: Engine, { graph, parameters, batch, options }: TrainingCase) {
  await engine.setParameters(parameters);
  const result = await engine.learn(graph, batch, options);
  const gradients = await engine.gradients();
  const statistics = await engine.calibrate(graph, [batch]);
  return { ...result, gradients, statistics, logits: await engine.predict(graph, batch, statistics) };
}

function values(tensors: Tensors): Map<string, Float32Array> {
  return new Map([...tensors].map(([name, tensor]) => [name, tensor.values]));
}

/** As much of all tensors as is stored. */
function all(tensors: Tensors): Map<string, Float64Array> {
  return new Map([...tensors].map(([name, tensor]) => [name, thinned(tensor.values)]));
}

function one(array: ArrayLike<number>): Map<string, ArrayLike<number>> {
  return new Map([['', array]]);
}
