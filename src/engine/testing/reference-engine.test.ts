import { engineContract } from './contract.js';
import { createReferenceEngine } from './reference-engine.js';

engineContract('the reference engine', createReferenceEngine, { logits: 1e-5, gradients: 1e-4 });
