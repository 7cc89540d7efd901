import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import { isNetworkSpace } from '../costs/network-space.js';
import type { Images } from '../datasets/dataset.js';
import { createWasmEngine } from '../engine/wasm-engine.js';
import { InputError, LissnasError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { spaceFromYaml } from '../space-files/space-from-yaml.js';
import { everyBlock } from '../space-files/testing/declared-networks.js';
import { builtInSpaces } from '../spaces/index.js';
import { dartsNetwork } from './darts-network.js';
import { foldBatchNorm } from './fold-batch-norm.js';
import type { NetworkGraph } from './graph.js';
import { networks } from './index.js';
import { liveGraph } from './live.js';
import { type OnnxOptions, toOnnx } from './onnx.js';
import { everyOperation, oddNetwork } from './testing/every-operation.js';
import { channelsFirst, randomImages, randomlyTrained, referenceLogits } from './testing/trained.js';
import type { TrainedNetwork } from './trained-network.js';

env.wasm.numThreads = 1;
env.logLevel = 'error';

/** The logits that ONNX Runtime gets from the exported model. */
async function onnxLogits(network: TrainedNetwork, batches: readonly Images[], options: OnnxOptions) {
  const session = await InferenceSession.create(toOnnx(network, options));
  const answers: { dims: readonly number[]; values: Float32Array }[] = [];
  for (const images of batches) {
    const feed = new Tensor('float32', channelsFirst(images), [images.count, ...images.shape]);
    const { logits } = await session.run({ images: feed });
    answers.push({ dims: logits!.dims, values: logits!.data as Float32Array });
  }
  await session.release();
  return answers;
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  const spread = Math.max(...expected) - Math.min(...expected);
  expect(spread).toBeGreaterThan(0.05); // a network whose logits are all alike would prove nothing
  expect(Math.max(...expected.map((value, i) => Math.abs(value - actual[i]!)))).toBeLessThan(1e-4);
}

/** Batches of 5 and 1 through the reference engine and through ONNX Runtime, with batch norms folded and not. */
async function compare(graph: NetworkGraph, randomSeed: number): Promise<void> {
  const network = await randomlyTrained(graph, randomSeed);
  const batches = [randomImages(graph, 5, 1), randomImages(graph, 1, 2)];
  const expected = await Promise.all(batches.map((images) => referenceLogits(network, images)));
  const [classes] = graph.operations.at(-1)!.shape;
  for (const foldBatchNorm of [true, false]) {
    const answers = await onnxLogits(network, batches, { foldBatchNorm });
    answers.forEach(({ dims, values }, i) => {
      expect(dims).toEqual([batches[i]!.count, classes]);
      expectClose(values, expected[i]!);
    });
  }
}

const small = { shape: [3, 8, 8], classes: 10 } as const;
const mobile = { shape: [3, 32, 32], classes: 7 } as const;

describe('ONNX Runtime gives the logits of the reference engine', () => {
  it('for every kind of operation', async () => {
    expect(new Set(everyOperation.operations.map(({ kind }) => kind)).size).toBe(15);
    await compare(everyOperation, 1);
    await compare(oddNetwork, 2);
  });

  const cases: [string, NetworkGraph][] = [
    ['all operators of nasbench201', networks.nasbench201([3, 2, 4, 1, 3, 0], small)],
    [
      'nasbench101',
      networks.nasbench101(
        builtInSpaces.nasbench101.parse('conv1x1-bn-relu.conv1x1-bn-relu.maxpool3x3/1011.101.01.1'),
        small,
      ),
    ],
    ['nasbench201 of nothing', networks.nasbench201([0, 0, 0, 0, 0, 0], small)],
    ['nasbench201 with a dead end', networks.nasbench201([3, 0, 0, 4, 0, 0], small)],
    ...['00000000', '21012120'].map((text): [string, NetworkGraph] => [
      text,
      networks['nasbench-macro'](builtInSpaces['nasbench-macro'].parse(text), small),
    ]),
    ['mobile-tiny', networks['mobile-tiny']([0, 1, 2, 3, 4, 1, 0, 2], small)],
    ['transnasbench101-macro', networks['transnasbench101-macro']([0, 1, 2, 3, 0, 4], small)],
    ['transnasbench101-micro', networks['transnasbench101-micro']([1, 0, 2, 3, 1, 3], small)],
    ['darts', dartsNetwork(builtInSpaces.darts.sample(createRandom(1)), small, { channels: 8, cells: 4 })],
    ['nats-sss', networks['nats-sss']([0, 1, 1, 3, 0], small)],
    ['mobilenetv3', networks.mobilenetv3(builtInSpaces.mobilenetv3.sample(createRandom(1)), mobile)],
    ['proxyless', networks.proxyless(builtInSpaces.proxyless.sample(createRandom(1)), mobile)],
    ['shufflenetv2', networks.shufflenetv2(builtInSpaces.shufflenetv2.sample(createRandom(1)), mobile)],
    ...[1, 2].map((seed): [string, NetworkGraph] => [
      `accel-mnasnet ${seed}`,
      networks['accel-mnasnet'](builtInSpaces['accel-mnasnet'].sample(createRandom(seed)), mobile),
    ]),
  ];
  it.each(cases)('for %s', async (_, graph) => compare(graph, 3));

  const declared = spaceFromYaml(everyBlock, 'every.yaml');
  it.each(declared.dimensions[0]!.choices)('for a network declared in YAML, with the block %s', async (block) => {
    if (!isNetworkSpace(declared)) throw new Error('the file declares a network');
    await compare(declared.network(declared.parse(`${block},5,3,fat,2`), declared.input), 3);
  });

  it('and of the embedded engine, on weights that it has trained', async () => {
    await compareTrained(networks['mobile-tiny']([1, 2, 0, 3, 4, 0, 1, 2], small));
    const space = spaceFromYaml(everyBlock, 'every.yaml');
    if (!isNetworkSpace(space)) throw new Error('the file declares a network');
    await compareTrained(space.network(space.parse('bottleneck,3,5,slim,2'), space.input));
  });

  async function compareTrained(graph: NetworkGraph) {
    const images = randomImages(graph, 16, 8);
    const [classes] = graph.operations.at(-1)!.shape;
    const labels = Uint16Array.from({ length: 16 }, (_, i) => i % classes);
    const engine = createWasmEngine({ randomSeed: 1, threads: 1 });
    try {
      for (let step = 0; step < 20; step++) {
        await engine.learn(graph, { ...images, labels });
        await engine.update({ kind: 'sgd', learningRate: 0.05, momentum: 0.9 });
      }
      const statistics = await engine.calibrate(graph, [images]);
      const trained = { graph, parameters: await engine.parameters(), statistics };
      const [answer] = await onnxLogits(trained, [images], {});
      expectClose(answer!.values, await engine.predict(graph, images, statistics));
    } finally {
      await engine.close();
    }
  }

  it('from pixels as they are, where the normalization is built in', async () => {
    const network = await randomlyTrained(everyOperation, 4);
    const images = randomImages(network.graph, 3, 5);
    const normalization = { mean: [120, 110, 100], deviation: [60, 50, 70] };
    const channel = (i: number) => i % 3; // channels vary fastest
    const pixels = images.values.map(
      (value, i) => value * normalization.deviation[channel(i)]! + normalization.mean[channel(i)]!,
    );
    const [answer] = await onnxLogits(network, [{ ...images, values: pixels }], { normalization });
    expectClose(answer!.values, await referenceLogits(network, images));
  });
});

describe('folding', () => {
  const count = ({ operations }: NetworkGraph, kind: string) =>
    operations.filter((operation) => operation.kind === kind).length;

  it('leaves only the batch norms that no convolution of their own precedes', async () => {
    const { graph } = foldBatchNorm(await randomlyTrained(everyOperation, 1));
    expect(graph.operations.filter(({ kind }) => kind === 'batch-norm').map(({ name }) => name)).toEqual(['hidden.bn']);
    expect(count(graph, 'convolution')).toBe(count(everyOperation, 'convolution'));
    const macro = networks['nasbench-macro']([2, 1, 2, 1, 2, 1, 2, 1], small);
    expect(count(foldBatchNorm(await randomlyTrained(macro, 1)).graph, 'batch-norm')).toBe(0);
  });

  it('is what the formula says', async () => {
    const graph: NetworkGraph = { ...everyOperation, operations: everyOperation.operations.slice(0, 3) };
    const tensor = (...values: number[]) => ({
      shape: [8],
      values: Float32Array.from({ length: 8 }, () => values[0]!),
    });
    const network = await randomlyTrained(graph, 1);
    const { parameters } = foldBatchNorm({
      graph,
      parameters: new Map([...network.parameters, ['stem.bn.scale', tensor(3)], ['stem.bn.shift', tensor(0.5)]]),
      statistics: new Map([
        ['stem.bn.mean', tensor(2)],
        ['stem.bn.variance', tensor(4 - 1e-3)],
      ]),
    });
    const before = network.parameters.get('stem.conv.weight')!.values;
    const bias = network.parameters.get('stem.conv.bias')!.values;
    const factor = 3 / 2;
    parameters.get('stem.conv.weight')!.values.forEach((value, i) => {
      expect(value).toBeCloseTo(before[i]! * factor, 6);
    });
    parameters.get('stem.conv.bias')!.values.forEach((value, i) => {
      expect(value).toBeCloseTo((bias[i]! - 2) * factor + 0.5, 6);
    });
  });

  it('changes nothing that it was given', async () => {
    const network = await randomlyTrained(everyOperation, 1);
    const copy = structuredClone(network);
    foldBatchNorm(network);
    expect(network).toEqual(copy);
  });
});

describe('operations that lead nowhere', () => {
  it('are left out, with their parameters', async () => {
    const graph = liveGraph(networks.nasbench201([0, 0, 0, 0, 0, 0], small));
    // a map of zeros, then the head
    expect(graph.operations.map(({ kind }) => kind)).toEqual([
      'input',
      'zeros',
      'batch-norm',
      'activation',
      'global-pool',
      'linear',
    ]);
    expect(liveGraph(oddNetwork).operations.map(({ name }) => name)).not.toContain('lost');
    expect(Buffer.from(toOnnx(await randomlyTrained(oddNetwork, 1))).includes('lost')).toBe(false);
  });
});

describe('a model', () => {
  let network: TrainedNetwork;
  beforeAll(async () => {
    network = await randomlyTrained(everyOperation, 1);
  });

  it('is the same each time, and carries what was said about it', () => {
    const options = { metadata: new Map([['architecture', '0|1']]), producerVersion: '1.2.3' };
    const bytes = Buffer.from(toOnnx(network, options));
    expect(bytes.equals(toOnnx(network, options))).toBe(true);
    for (const text of ['lissnas', '1.2.3', 'architecture', '0|1', 'every operation'])
      expect(bytes.includes(text)).toBe(true);
  });

  it('keeps the names of parameters where nothing is folded', () => {
    const bytes = Buffer.from(toOnnx(network, { foldBatchNorm: false }));
    for (const name of network.parameters.keys()) expect(bytes.includes(name)).toBe(true);
  });

  it.each([
    [
      'a missing parameter',
      'parameters',
      'grouped.weight',
      undefined,
      /needs the parameter "grouped.weight", which is/,
    ],
    ['a parameter of another shape', 'parameters', 'stem.conv.bias', [9], /"stem.conv.bias" is \[9\], .* needs \[8\]/],
    [
      'a missing statistic',
      'statistics',
      'hidden.bn.mean',
      undefined,
      /needs the statistic "hidden.bn.mean", which is/,
    ],
    ['a statistic of another shape', 'statistics', 'stem.bn.variance', [1], /"stem.bn.variance" is \[1\]/],
  ] as const)('refuses %s', (_, kind, name, shape, reason) => {
    const tensors = new Map(network[kind]);
    tensors.delete(name);
    if (shape) tensors.set(name, { shape, values: new Float32Array(shape[0]) });
    expect(() => toOnnx({ ...network, [kind]: tensors })).toThrow(LissnasError);
    expect(() => toOnnx({ ...network, [kind]: tensors })).toThrow(reason);
  });

  it.each([
    { mean: [1, 2], deviation: [1, 2] },
    { mean: [1, 2, 3], deviation: [1, 0, 1] },
    { mean: [1, 2, 3], deviation: [1, Number.NaN, 1] },
    { mean: [1, Number.NaN, 3], deviation: [1, 1, 1] },
  ])('refuses the normalization %o', (normalization) => {
    expect(() => toOnnx(network, { normalization })).toThrow(InputError);
  });
});
