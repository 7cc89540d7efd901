import { engineContract } from './testing/contract.js';
import { createWasmEngine } from './wasm-engine.js';

engineContract('the embedded engine', createWasmEngine, { logits: 1e-4, gradients: 1e-3 });
