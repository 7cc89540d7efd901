/** All that has been measured in a run so far, and the measuring of each round's samples. */
import { InputError } from '../errors.js';
import { evaluateAll } from '../measurements/evaluate-all.js';
import type { Failure, Measurement } from '../measurements/measurement.js';
import type { LocalityModel } from '../predictors/gaussian-process.js';
import type { Architecture } from '../spaces/space.js';
import type { Round } from './result.js';
import type { Sampler, Source } from './sampling.js';
import type { ShrinkTask } from './shrinker.js';
import { improves } from './stopping.js';

/** Share of a round's evaluations that go where the predictor is least certain; the others are uniform. */
const UNCERTAIN_SHARE = 2 / 3;
/** Architectures in vain for one that can be measured, after which a space counts as exhausted. */
const VAIN_EVALUATIONS = 2000;
/** How many random architectures of the round's space the least certain ones are chosen from. */
const UNCERTAIN_POOL = 400;

/** Grows by one round's measurements at a time. */
export class Survey {
  readonly measured: Measurement[] = [];
  readonly failures: Failure[] = [];
  readonly #task: ShrinkTask;
  readonly #sampler: Sampler;
  readonly #uniform: number[][] = []; // accuracies of each round's uniform samples

  constructor(task: ShrinkTask, sampler: Sampler) {
    this.#task = task;
    this.#sampler = sampler;
  }

  get spent(): number {
    return this.measured.length + this.failures.length;
  }

  get architectures(): Architecture[] {
    return this.measured.map(({ architecture }) => architecture);
  }

  get accuracies(): number[] {
    return this.measured.map(({ accuracy }) => accuracy);
  }

  get best(): number {
    return this.measured.reduce((best, { accuracy }) => Math.max(best, accuracy), Number.NEGATIVE_INFINITY);
  }

  /** Spends `evaluations` on new architectures of the source: two thirds where the model is least certain, the others uniformly. */
  async measure(
    source: Source,
    evaluations: number,
    model: LocalityModel | undefined,
    onOutcome: () => void,
  ): Promise<{ uniform: number[] }> {
    const uncertain = model === undefined ? 0 : Math.floor(evaluations * UNCERTAIN_SHARE);
    const uniform: number[] = [];
    await this.#spend(evaluations - uncertain, (count) => this.#sampler.draw(source, count), onOutcome, uniform);
    if (model !== undefined) {
      await this.#spend(uncertain, (count) => this.#leastCertain(source, count, model), onOutcome);
    }
    if (this.measured.length === 0) {
      const reason = this.failures.at(-1)?.reason;
      throw new InputError(
        reason === undefined
          ? `${this.#task.evaluator.name} can measure no architecture that was drawn from ${this.#task.space.name}; a table of samples of a large space needs --surrogate`
          : `all of the first ${this.failures.length} evaluations failed, the last with: ${reason}`,
      );
    }
    this.#uniform.push(uniform);
    return { uniform };
  }

  /** Whether the last round's space is better than the one before it, judged by fresh samples of both; true while not known. */
  improving(rounds: readonly Round[]): boolean {
    const [before, next] = this.#uniform.slice(-2);
    const listed = rounds.length >= 2 && rounds.slice(-2).every(({ held }) => held === 'pockets');
    return !listed || before === undefined || next === undefined || improves(before, next);
  }

  #leastCertain(source: Source, count: number, model: LocalityModel): Architecture[] {
    const pool = this.#sampler.look(source, Math.max(UNCERTAIN_POOL, count));
    return this.#sampler.take(model.mostUncertain(pool, count).map((i) => pool[i]!));
  }

  /** Draws and evaluates until `count` are spent; what turns out not to be measurable is replaced. */
  async #spend(
    count: number,
    draw: (count: number) => Architecture[],
    onOutcome: () => void,
    accuracies: number[] = [],
  ): Promise<void> {
    let left = count;
    let vain = 0;
    while (left > 0) {
      const drawn = draw(left);
      if (drawn.length === 0 || vain > VAIN_EVALUATIONS * count) return;
      const { evaluator, signal } = this.#task;
      const outcomes = await evaluateAll(evaluator, drawn, { onOutcome, ...(signal === undefined ? {} : { signal }) });
      for (const outcome of outcomes) {
        if (outcome.kind === 'unavailable') {
          vain++;
          continue;
        }
        left--;
        if (outcome.kind === 'failed') {
          this.failures.push(outcome);
        } else {
          this.measured.push(outcome);
          accuracies.push(outcome.accuracy);
        }
      }
    }
  }
}
