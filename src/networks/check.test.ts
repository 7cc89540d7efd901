import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { builtInSpaces } from '../spaces/index.js';
import { NetworkBuilder } from './builder.js';
import { checkGraph } from './check.js';
import type { NetworkGraph } from './graph.js';
import { networks } from './index.js';
import { everyKindNetwork, shuffleNetwork } from './testing/example-networks.js';

const roundTrip = (graph: unknown): unknown => JSON.parse(JSON.stringify(graph));

describe('checkGraph accepts', () => {
  it('graphs with every kind of operation and with every shuffle block', () => {
    for (const graph of [everyKindNetwork(), shuffleNetwork({ shape: [3, 32, 32], classes: 10 })]) {
      expect(checkGraph(roundTrip(graph))).toEqual(graph);
    }
  });

  it.each(
    Object.keys(networks) as (keyof typeof networks)[],
  )('networks of %s after a round trip through JSON', (name) => {
    const random = createRandom(3);
    for (let i = 0; i < 20; i++) {
      const graph = networks[name](builtInSpaces[name].sample(random), { shape: [3, 32, 32], classes: 10 });
      expect(checkGraph(roundTrip(graph))).toEqual(graph);
    }
  });

  it('parameters under names of their own, shared where they are the same', () => {
    const graph = roundTrip(twice()) as { operations: { parameters: { name: string }[] }[] };
    for (const operation of graph.operations.slice(1)) operation.parameters[0]!.name = 'shared';
    expect(checkGraph(graph)).toEqual(graph);
  });
});

/** Two equal convolutions, one behind the other. */
function twice(): NetworkGraph {
  const net = new NetworkBuilder('twice', [2, 4, 4]);
  net.convolution('b', net.convolution('a', net.input, { channels: 2 }), { channels: 2 });
  return net.build();
}

type Json = Record<string, unknown>;

/** Makes wrong data of a right graph. */
type Spoil = (graph: Json) => unknown;

const operations =
  (change: (list: Json[]) => Json[]): Spoil =>
  (graph) => ({ ...graph, operations: change(graph.operations as Json[]) });

const operation = (name: string, changes: Json): Spoil =>
  operations((list) => list.map((given) => (given.name === name ? { ...given, ...changes } : given)));

const parameter =
  (name: string, index: number, changes: Json): Spoil =>
  (graph) => {
    const { parameters } = (graph.operations as Json[]).find((given) => given.name === name)!;
    return operation(name, {
      parameters: (parameters as Json[]).map((given, i) => (i === index ? { ...given, ...changes } : given)),
    })(graph);
  };

