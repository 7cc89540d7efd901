/** Threads that carry out programs together: each runs the same interpreter over the same shared memory. */
import { Worker } from 'node:worker_threads';
import { LissnasError } from '../errors.js';
import { kernelModule } from './kernels-binary.js';
import { CONTROL_BLOCK, type EngineMemory } from './memory.js';

/** Where a thread finds its orders, and the block for the kernels' barrier; bytes. */
const CONTROL = {
  order: CONTROL_BLOCK,
  program: CONTROL_BLOCK + 4,
  finished: CONTROL_BLOCK + 128,
  barrier: CONTROL_BLOCK + 256,
} as const;

/**
 * What a thread does, as text, so that no file has to be found beside this one: wait for the number of orders to change, run the program,
 * and report where all others have left the program too. Program 0 ends it.
 */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const { module, memory, thread, threads, control } = workerData;
const abort = () => { throw new Error('a kernel has failed'); };
const { run } = new WebAssembly.Instance(module, { env: { memory, abort } }).exports;
const words = new Int32Array(memory.buffer);
for (let done = 0; ; ) {
  for (let looks = 0; looks < 2000 && Atomics.load(words, control.order / 4) === done; looks++);
  Atomics.wait(words, control.order / 4, done);
  const order = Atomics.load(words, control.order / 4);
  if (order === done) continue;
  done = order;
  const program = Atomics.load(words, control.program / 4) >>> 0;
  if (program === 0) break;
  run(program, thread, threads, control.barrier);
  if (Atomics.add(words, control.finished / 4, 1) === threads - 1) {
    Atomics.store(words, control.finished / 4, 0);
    parentPort.postMessage(done);
  }
}
`;

/** A team of threads on one memory. One program at a time. */
export class Threads {
  readonly count: number;
  readonly #words: Int32Array;
  readonly #workers: Worker[];
  #failure: Error | undefined;
  #waiting: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(memory: EngineMemory, count: number) {
    this.count = count;
    this.#words = new Int32Array(memory.shared.buffer);
    const module = kernelModule();
    this.#workers = Array.from({ length: count }, (_, thread) => {
      const workerData = { module, memory: memory.shared, thread, threads: count, control: CONTROL };
      const worker = new Worker(THREAD, { eval: true, workerData, name: `lissnas kernels ${thread}` });
      worker.on('error', (error) => this.#fail(error));
      worker.on('exit', () => this.#fail(new Error('a thread has ended')));
      worker.on('message', () => this.#settle());
      worker.unref(); // an idle engine keeps no process alive
      return worker;
    });
  }

  /** Runs the program at the address to its end. @throws LissnasError with code `engine` when a thread fails; then the team is lost */
  run(program: number): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      for (const worker of this.#workers) worker.ref();
      this.#order(program);
    });
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    this.#failure ??= new LissnasError('engine', 'the engine is closed');
    this.#order(0);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #order(program: number): void {
    Atomics.store(this.#words, CONTROL.program / 4, program | 0);
    Atomics.add(this.#words, CONTROL.order / 4, 1);
    Atomics.notify(this.#words, CONTROL.order / 4);
  }

  #settle(): void {
    for (const worker of this.#workers) worker.unref();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve();
  }

  #fail(cause: Error): void {
    this.#failure ??= new LissnasError('engine', `the training engine has failed: ${cause.message}`, { cause });
    this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  }
}
