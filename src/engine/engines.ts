/** The table of engines that train, by the names that configurations and workers use. */
import type { Engine } from './engine.js';
import { kernelsHash } from './kernels-binary.js';
import { packageHash } from './torch/python.js';
import { createTorchEngine } from './torch/torch-engine.js';
import { createWasmEngine } from './wasm-engine.js';

/** A way to train. */
export interface EngineEntry {
  /** which build it is: on machines of one kind, two engines of one build give the same bits */
  build(): string;
  create(options: { readonly randomSeed: number; readonly threads?: number }): Engine | Promise<Engine>;
}

/** All engines. */
export const engines = {
  wasm: { build: kernelsHash, create: createWasmEngine },
  torch: { build: packageHash, create: createTorchEngine },
} as const satisfies Readonly<Record<string, EngineEntry>>;

/** The name of an engine. */
export type EngineName = keyof typeof engines;

/** Their names. */
export const engineNames = Object.keys(engines) as readonly EngineName[];

/** Whether there is an engine of this name. */
export function isEngine(name: string): name is EngineName {
  return Object.hasOwn(engines, name);
}
