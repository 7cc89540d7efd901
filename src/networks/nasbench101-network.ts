/** The networks of NAS-Bench-101, as in its source (google-research/nasbench, lib/model_builder.py): 3 stacks of 3 equal cells. */
import { type Nasbench101Operation, nasbench101Cell } from '../spaces/nasbench101.js';
import type { Codes } from '../spaces/space.js';
import { convNorm } from './blocks.js';
import { NetworkBuilder, type Value } from './builder.js';
import type { NetworkGraph, NetworkInput } from './graph.js';

const CHANNELS = 128;
const STACKS = 3;
const CELLS = 3; // in a stack

type Matrix = ReturnType<typeof nasbench101Cell>['matrix'];

/** The network of a cell, e.g. for 3 x 32 x 32 images and 10 classes. Names tell the channels of a vertex, for these depend on the whole cell. */
export function nasbench101Network(codes: Codes, { shape, classes }: NetworkInput): NetworkGraph {
  const { matrix, operations } = nasbench101Cell(codes);
  const net = new NetworkBuilder('nasbench101', shape);
  let value = convNorm(net, 'stem', net.input, { channels: CHANNELS, kernel: 3, activation: 'relu' });
  for (let stack = 0; stack < STACKS; stack++) {
    const channels = CHANNELS * 2 ** stack;
    if (stack > 0) value = net.pool(`stack${stack}.pool`, value, 'maximum', { kernel: 2, stride: 2 });
    for (let index = 0; index < CELLS; index++) {
      value = cell(net, `stack${stack}.cell${index}`, value, { matrix, operations, channels });
    }
  }
  net.linear('classifier', net.globalPool('pool', value), classes);
  return net.build();
}

/** The channels of every vertex between input and output in each stack: `[stack][vertex]`. */
export function nasbench101Channels(matrix: Matrix): number[][] {
  return Array.from({ length: STACKS }, (_, stack) => vertexChannels(CHANNELS * 2 ** stack, matrix));
}

interface Cell {
  readonly matrix: Matrix;
  readonly operations: readonly string[];
  /** of the output */
  readonly channels: number;
}

/** Vertices add what comes in, each as far as its channels go; the output joins what comes in, and adds the input. The input is projected wherever it goes. */
function cell(net: NetworkBuilder, prefix: string, input: Value, { matrix, operations, channels }: Cell): Value {
  const output = matrix.length - 1;
  const widths = vertexChannels(channels, matrix);
  const projected = (vertex: string, width: number) =>
    convNorm(net, `${prefix}.${vertex}.input.c${width}`, input, { channels: width, activation: 'relu' });
  const values: Value[] = [input];
  for (let vertex = 1; vertex < output; vertex++) {
    const width = widths[vertex]!;
    const incoming = values.flatMap((value, from) => {
      if (!matrix[from]![vertex]) return [];
      return [
        from === 0 ? projected(`v${vertex}`, width) : narrowed(net, `${prefix}.v${from}to${vertex}`, value, width),
      ];
    });
    const name = `${prefix}.v${vertex}`;
    const sum = incoming.length === 1 ? incoming[0]! : net.add(`${name}.add`, incoming);
    values.push(operation(net, name, sum, operations[vertex] as Nasbench101Operation));
  }
  const leading = values.filter((_, vertex) => vertex > 0 && matrix[vertex]![output]);
  if (leading.length === 0) return projected('output', channels);
  const joined = leading.length === 1 ? leading[0]! : net.concat(`${prefix}.concat`, leading);
  return matrix[0]![output] ? net.add(`${prefix}.add`, [joined, projected('output', channels)]) : joined;
}

/** The first so many channels. */
function narrowed(net: NetworkBuilder, name: string, value: Value, channels: number): Value {
  return value.shape[0] === channels ? value : net.slice(`${name}.slice`, value, 0, channels);
}

function operation(net: NetworkBuilder, prefix: string, value: Value, name: Nasbench101Operation): Value {
  const [channels] = value.shape;
  const place = `${prefix}.${name}.c${channels}`;
  switch (name) {
    case 'conv3x3-bn-relu':
      return convNorm(net, place, value, { channels, kernel: 3, activation: 'relu' });
    case 'conv1x1-bn-relu':
      return convNorm(net, place, value, { channels, activation: 'relu' });
    case 'maxpool3x3':
      return net.pool(place, value, 'maximum', { kernel: 3, padding: 1 });
    default:
      return name satisfies never;
  }
}

/**
 * The channels of every vertex: those that lead to the output share its channels, the first of them one more where they do not divide; every other
 * has as many as the widest that it leads to.
 */
function vertexChannels(channels: number, matrix: Matrix): number[] {
  const output = matrix.length - 1;
  const leading = matrix.flatMap((row, vertex) => (vertex > 0 && row[output] ? [vertex] : []));
  const widths = matrix.map((_, vertex) => {
    const place = leading.indexOf(vertex);
    if (place < 0) return 0;
    return Math.floor(channels / leading.length) + (place < channels % leading.length ? 1 : 0);
  });
  for (let vertex = output - 1; vertex > 0; vertex--) {
    if (widths[vertex]! > 0) continue;
    widths[vertex] = Math.max(...widths.filter((_, to) => to > vertex && to < output && matrix[vertex]![to]));
  }
  return widths;
}
