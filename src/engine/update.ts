/** The program of an update: the norm of all gradients first, then the optimizer's step. */
import { LissnasError } from '../errors.js';
import { type Buffer, type Program, ProgramBuilder } from './program.js';
import type { UpdateRule } from './update-rule.js';

/** A program over a table of parameters: i32 rows of 8, see `gradientNorms` in instructions.ts. */
export interface UpdatePlan {
  readonly program: Program;
  /** written before the program runs */
  readonly table: Buffer;
  /** read afterwards: sums of squared gradients, one f64 a parameter */
  readonly squares: Buffer;
}

const ROW_BYTES = 32;

/** One step of the optimizer; none where the gradients' norm is not finite. @throws LissnasError with code `engine` for numbers that make no optimizer */
export function planUpdate(segments: number, rule: UpdateRule): UpdatePlan {
  check(rule);
  const builder = new ProgramBuilder();
  const place = (buffer: Buffer) => ({ buffer, offset: 0 });
  const buffer = builder.buffer(ROW_BYTES * segments, { begins: true });
  const squares = builder.buffer(8 * segments, { outlives: true });
  const factor = place(builder.buffer(4));
  const table = place(buffer);
  const partial = place(squares);
  const { learningRate: rate, weightDecay: decay = 0, clip: limit = Number.POSITIVE_INFINITY } = rule;
  builder.emit('gradientNorms', segments, { table, segments, partial });
  builder.emit('clipFactor', 1, { partial, segments, limit, factor });
  if (rule.kind === 'sgd') {
    const { momentum = 0, nesterov = false } = rule;
    builder.emit('sgd', segments, { table, segments, factor, rate, momentum, nesterov: Number(nesterov), decay });
  } else {
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = rule;
    builder.emit('adamw', segments, { table, segments, factor, rate, beta1, beta2, epsilon, decay });
  }
  return { program: builder.finish(), table: buffer, squares };
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
