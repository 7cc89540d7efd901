import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { torch } from '../../test/optional.js';
import { networks } from './index.js';
import { toOnnx } from './onnx.js';
import { toPyTorch } from './pytorch.js';
import { safetensorsPieces } from './safetensors.js';
import { randomlyTrained } from './testing/trained.js';
import { networkTensors } from './trained-network.js';

const root = resolve(import.meta.dirname, '../..');
const document = readFileSync(join(root, 'docs/exports.md'), 'utf8');
const program = (language: string, word: string) =>
  [...document.matchAll(/```(\w+)\n([\s\S]*?)```/g)].find(
    ([, own, text]) => own === language && text!.includes(word),
  )![2]!;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-docs-'));
  const network = await randomlyTrained(
    networks['mobile-tiny']([0, 0, 1, 0, 2, 0, 0, 0], { shape: [3, 32, 32], classes: 4 }),
    1,
  );
  writeFileSync(join(folder, 'best.onnx'), toOnnx(network));
  writeFileSync(join(folder, 'best.py'), toPyTorch(network.graph));
  writeFileSync(join(folder, 'best.safetensors'), Buffer.concat([...safetensorsPieces(networkTensors(network))]));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('the JavaScript in docs/exports.md runs the model', () => {
  writeFileSync(join(folder, 'use.mjs'), program('js', 'InferenceSession'));
  expect(execFileSync(process.execPath, ['use.mjs'], { cwd: folder, encoding: 'utf8' })).toMatch(
    /^\[ 1, 4 \] [0-3]\n$/,
  );
});

const interpreter = torch();
it.skipIf(interpreter === undefined)('the PyTorch in docs/exports.md loads the weights', () => {
  writeFileSync(join(folder, 'use.py'), program('python', 'best.load'));
  expect(execFileSync(interpreter!, ['use.py'], { cwd: folder, encoding: 'utf8' })).toBe('torch.Size([1, 4])\n');
});
