/**
 * Where kernels are tested: a memory full of NaN with maps and tables in it. Every instruction runs on one, two and three threads, which
 * must leave the same bits everywhere, and must change nothing but what the test names as its outputs.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createRandom, type Random } from '../../../math/random.js';
import { type Arguments, FLOATS, type InstructionName, instructions, operationCodes } from '../../instructions.js';
import { kernelModule } from '../../kernels-binary.js';

const CONTROL = 4096; // bytes; below stand the words that order the threads about, and the kernels' constants
const START = 8192;
const GUARD = 256; // bytes of NaN between any two things
const NAN_BITS = 0x7fc00000;
const ORDER = { number: 0, program: 1, threads: 2, done: 3 } as const; // words

const THREAD = `
const { parentPort, workerData: { module, memory, thread, control, order } } = require('node:worker_threads');
const { run } = new WebAssembly.Instance(module, { env: { memory, abort() {} } }).exports;
const words = new Int32Array(memory.buffer);
parentPort.postMessage('ready');
for (let seen = 0; ; ) {
  Atomics.wait(words, order.number, seen);
  if (Atomics.load(words, order.number) === seen) continue;
  seen++;
  if (thread < words[order.threads]) run(words[order.program], thread, words[order.threads], control);
  Atomics.add(words, order.done, 1);
  Atomics.notify(words, order.done);
}`;

type Run = (program: number, thread: number, threads: number, control: number) => void;

/** A piece of memory that a test allows to change. */
export interface Region {
  readonly address: number;
  readonly bytes: number;
}

/** A feature map in the memory: strides in bytes, as instructions.ts has them. */
export class TestMap {
  constructor(
    private readonly f32: Float32Array,
    readonly images: number,
    readonly height: number,
    readonly width: number,
    readonly channels: number,
    readonly address: number,
    readonly image: number,
    readonly row: number,
    readonly pixel: number,
  ) {}

  /** The value at a place, 0 in the border; NaN where nothing may be read. */
  at(n: number, h: number, w: number, c: number): number {
    return this.f32[this.index(n, h, w, c)]!;
  }

  set(n: number, h: number, w: number, c: number, value: number): void {
    this.f32[this.index(n, h, w, c)] = value;
  }

  /** Calls `visit` for every value in reading order. */
  each(visit: (n: number, h: number, w: number, c: number) => void): void {
    for (let n = 0; n < this.images; n++)
      for (let h = 0; h < this.height; h++)
        for (let w = 0; w < this.width; w++) for (let c = 0; c < this.channels; c++) visit(n, h, w, c);
  }

  /** A copy of all values in reading order. */
  values(): number[] {
    const found: number[] = [];
    this.each((...place) => found.push(this.at(...place)));
    return found;
  }

  /** What a kernel may write: the channels, with `rounded` up to the next multiple of four. */
  regions(rounded = true): Region[] {
    const bytes = 4 * (rounded ? roundUp(this.channels, 4) : this.channels);
    const found: Region[] = [];
    this.each((n, h, w, c) => {
      if (c === 0) found.push({ address: 4 * this.index(n, h, w, 0), bytes });
    });
    return found;
  }

  private index(n: number, h: number, w: number, c: number): number {
    return (this.address + n * this.image + h * this.row + w * this.pixel) / 4 + c;
  }
}

/** How a map lies in the memory. */
export interface Layout {
  /** pixels of zeros around every image; 0 by default */
  readonly border?: number;
  /** groups of four NaN after every pixel, pixels of NaN after every row and image; 0 by default: as close together as can be */
  readonly slack?: number;
}

