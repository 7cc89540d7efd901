/** Planning convolutions and linear layers: dense ones group by group, depthwise ones in one go. */
import type { Convolution, Linear } from '../../networks/graph.js';
import { at, type FeatureMap, isDense, pixelBytes } from './feature-map.js';
import type { Planning } from './planning.js';
import type { Step } from './steps.js';
import { type AxisTap, backwardPhases, forwardTaps, type TapRows, tapRows } from './taps.js';
import { suitsWinograd, winogradForward, winogradInput, winogradPartials, winogradWeights } from './winograd.js';

const LANES = 8; // output channels that the kernels compute together
/** Vectors that stand in a row as if they were the pixels of an image, so that the kernels have several at once. */
const VECTORS_IN_ROW = 16;

/** Forward. */
export function convolve(plan: Planning, { operation, inputs, output }: Step<'convolution'>): void {
  const x = plan.value(inputs[0]!);
  const y = plan.newValue(output);
  if (isDepthwise(operation, x)) {
    const taps = forwardTaps(operation);
    filterDepthwise(plan, operation, x, y, { vertical: taps, horizontal: taps, stride: operation.stride, add: 0 });
    return;
  }
  if (suitsWinograd(operation, { from: x, to: y })) winogradForward(plan, operation, x, y);
  else for (let group = 0; group < operation.groups; group++) forwardGroup(plan, operation, group, x, y);
}

/** Forward: a linear layer is a convolution of images of one pixel. */
export function linear(plan: Planning, { operation, inputs, output }: Step<'linear'>): void {
  forwardGroup(plan, asConvolution(operation), 0, plan.value(inputs[0]!), plan.newValue(output));
}

/** Backward: gradients of weight and bias, and of the input where it is needed. */
export function convolveBack(plan: Planning, { operation, inputs, output }: Step<'convolution'>): void {
  back(plan, operation, inputs[0]!, output);
}

/** Backward of a linear layer. */
export function linearBack(plan: Planning, { operation, inputs, output }: Step<'linear'>): void {
  back(plan, asConvolution(operation), inputs[0]!, output);
}

function asConvolution(operation: Linear): Convolution {
  return { ...operation, kind: 'convolution', kernel: 1, stride: 1, padding: 0, dilation: 1, groups: 1, bias: true };
}

/** One filter a channel; with a bias, which hardly anybody uses, it is carried out group by group. */
function isDepthwise({ groups, shape, bias }: Convolution, x: FeatureMap): boolean {
  return groups === x.channels && groups === shape[0] && groups > 1 && !bias;
}

function back(plan: Planning, operation: Convolution, input: string, output: string): void {
  const x = plan.value(input);
  const dy = plan.gradient(output);
  const depthwise = isDepthwise(operation, x);
  const partials = winogradPartials(plan, operation, x, dy);
  if (depthwise) depthwiseWeights(plan, operation, x, dy);
  else if (partials > 0) winogradWeights(plan, operation, x, dy, partials);
  else for (let group = 0; group < operation.groups; group++) weightGradient(plan, operation, group, x, dy);
  if (operation.bias) {
    const { images } = plan;
    const { gradient } = plan.parameter(operation, 1);
    const { height, width, channels } = dy;
    plan.program.emit('biasGradient', 1, {
      dy: at(dy),
      images,
      height,
      width,
      channels,
      bias: gradient,
      weight: 1,
    });
  }
  if (!plan.needsGradient(input)) return;
  const { map: dx, add } = plan.gradientFor(input);
  if (suitsWinograd(operation, { from: dy, to: dx })) {
    winogradInput(plan, operation, dy, dx, add);
    return;
  }
  for (const vertical of backwardPhases(operation, x.height)) {
    for (const horizontal of backwardPhases(operation, x.width)) {
      const part: FeatureMap = {
        ...dx,
        origin: dx.origin + vertical.first * dx.row + horizontal.first * dx.pixel,
        row: operation.stride * dx.row,
        pixel: operation.stride * dx.pixel,
        height: vertical.count,
        width: horizontal.count,
      };
      const taps = { vertical: vertical.taps, horizontal: horizontal.taps, add };
      if (depthwise) filterDepthwise(plan, operation, dy, part, { ...taps, stride: 1 });
      else for (let group = 0; group < operation.groups; group++) inputGradient(plan, operation, group, dy, part, taps);
    }
  }
}

