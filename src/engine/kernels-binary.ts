/** The compiled kernels, as every thread of this process needs them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LissnasError } from '../errors.js';

let compiled: WebAssembly.Module | undefined;

/**
 * The kernels' module, compiled once. It imports the shared memory `env.memory` and exports
 * `run(program, thread, threads, control)`, described in kernels/run.ts. It keeps nothing of its own in the memory.
 * @throws LissnasError with code `engine` where the build has left out kernels.wasm
 */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readBinary());
  return compiled;
}

/** SHA-256 (hexadecimal) of the kernels. @throws as `kernelModule` */
export function kernelsHash(): string {
  return createHash('sha256').update(readBinary()).digest('hex');
}

function readBinary(): Uint8Array {
  const file = new URL('./kernels.wasm', import.meta.url);
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new LissnasError('engine', `the kernels of the training engine are missing (${file.pathname})`, { cause });
  }
}
