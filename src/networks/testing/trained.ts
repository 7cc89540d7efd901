/** Networks with random numbers, and what the reference engine says about them: the tests of exports compare with it. */
import type { Images } from '../../datasets/dataset.js';
import { createReferenceEngine } from '../../engine/testing/reference-engine.js';
import { createRandom, type Random } from '../../math/random.js';
import type { Tensor } from '../../math/tensor.js';
import type { NetworkGraph } from '../graph.js';
import type { TrainedNetwork } from '../trained-network.js';

/** The network with random parameters, and statistics near those of random images, so that values neither vanish nor explode. */
export async function randomlyTrained(graph: NetworkGraph, randomSeed: number): Promise<TrainedNetwork> {
  const random = createRandom(randomSeed);
  const parameters = new Map<string, Tensor>();
  for (const parameter of graph.operations.flatMap((operation) => operation.parameters)) {
    const [, ...fanIn] = parameter.shape;
    const spread = fanIn.length > 0 ? 1.5 / Math.sqrt(product(fanIn)) : 0.3;
    const centre = parameter.name.endsWith('.scale') ? 1 : 0;
    parameters.set(parameter.name, normal(parameter.shape, centre, spread, random.split(parameter.name)));
  }
  const engine = createReferenceEngine({ randomSeed });
  await engine.setParameters(parameters);
  const measured = await engine.calibrate(graph, [randomImages(graph, 3, randomSeed)]);
  const statistics = [...measured].map(([name, { shape, values }]): [string, Tensor] => {
    const noise = random.split(name);
    const least = name.endsWith('.variance') ? 0.3 : 0; // few pixels make some variances tiny
    return [name, { shape, values: values.map((value) => (value + least) * Math.exp(0.2 * noise.normal())) }];
  });
  return { graph, parameters, statistics: new Map(statistics) };
}

/** Random images for the network. */
export function randomImages({ operations }: NetworkGraph, count: number, randomSeed: number): Images {
  const { shape } = operations[0]!;
  return { count, shape, values: normal([count, ...shape], 0, 1, createRandom(randomSeed)).values };
}

/** The values in the order [count][channels][height][width]. */
export function channelsFirst({ count, shape: [channels, height, width], values }: Images): Float32Array {
  const pixels = height * width;
  const moved = new Float32Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const channel = at % channels;
    const pixel = Math.floor(at / channels) % pixels;
    moved[(Math.floor(at / channels / pixels) * channels + channel) * pixels + pixel] = values[at]!;
  }
  if (moved.length !== count * channels * pixels) throw new RangeError('these are not as many images as they say');
  return moved;
}

/** The logits [count][classes] in double precision. */
export async function referenceLogits(network: TrainedNetwork, images: Images): Promise<Float32Array> {
  const engine = createReferenceEngine({ randomSeed: 1 });
  await engine.setParameters(network.parameters);
  return engine.predict(network.graph, images, network.statistics);
}

function normal(shape: readonly number[], centre: number, spread: number, random: Random): Tensor {
  return { shape, values: Float32Array.from({ length: product(shape) }, () => centre + spread * random.normal()) };
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((result, size) => result * size, 1);
}
