/** The reference is right: its gradients are numerical derivatives of its loss. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../math/random.js';
import { networkCases, operationCases, type TrainingCase } from './cases.js';
import { backward } from './reference-backward.js';
import { forward, type Pass } from './reference-forward.js';
import { crossEntropy } from './reference-loss.js';
import { mapsOf, type Values } from './reference-maps.js';

const STEP = 1e-6;

function gradientsOf({ graph, batch, options }: TrainingCase, pass: Pass) {
  const maps = forward(graph, mapsOf(batch), pass);
  const { gradient } = crossEntropy(maps.get(graph.operations.at(-1)!.name)!, batch.labels, options.labelSmoothing!);
  return backward(graph, maps, gradient, pass);
}

function lossOf({ graph, batch, options }: TrainingCase, images: Values, pass: Pass): number {
  const maps = forward(graph, { ...mapsOf(batch), values: Float64Array.from(images) }, pass);
  return crossEntropy(maps.get(graph.operations.at(-1)!.name)!, batch.labels, options.labelSmoothing!).loss;
}

function passOf({ parameters, options }: TrainingCase): Pass {
  const values = [...parameters].map(([name, tensor]) => [name, Float64Array.from(tensor.values)] as const);
  return { parameters: new Map(values), dropoutSeed: options.randomSeed! };
}

/** Central difference of `loss` along a random direction, and what the gradient says. */
function alongDirection(at: Float64Array, gradient: Float64Array, loss: (at: Float64Array) => number, label: string) {
  const random = createRandom(5).split(label);
  const direction = at.map(() => random.normal());
  const moved = (step: number) => loss(at.map((value, i) => value + step * direction[i]!));
  const difference = (moved(STEP) - moved(-STEP)) / (2 * STEP);
  const derivative = gradient.reduce((sum, g, i) => sum + g * direction[i]!, 0);
  return Math.abs(difference - derivative);
}

describe.each([...operationCases, ...networkCases])('$name', (problem) => {
  it('the gradients of all parameters and of the images are numerical derivatives', () => {
    const pass = passOf(problem);
    const { parameters, outputs } = gradientsOf(problem, pass);
    const images = mapsOf(problem.batch).values;
    const length = (gradient: Float64Array) => Math.hypot(...gradient);
    const largest = Math.max(...[...parameters.values()].map(length));
    const errors: [string, number][] = [];
    const record = (name: string, gradient: Float64Array, error: number) =>
      errors.push([name, error / Math.max(length(gradient), 0.01 * largest)]);
    for (const [name, gradient] of parameters) {
      const at = pass.parameters.get(name) as Float64Array;
      const loss = (values: Float64Array) =>
        lossOf(problem, images, { ...pass, parameters: new Map([...pass.parameters, [name, values]]) });
      record(name, gradient, alongDirection(at, gradient, loss, name));
    }
    const gradient = outputs.get('input')!;
    record(
      'input',
      gradient,
      alongDirection(images, gradient, (values) => lossOf(problem, values, pass), 'input'),
    );
    expect(errors.filter(([, error]) => !(error < 1e-5))).toEqual([]);
  });
});
