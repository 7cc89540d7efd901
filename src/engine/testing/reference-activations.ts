/** The elementwise functions and their slopes. */
import type { ActivationFunction } from '../../networks/graph.js';

interface Elementwise {
  readonly value: (x: number) => number;
  readonly slope: (x: number) => number;
}

const clamp = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const hardSigmoid = (x: number) => clamp(x + 3, 0, 6) / 6;

/** Every activation function with its derivative; at a corner one of its two slopes. */
export const activations: Readonly<Record<ActivationFunction, Elementwise>> = {
  relu: { value: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0) },
  relu6: { value: (x) => clamp(x, 0, 6), slope: (x) => (x > 0 && x < 6 ? 1 : 0) },
  sigmoid: { value: sigmoid, slope: (x) => sigmoid(x) * (1 - sigmoid(x)) },
  swish: { value: (x) => x * sigmoid(x), slope: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))) },
  'hard-sigmoid': { value: hardSigmoid, slope: (x) => (x > -3 && x < 3 ? 1 / 6 : 0) },
  'hard-swish': {
    value: (x) => x * hardSigmoid(x),
    slope: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
  },
};
