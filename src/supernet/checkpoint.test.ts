import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Tensors } from '../engine/engine.js';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { safetensorsPieces } from '../networks/safetensors.js';
import { spaceOf } from '../spaces/testing/space-of.js';
import {
  type Checkpoint,
  checkpointPieces,
  readCheckpoint,
  supernetIdentity,
  type TrainingIdentity,
} from './checkpoint.js';
import { wholeRegion } from './path-region.js';
import { createPathSampler } from './sampling.js';
import { createSupernet } from './supernet.js';
import { stripes, tinyInput, tinyNetwork, tinyRecipe, tinySpace, tinySupernet } from './testing/tiny.js';
import { train } from './train.js';

const folder = await mkdtemp(join(tmpdir(), 'checkpoint-'));
afterAll(() => rm(folder, { recursive: true }));

const recipe = tinyRecipe();
const identity = supernetIdentity(tinySupernet(), recipe, 1);
const bytesOf = (checkpoint: Checkpoint, own: TrainingIdentity = identity) =>
  Buffer.concat([...checkpointPieces(checkpoint, own)]);

async function fileOf(bytes: Uint8Array): Promise<string> {
  const file = join(folder, 'checkpoint.safetensors');
  await writeFile(file, bytes);
  return file;
}

async function refusal(bytes: Uint8Array, own = identity): Promise<string> {
  const file = await fileOf(bytes);
  const error: unknown = await readCheckpoint(file, own).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as InputError;
  expect(message.startsWith(`${file}: `)).toBe(true);
  expect(message).not.toContain('\n');
  return message.slice(file.length + 2);
}

const small: Checkpoint = {
  step: 3,
  state: new Map([['parameter/classifier.bias', { shape: [3], values: Float32Array.of(1, 2, 3) }]]),
};

it('a training stopped by its end, written, read and gone on from ends in the same bits as one in one go', async () => {
  const sampler = createPathSampler('fair', wholeRegion(tinySpace), createRandom(1));
  const trained = async (supernet = tinySupernet(), from = 0, to = 6) => {
    let last: Checkpoint | undefined;
    const save = (step: number, state: Tensors) => {
      last = { step, state };
    };
    const graphs = (step: number) => sampler(step).map((path) => supernet.graph(path));
    const { engine, images } = supernet;
    await train({
      engine,
      graphs,
      images,
      recipe,
      steps: 6,
      from,
      to,
      random: createRandom(2),
      checkpoints: { every: 100, save },
    });
    return bytesOf(last!);
  };
  const whole = await trained();
  const first = await trained(tinySupernet(), 0, 3);
  expect(first.equals(whole)).toBe(false);
  const supernet = tinySupernet();
  const checkpoint = await readCheckpoint(await fileOf(first), identity);
  await supernet.engine.load(checkpoint.state);
  const second = await trained(supernet, checkpoint.step);
  expect(second.equals(whole)).toBe(true);
});

it('reads back what was written, and equal checkpoints are equal files', async () => {
  const read = await readCheckpoint(await fileOf(bytesOf(small)), identity);
  expect(read).toEqual(small);
  expect(bytesOf({ ...small }).equals(await readFile(join(folder, 'checkpoint.safetensors')))).toBe(true);
});

describe('a checkpoint is refused', () => {
  const other = (parts: object) => createSupernet({ ...tinySupernet(), network: tinyNetwork, ...parts });
  const cases: [string, TrainingIdentity][] = [
    ['search space', supernetIdentity(other({ space: spaceOf([3, 3, 2]) }), recipe, 1)],
    ['network', supernetIdentity(other({ input: { ...tinyInput, classes: 4 } }), recipe, 1)],
    [
      'network',
      supernetIdentity(
        other({ network: (codes: number[]) => tinyNetwork([codes[0], codes[1], 0] as number[], tinyInput) }),
        recipe,
        1,
      ),
    ],
    ['recipe', supernetIdentity(tinySupernet(), tinyRecipe({ batch: 13 }), 1)],
    ['set of images', supernetIdentity(tinySupernet(1, stripes(10)), recipe, 1)],
    ['random seed', supernetIdentity(tinySupernet(), recipe, 2)],
  ];
  it.each(cases)('of another %s', async (what, own) => {
    expect(await refusal(bytesOf(small, own))).toMatch(
      new RegExp(`^the checkpoint is of another ${what} \\(.+, this training has .+\\)$`),
    );
  });

  it('where it is cut short or no checkpoint at all', async () => {
    const bytes = bytesOf(small);
    await refusal(bytes.subarray(0, bytes.length - 1));
    await refusal(bytes.subarray(0, 40));
    await refusal(new Uint8Array(0));
    expect(await refusal(Buffer.concat([...safetensorsPieces(small.state)]))).toContain('no checkpoint');
    const newer = new Map([['format', 'lissnas-checkpoint/2']]);
    expect(await refusal(Buffer.concat([...safetensorsPieces(small.state, newer)]))).toContain(
      '"lissnas-checkpoint/2"',
    );
    expect(await refusal(bytesOf({ ...small, step: -1 }))).toContain('the step is "-1"');
    await expect(readCheckpoint(join(folder, 'missing'), identity)).rejects.toThrow(InputError);
  });

  it('where a parameter has another shape than the network gives it', async () => {
    const state = new Map([['parameter/classifier.bias', { shape: [4], values: new Float32Array(4) }]]);
    expect(await refusal(bytesOf({ step: 0, state }))).toBe(
      '"parameter/classifier.bias" has the shape [4], [3] is needed',
    );
  });
});
