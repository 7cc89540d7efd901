/** A run that trains in PyTorch: to the end, and to the same end after it was stopped. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { torch } from '../../../test/optional.js';
import { PYTHON_VARIABLE } from '../../engine/torch/python.js';
import { resumeOneShot, startOneShot } from './run.js';
import { tinyConfig, writeImages } from './testing/tiny-run.js';

const python = torch();

describe.skipIf(python === undefined)('a run that trains in PyTorch', () => {
  let base: string;
  let images: string;
  const before = process.env[PYTHON_VARIABLE];
  beforeAll(async () => {
    process.env[PYTHON_VARIABLE] = python!;
    base = mkdtempSync(join(tmpdir(), 'lissnas-torch-run-'));
    images = writeImages(base);
    await startOneShot(tinyConfig(images, { engine: 'torch' }), join(base, 'whole'));
  }, 300_000);
  afterAll(() => {
    if (before === undefined) delete process.env[PYTHON_VARIABLE];
    else process.env[PYTHON_VARIABLE] = before;
    rmSync(base, { recursive: true, force: true });
  });

  const weights = (name: string) => readFileSync(join(base, name, 'best.safetensors'));

  it('leaves what every such run leaves, but for other rounding', async () => {
    await startOneShot(tinyConfig(images), join(base, 'embedded'));
    const found = (name: string) => JSON.parse(readFileSync(join(base, name, 'shrunk-space.json'), 'utf8'));
    const [own, embedded] = [found('whole'), found('embedded')];
    // the first round is drawn before anything is measured
    const first = ({
      measurements,
      rounds,
    }: {
      measurements: { architecture: number[]; accuracy: number }[];
      rounds: { measured: number }[];
    }) => measurements.slice(0, rounds[0]!.measured);
    expect(first(own).map(({ architecture }) => architecture)).toEqual(
      first(embedded).map(({ architecture }) => architecture),
    );
    first(own).forEach(({ accuracy }, i) => {
      expect(Math.abs(accuracy - first(embedded)[i]!.accuracy)).toBeLessThanOrEqual(5); // two of 40 images
    });
    expect(weights('whole').length).toBeGreaterThan(1000);
  }, 120_000);

  it('ends in the same weights, bit for bit, when it was stopped in between', async () => {
    const stop = new AbortController();
    let steps = 0;
    const run = startOneShot(tinyConfig(images, { engine: 'torch' }), join(base, 'stopped'), {
      signal: stop.signal,
      onProgress: () => {
        if (++steps === 14) stop.abort(new Error('enough'));
      },
    });
    await expect(run).rejects.toThrow('enough');
    await resumeOneShot(join(base, 'stopped'));
    expect(weights('stopped').equals(weights('whole'))).toBe(true);
  }, 300_000);
});
