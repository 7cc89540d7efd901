/** Making frozen outcomes. */
import type { Failure, Measurement, Unavailable } from '../measurements/measurement.js';
import type { Architecture } from '../spaces/space.js';

/** A frozen measurement; `costs` are copied. */
export function measured(
  architecture: Architecture,
  accuracy: number,
  source: string,
  costs: Readonly<Record<string, number>> = {},
): Measurement {
  return Object.freeze({ kind: 'measured', architecture, accuracy, costs: Object.freeze({ ...costs }), source });
}

/** A frozen failure: tried, and spent. */
export function failed(architecture: Architecture, reason: string): Failure {
  return Object.freeze({ kind: 'failed', architecture, reason });
}

/** A frozen outcome that was not tried and is not spent. */
export function unavailable(architecture: Architecture, reason: string): Unavailable {
  return Object.freeze({ kind: 'unavailable', architecture, reason });
}

/** An answer as a program or a function of the user's gives it: a number, or a number with costs. */
export interface Answer {
  readonly accuracy: number;
  readonly costs: Readonly<Record<string, number>>;
}

/** Checks a stranger's accuracy and costs; returns what is wrong with them where they are no answer. */
export function checkAnswer(accuracy: unknown, costs: unknown): Answer | string {
  if (accuracy === undefined) return 'it gave no accuracy';
  if (typeof accuracy !== 'number' || !Number.isFinite(accuracy)) {
    return `its accuracy is ${describe(accuracy)}, a finite number is needed`;
  }
  if (costs === undefined || costs === null) return { accuracy, costs: {} };
  if (typeof costs !== 'object' || Array.isArray(costs)) return `its costs are ${describe(costs)}, an object is needed`;
  const checked: [string, number][] = [];
  for (const [name, value] of Object.entries(costs)) {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      return `its cost "${quoted(name)}" is ${describe(value)}, a finite number is needed`;
    }
    if (name !== '__proto__') checked.push([name, value]);
  }
  return { accuracy, costs: Object.fromEntries(checked) };
}

/** At most 200 characters of a stranger's text, control characters replaced. */
export function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const plain = text.slice(0, 201).replace(/[\u0000-\u001f\u007f]/g, ' ');
  return plain.length <= 200 ? plain : `${plain.slice(0, 199)}…`;
}

function describe(value: unknown): string {
  return typeof value === 'number' ? String(value) : quoted(JSON.stringify(value) ?? String(value));
}
