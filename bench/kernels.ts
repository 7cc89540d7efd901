/**
 * node scripts/run.mjs bench/kernels.ts [NAME]: speed of the engine's kernels on one thread, beside what the machine can multiply and add
 * with vectors of four in the same run. The best of many short runs counts, so that a busy machine disturbs little.
 */
import asc from 'assemblyscript/asc';
import Table from 'cli-table3';
import {
  type Arguments,
  type InstructionName,
  type operationCodes,
  winogradPartialBytes,
  winogradScratch,
  winogradWeightsScratch,
} from '../src/engine/instructions.js';
import { encode } from '../src/engine/kernels/testing/workbench.js';
import { kernelModule } from '../src/engine/kernels-binary.js';

const SECONDS = 0.25; // a line

type Run = (program: number, thread: number, threads: number, control: number) => void;
const memory = new WebAssembly.Memory({ initial: 4096, maximum: 65_536, shared: true });
const run = new WebAssembly.Instance(kernelModule(), { env: { memory, abort() {} } }).exports.run as Run;
const words = new Int32Array(memory.buffer);
new Float32Array(memory.buffer).fill(0.01);
const PROGRAM = 4096;
let top = 65_536;

function take(floats: number): number {
  const address = top;
  top = Math.ceil((top + 4 * floats) / 256) * 256 + 256;
  if (top > memory.buffer.byteLength) throw new Error('the benchmark needs more memory');
  return address;
}

function integers(values: readonly number[]): number {
  const address = take(values.length);
  words.set(values, address / 4);
  return address;
}

/** Best seconds of an instruction. */
function time<Name extends InstructionName>(name: Name, items: number, args: Arguments<Name>): number {
  words.set([...encode(name, items, args), 0], PROGRAM / 4);
  return best(() => run(PROGRAM, 0, 1, 0));
}

function best(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  const end = performance.now() + 1000 * SECONDS;
  for (let runs = 0; runs < 20 || performance.now() < end; runs++) {
    const start = performance.now();
    work();
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}

/** Multiplications and additions of f32 a second, in thousands of millions, of twelve independent chains of `f32x4`. */
async function peak(): Promise<number> {
  const chains = Array.from({ length: 12 }, (_, i) => `a${i}`);
  const source = `export function peak(n: i32): f32 {
    const m = f32x4.splat(0.999), c = f32x4.splat(0.001);
    ${chains.map((a) => `let ${a} = c;`).join(' ')}
    for (let i = 0; i < n; i++) { ${chains.map((a) => `${a} = f32x4.add(f32x4.mul(${a}, m), c);`).join(' ')} }
    return f32x4.extract_lane(${chains.reduce((sum, a) => `f32x4.add(${sum}, ${a})`)}, 0);
  }`;
  const { binary, stderr } = await asc.compileString(source, { optimizeLevel: 3, runtime: 'stub', enable: ['simd'] });
  if (binary === null) throw new Error(stderr.toString());
  const loop = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { abort() {} } }).exports.peak as (
    n: number,
  ) => number;
  const rounds = 100_000;
  return (rounds * chains.length * 8) / best(() => loop(rounds)) / 1e9;
}

interface Layer {
  readonly images: number;
  /** of the output */
  readonly size: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
}

interface Row {
  readonly what: string;
  readonly seconds: number;
  /** multiplications and additions, 2 a pair */
  readonly operations: number;
}

const describe = ({ size, inputs, outputs, kernel, stride }: Layer) =>
  `${kernel}x${kernel} ${inputs} -> ${outputs}, ${size}x${size}${stride > 1 ? ` stride ${stride}` : ''}`;

function mapsOf({ images, size, inputs, outputs, kernel, stride }: Layer) {
  const xSize = size * stride + kernel - 1;
  const [xPixel, yPixel] = [4 * inputs, 4 * outputs];
  const x = take(images * xSize * xSize * inputs);
  const y = take(images * size * size * outputs);
  return {
    x: { x, xImage: xSize * xSize * xPixel, xRow: stride * xSize * xPixel, xPixel: stride * xPixel },
    y: { y, yImage: size * size * yPixel, yRow: size * yPixel, yPixel },
    dy: { dy: y, dyImage: size * size * yPixel, dyRow: size * yPixel, dyPixel: yPixel },
    tapRow: xSize * xPixel,
    tapPixel: xPixel,
  };
}

