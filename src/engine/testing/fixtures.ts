/** What PyTorch said, stored, so that engines are compared with it where it is not installed. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { networkCases, operationCases, optimizerCases, optimizerTraining, publishedCase } from './cases.js';
import { besideThis, problemText, type TorchProblem, type TorchResult } from './torch.js';

/** Values of a tensor that are stored at most. */
const LIMIT = 96;

/** The problems whose results are stored, by name. */
export const storedProblems: ReadonlyMap<string, TorchProblem> = new Map<string, TorchProblem>([
  ...[...operationCases, ...networkCases, publishedCase].map((training) => [training.name, { training }] as const),
  ...optimizerCases.map(({ name, rules }) => [name, { training: optimizerTraining, updates: rules }] as const),
]);

/** Where they are stored. */
export const FIXTURE_FILE = besideThis('fixtures/torch.json');

type Stored = {
  readonly [Key in keyof TorchResult]: TorchResult[Key] extends ReadonlyMap<string, Float64Array>
    ? Record<string, string>
    : TorchResult[Key] extends Float64Array
      ? string
      : TorchResult[Key];
} & { readonly problem: string };

let file: Readonly<Record<string, Stored>> | undefined;

/**
 * The stored result of one of `storedProblems`; of every tensor what `thinned` leaves.
 * @throws Error where the problem has changed since
 */
export function storedResult(name: string): TorchResult {
  file ??= JSON.parse(readFileSync(FIXTURE_FILE, 'utf8')) as Readonly<Record<string, Stored>>;
  const stored = file[name];
  if (stored?.problem !== digest(storedProblems.get(name)!)) {
    throw new Error(
      `the stored result of "${name}" is not of today's problem: run src/engine/testing/make-fixtures.ts`,
    );
  }
  const { loss, correct } = stored;
  const all = (tensors: Record<string, string>) =>
    new Map(Object.entries(tensors).map(([key, text]) => [key, decode(text)]));
  return {
    loss,
    correct,
    logits: decode(stored.logits),
    norms: decode(stored.norms),
    statistics: all(stored.statistics),
    gradients: all(stored.gradients),
    parameters: all(stored.parameters),
  };
}

/** The file's text for results of `storedProblems` in their order. */
export function fixtureText(results: readonly TorchResult[]): string {
  const all = (tensors: ReadonlyMap<string, Float64Array>) =>
    Object.fromEntries([...tensors].map(([name, values]) => [name, encode(values)]));
  const entries = [...storedProblems].map(([name, problem], i): [string, Stored] => {
    const { logits, norms, statistics, gradients, parameters, ...rest } = results[i]!;
    return [
      name,
      {
        problem: digest(problem),
        ...rest,
        logits: encode(logits),
        norms: encode(norms),
        statistics: all(statistics),
        gradients: all(gradients),
        parameters: all(parameters),
      },
    ];
  });
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/** At most `LIMIT` values, evenly spread over all places in the tensor: the stride has no factor in common with its size. */
export function thinned(values: ArrayLike<number>): Float64Array {
  const size = values.length;
  let stride = Math.ceil(size / LIMIT);
  while (greatestCommonDivisor(stride, size) > 1) stride++;
  return Float64Array.from({ length: Math.ceil(size / stride) }, (_, i) => values[i * stride]!);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function digest(problem: TorchProblem): string {
  return createHash('sha256').update(problemText(problem, 'float32')).digest('hex');
}

function encode(values: Float64Array): string {
  return Buffer.from(Float32Array.from(thinned(values)).buffer).toString('base64');
}

function decode(text: string): Float64Array {
  return Float64Array.from(new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer));
}
