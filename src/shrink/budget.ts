/** Spending evaluations one batch at a time, never more than a budget holds: what the baselines share. */
import { InputError } from '../errors.js';
import { evaluateMeasurable } from '../measurements/evaluate-all.js';
import type { Failure, Measurement, Outcome } from '../measurements/measurement.js';
import type { ArchitectureSet } from '../spaces/architecture-set.js';
import type { Architecture } from '../spaces/space.js';
import { connectedComponents } from './components.js';
import type { Region } from './region.js';
import type { Shrunk } from './result.js';
import type { ShrinkTask } from './shrinker.js';

/** Evaluates architectures within a task's budget and keeps the outcomes. */
export class Budget {
  readonly #task: ShrinkTask;
  readonly measurements: Measurement[] = [];
  readonly failures: Failure[] = [];

  constructor(task: ShrinkTask) {
    const { evaluations } = task;
    if (!Number.isInteger(evaluations) || evaluations < 0) {
      throw new InputError(`${evaluations} evaluations are no whole number of at least 0`);
    }
    this.#task = task;
  }

  get spent(): number {
    return this.measurements.length + this.failures.length;
  }

  get left(): number {
    return this.#task.evaluations - this.spent;
  }

  /**
   * Measures as many of the architectures, from the first on, as the budget still holds, and gives their outcomes.
   * Those that cannot be measured cost nothing.
   */
  async measure(architectures: readonly Architecture[]): Promise<Outcome[]> {
    const { evaluator, evaluations, signal, onProgress } = this.#task;
    const batch = architectures.slice(0, this.left);
    const outcomes = await evaluateMeasurable(evaluator, batch, signal === undefined ? {} : { signal });
    for (const outcome of outcomes) {
      if (outcome.kind === 'measured') this.measurements.push(outcome);
      else if (outcome.kind === 'failed') this.failures.push(outcome);
    }
    onProgress?.({ round: 1, rounds: 1, step: 'measure', spent: this.spent, evaluations });
    return outcomes;
  }

  /** What a baseline returns: the members, with pockets found afterwards, and what was spent. */
  result(method: string, members: ArchitectureSet): Shrunk {
    const { space, limits = [] } = this.#task;
    const { componentOf, count } = connectedComponents(space, members);
    const { measurements, failures, spent } = this;
    return { method, space, limits, members, pocketOf: componentOf, pocketCount: count, measurements, failures, spent };
  }
}

/** The number of architectures to keep, which no baseline finds by itself. @throws InputError where there is none or it does not shrink */
export function requiredSize(method: string, { size, space }: ShrinkTask, region: Region): number {
  if (size === undefined) throw new InputError(`${method} cannot stop by itself; give the size to keep`);
  if (!Number.isInteger(size) || size < 1 || BigInt(size) >= region.size) {
    throw new InputError(`size ${size} does not shrink ${space.name}; give 1 to ${region.size - 1n}`);
  }
  return size;
}
