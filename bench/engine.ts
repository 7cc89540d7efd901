/** Training and answering in the embedded engine beside PyTorch and ONNX Runtime: the same networks, weights and images, turn by turn. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabelledImages } from '../src/datasets/dataset.js';
import type { Engine } from '../src/engine/engine.js';
import type { SgdRule } from '../src/engine/update-rule.js';
import { createWasmEngine } from '../src/engine/wasm-engine.js';
import { createRandom } from '../src/math/random.js';
import { median } from '../src/math/statistics.js';
import type { NetworkGraph } from '../src/networks/graph.js';
import { toPyTorch } from '../src/networks/pytorch.js';
import { safetensorsPieces } from '../src/networks/safetensors.js';
import { networkTensors, type TrainedNetwork } from '../src/networks/trained-network.js';
import { torch } from '../test/optional.js';
import { type TimedNetwork, timedNetworks } from './engine-networks.js';
import { line } from './lines.js';
import { type OnnxModel, onnxModel } from './onnx-runtime.js';
import { type Line, type Skipped, timed } from './timing.js';
import { memoryFormats, startTorch, type TorchProcess } from './torch-process.js';

const THREADS = 2;
const BATCH = 64;
const ROUNDS = 5;
const SECONDS = 0.6; // of each way in each round
const RULE: SgdRule = { kind: 'sgd', learningRate: 0.05, momentum: 0.9 };

/**
 * Training is told by the fastest step of each, which is what the machine can do when nobody disturbs it: threads that wait for each other
 * suffer from a neighbour by chance, now one and now the other. The medians are in the notes. A step is a forward and a backward pass and an update, with 64 images of
 * 32 x 32.
 */
export async function engine(): Promise<(Line | Skipped)[]> {
  const python = torch();
  const peer = python === undefined ? undefined : await startTorch(python, THREADS);
  const folder = mkdtempSync(join(tmpdir(), 'lissnas-bench-'));
  try {
    const lines: (Line | Skipped)[] = [];
    const networks = timedNetworks();
    for (const network of networks) lines.push(await training(network, join(folder, 'weights.safetensors'), peer));
    lines.push(await answering(networks[2]!));
    if (peer !== undefined) return lines;
    return [...lines, { what: 'the engine beside PyTorch', skipped: 'no python3 with torch was found' }];
  } finally {
    await peer?.close();
    rmSync(folder, { recursive: true });
  }
}

/** One network in turns. PyTorch gets the source and the weights that the network is exported as, so the losses tell whether the two are the same. */
async function training({ what, graph }: TimedNetwork, file: string, peer: TorchProcess | undefined): Promise<Line> {
  const own = createWasmEngine({ threads: THREADS });
  try {
    const images = randomImages(graph);
    const untrained = await networkOf(own, graph, images);
    const step = async () => (await Promise.all([own.learn(graph, images), own.update(RULE)]))[0].loss;
    const firstLoss = await step();
    const name = `${what}: a step`;
    if (peer === undefined) {
      const seconds = fastest(await repeated(step));
      return line(name, seconds, undefined, 'none', speed(seconds));
    }

    await giveTo(peer, untrained, images, file);
    const difference = Math.max(...(await firstLosses(peer)).map((loss) => Math.abs(loss - firstLoss)));
    if (!(difference < 1e-3)) throw new Error(`${what}: the first loss differs from PyTorch's by ${difference}`);
    const ours: number[] = [];
    const theirs = memoryFormats.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(...(await repeated(step)));
      for (const [i, format] of memoryFormats.entries()) {
        theirs[i]!.push(...(await peer.steps(format, SECONDS)).seconds);
      }
    }
    const best = fastest(ours);
    const others = memoryFormats.map((format, i) => `${speed(fastest(theirs[i]!))} ${format}`).join(', ');
    const typical = Math.min(...theirs.map(median)) / median(ours);
    const note = `${speed(best)} beside ${others}; by medians ${typical.toPrecision(3)} times as fast; first losses differ by ${difference.toExponential(0)}`;
    const peerName = `PyTorch ${peer.version}, ${THREADS} threads, its faster format`;
    return line(name, best, Math.min(...theirs.map(fastest)), peerName, note);
  } finally {
    await own.close();
  }
}

/** Forward only. */
async function answering({ what, graph }: TimedNetwork): Promise<Line> {
  const own = createWasmEngine({ threads: THREADS });
  let peer: OnnxModel | undefined;
  try {
    const images = randomImages(graph);
    const network = await networkOf(own, graph, images);
    const model = await onnxModel(network, images, THREADS);
    peer = model;
    let logits: Float32Array | undefined;
    let others: Float32Array | undefined;
    const [ours, theirs] = await timed(
      20 * ROUNDS,
      async () => {
        logits = await own.predict(graph, images, network.statistics);
      },
      async () => {
        others = await model.predict();
      },
    );
    const difference = Math.max(...logits!.map((logit, i) => Math.abs(logit - others![i]!)));
    const note = `${speed(ours!)} beside ${speed(theirs!)}; logits differ by ${difference.toExponential(0)}`;
    const peerName = `onnxruntime-web, wasm, ${THREADS} threads`;
    return line(`${what}: ${BATCH} images forward`, ours, theirs, peerName, note);
  } finally {
    await peer?.close();
    await own.close();
  }
}

async function networkOf(own: Engine, graph: NetworkGraph, images: LabelledImages): Promise<TrainedNetwork> {
  const statistics = await own.calibrate(graph, [images]);
  return { graph, statistics, parameters: await own.parameters() };
}

async function giveTo(peer: TorchProcess, network: TrainedNetwork, images: LabelledImages, file: string) {
  writeFileSync(file, Buffer.concat([...safetensorsPieces(networkTensors(network))]));
  const { count, shape, values, labels } = images;
  const [channels, height, width] = shape;
  await peer.network({
    ...{ source: toPyTorch(network.graph), weights: file, labels: [...labels] },
    ...{ images: Buffer.from(values.buffer).toString('base64'), shape: [count, height, width, channels] },
    ...{ learningRate: RULE.learningRate, momentum: RULE.momentum! },
  });
}

/** Also warms both formats up. */
async function firstLosses(peer: TorchProcess): Promise<number[]> {
  const losses: number[] = [];
  for (const format of memoryFormats) losses.push((await peer.steps(format, SECONDS)).losses[0]!);
  return losses;
}

function randomImages(graph: NetworkGraph): LabelledImages {
  const { shape } = graph.operations[0]!;
  const random = createRandom(1);
  const values = Float32Array.from({ length: BATCH * shape[0] * shape[1] * shape[2] }, () => random.normal());
  return { count: BATCH, shape, values, labels: Uint16Array.from({ length: BATCH }, (_, i) => i % 10) };
}

/** Seconds of each call, until so much time has passed. */
async function repeated(way: () => Promise<unknown>): Promise<number[]> {
  const seconds: number[] = [];
  for (let spent = 0; spent < SECONDS; spent += seconds.at(-1)!) {
    const started = performance.now();
    await way();
    seconds.push((performance.now() - started) / 1000);
  }
  return seconds;
}

function fastest(seconds: readonly number[]): number {
  return Math.min(...seconds);
}

function speed(seconds: number): string {
  return `${Math.round(BATCH / seconds).toLocaleString('en')} images/s`;
}