/** What one group of a convolution reads and writes. */
function groupOf({ groups, shape, kernel, parameters }: Convolution) {
  const outputs = shape[0] / groups;
  const inputs = parameters[0]!.shape[1]!;
  const area = kernel * kernel;
  return { outputs, inputs, area, weights: outputs * inputs * area };
}

function forwardGroup(plan: Planning, operation: Convolution, group: number, x: FeatureMap, y: FeatureMap): void {
  const { outputs, inputs, area, weights } = groupOf(operation);
  const taps = forwardTaps(operation);
  const rows = tapRows(operation.kernel, taps, taps, x, joins(operation, x));
  emitConvolve(plan, {
    x,
    xOffset: 4 * group * inputs,
    stride: operation.stride,
    y,
    yOffset: 4 * group * outputs,
    rows,
    weight: plan.parameter(operation, 0).value + 4 * group * weights,
    outputs,
    outputStride: inputs * area,
    inputs,
    inputStride: area,
    bias: operation.bias ? plan.parameter(operation, 1).value + 4 * group * outputs : 0,
    add: 0,
  });
}

interface Taps {
  readonly vertical: readonly AxisTap[];
  readonly horizontal: readonly AxisTap[];
  readonly add: 0 | 1;
}

function inputGradient(
  plan: Planning,
  operation: Convolution,
  group: number,
  dy: FeatureMap,
  dx: FeatureMap,
  { vertical, horizontal, add }: Taps,
): void {
  const { outputs, inputs, area, weights } = groupOf(operation);
  emitConvolve(plan, {
    x: dy,
    xOffset: 4 * group * outputs,
    stride: 1,
    y: dx,
    yOffset: 4 * group * inputs,
    rows: tapRows(operation.kernel, vertical, horizontal, dy, joins(operation, dy)),
    weight: plan.parameter(operation, 0).value + 4 * group * weights,
    outputs: inputs,
    outputStride: area,
    inputs: outputs,
    inputStride: inputs * area,
    bias: 0,
    add,
  });
}

interface Convolving {
  readonly x: FeatureMap;
  readonly xOffset: number;
  readonly stride: number;
  readonly y: FeatureMap;
  readonly yOffset: number;
  readonly rows: TapRows;
  readonly weight: number;
  readonly outputs: number;
  readonly outputStride: number;
  readonly inputs: number;
  readonly inputStride: number;
  readonly bias: number;
  readonly add: 0 | 1;
}

function emitConvolve({ program, images }: Planning, convolving: Convolving): void {
  const { x, xOffset, stride, y, yOffset, rows, weight, outputs, outputStride, inputs, inputStride, bias, add } =
    convolving;
  const packing = packingOf(rows, inputs, x);
  const { length } = packing;
  const blocks = Math.ceil(outputs / LANES);
  const packed = { buffer: program.buffer(Math.max(4, blocks * rows.offsets.length * length * LANES * 4)), offset: 0 };
  if (rows.offsets.length > 0) {
    const rowOffsets = program.table(rows.weightRows);
    const { taps, tapStride } = rows;
    const { paddedInputs } = packing;
    program.emit('pack', blocks, {
      w: weight,
      packed,
      outputs,
      outputStride,
      rows: rows.offsets.length,
      rowOffsets,
      taps,
      tapStride,
      inputs,
      paddedInputs,
      inputStride,
    });
  }
  const vectors = rows.offsets.length > 0 && isVector(x) && isVector(y) && images % VECTORS_IN_ROW === 0;
  const from = vectors ? inRows(x, VECTORS_IN_ROW) : x;
  const to = vectors ? inRows(y, VECTORS_IN_ROW) : y;
  program.emit('convolve', to.images, {
    x: at(from, { offset: xOffset, rows: stride, pixels: vectors ? 1 : stride }),
    y: at(to, { offset: yOffset }),
    height: to.height,
    width: to.width,
    offsets: program.table(rows.offsets),
    rows: rows.offsets.length,
    length,
    packed,
    outputs,
    bias,
    add,
  });
}