function dense(layer: Layer): Row[] {
  const { images, size, inputs, outputs, kernel } = layer;
  const { x, y, dy, tapRow } = mapsOf(layer);
  const length = kernel * inputs;
  const offsets = integers(Array.from({ length: kernel }, (_, i) => i * tapRow));
  const packed = take(kernel * length * Math.ceil(outputs / 8) * 8);
  const common = { height: size, width: size, offsets, rows: kernel, length, packed, outputs };
  const operations = 2 * images * size * size * kernel * length * outputs;
  const weights = kernel * Math.ceil(length / 4);
  return [
    {
      what: `convolve ${describe(layer)}`,
      seconds: time('convolve', images, { ...x, ...y, ...common, bias: 0, add: 0 }),
      operations,
    },
    {
      what: `convolveWeights ${describe(layer)}`,
      seconds: time('convolveWeights', weights, { ...x, ...dy, ...common, images }),
      operations,
    },
  ];
}

/** As fast as if it multiplied as often as `convolve`. */
function winograd(layer: Layer): Row[] {
  const { images, size, inputs, outputs } = layer;
  const { x, y, dy } = mapsOf(layer);
  const packed = take(Math.ceil(outputs / 8) * 36 * inputs * 8);
  const scratch = take(Math.max(winogradScratch(inputs), winogradWeightsScratch(inputs, outputs)) / 4);
  const operations = 2 * images * size * size * 9 * inputs * outputs;
  const partial = take(winogradPartialBytes(inputs, outputs) / 4);
  const sums = { images, height: size, width: size, inputs, outputs, partial, partials: 1, scratch };
  const common = { height: size, width: size, inputs, packed, outputs, bias: 0, add: 0, scratch };
  return [
    {
      what: `convolveWinograd ${describe(layer)}`,
      seconds: time('convolveWinograd', images, { ...x, ...y, ...common }),
      operations,
    },
    {
      what: `convolveWeightsWinograd ${describe(layer)}`,
      seconds: time('convolveWeightsWinograd', 1, { ...x, ...dy, ...sums }),
      operations,
    },
  ];
}

function depthwise(layer: Layer): Row[] {
  const { images, size, inputs: channels, kernel } = layer;
  const { x, y, dy, tapRow, tapPixel } = mapsOf(layer);
  const taps = kernel * kernel;
  const offsets = integers(
    Array.from({ length: taps }, (_, tap) => Math.floor(tap / kernel) * tapRow + (tap % kernel) * tapPixel),
  );
  const common = { height: size, width: size, channels, offsets, taps };
  const partials = 16;
  const operations = 2 * images * size * size * channels * taps;
  return [
    {
      what: `depthwise ${describe(layer)}`,
      seconds: time('depthwise', images, { ...x, ...y, ...common, packed: take(taps * channels), add: 0 }),
      operations,
    },
    {
      what: `depthwiseWeights ${describe(layer)}`,
      seconds: time('depthwiseWeights', partials, {
        ...x,
        ...dy,
        ...common,
        images,
        partial: take(partials * taps * channels),
        partials,
      }),
      operations,
    },
  ];
}

