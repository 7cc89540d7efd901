/** Planning 3x3 convolutions by Winograd's method, forward and backward, where that is faster than adding up directly. */
import type { Convolution } from '../../networks/graph.js';
import { winogradPartialBytes, winogradScratch, winogradWeightsScratch } from '../instructions.js';
import { at, type FeatureMap } from './feature-map.js';
import type { Planning } from './planning.js';
import { type AxisTap, backwardPhases, forwardTaps, type Phase } from './taps.js';

const TILE = 4; // pixels a side, of the output
const LANES = 8; // outputs that the kernels compute together
/** With fewer, the transformations cost more than the multiplications that they save. */
const FEWEST_INPUTS = 3;
const FEWEST_OUTPUTS = 8;
/** Pixels that a tile must have within the map on average, of its 16, for its 36 multiplications to be few. */
const FEWEST_PIXELS = 10;
/** Tiles over which products are added up before their sum is read and written again. */
const TILES_A_PARTIAL = 32;
const FEWEST_PARTIALS = 4;
const MOST_PARTIAL_BYTES = 2 ** 25;

/** Whether `convolveWinograd` can compute this map, forward or the gradient to the input, and is faster. */
export function suitsWinograd(
  { kernel, stride, dilation, groups }: Convolution,
  { from, to }: { readonly from: FeatureMap; readonly to: FeatureMap },
): boolean {
  const possible = kernel === 3 && stride === 1 && dilation === 1 && groups === 1;
  const wide = from.channels >= FEWEST_INPUTS && to.channels >= FEWEST_OUTPUTS;
  return possible && wide && to.height * to.width >= FEWEST_PIXELS * tilesOf(to);
}

/** Forward. */
export function winogradForward(plan: Planning, operation: Convolution, x: FeatureMap, y: FeatureMap): void {
  const [outputs, inputs] = operation.parameters[0]!.shape as readonly [number, number];
  const taps = forwardTaps(operation);
  const bias = operation.bias ? plan.parameter(operation, 1).value : 0;
  emitWinograd(plan, operation, {
    x,
    y,
    taps,
    outputs,
    outputStride: 9 * inputs,
    inputs,
    inputStride: 9,
    bias,
    add: 0,
  });
}

/** The gradient to the input: the same with the taps in the other order, inputs and outputs exchanged. */
export function winogradInput(
  plan: Planning,
  operation: Convolution,
  dy: FeatureMap,
  dx: FeatureMap,
  add: 0 | 1,
): void {
  const [outputs, inputs] = operation.parameters[0]!.shape as readonly [number, number];
  const [{ taps }] = backwardPhases(operation, dx.height) as [Phase];
  const exchanged = { outputs: inputs, outputStride: 9, inputs: outputs, inputStride: 9 * inputs };
  emitWinograd(plan, operation, { x: dy, y: dx, taps, ...exchanged, bias: 0, add });
}

interface Convolving {
  readonly x: FeatureMap;
  readonly y: FeatureMap;
  /** of both axes */
  readonly taps: readonly AxisTap[];
  readonly outputs: number;
  readonly outputStride: number;
  readonly inputs: number;
  readonly inputStride: number;
  readonly bias: number;
  readonly add: 0 | 1;
}

function emitWinograd(plan: Planning, operation: Convolution, convolving: Convolving): void {
  const { program, images, threads } = plan;
  const { x, y, taps, outputs, outputStride, inputs, inputStride, bias, add } = convolving;
  const [first, second] = taps as readonly [AxisTap, AxisTap];
  const blocks = Math.ceil(outputs / LANES);
  const packed = { buffer: program.buffer(blocks * 36 * 4 * Math.ceil(inputs / 4) * LANES * 4), offset: 0 };
  const scratch = { buffer: program.buffer(threads * winogradScratch(inputs)), offset: 0 };
  program.emit('packWinograd', blocks, {
    w: plan.parameter(operation, 0).value + 4 * (3 * first.index + first.index),
    packed,
    outputs,
    outputStride,
    inputs,
    inputStride,
    tapRow: 3 * (second.index - first.index),
    tapColumn: second.index - first.index,
  });
  program.emit('convolveWinograd', images, {
    x: at(x, { offset: first.offset * (x.row + x.pixel) }),
    y: at(y),
    height: y.height,
    width: y.width,
    inputs,
    packed,
    outputs,
    bias,
    add,
    scratch,
  });
}

/**
 * Partial sums that the gradient to the weights goes through, or 0 where adding up directly is better: too few tiles for their number, or too
 * many weights. Depends on the batch and the shapes alone.
 */
export function winogradPartials(plan: Planning, operation: Convolution, x: FeatureMap, dy: FeatureMap): number {
  if (!suitsWinograd(operation, { from: x, to: dy })) return 0;
  const affordable = Math.floor(MOST_PARTIAL_BYTES / partialBytes(operation));
  const worthwhile = Math.floor((plan.images * tilesOf(dy)) / TILES_A_PARTIAL);
  const partials = Math.min(plan.partials, affordable, worthwhile);
  return partials < FEWEST_PARTIALS ? 0 : partials;
}

/** The gradient to the weights, through so many partial sums. */
export function winogradWeights(
  plan: Planning,
  operation: Convolution,
  x: FeatureMap,
  dy: FeatureMap,
  partials: number,
): void {
  const { program, images, threads } = plan;
  const [outputs, inputs] = operation.parameters[0]!.shape as readonly [number, number];
  const partial = { buffer: program.buffer(partials * partialBytes(operation)), offset: 0 };
  const scratch = { buffer: program.buffer(threads * winogradWeightsScratch(inputs, outputs)), offset: 0 };
  const [{ offset }] = forwardTaps(operation) as [AxisTap];
  program.emit('convolveWeightsWinograd', partials, {
    x: at(x, { offset: offset * (x.row + x.pixel) }),
    dy: at(dy),
    images,
    height: dy.height,
    width: dy.width,
    inputs,
    outputs,
    partial,
    partials,
    scratch,
  });
  program.emit('unpackWinograd', inputs, {
    w: plan.parameter(operation, 0).gradient,
    partial,
    partials,
    outputs,
    outputStride: 9 * inputs,
    inputs,
    inputStride: 9,
    tapRow: 3,
    tapColumn: 1,
    weight: 1,
  });
}

function partialBytes({ parameters }: Convolution): number {
  const [outputs, inputs] = parameters[0]!.shape as readonly [number, number];
  return winogradPartialBytes(inputs, outputs);
}

function tilesOf({ height, width }: FeatureMap): number {
  return Math.ceil(height / TILE) * Math.ceil(width / TILE);
}
