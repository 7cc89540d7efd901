/** What every evaluator must keep; run on each one. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { evaluateAll } from '../../measurements/evaluate-all.js';
import type { Evaluator } from '../../measurements/evaluator.js';
import type { Outcome } from '../../measurements/measurement.js';
import type { Architecture } from '../../spaces/space.js';

export interface ContractCase {
  readonly evaluator: Evaluator;
  /** several architectures, at least one of them measurable */
  readonly architectures: readonly Architecture[];
}

/** Tests of the promises in measurements/evaluator.ts. `make` is called for every test. */
export function evaluatorContract(name: string, make: () => ContractCase | Promise<ContractCase>): void {
  async function fresh(): Promise<ContractCase> {
    const made = await make();
    onTestFinished(() => made.evaluator.close?.());
    return made;
  }

  describe(`${name} keeps the contract of an evaluator`, () => {
    test('outcomes are frozen, name their architecture, and measured numbers are finite', async () => {
      const { evaluator, architectures } = await fresh();
      const outcomes = await evaluateAll(evaluator, architectures);
      expect(outcomes.some(({ kind }) => kind === 'measured')).toBe(true);
      outcomes.forEach((outcome, i) => {
        expect(outcome.architecture).toEqual(architectures[i]);
        expect(Object.isFrozen(outcome)).toBe(true);
        if (outcome.kind !== 'measured') expect(outcome.reason).not.toBe('');
        else {
          expect(outcome.source).not.toBe('');
          for (const number of [outcome.accuracy, ...Object.values(outcome.costs)]) {
            expect(Number.isFinite(number)).toBe(true);
          }
        }
      });
    });

    test('the answer depends on the architecture alone, not on order, repetition or company', async () => {
      const { evaluator, architectures } = await fresh();
      const alone: Outcome[] = [];
      for (const architecture of architectures) alone.push(await evaluator.evaluate(architecture));
      const reversed: Outcome[] = [];
      for (const architecture of [...architectures].reverse()) reversed.push(await evaluator.evaluate(architecture));
      expect(reversed.reverse()).toEqual(alone);
      expect(await Promise.all(architectures.map((architecture) => evaluator.evaluate(architecture)))).toEqual(alone);
      const other = await fresh();
      expect(await evaluateAll(other.evaluator, architectures)).toEqual(alone);
    });

    test('canMeasure is false exactly where the outcome is unavailable', async () => {
      const { evaluator, architectures } = await fresh();
      for (const architecture of architectures) {
        const expected = evaluator.canMeasure?.(architecture) ?? true;
        expect((await evaluator.evaluate(architecture)).kind !== 'unavailable').toBe(expected);
      }
    });

    test('an aborted evaluation rejects with the reason', async () => {
      const { evaluator, architectures } = await fresh();
      const reason = new Error('no longer wanted');
      await expect(evaluator.evaluate(architectures[0], AbortSignal.abort(reason))).rejects.toBe(reason);
      expect((await evaluator.evaluate(architectures[0])).kind).not.toBe('failed');
    });

    test('it has a name and a concurrency, and closes more than once', async () => {
      const { evaluator } = await fresh();
      expect(evaluator.name).not.toBe('');
      expect(evaluator.concurrency).toBeGreaterThanOrEqual(1);
      await evaluator.close?.();
      await evaluator.close?.();
    });
  });
}
