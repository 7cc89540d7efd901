/** Planning batch norms, each with the activation that is fused to it. */
import { activationCodes } from '../instructions.js';
import type { Operand } from '../program.js';
import { at, extent, pixelBytes } from './feature-map.js';
import type { NormBuffers, Planning } from './planning.js';
import type { Step } from './steps.js';

/** Forward, with the statistics of the batch or with given ones. */
export function normalize(plan: Planning, { operation, inputs, output, activation }: Step<'batch-norm'>): void {
  const { program, images, mode, partials } = plan;
  const x = plan.value(inputs[0]!);
  const { channels } = x;
  const given = mode === 'predict';
  const statistic = () => program.buffer(4 * channels, { begins: given, outlives: mode === 'calibrate' });
  const coefficient = () => program.buffer(pixelBytes(channels));
  const norm = { mean: statistic(), variance: statistic(), factor: coefficient(), offset: coefficient() };
  plan.norms.set(operation.name, norm);
  const { mean, variance, factor, offset } = places(norm);
  const { epsilon } = operation;
  const scale = plan.parameter(operation, 0).value;
  const shift = plan.parameter(operation, 1).value;
  const common = { channels, scale, shift, epsilon, mean, variance, factor, offset };
  if (given) {
    program.emit('normCoefficients', 1, common);
  } else {
    const partial = sums(plan, channels);
    program.emit('normStatistics', partials, { x: at(x), images, ...extent(x), partial, partials });
    program.emit('normFromStatistics', 1, { ...common, partial, partials, count: images * x.height * x.width });
  }
  const y = plan.newValue(output);
  const code = activationCodes[activation];
  program.emit('normApply', images, { x: at(x), y: at(y), ...extent(x), factor, offset, activation: code });
}

/** Backward, through the statistics of the batch too. */
export function normalizeBack(plan: Planning, { operation, inputs, output, activation }: Step<'batch-norm'>): void {
  const { program, images, partials } = plan;
  const x = plan.value(inputs[0]!);
  const dy = plan.gradient(output);
  const { channels } = x;
  const { mean, variance, factor, offset } = places(plan.norms.get(operation.name)!);
  const partial = sums(plan, channels);
  const code = activationCodes[activation];
  program.emit('normBackStatistics', partials, {
    x: at(x),
    dy: at(dy),
    images,
    ...extent(x),
    factor,
    offset,
    mean,
    activation: code,
    partial,
    partials,
  });
  const slope = place(program.buffer(pixelBytes(channels)));
  const level = place(program.buffer(pixelBytes(channels)));
  program.emit('normBackCoefficients', 1, {
    partial,
    partials,
    count: images * x.height * x.width,
    channels,
    factor,
    epsilon: operation.epsilon,
    mean,
    variance,
    slope,
    level,
    weight: 1,
    scaleGradient: plan.parameter(operation, 0).gradient,
    shiftGradient: plan.parameter(operation, 1).gradient,
  });
  if (!plan.needsGradient(inputs[0]!)) return;
  const { map: dx, add } = plan.gradientFor(inputs[0]!);
  program.emit('normBackApply', images, {
    x: at(x),
    dz: at(dy),
    dx: at(dx),
    ...extent(x),
    factor,
    slope,
    level,
    add,
  });
}

function sums({ program, partials }: Planning, channels: number): Operand {
  return place(program.buffer(partials * 4 * pixelBytes(channels))); // f64 [2][channels in groups of 4]
}

function place(buffer: NormBuffers['mean']) {
  return { buffer, offset: 0 };
}

function places({ mean, variance, factor, offset }: NormBuffers) {
  return { mean: place(mean), variance: place(variance), factor: place(factor), offset: place(offset) };
}