describe('checkGraph refuses', () => {
  const wrong: [string, Spoil, string][] = [
    ['something else', () => 7, 'the network graph must be a map with name and operations, but is 7'],
    ['no operations', () => ({ name: 'x' }), 'operations must be a list, but is missing'],
    ['an empty list', operations(() => []), 'the network graph has no operations; the first must be of kind input'],
    [
      'an unknown key',
      (graph) => ({ ...graph, extra: 1 }),
      'unknown key "extra" in the network graph; allowed are name, operations',
    ],
    [
      'a key that reaches for prototypes',
      (graph) => JSON.parse(JSON.stringify(graph).replace('{', '{"__proto__":{"polluted":1},')),
      'unknown key "__proto__" in the network graph; allowed are name, operations',
    ],
    [
      'the same in an operation',
      (graph) => JSON.parse(JSON.stringify(graph).replace('"epsilon"', '"__proto__":{},"epsilon"')),
      'operation "norm": unknown key "__proto__" in it; allowed are kind, name, inputs, shape, parameters, epsilon',
    ],
    [
      'the same in a parameter',
      parameter('conv', 0, { hasOwnProperty: 1 }),
      'operation "conv": unknown key "hasOwnProperty" in parameters[0]; allowed are name, shape',
    ],
    [
      'a reserved name',
      operation('conv', { name: 'constructor' }),
      'operation 2 of the network graph: name must be none of __proto__, constructor, prototype, but is "constructor"',
    ],
    [
      'a missing name',
      operation('conv', { name: undefined }),
      'operation 2 of the network graph: name must be text, but is missing',
    ],
    [
      'an unknown kind',
      operation('conv', { kind: 'attention' }),
      'operation "conv": the kind "attention" is unknown; allowed are input, zeros, convolution, batch-norm, activation, pool, global-pool, add, multiply, concat, slice, shuffle, shift, dropout, linear',
    ],
    ['an inherited kind', operation('conv', { kind: 'toString' }), 'operation "conv": the kind "toString" is unknown'],
    [
      'an unknown function',
      operation('active', { activation: 'tanh' }),
      'operation "active": activation must be one of relu, relu6, sigmoid, swish, hard-sigmoid, hard-swish, but is "tanh"',
    ],
    [
      'a missing setting',
      operation('conv', { stride: undefined }),
      'operation "conv": stride must be a whole number, but is missing',
    ],
    ['half a pixel', operation('conv', { kernel: 2.5 }), 'operation "conv": kernel must be a whole number, but is 2.5'],
    [
      'an absurd window',
      operation('conv', { padding: 1e6 }),
      'operation "conv": padding must be at most 1,024, but is 1000000',
    ],
    [
      'an absurd shape',
      operation('input', { shape: [1e9, 1, 1] }),
      'operation "input": shape[0] must be at most 65,536, but is 1000000000',
    ],
    [
      'absurd feature maps',
      operation('nothing', { shape: [60_000, 60_000, 60_000] }),
      'operation "nothing": an output of 60000 x 60000 x 60000 is too large',
    ],
    [
      'shapes that do not meet',
      operation('nothing', { shape: [4, 7, 8] }),
      'operation "sum": cannot add "nothing" (4 x 7 x 8) to "pool" (4 x 8 x 8)',
    ],
    [
      'an output that does not follow',
      operation('pool', { shape: [4, 8, 9] }),
      'operation "pool": its output has the shape 4 x 8 x 8, but the graph says 4 x 8 x 9',
    ],
    [
      'a missing input',
      operation('conv', { inputs: ['images'] }),
      'operation "conv": its input "images" is not in this graph',
    ],
    [
      'an input from later on',
      operation('conv', { inputs: ['pool'] }),
      'operation "conv": its input "pool" must come before it',
    ],
    [
      'an input from itself',
      operation('conv', { inputs: ['conv'] }),
      'operation "conv": its input "conv" must come before it',
    ],
    [
      'too few inputs',
      operation('scaled', { inputs: ['joined'] }),
      'operation "scaled": an operation of kind multiply needs 2 inputs, but has 1',
    ],
    [
      'a name given twice',
      operations((list) => [...list, list.at(-3)!]),
      'operation "pooled": the name is taken by another operation',
    ],
    [
      'a second input',
      operations((list) => [...list, { ...list[0], name: 'more' }]),
      'operation "more": the first operation of a network, and no other, must be its input',
    ],
    [
      'no input',
      operations((list) => list.slice(1)),
      'operation "conv": the first operation must be of kind input, but is of kind convolution',
    ],
    [
      'no output',
      operations((list) => list.slice(0, 1)),
      'operation "input": there is nothing after the input, so the network has no output',
    ],
    [
      'missing parameters',
      operation('norm', { parameters: [] }),
      'operation "norm": it needs "norm.scale" (8) and "norm.shift" (8), but the graph gives it no parameters',
    ],
    [
      'a parameter too many',
      operation('pool', { parameters: [{ name: 'w', shape: [1] }] }),
      'operation "pool": it needs no parameters, but the graph gives it "w" (1)',
    ],
    [
      'a parameter of another shape',
      parameter('linear', 0, { shape: [8, 10] }),
      'operation "linear": it needs "linear.weight" (10 x 8) and "linear.bias" (10), but the graph gives it "linear.weight" (8 x 10) and "linear.bias" (10)',
    ],
    [
      'one parameter for two roles',
      parameter('norm', 1, { name: 'norm.scale' }),
      'operation "norm": the parameter "norm.scale" cannot be its shift (8): it is the scale of "norm" (8)',
    ],
    [
      'one parameter in two shapes',
      parameter('linear', 0, { name: 'conv.weight' }),
      'operation "linear": the parameter "conv.weight" cannot be its weight (10 x 8): it is the weight of "conv" (8 x 2 x 3 x 3)',
    ],
    [
      'padding that fills whole windows of a pool',
      operation('pool', { padding: 2 }),
      'operation "pool": padding 2 is more than half of the pool\'s kernel 3',
    ],
    [
      'a certain dropout',
      operation('dropout', { probability: 1 }),
      'operation "dropout": the probability must be at least 0 and below 1, but is 1',
    ],
    ['an epsilon of zero', operation('norm', { epsilon: 0 }), 'operation "norm": epsilon must be above 0, but is 0'],
    [
      'a slice beyond the end',
      operation('part.1', { first: 5 }),
      'operation "part.1": cannot take 4 channels from channel 5 on of "shuffle" (8 x 8 x 8)',
    ],
  ];

  it.each(wrong)('%s', (_, spoil, message) => {
    const graph = roundTrip(everyKindNetwork()) as Json;
    const spoilt = spoil(graph);
    expect(() => checkGraph(spoilt)).toThrow(InputError);
    expect(() => checkGraph(spoilt)).toThrow(message);
  });
});

describe('checkGraph under damage', () => {
  it('either gives back what it was given, or one sentence', () => {
    const random = fc.integer({ min: 0, max: 1e9 });
    const junk = fc.oneof(
      fc.json().map((text): unknown => JSON.parse(text)),
      fc.integer(),
      fc.constantFrom('input', 'conv', -1, 2, 4, 8, 1e308),
    );
    let refused = 0;
    fc.assert(
      fc.property(fc.array(random, { minLength: 6, maxLength: 6 }), junk, (steps, value) => {
        const graph = roundTrip(everyKindNetwork());
        damage(graph, steps, value);
        try {
          expect(checkGraph(graph)).toEqual(graph);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          expect(error.message).toMatch(/^[^\n]{10,2000}$/);
          refused++;
        }
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});

/** Walks down by the steps and puts the value where the walk ends. */
function damage(root: unknown, steps: readonly number[], value: unknown): void {
  let inner = root;
  for (const step of steps) {
    if (typeof inner !== 'object' || inner === null) return;
    const keys = Object.keys(inner);
    if (keys.length === 0) return;
    const key = keys[step % keys.length]!;
    const next: unknown = Reflect.get(inner, key);
    if (typeof next !== 'object' || next === null || step % 5 === 0) {
      Reflect.set(inner, key, value);
      return;
    }
    inner = next;
  }
}
