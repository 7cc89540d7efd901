/** A Python process with PyTorch that trains beside the embedded engine, turn by turn: bench/engine_torch.py. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repository } from './repository.js';

/** Two ways to lay images out in memory; which one is faster depends on the network. */
export const memoryFormats = ['channels last', 'contiguous'] as const;

type MemoryFormat = (typeof memoryFormats)[number];

/** What a network is trained on, in both formats. */
export interface TorchNetwork {
  /** of a Python module with `load(path)` */
  readonly source: string;
  /** path of a safetensors file */
  readonly weights: string;
  /** base64 of float32, channels last */
  readonly images: string;
  /** count, height, width, channels */
  readonly shape: readonly number[];
  readonly labels: readonly number[];
  readonly learningRate: number;
  readonly momentum: number;
}

/** Requests are answered one after the other. */
export interface TorchProcess {
  readonly version: string;
  /** Takes the place of the network before. */
  network(network: TorchNetwork): Promise<void>;
  /** Trains until so many seconds have passed: what each step took, in seconds, and its loss. */
  steps(format: MemoryFormat, seconds: number): Promise<{ readonly seconds: number[]; readonly losses: number[] }>;
  close(): Promise<void>;
}

/** Starts the Python at this path, which must have PyTorch. */
export async function startTorch(python: string, threads: number): Promise<TorchProcess> {
  const child = spawn(python, [join(repository, 'bench/engine_torch.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ask = async <Answer>(request: { readonly kind: string } & Record<string, unknown>): Promise<Answer> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error('bench/engine_torch.py has ended before its answer');
    return JSON.parse(value) as Answer;
  };
  const { version } = await ask<{ version: string }>({ kind: 'start', threads });
  return {
    version,
    network: async (network) => void (await ask({ kind: 'network', ...network })),
    steps: (format, seconds) => ask({ kind: 'steps', format, seconds }),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
