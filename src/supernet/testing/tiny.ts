/** A supernet small enough to be trained by the reference engine in a test: three layers of choices on images of 8 x 8. */
import type { LabelledImages } from '../../datasets/dataset.js';
import type { Engine } from '../../engine/engine.js';
import { createReferenceEngine } from '../../engine/testing/reference-engine.js';
import { createRandom, sampleInPlace } from '../../math/random.js';
import { NetworkBuilder, type Value } from '../../networks/builder.js';
import type { NetworkGraph, NetworkInput } from '../../networks/graph.js';
import { defineSpace } from '../../spaces/define.js';
import type { Codes } from '../../spaces/space.js';
import { type TrainingRecipe, trainingRecipeSchema } from '../recipe.js';
import { createSupernet, type Supernet } from '../supernet.js';
import type { TrainingImages } from '../training-images.js';

const layer = ['identity', 'conv3x3', 'conv1x1'];

/** 18 architectures. */
export const tinySpace = defineSpace({
  name: 'tiny',
  dimensions: [
    { name: 'first', choices: layer },
    { name: 'second', choices: layer },
    { name: 'pool', choices: ['none', 'average'] },
  ],
});

/** One grey channel of 8 x 8, three classes. */
export const tinyInput: NetworkInput = { shape: [1, 8, 8], classes: 3 };

/** A stem that sees single pixels, perhaps a pool, two chosen layers, classifier: without a 3x3 convolution stripes cannot be told apart. */
export function tinyNetwork(codes: Codes, { shape, classes }: NetworkInput): NetworkGraph {
  const net = new NetworkBuilder('tiny', shape);
  let value = block(net, 'stem', net.input, 1);
  if (codes[2] === 1) value = net.pool('pool', value, 'average', { kernel: 2, stride: 2 });
  for (const d of [0, 1]) {
    const choice = layer[codes[d]!]!;
    if (choice !== 'identity') value = block(net, `layer${d}.${choice}`, value, choice === 'conv3x3' ? 3 : 1);
  }
  net.linear('classifier', net.globalPool('global', value), classes);
  return net.build();
}

function block(net: NetworkBuilder, name: string, value: Value, kernel: number): Value {
  const convolved = net.convolution(`${name}.conv`, value, { channels: 4, kernel });
  return net.activation(`${name}.relu`, net.batchNorm(`${name}.norm`, convolved), 'relu');
}

/** Images of stripes: the class is their direction (level, upright, slanting), which no single pixel tells. */
export function stripes(trainingCount = 96, validationCount = 48): TrainingImages {
  const training = drawStripes(trainingCount, 1);
  const validation = drawStripes(validationCount, 2);
  return {
    identity: `stripes ${trainingCount} ${validationCount}`,
    trainingCount,
    trainingBatches:
      ({ size, random }) =>
      (step) => {
        const order = Array.from({ length: trainingCount }, (_, i) => i);
        return pick(training, sampleInPlace(order, size, random.split(step)));
      },
    *calibrationBatches(batches, most) {
      const size = Math.min(most, trainingCount);
      for (let i = 0; i < batches && (i + 1) * size <= trainingCount; i++) yield pick(training, range(i * size, size));
    },
    *validationBatches(size) {
      for (let i = 0; i < validationCount; i += size)
        yield pick(validation, range(i, Math.min(size, validationCount - i)));
    },
  };
}

function drawStripes(count: number, randomSeed: number): LabelledImages {
  const values = new Float32Array(count * 64);
  const labels = new Uint16Array(count);
  const random = createRandom(randomSeed);
  for (let image = 0; image < count; image++) {
    const label = image % 3;
    const phase = random.float() * 4;
    labels[image] = label;
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        const along = [y, x, (x + y) / Math.SQRT2][label]!;
        values[64 * image + 8 * y + x] = Math.sin((Math.PI / 2) * (along + phase)) + 0.3 * random.normal();
      }
    }
  }
  return { count, shape: [1, 8, 8], values, labels };
}

function pick(all: LabelledImages, indices: readonly number[]): LabelledImages {
  const values = new Float32Array(indices.length * 64);
  for (const [i, index] of indices.entries()) values.set(all.values.subarray(64 * index, 64 * (index + 1)), 64 * i);
  return {
    count: indices.length,
    shape: all.shape,
    values,
    labels: Uint16Array.from(indices, (index) => all.labels[index]!),
  };
}

function range(first: number, length: number): number[] {
  return Array.from({ length }, (_, i) => first + i);
}

/** A new supernet on the reference engine. */
export function tinySupernet(randomSeed = 1, images = stripes()): Supernet {
  return createSupernet({
    space: tinySpace,
    network: tinyNetwork,
    input: tinyInput,
    engine: tinyEngine(randomSeed),
    images,
  });
}

/** A new reference engine. */
export function tinyEngine(randomSeed: number): Engine {
  return createReferenceEngine({ randomSeed });
}

/** A recipe for batches of 12; anything may be said otherwise. */
export function tinyRecipe(rest: Readonly<Record<string, unknown>> = {}): TrainingRecipe {
  return trainingRecipeSchema.parse({ batch: 12, steps: 20, ...rest });
}
