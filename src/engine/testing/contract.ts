/** What every engine must keep; run on each one. */
import { describe, onTestFinished } from 'vitest';
import type { Engine } from '../engine.js';
import { numbersContract } from './contract-numbers.js';
import { stateContract } from './contract-state.js';
import { trainingContract } from './contract-training.js';

/** What an engine is made from. */
export interface EngineOptions {
  readonly randomSeed: number;
  /** any number where missing; an engine without threads ignores it */
  readonly threads?: number;
}

/** Allowed differences from PyTorch and the reference, relative to the largest value of a tensor. */
export interface Tolerance {
  readonly logits: number;
  readonly gradients: number;
  /** of an image's logits in batches of other sizes; the same bits without it */
  readonly company?: number;
}

/** What the parts of the contract work with: a new engine, closed after the test. */
export type Fresh = (options?: Partial<EngineOptions>) => Promise<Engine>;

/** Tests of the promises in engine.ts. `make` is called for every test. */
export function engineContract(
  name: string,
  make: (options: EngineOptions) => Engine | Promise<Engine>,
  tolerance: Tolerance,
): void {
  const fresh: Fresh = async (options) => {
    const engine = await make({ randomSeed: 1, ...options });
    onTestFinished(() => engine.close());
    return engine;
  };
  describe(`${name} keeps the contract of an engine`, () => {
    numbersContract(fresh, tolerance);
    trainingContract(fresh, tolerance);
    stateContract(fresh);
  });
}
