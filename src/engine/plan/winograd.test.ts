/** A network that is planned by Winograd's method in all three directions, against the reference in double precision. */
import { afterAll, expect, it } from 'vitest';
import { createRandom } from '../../math/random.js';
import { NetworkBuilder } from '../../networks/builder.js';
import type { NetworkGraph } from '../../networks/graph.js';
import type { Engine } from '../engine.js';
import { type InstructionName, operationCodes } from '../instructions.js';
import type { Program } from '../program.js';
import { apart } from '../testing/compare.js';
import { createReferenceEngine } from '../testing/reference-engine.js';
import { createWasmEngine } from '../wasm-engine.js';
import { planNetwork } from './plan.js';

const IMAGES = 24;
const wasm = createWasmEngine({ threads: 2 });
afterAll(() => wasm.close());

/** Channels that are no multiple of 4, a value with two readers, paddings 0 to 2. */
function network(): NetworkGraph {
  const net = new NetworkBuilder('wide', [3, 12, 10]);
  const stem = net.convolution('stem', net.input, { channels: 18, kernel: 3 });
  const fewer = net.convolution('fewer', stem, { channels: 7, kernel: 3 });
  const left = net.convolution('left', stem, { channels: 17, kernel: 3, bias: true });
  const right = net.convolution('right', fewer, { channels: 17, kernel: 3 });
  const both = net.activation('both', net.add('add', [left, right]), 'relu');
  const larger = net.convolution('larger', both, { channels: 21, kernel: 3, padding: 2 });
  const smaller = net.convolution('smaller', larger, { channels: 16, kernel: 3, padding: 0 });
  net.linear('classifier', net.globalPool('pool', smaller), 5);
  return net.build();
}

const graph = network();
const random = createRandom(1);
const batch = {
  count: IMAGES,
  shape: [3, 12, 10] as const,
  values: Float32Array.from({ length: IMAGES * 360 }, () => random.normal()),
  labels: Uint16Array.from({ length: IMAGES }, () => random.integer(5)),
};

function instructionsOf({ words }: Program): InstructionName[] {
  const names = Object.keys(operationCodes) as InstructionName[];
  const found: InstructionName[] = [];
  for (let at = 0; words[at] !== 0; at += 3 + words[at + 1]!) found.push(names[words[at]! - 1]!);
  return found;
}

it('3x3 convolutions to wide maps are planned so, others not', () => {
  const placeOf = () => ({ value: 0, gradient: 0 });
  const { program } = planNetwork(graph, { mode: 'learn', images: IMAGES, threads: 1, placeOf });
  const counts = new Map<InstructionName, number>();
  for (const name of instructionsOf(program)) counts.set(name, (counts.get(name) ?? 0) + 1);
  // of the six convolutions, "fewer" has too few outputs and so has the gradient to the input of "right"; nobody asks for the stem's
  expect(counts.get('convolveWinograd')).toBe(5 + 4);
  expect(counts.get('convolveWeightsWinograd')).toBe(5);
  expect(counts.get('convolve')).toBe(1 + 1 + 2); // those two, and the classifier forward and backward
  expect(counts.get('convolveWeights')).toBe(1 + 1);
});

it('logits and gradients are those of the reference', async () => {
  const outcome = async (engine: Engine) => {
    engine.require(graph);
    await engine.setParameters(await wasm.parameters());
    const { loss } = await engine.learn(graph, batch);
    const gradients = new Map([...(await engine.gradients())].map(([name, { values }]) => [name, values]));
    return { loss, gradients, logits: new Map([['', await engine.predict(graph, batch, new Map())]]) };
  };
  wasm.require(graph);
  const own = await outcome(wasm);
  const reference = await outcome(createReferenceEngine({ randomSeed: 1 }));
  expect(own.loss).toBeCloseTo(reference.loss, 5);
  expect(apart(own.logits, reference.logits, 1e-5)).toEqual([]);
  expect(apart(own.gradients, reference.gradients, 1e-5)).toEqual([]);
});
