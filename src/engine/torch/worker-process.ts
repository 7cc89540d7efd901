/** A PyTorch worker: a Python process that is spoken with line by line, and shares a folder of tensors. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import { InputError, LissnasError } from '../../errors.js';
import type { Tensors } from '../../math/tensor.js';
import { readSafetensors, safetensorsPieces } from '../../networks/safetensors.js';
import { type Hello, messageSchema, PROTOCOL } from './messages.js';
import { findPython, PYTHON_VARIABLE, packageFolder } from './python.js';

/** How a worker is started. */
export interface TorchWorkerOptions {
  /** the Python to run; `findPython` by default */
  readonly python?: string;
  /** of PyTorch on the CPU; as many as it likes by default */
  readonly threads?: number;
  /** `cpu`, `cuda`, `cuda:1`, or `auto` (default), which takes a GPU where there is one */
  readonly device?: string;
}

/** Milliseconds without a word, after which a worker counts as lost; it says something every 5 seconds. */
const SILENCE_MS = 120_000;
/** Lines of standard error that are kept to tell why a worker has ended. */
const LINES_KEPT = 20;
/** Memory that is a folder, where there is such a thing: tensors need not go over a disk. */
const SHARED_MEMORY = '/dev/shm';
/** Python looks for modules in the package's folder, where it otherwise would look in the folder that this program happens to run in. */
const BEGINNING = 'import sys; sys.path[0] = sys.argv.pop(1); from lissnas_torch.__main__ import main; main()';

interface Waiting {
  resolve(answer: unknown): void;
  reject(reason: unknown): void;
}

/** A worker that has said hello. */
export class TorchWorker {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #waiting = new Map<number, Waiting>();
  readonly #said: string[] = [];
  readonly #silence: NodeJS.Timeout;
  readonly #exit: Promise<unknown>;
  #hello: Hello | undefined;
  #greeted: Waiting | undefined;
  #gone: LissnasError | undefined;
  #commands = 0;
  #files = 0;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.#exit = once(child, 'close').catch(() => {});
    this.#silence = setTimeout(() => this.#lose(`has said nothing for ${SILENCE_MS / 1000} s`), SILENCE_MS).unref();
    createInterface({ input: child.stdout! }).on('line', (line) => this.#hear(line));
    createInterface({ input: child.stderr! }).on('line', (line) => {
      this.#said.push(line);
      if (this.#said.length > LINES_KEPT) this.#said.shift();
    });
    child.stdin!.on('error', () => {}); // it has ended, and `close` tells why
    child.once('error', (error) => this.#end(`cannot be started: ${error.message}`));
    child.once('close', (code, signal) =>
      this.#end(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
    );
  }

  /** Starts a worker. @throws InputError where there is no Python with PyTorch, or its package speaks another protocol */
  static async start({ python = findPython(), threads, device }: TorchWorkerOptions = {}): Promise<TorchWorker> {
    const folder = await mkdtemp(join(existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir(), 'lissnas-torch-'));
    const words = [
      ...['-c', BEGINNING, packageFolder()],
      ...(threads === undefined ? [] : ['--threads', String(threads)]),
      ...(device === undefined ? [] : ['--device', device]),
    ];
    const child = spawn(python, words, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    const worker = new TorchWorker(child, folder);
    try {
      const hello = await worker.#greeting();
      if (hello.protocol !== PROTOCOL) {
        throw new InputError(`the PyTorch worker speaks protocol ${hello.protocol} instead of ${PROTOCOL}`);
      }
      return worker;
    } catch (error) {
      await worker.close();
      if (error instanceof InputError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new InputError(
        `the torch engine cannot be used with ${python}: ${reason}; name a Python that has PyTorch in the variable ${PYTHON_VARIABLE}`,
        {},
        { cause: error },
      );
    }
  }

  /** Of its process. */
  get pid(): number {
    return this.#child.pid!;
  }

  /** What it has said of itself. */
  get hello(): Hello {
    return this.#hello!;
  }

  /**
   * Has a command carried out, after all that were asked for before. A file that `tensors` go by is gone afterwards.
   * @throws LissnasError where the command fails or the worker is gone
   */
  async ask(command: string, given: object, tensors?: Tensors): Promise<unknown> {
    if (tensors === undefined) return this.#send(command, given);
    const file = this.#newFile();
    try {
      await writeTensors(file, tensors);
      return await this.#send(command, { ...given, file });
    } finally {
      await rm(file, { force: true });
    }
  }

  /** The same for a command that answers with a file. @param key by which the command is told of the file */
  async askFor(command: string, given: object, tensors?: Tensors, key = 'file'): Promise<Tensors> {
    const file = this.#newFile();
    try {
      await this.ask(command, { ...given, [key]: file }, tensors);
      return (await readSafetensors(file)).tensors;
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Ends it; may be called twice. */
  async close(): Promise<void> {
    clearTimeout(this.#silence);
    this.#child.stdin!.end();
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await this.#exit;
    clearTimeout(patience);
    await rm(this.#folder, { recursive: true, force: true });
  }

  #greeting(): Promise<Hello> {
    return new Promise((resolve, reject) => {
      this.#greeted = { resolve: resolve as Waiting['resolve'], reject };
      if (this.#gone !== undefined) reject(this.#gone);
      else if (this.#hello !== undefined) resolve(this.#hello);
    });
  }

  #send(command: string, given: object): Promise<unknown> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    const id = ++this.#commands;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin!.write(`${JSON.stringify({ id, command, ...given })}\n`);
    });
  }

  #hear(line: string): void {
    this.#silence.refresh();
    const message = messageSchema.safeParse(parsed(line)).data;
    if (message === undefined) this.#lose(`has said what is no answer: ${line.slice(0, 100)}`);
    else if ('hello' in message) {
      this.#hello = message.hello;
      this.#greeted?.resolve(message.hello);
    } else if ('id' in message) this.#settle(message);
  }

  #settle(message: Extract<z.infer<typeof messageSchema>, { id: number }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('answer' in message) waiting?.resolve(message.answer);
    else waiting?.reject(new LissnasError('engine', `PyTorch: ${message.error.message}`));
  }

  #lose(problem: string): void {
    this.#end(problem);
    this.#child.kill('SIGKILL');
  }

  #end(problem: string): void {
    if (this.#gone !== undefined) return;
    clearTimeout(this.#silence);
    const last = this.#said.at(-1);
    this.#gone = new LissnasError('engine', `the PyTorch worker ${problem}${last === undefined ? '' : ` (${last})`}`);
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
    this.#greeted?.reject(this.#gone);
  }

  #newFile(): string {
    return join(this.#folder, `${++this.#files}.safetensors`);
  }
}

async function writeTensors(path: string, tensors: Tensors): Promise<void> {
  try {
    const file = await open(path, 'wx');
    try {
      for (const piece of safetensorsPieces(tensors)) await file.writeFile(piece);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof LissnasError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LissnasError('engine', `tensors for PyTorch cannot be written: ${reason}`, { cause });
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
