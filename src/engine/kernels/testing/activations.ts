/** Activation functions in double precision, by the names of `activationCodes`. */
import type { activationCodes } from '../../instructions.js';

const clamp = (z: number, low: number, high: number) => Math.min(Math.max(z, low), high);

/** f(z) of each. */
export const activations: Record<keyof typeof activationCodes, (z: number) => number> = {
  none: (z) => z,
  relu: (z) => Math.max(z, 0),
  relu6: (z) => clamp(z, 0, 6),
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  swish: (z) => z / (1 + Math.exp(-z)),
  'hard-sigmoid': (z) => clamp(z / 6 + 0.5, 0, 1),
  'hard-swish': (z) => z * clamp(z / 6 + 0.5, 0, 1),
};