function weightGradient(plan: Planning, operation: Convolution, group: number, x: FeatureMap, dy: FeatureMap): void {
  const { program, images } = plan;
  const { outputs, inputs, area, weights } = groupOf(operation);
  const taps = forwardTaps(operation);
  const rows = tapRows(operation.kernel, taps, taps, x, joins(operation, x));
  const { length, paddedInputs } = packingOf(rows, inputs, x);
  const paddedOutputs = LANES * Math.ceil(outputs / LANES);
  const packed = { buffer: program.buffer(rows.offsets.length * length * paddedOutputs * 4), offset: 0 };
  const vectors = isVector(x) && isVector(dy);
  const from = vectors ? inRows(x, images) : x;
  const grad = vectors ? inRows(dy, images) : dy;
  program.emit('convolveWeights', rows.offsets.length * Math.ceil(length / 4), {
    x: at(from, { offset: 4 * group * inputs, rows: operation.stride, pixels: vectors ? 1 : operation.stride }),
    dy: at(grad, { offset: 4 * group * outputs }),
    images: grad.images,
    height: grad.height,
    width: grad.width,
    offsets: program.table(rows.offsets),
    rows: rows.offsets.length,
    length,
    packed,
    outputs,
  });
  program.emit('unpack', outputs, {
    w: plan.parameter(operation, 0).gradient + 4 * group * weights,
    packed,
    outputs,
    outputStride: inputs * area,
    rows: rows.offsets.length,
    rowOffsets: program.table(rows.weightRows),
    taps: rows.taps,
    tapStride: rows.tapStride,
    inputs,
    paddedInputs,
    inputStride: area,
    paddedOutputs,
    weight: 1,
  });
}

interface DepthwiseTaps extends Taps {
  readonly stride: number;
}

function filterDepthwise(
  plan: Planning,
  operation: Convolution,
  x: FeatureMap,
  y: FeatureMap,
  { vertical, horizontal, stride, add }: DepthwiseTaps,
): void {
  const { program, images } = plan;
  const { kernel } = operation;
  const { offsets, weightRows } = tapRows(kernel, vertical, horizontal, x, false);
  const { channels } = x;
  const taps = offsets.length;
  const packed = { buffer: program.buffer(Math.max(4, taps * pixelBytes(channels))), offset: 0 };
  const order = program.table(weightRows);
  if (taps > 0) {
    const w = plan.parameter(operation, 0).value;
    program.emit('packDepthwise', 1, { w, packed, channels, taps, order, kernelTaps: kernel * kernel });
  }
  program.emit('depthwise', images, {
    x: at(x, { rows: stride, pixels: stride }),
    y: at(y),
    height: y.height,
    width: y.width,
    channels,
    offsets: program.table(offsets),
    taps,
    packed,
    add,
  });
}

/** Partial sums over parts of the batch, then their sum. */
function depthwiseWeights(plan: Planning, operation: Convolution, x: FeatureMap, dy: FeatureMap): void {
  const { program, images, partials } = plan;
  const { kernel, stride } = operation;
  const axis = forwardTaps(operation);
  const { offsets, weightRows } = tapRows(kernel, axis, axis, x, false);
  const { channels } = x;
  const taps = offsets.length;
  const partial = { buffer: program.buffer(partials * taps * pixelBytes(channels)), offset: 0 };
  program.emit('depthwiseWeights', partials, {
    x: at(x, { rows: stride, pixels: stride }),
    dy: at(dy),
    images,
    height: dy.height,
    width: dy.width,
    channels,
    offsets: program.table(offsets),
    taps,
    partial,
    partials,
  });
  const w = plan.parameter(operation, 0).gradient;
  const order = program.table(weightRows);
  program.emit('unpackDepthwise', 1, {
    w,
    partial,
    partials,
    channels,
    taps,
    order,
    kernelTaps: kernel * kernel,
    weight: 1,
  });
}

/** Whether every image is one pixel and nothing stands between the images. */
function isVector({ height, width, image, pixel }: FeatureMap): boolean {
  return height === 1 && width === 1 && image === pixel;
}

/** Vectors seen as rows of `count` pixels. */
function inRows(map: FeatureMap, count: number): FeatureMap {
  return { ...map, images: map.images / count, image: count * map.pixel, row: count * map.pixel, width: count };
}

/** Whether taps side by side can be read as one row of inputs. */
function joins({ groups }: Convolution, x: FeatureMap): boolean {
  return groups === 1 && isDense(x);
}

/** How the inputs of a row of taps lie in memory: side by side, all channels of a pixel with what pads them. */
function packingOf(rows: TapRows, inputs: number, x: FeatureMap) {
  const paddedInputs = rows.taps > 1 ? x.pixel / 4 : inputs;
  return { paddedInputs, length: rows.taps * paddedInputs };
}