/** Passes over a map, in operations a value as if each were one multiplication and one addition. */
function passes(layer: Layer): Row[] {
  const { images, size, inputs: channels } = layer;
  const { x, y, dy } = mapsOf({ ...layer, outputs: channels, kernel: 1, stride: 1 });
  const shape = { height: size, width: size, channels };
  const table = () => take(channels);
  const partials = 16;
  const sums = { partial: take(partials * channels * 4), partials };
  const operations = 2 * images * size * size * channels;
  const line = { factor: table(), offset: table(), activation: 1 };
  const dz = { dz: dy.dy, dzImage: dy.dyImage, dzRow: dy.dyRow, dzPixel: dy.dyPixel };
  const dx = { dx: y.y, dxImage: y.yImage, dxRow: y.yRow, dxPixel: y.yPixel };
  const what = (name: string) => `${name} ${channels} channels, ${size}x${size}`;
  return [
    {
      what: what('normStatistics'),
      seconds: time('normStatistics', partials, { ...x, images, ...shape, ...sums }),
      operations,
    },
    {
      what: what('normApply'),
      seconds: time('normApply', images, { ...x, ...y, ...shape, ...line }),
      operations,
    },
    {
      what: what('normBackStatistics'),
      seconds: time('normBackStatistics', partials, {
        ...x,
        ...dy,
        images,
        ...shape,
        ...line,
        mean: table(),
        ...sums,
      }),
      operations,
    },
    {
      what: what('normBackApply'),
      seconds: time('normBackApply', images, {
        ...x,
        ...dz,
        ...dx,
        ...shape,
        factor: table(),
        slope: table(),
        level: table(),
        add: 0,
      }),
      operations,
    },
    {
      what: what('copy'),
      seconds: time('copy', images, { ...x, ...y, ...shape, add: 0 }),
      operations,
    },
  ];
}

const layer = (size: number, inputs: number, outputs: number, kernel: number, stride = 1): Layer => ({
  images: 8,
  size,
  inputs,
  outputs,
  kernel,
  stride,
});

const sections: [keyof typeof operationCodes, () => Row[]][] = [
  ['convolve', () => dense(layer(32, 4, 16, 3))],
  ['convolve', () => dense(layer(32, 16, 16, 3))],
  ['convolve', () => dense(layer(16, 16, 32, 3, 2))],
  ['convolve', () => dense(layer(16, 32, 32, 3))],
  ['convolve', () => dense(layer(8, 64, 64, 3))],
  ['convolve', () => dense(layer(7, 64, 64, 3))],
  ['convolve', () => dense(layer(4, 128, 128, 3))],
  ['convolve', () => dense(layer(32, 16, 16, 1))],
  ['convolve', () => dense(layer(16, 32, 96, 1))],
  ['convolve', () => dense(layer(8, 64, 64, 1))],
  ['convolve', () => dense(layer(7, 96, 24, 1))],
  ['convolveWinograd', () => winograd(layer(32, 16, 16, 3))],
  ['convolveWinograd', () => winograd(layer(16, 32, 32, 3))],
  ['convolveWinograd', () => winograd(layer(8, 64, 64, 3))],
  ['convolveWinograd', () => winograd(layer(7, 64, 64, 3))],
  ['convolveWinograd', () => winograd(layer(4, 128, 128, 3))],
  ['depthwise', () => depthwise(layer(32, 16, 16, 3))],
  ['depthwise', () => depthwise(layer(16, 32, 32, 3, 2))],
  ['depthwise', () => depthwise(layer(8, 64, 64, 3))],
  ['depthwise', () => depthwise(layer(7, 64, 64, 3))],
  ['depthwise', () => depthwise(layer(16, 32, 32, 5))],
  ['depthwise', () => depthwise(layer(8, 64, 64, 7))],
  ['normApply', () => passes(layer(32, 16, 16, 1))],
  ['normApply', () => passes(layer(8, 64, 64, 1))],
];

const chosen = process.argv[2];
const limit = await peak();
const table = new Table({
  head: ['kernel', 'ms', 'GFLOP/s', 'of the limit'],
  colAligns: ['left', 'right', 'right', 'right'],
  style: { head: [], border: [], compact: true },
});
for (const [name, section] of sections) {
  if (chosen !== undefined && name !== chosen) continue;
  const start = top;
  for (const { what, seconds, operations } of section()) {
    const speed = operations / seconds / 1e9;
    table.push([what, (seconds * 1000).toFixed(3), speed.toFixed(1), (speed / limit).toFixed(2)]);
  }
  top = start;
}
console.log(table.toString());
console.log(`8 images, one thread; limit: ${limit.toFixed(1)} GFLOP/s of multiplying and adding vectors of four.`);
