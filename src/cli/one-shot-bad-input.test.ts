/** Configurations of runs that train, and images, that cannot be used: one sentence, exit code 2, and nothing stays behind. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lissnas } from '../../test/cli.js';
import { InputError } from '../errors.js';
import { tinyText, writeImages } from '../runs/one-shot/testing/tiny-run.js';
import { createProgram } from './program.js';
import { Advised } from './terminal.js';

const home = process.cwd();
let base: string;
let before: string[];
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-bad-'));
  process.chdir(base);
  writeImages(base);
  const image = (side: number) =>
    sharp({ create: { width: side, height: side, channels: 3, background: '#804020' } })
      .png()
      .toBuffer();
  const small = await image(8);
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  for (const folder of ['empty-class', 'corrupt', 'cut', 'mixed', 'one-each', 'test-class']) {
    for (const name of ['cat', 'dog']) put(`${folder}/train/${name}/1.png`, small);
  }
  mkdirSync('empty-class/train/eel');
  put('corrupt/train/dog/2.jpg', 'no image at all');
  put('cut/train/dog/2.png', small.subarray(0, 60));
  put('mixed/train/dog/2.png', await image(9));
  put('test-class/test/eel/1.png', small);
  for (const name of ['cat/1', 'cat/2', 'cat/3', 'cat/4', 'dog/1', 'dog/2', 'dog/3', 'dog/4']) {
    put(`thumbs/${name}.png`, await image(4));
  }
  put('nothing/readme.txt', 'no folder');
  put('cifar/data_batch_1.bin', 'short');
  put('idx/train-images-idx3-ubyte', readFileSync('images/train-images-idx3-ubyte').subarray(0, 500));
  put('idx/train-labels-idx1-ubyte', readFileSync('images/train-labels-idx1-ubyte'));
  put('space.yaml', 'name: mine\ndimensions: { layer: { choices: [a, b], repeat: 6 } }\n');
  const declared = (name: string, shape: string, layers: string) =>
    `name: ${name}\ndimensions: { kernel: [3, 5], side: [32, 48] }\nnetwork:\n  input: { shape: ${shape}, classes: 4 }\n  layers: [${layers}]\n`;
  put('block.yaml', declared('b', '[1, 8, 8]', '{ block: cnov }'));
  const pools = '{ block: max-pool, kernel: 2, stride: $side }, { block: max-pool, kernel: 2 }';
  put('deep.yaml', declared('d', '[1, 64, 64]', `{ block: conv, channels: 4, kernel: $kernel, name: s }, ${pools}`));
  put('resolution.yaml', declared('sizes', '[1, $side, $side]', '{ block: conv, kernel: $kernel }'));
  put('table.yaml', 'space: space.yaml\nevaluator: { kind: nk, k: 1 }\nshrink: { evaluations: 20, size: 5 }\n');
  put('good.yaml', tinyText('images'));
  before = everything();
});
afterAll(() => {
  process.chdir(home);
  rmSync(base, { recursive: true, force: true });
});
afterEach(() => {
  rmSync('bad.yaml', { force: true });
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
});

const everything = () => readdirSync(base, { recursive: true }).map(String).toSorted();

/** The sentence with which a command is refused. */
async function refusal(...args: string[]): Promise<string> {
  const error: unknown = await createProgram()
    .parseAsync(['node', 'lissnas', ...args])
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  expect(error).not.toBeInstanceOf(Advised);
  expect(everything().filter((name) => name !== 'bad.yaml')).toEqual(before);
  const { message } = error as InputError;
  expect(message).not.toContain('\n');
  return message;
}

const folder = (path: string, more = {}) => ({ data: { kind: 'folder', path, testSize: 0.5, ...more } });

