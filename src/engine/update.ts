/** The programs of an update: the norm of all gradients first, then the optimizer's step. */
import { LissnasError } from '../errors.js';
import { type Buffer, type Program, ProgramBuilder } from './program.js';
import type { UpdateRule } from './update-rule.js';

/** A program over a table of parameters: i32 rows of 8, see `gradientNorms` in instructions.ts. */
export interface UpdateTable {
  readonly program: Program;
  readonly table: Buffer;
}

const ROW_BYTES = 32;

/** Sums of squared gradients, one f64 a parameter. */
export function normProgram(segments: number): UpdateTable & { readonly partial: Buffer } {
  const builder = new ProgramBuilder();
  const table = builder.buffer(ROW_BYTES * segments, { begins: true });
  const partial = builder.buffer(8 * segments, { outlives: true });
  builder.emit('gradientNorms', segments, {
    table: { buffer: table, offset: 0 },
    segments,
    partial: { buffer: partial, offset: 0 },
  });
  return { program: builder.finish(), table, partial };
}

/** One step of the optimizer. @throws LissnasError with code `engine` for numbers that make no optimizer */
export function updateProgram(segments: number, rule: UpdateRule, gradientNorm: number): UpdateTable {
  check(rule);
  const builder = new ProgramBuilder();
  const buffer = builder.buffer(ROW_BYTES * segments, { begins: true });
  const table = { buffer, offset: 0 };
  const { learningRate: rate, weightDecay: decay = 0, clip } = rule;
  const gradientFactor = clip === undefined || gradientNorm <= clip ? 1 : clip / gradientNorm;
  if (rule.kind === 'sgd') {
    const { momentum = 0, nesterov = false } = rule;
    builder.emit('sgd', segments, {
      table,
      segments,
      gradientFactor,
      rate,
      momentum,
      nesterov: Number(nesterov),
      decay,
    });
  } else {
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = rule;
    builder.emit('adamw', segments, { table, segments, gradientFactor, rate, beta1, beta2, epsilon, decay });
  }
  return { program: builder.finish(), table: buffer };
}

function check(rule: UpdateRule): void {
  const { learningRate, weightDecay = 0, clip = 1 } = rule;
  const wrong = (what: string, value: number, allowed: string): never => {
    throw new LissnasError('engine', `${what} is ${value}; it must be ${allowed}`);
  };
  if (!(learningRate >= 0 && Number.isFinite(learningRate))) wrong('the learning rate', learningRate, 'at least 0');
  if (!(weightDecay >= 0)) wrong('the weight decay', weightDecay, 'at least 0');
  if (!(clip > 0)) wrong('the norm to clip at', clip, 'above 0');
  if (rule.kind === 'sgd') {
    const { momentum = 0, nesterov = false } = rule;
    if (!(momentum >= 0 && momentum < 1)) wrong('the momentum', momentum, 'at least 0 and below 1');
    if (nesterov && momentum === 0) wrong('the momentum', momentum, 'above 0 for Nesterov');
    return;
  }
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = rule;
  for (const [name, beta] of [
    ['beta1', beta1],
    ['beta2', beta2],
  ] as const) {
    if (!(beta >= 0 && beta < 1)) wrong(name, beta, 'at least 0 and below 1');
  }
  if (!(epsilon > 0)) wrong('epsilon', epsilon, 'above 0');
}
