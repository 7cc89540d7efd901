/** The form of a network graph as plain data; what its parts mean together is checked in check.ts. */
import { z } from 'zod';
import type { OperationKind, OperationOf } from './graph.js';

/** Larger graphs are refused, so that a damaged or hostile file cannot ask for all memory. */
export const graphLimits = {
  operations: 20_000,
  /** of an operation */
  inputs: 1_000,
  /** kernel, stride, padding, dilation */
  window: 1_024,
  /** of one axis */
  size: 65_536,
  /** of one feature map or parameter */
  elements: 2 ** 28,
  /** trainable values of the whole network */
  parameters: 2 ** 30,
  /** characters of a name */
  name: 200,
} as const;

const RESERVED = ['__proto__', 'constructor', 'prototype'];

const text = z
  .string('must be text')
  .min(1, 'must not be empty')
  .max(graphLimits.name, `must have at most ${graphLimits.name} characters`)
  .regex(/^\P{Cc}*$/u, 'must have no control characters')
  .refine((name) => !RESERVED.includes(name), `must be none of ${RESERVED.join(', ')}`);
const whole = (least: number, most: number) =>
  z
    .int('must be a whole number')
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most.toLocaleString('en')}`);
const size = whole(1, graphLimits.size);
const number = z.number('must be a finite number');
const list = <T extends z.ZodType>(item: T, most: number) =>
  z.array(item, 'must be a list').max(most, `must have at most ${most.toLocaleString('en')} entries`);
const one = <const T extends readonly string[]>(...allowed: T) =>
  z.enum(allowed, `must be one of ${allowed.join(', ')}`);

const window = {
  kernel: whole(1, graphLimits.window),
  stride: whole(1, graphLimits.window),
  padding: whole(0, graphLimits.window),
};

type OwnSettings<Kind extends OperationKind> = {
  readonly [Setting in Exclude<keyof OperationOf<Kind>, keyof OperationOf<'add'>>]: z.ZodType<
    OperationOf<Kind>[Setting]
  >;
};

/** What each kind of operation has beside what all have. */
const settings = {
  input: {},
  zeros: {},
  convolution: {
    ...window,
    dilation: whole(1, graphLimits.window),
    groups: size,
    bias: z.boolean('must be true or false'),
  },
  'batch-norm': { epsilon: number, initialScale: z.literal(0, 'must be 0').exactOptional() },
  activation: { activation: one('relu', 'relu6', 'sigmoid', 'swish', 'hard-sigmoid', 'hard-swish') },
  pool: { ...window, pool: one('average', 'maximum') },
  'global-pool': {},
  add: {},
  multiply: {},
  concat: {},
  slice: { first: whole(0, graphLimits.size) },
  shuffle: { groups: size },
  shift: {},
  dropout: { probability: number },
  linear: {},
} satisfies { [Kind in OperationKind]: OwnSettings<Kind> };

const shape = z.tuple([size, size, size], 'must be a list of channels, height and width');
const parameter = z.strictObject({ name: text, shape: list(size, 4).min(1, 'must not be empty') }, 'must be a map');

/** The whole graph, its operations not yet looked into. */
export const graphSchema = z.strictObject(
  { name: text, operations: list(z.unknown(), graphLimits.operations) },
  'must be a map with name and operations',
);

/** What errors call an operation by, and what decides its other settings. */
export const headSchema = z.looseObject({ name: text, kind: z.string('must be text') }, 'must be a map');

/** All of an operation, by its kind. */
export const operationSchemas = Object.fromEntries(
  Object.entries(settings).map(([kind, own]) => [
    kind,
    z.strictObject(
      {
        kind: z.literal(kind),
        name: text,
        inputs: list(text, graphLimits.inputs),
        shape,
        parameters: list(parameter, 2),
        ...own,
      },
      'must be a map',
    ),
  ]),
) as unknown as { readonly [Kind in OperationKind]: z.ZodType<OperationOf<Kind>> };

/** The keys that an operation of a kind may have itself (no path), or the maps inside it. */
export function keysOf(kind: OperationKind, path: readonly PropertyKey[]): readonly string[] {
  if (path.length > 0) return Object.keys(parameter.shape);
  return ['kind', 'name', 'inputs', 'shape', 'parameters', ...Object.keys(settings[kind])];
}
