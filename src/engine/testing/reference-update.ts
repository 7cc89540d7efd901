/** The optimizers, value by value. */
import type { AdamWRule, SgdRule, UpdateRule } from '../update-rule.js';
import type { Values } from './reference-maps.js';

/** What an optimizer changes: one parameter with its optimizer state. */
export interface Slot {
  readonly value: Values;
  readonly gradient: Float64Array;
  readonly decays: boolean;
  /** the parameter's optimizer state of this name, of the given length; zeros when first asked for */
  readonly state: (name: OptimizerState, length: number) => Values;
}

/** Names of optimizer state, as `Engine.save` has them. */
export type OptimizerState = 'momentum' | 'first' | 'second' | 'steps';

/** Updates the slots in place. Returns the norm of all gradients; where it is not finite nothing was changed. */
export function update(rule: UpdateRule, slots: readonly Slot[]): number {
  const norm = Math.sqrt(slots.reduce((sum, { gradient }) => sum + gradient.reduce((own, g) => own + g * g, 0), 0));
  if (!Number.isFinite(norm)) return norm;
  const factor = rule.clip !== undefined && norm > rule.clip ? rule.clip / norm : 1;
  for (const slot of slots) {
    const gradient = slot.gradient.map((g) => g * factor);
    const decay = slot.decays ? (rule.weightDecay ?? 0) : 0;
    if (rule.kind === 'sgd') sgd(rule, slot, gradient, decay);
    else adamW(rule, slot, gradient, decay);
  }
  return norm;
}

function sgd(rule: SgdRule, { value, state }: Slot, gradient: Float64Array, decay: number): void {
  const { learningRate, momentum = 0, nesterov = false } = rule;
  const velocity = state('momentum', value.length);
  gradient.forEach((raw, i) => {
    const g = raw + decay * value[i]!;
    const v = momentum * velocity[i]! + g;
    velocity[i] = v;
    value[i]! -= learningRate * (nesterov ? g + momentum * v : v);
  });
}

function adamW(rule: AdamWRule, { value, state }: Slot, gradient: Float64Array, decay: number): void {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = rule;
  const first = state('first', value.length);
  const second = state('second', value.length);
  const steps = state('steps', 1);
  const step = ++steps[0]!;
  gradient.forEach((g, i) => {
    const m = beta1 * first[i]! + (1 - beta1) * g;
    const v = beta2 * second[i]! + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    const direction = m / (1 - beta1 ** step) / (Math.sqrt(v / (1 - beta2 ** step)) + epsilon);
    value[i] = value[i]! * (1 - learningRate * decay) - learningRate * direction;
  });
}
