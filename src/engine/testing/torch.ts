/** Speaks with torch-graph.py. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UpdateRule } from '../update-rule.js';
import type { TrainingCase } from './cases.js';

/** A file of this folder, also seen from what scripts/run.mjs translates to another. */
export function besideThis(name: string): string {
  let root = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(root, 'package.json'))) root = dirname(root);
  return join(root, 'src/engine/testing', name);
}

/** A case, and optimizer steps on its batch. */
export interface TorchProblem {
  readonly training: TrainingCase;
  /** of one kind, with the same constants but for the learning rate and the clip */
  readonly updates?: readonly UpdateRule[];
}

/** What PyTorch makes of a problem. */
export interface TorchResult {
  readonly loss: number;
  readonly correct: number;
  /** of the batch, forward without dropout; as `Engine.calibrate` names them */
  readonly statistics: ReadonlyMap<string, Float64Array>;
  /** in evaluation mode with these statistics, [count][classes] */
  readonly logits: Float64Array;
  /** of the first pass */
  readonly gradients: ReadonlyMap<string, Float64Array>;
  /** of all gradients together, before each update */
  readonly norms: Float64Array;
  /** after the updates; empty without updates */
  readonly parameters: ReadonlyMap<string, Float64Array>;
}

type Encoded = { readonly [Key in keyof TorchResult]: EncodedValue<TorchResult[Key]> };
type EncodedValue<Value> =
  Value extends ReadonlyMap<string, Float64Array>
    ? Record<string, string>
    : Value extends Float64Array
      ? string
      : Value;

/**
 * Solves problems in one process of the Python at `python`, which must have torch.
 * @throws Error with what Python said where it fails
 */
export function solveInTorch(
  python: string,
  problems: readonly TorchProblem[],
  precision: 'float32' | 'float64',
): TorchResult[] {
  const input = `[${problems.map((problem) => problemText(problem, precision)).join()}]`;
  const program = besideThis('torch-graph.py');
  const { status, stdout, stderr } = spawnSync(python, [program], { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  return (JSON.parse(stdout) as Encoded[]).map(decodeResult);
}

/** A problem as torch-graph.py reads it; equal texts are equal problems. */
export function problemText({ training, updates = [] }: TorchProblem, precision: 'float32' | 'float64'): string {
  const { graph, parameters, batch, options } = training;
  const { count, shape, values, labels } = batch;
  return JSON.stringify({
    precision,
    graph,
    parameters: Object.fromEntries(
      [...parameters].map(([name, tensor]) => [name, { shape: tensor.shape, values: encode(tensor.values) }]),
    ),
    images: { count, shape, values: encode(values) },
    labels: [...labels],
    options,
    updates,
  });
}

function decodeResult({ statistics, logits, gradients, norms, parameters, ...rest }: Encoded): TorchResult {
  return {
    ...rest,
    statistics: decodeAll(statistics),
    logits: decode(logits),
    gradients: decodeAll(gradients),
    norms: decode(norms),
    parameters: decodeAll(parameters),
  };
}

function decodeAll(tensors: Record<string, string>): Map<string, Float64Array> {
  return new Map(Object.entries(tensors).map(([name, text]) => [name, decode(text)]));
}

function encode(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

function decode(text: string): Float64Array {
  return new Float64Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}