/** One memory with its threads; `clear` it for every case. */
export class Workbench {
  readonly #memory = new WebAssembly.Memory({ initial: 512, maximum: 65_536, shared: true });
  readonly #words = new Int32Array(this.#memory.buffer);
  readonly f32 = new Float32Array(this.#memory.buffer);
  readonly #workers: Worker[];
  readonly #run: Run;
  #end = START;
  random: Random = createRandom(0);

  private constructor() {
    const module = kernelModule();
    const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory, abort() {} } });
    this.#run = instance.exports.run as Run;
    this.#workers = [1, 2].map((thread) => {
      const workerData = { module, memory: this.#memory, thread, control: CONTROL, order: ORDER };
      return new Worker(THREAD, { eval: true, workerData });
    });
  }

  /** A workbench whose threads have begun, for they cannot while a test waits for them. */
  static async open(): Promise<Workbench> {
    const bench = new Workbench();
    await Promise.all(bench.#workers.map((worker) => once(worker, 'message')));
    return bench;
  }

  /** Forgets everything; what is made afterwards depends on the random seed alone. */
  clear(randomSeed: number): void {
    this.random = createRandom(randomSeed);
    this.#words.fill(NAN_BITS, START / 4, this.#end / 4 + GUARD / 4);
    this.#end = START + GUARD;
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Normal random values (or the given ones) with finite values up to a multiple of four, zeros in the border. */
  map(shape: readonly [images: number, height: number, width: number, channels: number], layout: Layout = {}): TestMap {
    const [images, height, width, channels] = shape;
    const { border = 0, slack = 0 } = layout;
    const pixel = 4 * (roundUp(channels, 4) + 4 * slack);
    const row = (width + 2 * border + slack) * pixel;
    const image = (height + 2 * border + slack) * row;
    const start = this.#take(images * image);
    const address = start + border * (row + pixel);
    const map = new TestMap(this.f32, images, height, width, channels, address, image, row, pixel);
    const lanes = roundUp(channels, 4);
    for (let n = 0; n < images; n++)
      for (let h = -border; h < height + border; h++)
        for (let w = -border; w < width + border; w++)
          for (let c = 0; c < lanes; c++) {
            const inside = h >= 0 && h < height && w >= 0 && w < width;
            map.set(n, h, w, c, inside ? this.random.normal() : 0);
          }
    return map;
  }

  /** The address of new f32. */
  floats(values: readonly number[]): number {
    const address = this.#take(4 * values.length);
    this.f32.set(values, address / 4);
    return address;
  }

  /** The address of new f64. */
  doubles(values: readonly number[]): number {
    const address = this.#take(8 * values.length);
    new Float64Array(this.#memory.buffer).set(values, address / 8);
    return address;
  }

  /** The address of so many new normal f32. */
  normals(count: number): number {
    return this.floats(Array.from({ length: count }, () => this.random.normal()));
  }

  /** The address of new i32. */
  integers(values: readonly number[]): number {
    const address = this.#take(4 * values.length);
    this.#words.set(values, address / 4);
    return address;
  }

  /** A copy of f32 in the memory. */
  readFloats(address: number, count: number): number[] {
    return Array.from(this.f32.subarray(address / 4, address / 4 + count));
  }

  /** A copy of f64 in the memory. */
  readDoubles(address: number, count: number): number[] {
    return Array.from(new Float64Array(this.#memory.buffer, address, count));
  }

  /** A copy of i32 in the memory. */
  readIntegers(address: number, count: number): number[] {
    return Array.from(this.#words.subarray(address / 4, address / 4 + count));
  }

  /** Carries out one instruction, which may leave anything in `scratch`. @throws Error where threads disagree or anything but the outputs has changed */
  run<Name extends InstructionName>(
    name: Name,
    items: number,
    args: Arguments<Name>,
    outputs: readonly Region[],
    scratch?: Region,
  ): void {
    this.runProgram([encode(name, items, args)], outputs, scratch);
  }

  /** Carries out several instructions as one program. */
  runProgram(encoded: readonly (readonly number[])[], outputs: readonly Region[], scratch?: Region): void {
    const program = this.integers([...encoded.flat(), 0]);
    const [from, to] = [START / 4, (this.#end + GUARD) / 4];
    const before = this.#words.slice(from, to);
    this.#runOn(1, program);
    const after = this.#words.slice(from, to);
    const mayChange = new Uint8Array(to - from);
    const mark = ({ address, bytes }: Region, as: number) =>
      mayChange.fill(as, address / 4 - from, (address + bytes) / 4 - from);
    for (const output of outputs) mark(output, 1);
    if (scratch !== undefined) mark(scratch, 2);
    for (let i = 0; i < before.length; i++) {
      if (before[i] !== after[i] && !mayChange[i]) throw new Error(`word ${i} changed that is no output`);
    }
    for (const threads of [2, 3]) {
      this.#words.set(before, from);
      this.#runOn(threads, program);
      for (let i = 0; i < after.length; i++) {
        if (after[i] !== this.#words[from + i] && mayChange[i] !== 2)
          throw new Error(`${threads} threads make another word ${i}`);
      }
    }
  }

  #runOn(threads: number, program: number): void {
    if (threads > 1) {
      this.#words[ORDER.program] = program;
      this.#words[ORDER.threads] = threads;
      Atomics.store(this.#words, ORDER.done, 0);
      Atomics.add(this.#words, ORDER.number, 1);
      Atomics.notify(this.#words, ORDER.number);
    }
    this.#run(program, 0, threads, CONTROL);
    if (threads > 1) {
      for (let done = 0; done < this.#workers.length; done = Atomics.load(this.#words, ORDER.done)) {
        Atomics.wait(this.#words, ORDER.done, done, 1000);
      }
    }
  }

  #take(bytes: number): number {
    const address = this.#end;
    this.#end = roundUp(address + bytes, 64) + GUARD;
    if (this.#end + GUARD > this.#memory.buffer.byteLength) throw new Error('the test needs more memory');
    return address;
  }
}

/** The words of an instruction. */
export function encode<Name extends InstructionName>(name: Name, items: number, args: Arguments<Name>): number[] {
  const names = instructions[name].split(' ');
  const numbers = args as Readonly<Record<string, number>>;
  const words = names.map((argument) => (FLOATS.has(argument) ? floatBits(numbers[argument]!) : numbers[argument]!));
  return [operationCodes[name], names.length, items, ...words];
}

function floatBits(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0]!;
}

/** The next multiple. */
export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

type Strides<Name extends string> = Readonly<Record<Name | `${Name}Image` | `${Name}Row` | `${Name}Pixel`, number>>;

/** The four arguments that name a map. */
export function strides<Name extends string>(name: Name, map: TestMap): Strides<Name> {
  const { address, image, row, pixel } = map;
  return { [name]: address, [`${name}Image`]: image, [`${name}Row`]: row, [`${name}Pixel`]: pixel } as Strides<Name>;
}

/** A sum in double precision that remembers how large its terms were. */
export class Sum {
  value = 0;
  size = 0;

  add(term: number): void {
    this.value += term;
    this.size += Math.abs(term);
  }
}

/** Fails unless a result is what the terms add up to, but for the rounding of f32 on the way, or so many times as much. */
export function expectSum(found: number, expected: Sum, where: string, times = 1): void {
  const limit = 2e-6 * times * expected.size + 1e-30;
  if (!(Math.abs(found - expected.value) <= limit)) {
    throw new Error(`${where}: ${found} instead of ${expected.value} (terms add up to ${expected.size})`);
  }
}