describe.each<[what: string, other: Readonly<Record<string, unknown>>, words: RegExp]>([
  ['an unknown space', { space: 'mobile-tyni' }, /unknown space "mobile-tyni".*did you mean "mobile-tiny"/],
  ['a space without networks', { space: 'space.yaml' }, /^space "mine" does not say what its networks are.*`network`/],
  ['a network with an unknown block', { space: 'block.yaml' }, /block\.yaml: line 5, column 21: .*but is "cnov"/],
  [
    'images too small for some network of a declared space',
    { space: 'deep.yaml' },
    /^d has no networks for 8x8 images with 1 channels: layer "s2" of architecture 3,32: operation "s2": .* 4 x 0 x 0/,
  ],
  [
    'a space that chooses the resolution',
    { space: 'resolution.yaml' },
    /^sizes chooses the resolution of its images by itself/,
  ],
  ['a kind of data that is none', { data: { kind: 'imagenet' } }, /line \d+.*shapes, cifar10, cifar100, idx or folder/],
  ['no data', { data: undefined }, /bad\.yaml: line 1, column 1: .*"?data"?/],
  ['images that are not there', folder('nowhere'), /nowhere: there is no such/],
  ['a file in place of images', folder('good.yaml'), /good\.yaml: this is a file; give a folder of images/],
  ['a folder without folders', folder('nothing'), /nothing: there is no folder here; .* one folder per class/],
  ['an empty class folder', folder('empty-class'), /train\/eel: the class folder holds no .*image/],
  ['a corrupt image', folder('corrupt'), /dog\/2\.jpg: the content is neither a JPEG nor a PNG image/],
  ['an image cut short', folder('cut'), /dog\/2\.png: the image cannot be decoded/],
  ['images of mixed sizes', folder('mixed'), /dog\/2\.png: the image is 9x9 and .* 8x8; give a side/],
  ['a class only in the test part', folder('test-class'), /test\/eel: this class has no folder in train/],
  ['one image a class', folder('one-each'), /one-each, train: the training part would hold no image of class "dog"/],
  [
    'images too small for the networks',
    {
      ...folder('thumbs', { testSize: 2 }),
      validation: 2,
      scratch: { batch: 2, steps: 2, augmentation: { padding: 1 } },
    },
    /^mobile-tiny has no networks for 4x4 images with 3 channels: /,
  ],
  ['a CIFAR that is incomplete', { data: { kind: 'cifar10', path: 'cifar' } }, /cifar: there is no data_batch_2\.bin/],
  ['an IDX cut short', { data: { kind: 'idx', path: 'idx' } }, /train-images.*: the header says 160x8x8 bytes, but/],
  ['a validation part above the images', { validation: 1000 }, /no image is left for the training part of 120 images/],
  ['a batch above the images', { scratch: { batch: 100, steps: 2 } }, /scratch: the batch is 100, .* only 80 images/],
  ['an unknown searcher', { search: { searcher: 'bayes' } }, /line \d+, column \d+: .*random, local-search, regul/],
  [
    'an unknown key',
    { serach: { evaluations: 4 } },
    /line \d+, column \d+: unknown key "serach" in the file; allowed are .* search/,
  ],
  [
    'one in a map',
    { shrink: { evaluations: 6, sise: 8 } },
    /line \d+, column \d+: unknown key "sise" in shrink; allowed are evaluations, size/,
  ],
  [
    'one in a recipe',
    { supernet: { warmUp: { batch: 4, step: 4 }, training: { batch: 4, steps: 4 } } },
    /line \d+, column \d+: unknown key "step" in supernet.warmUp; allowed are batch, steps/,
  ],
  [
    'one in the data',
    { data: { kind: 'idx', path: 'images', sides: 4 } },
    /line \d+, column \d+: unknown key "sides" in data; allowed are kind/,
  ],
  ['steps and epochs', { scratch: { batch: 4, steps: 2, epochs: 2 } }, /scratch.* steps or epochs, not both/],
  ['a batch of one', { scratch: { batch: 1, steps: 2 } }, /scratch\.batch.* must be at least 2/],
  ['half a thread', { threads: 0.5 }, /threads.* must be a whole number/],
  ['padding that is none', { scratch: { steps: 2, augmentation: { padding: -1 } } }, /padding.* must be at least 0/],
  [
    'a cutout above the image',
    { scratch: { batch: 4, steps: 2, augmentation: { cutout: 99 } } },
    /cutout 99; .* from 0 to 7/,
  ],
])('%s', (_, other, words) => {
  it('is refused', async () => {
    writeFileSync('bad.yaml', tinyText('images', other));
    expect(await refusal('run', 'bad.yaml', '--out', 'out')).toMatch(words);
    expect(existsSync('out')).toBe(false);
  });
});

it.each<[args: string[], words: RegExp]>([
  [['run', 'good.yaml', '--quick', '--out', 'out'], /^--quick is for the default run; good\.yaml says by itself/],
  [['run', 'table.yaml', '--control', '--out', 'out'], /^--control is for runs that train .* table\.yaml has no key/],
  [['run', 'good.yaml', '--out', 'images'], /^images: is not empty/],
  [['run', 'no.yaml', '--out', 'out'], /^no\.yaml: there is no such file/],
  [['resume', 'images'], /^images: holds no run/],
])('%j is refused', async (args, words) => {
  expect(await refusal(...args)).toMatch(words);
});

it('the process itself says one sentence on standard error, nothing on standard output, and exits with 2', async () => {
  writeFileSync('bad.yaml', tinyText('images', folder('corrupt')));
  const ended = await lissnas(['run', 'bad.yaml', '--out', 'out'], base);
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toMatch(/^lissnas: .*corrupt\/train\/dog\/2\.jpg: the content is neither [^\n]*\n$/);
});
