/** An evaluator from a function of the user's. */
import type { Evaluator } from '../measurements/evaluator.js';
import type { Architecture, Choice, SearchSpace } from '../spaces/space.js';
import { checkAnswer, failed, measured, quoted } from './outcomes.js';

/** The label of the choice in each dimension, by the dimension's name. */
export type Choices = Readonly<Record<string, Choice>>;

/** A number to be maximized, alone or with costs by name. */
export type FunctionAnswer = number | { readonly accuracy: number; readonly costs?: Readonly<Record<string, number>> };

/** Settings of `fromFunction`. */
export interface FunctionOptions {
  readonly space: SearchSpace;
  /** for people and provenance; the function's own name where it has one */
  readonly name?: string;
  /** how many calls may be under way at once; 1 */
  readonly concurrency?: number;
}

/** Measures by calling `fn`. What it throws, or an answer that is no finite number, is a failed evaluation. */
export function fromFunction(
  fn: (architecture: Architecture, choices: Choices, signal?: AbortSignal) => FunctionAnswer | Promise<FunctionAnswer>,
  { space, name = fn.name || 'function', concurrency = 1 }: FunctionOptions,
): Evaluator {
  return {
    name,
    concurrency,
    async evaluate(architecture, signal) {
      signal?.throwIfAborted();
      let given: unknown;
      try {
        given = await fn(architecture, choicesOf(space, architecture), signal);
      } catch (error) {
        signal?.throwIfAborted();
        return failed(architecture, `${name} threw: ${quoted(error instanceof Error ? error.message : String(error))}`);
      }
      const { accuracy, costs } = isRecord(given) ? given : { accuracy: given };
      const answer = checkAnswer(accuracy, costs);
      if (typeof answer === 'string') return failed(architecture, `${name}: ${answer}`);
      return measured(architecture, answer.accuracy, name, answer.costs);
    },
  };
}

/** The labels of an architecture by dimension name, without a prototype. */
export function choicesOf(space: SearchSpace, architecture: Architecture): Choices {
  const choices: Record<string, Choice> = Object.create(null);
  space.dimensions.forEach(({ name, choices: labels }, d) => {
    choices[name] = labels[architecture[d]];
  });
  return choices;
}

function isRecord(value: unknown): value is { accuracy?: unknown; costs?: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
