/** The PyTorch engine keeps the contract of every engine, and says what is wrong with Python. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { torch } from '../../../test/optional.js';
import { engineContract } from '../testing/contract.js';
import { createTorchEngine } from './torch-engine.js';
import { TorchWorker } from './worker-process.js';

const python = torch();

describe.skipIf(python === undefined)('with PyTorch', () => {
  let worker: TorchWorker;
  beforeAll(async () => {
    worker = await TorchWorker.start({ python: python!, threads: 1, device: 'cpu' });
  }, 60_000);
  afterAll(() => worker?.close());

  engineContract('torch', ({ randomSeed }) => createTorchEngine({ randomSeed, worker }), {
    logits: 1e-4,
    gradients: 1e-3,
    company: 1e-5,
  });
});

describe('a Python that is none', () => {
  it('is refused in one sentence', async () => {
    await expect(createTorchEngine({ python: '/no/such/python' })).rejects.toThrow(
      /^the torch engine cannot be used with \/no\/such\/python: .*ENOENT.*LISSNAS_PYTHON$/,
    );
    await expect(createTorchEngine({ python: process.execPath })).rejects.toThrow(
      /cannot be used with .*LISSNAS_PYTHON$/,
    );
  });
});
