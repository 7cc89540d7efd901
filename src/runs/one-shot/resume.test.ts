/** What a run goes on from is its own, whole and unchanged, or it is refused in one sentence. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../errors.js';
import { LIVE_NAMES } from '../live/files.js';
import { resumeOneShot, startOneShot } from './run.js';
import { tinyConfig, writeImages } from './testing/tiny-run.js';

const FILES = ['best.json', 'best.onnx', 'best.py', 'best.safetensors', 'best.svg', 'config.yaml', 'journals'];
const OTHER_FILES = ['result.json', 'run.json', 'shrunk-space.json'];
const CHECKPOINTS = ['supernet-inside.safetensors', 'supernet-warm-up.safetensors'];

let base: string;
let images: string;
let ended: string; // a run that was never stopped
let other: string; // another run of the same kind
let run: string; // a copy to be damaged
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-resume-'));
  images = writeImages(base);
  ended = join(base, 'ended');
  other = join(base, 'other');
  const { result } = await startOneShot(tinyConfig(images, { references: 2 }), ended);
  expect(result.found.accuracy).toBeGreaterThan(0);
  await startOneShot(tinyConfig(images, { references: 2, randomSeed: 2 }), other);
}, 120_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));
beforeEach(() => {
  run = mkdtempSync(join(base, 'run-'));
  cpSync(ended, run, { recursive: true });
});

const file = (name: string) => join(run, name);
const text = (name: string) => readFileSync(file(name), 'utf8');
const remove = (...names: string[]) => {
  for (const name of names) rmSync(file(name), { recursive: true });
};
/** As if the run had been stopped after it had shrunk. */
const stopAfterShrinking = () => {
  remove(...FILES.filter((name) => name.startsWith('best')), 'result.json', CHECKPOINTS[0]!);
  remove(...['references-after', 'search', 'scratch'].map((stage) => `journals/${stage}.ndjson`));
};

/** Of all files but those that only tell. */
function contents(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true }).map(String).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile() && !LIVE_NAMES.includes(name));
  return new Map(files.map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}

async function expectSame() {
  await resumeOneShot(run);
  expect([...contents(run)].filter(([name, content]) => contents(ended).get(name) !== content)).toEqual([]);
  const names = readdirSync(run).filter((name) => !LIVE_NAMES.includes(name));
  expect(names.sort()).toEqual([...FILES, ...OTHER_FILES, ...CHECKPOINTS].sort());
}

/** The sentence that refuses to go on; nothing may have changed by it. */
async function refusal(): Promise<string> {
  const before = contents(run);
  const error: unknown = await resumeOneShot(run).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  expect(contents(run)).toEqual(before);
  expect(String(error)).not.toContain('\n');
  return (error as InputError).message;
}

it('a run that has ended is shown again: nothing is trained or evaluated, and no byte changes', async () => {
  const told: string[] = [];
  const { result } = await resumeOneShot(run, { onProgress: ({ label }) => told.push(label) });
  expect(told).toEqual([]);
  expect(JSON.stringify(result)).toBe(JSON.stringify(JSON.parse(text('result.json'))));
  await expectSame();
});

it('the number of threads may change, and so may the place of the images', async () => {
  const moved = join(base, 'moved');
  cpSync(images, moved, { recursive: true });
  stopAfterShrinking();
  writeFileSync(file('config.yaml'), text('config.yaml').replace(images, moved).replace('threads: 1', 'threads: 2'));
  await resumeOneShot(run);
  expect(contents(run).get('best.onnx') === contents(ended).get('best.onnx')).toBe(true);
});

it('files of the network found that were deleted are made again, the weights by training, to the same bytes', async () => {
  remove('best.safetensors', 'best.onnx', 'best.svg');
  await expectSame();
});

describe('files that were cut', () => {
  it.each([
    'shrink',
    'references-before',
    'references-after',
    'search',
    'scratch',
  ])('journals/%s.ndjson: the rest is done again', async (stage) => {
    const journal = `journals/${stage}.ndjson`;
    const bytes = readFileSync(file(journal));
    for (const share of [0, 0.4, 0.99]) {
      writeFileSync(file(journal), bytes.subarray(0, Math.floor(share * bytes.length)));
      remove('result.json');
      if (stage === 'shrink') remove('shrunk-space.json');
      await expectSame();
    }
  });

  it('half-written files are taken away', async () => {
    stopAfterShrinking();
    for (const name of ['best.onnx', 'supernet-inside.safetensors']) {
      writeFileSync(file(`.${name}.0123abcd.unfinished`), 'half');
    }
    await expectSame();
  });

  it.each(['supernet-warm-up.safetensors', 'supernet-inside.safetensors'])('%s is refused', async (name) => {
    const bytes = readFileSync(file(name));
    for (const [damaged, words] of [
      [bytes.subarray(0, bytes.length - 100), /cut short|bytes/],
      [Buffer.concat([bytes, bytes]), /bytes/],
      [Buffer.from('nothing of the kind'), /safetensors|header/],
      [Buffer.alloc(0), /empty|safetensors|header/],
    ] as const) {
      writeFileSync(file(name), damaged);
      const message = await refusal();
      expect(message.startsWith(`${file(name)}: `)).toBe(true);
      expect(message).toMatch(words);
    }
  });

  it('shrunk-space.json is refused', async () => {
    stopAfterShrinking();
    writeFileSync(file('shrunk-space.json'), text('shrunk-space.json').slice(0, 500));
    expect(await refusal()).toContain(file('shrunk-space.json'));
  });
});

describe('files of another run', () => {
  it.each([
    ['supernet-warm-up.safetensors', /the checkpoint is of another set of images/],
    ['supernet-inside.safetensors', /the checkpoint is of another set of images/],
    ['shrunk-space.json', /is the shrunk space of another run; delete it and resume/],
    ['journals/search.ndjson', /the journal belongs to a run with another configuration/],
    ['journals/scratch.ndjson', /the journal belongs to a run with another configuration/],
  ])('%s is refused', async (name, words) => {
    remove('result.json');
    cpSync(join(other, name), file(name));
    const message = await refusal();
    expect(message.startsWith(`${file(name)}: `)).toBe(true);
    expect(message).toMatch(words);
  });

  it('and so is a checkpoint of another training of the same run, or a journal of another stage', async () => {
    cpSync(file(CHECKPOINTS[1]!), file(CHECKPOINTS[0]!));
    expect(await refusal()).toMatch(/supernet-inside.*the checkpoint is of another training \(warm-up, .* inside\)/);
    cpSync(join(ended, CHECKPOINTS[0]!), file(CHECKPOINTS[0]!));
    cpSync(file('journals/references-before.ndjson'), file('journals/references-after.ndjson'));
    expect(await refusal()).toMatch(/references-after\.ndjson: the journal belongs to a run with another/);
  });
});

describe('what was changed after the start', () => {
  it.each([
    ['the budget of the search', 'evaluations: 4', 'evaluations: 5', /another configuration/],
    ['a limit', 'size: 8', 'size: 8\n  limits: [{ cost: flops_m, max: 0.1 }]', /another configuration/],
    ['the random seed', 'randomSeed: 1', 'randomSeed: 3', /another set of images/],
    ['the learning rate', /learningRate: 0.1/g, 'learningRate: 0.2', /another recipe/],
    ['the part held back', 'validation: 40', 'validation: 41', /another set of images/],
    ['the test part', 'testSize: 40', 'testSize: 41', /the images of ".*images, train" have changed since/],
  ])('%s, is refused', async (_, from, to, words) => {
    remove('shrunk-space.json', 'result.json', 'journals'); // as if it had been stopped while it warmed up
    const config = text('config.yaml');
    writeFileSync(file('config.yaml'), config.replace(from, to));
    expect(text('config.yaml')).not.toBe(config);
    expect(await refusal()).toMatch(words);
  });

  it('an image, is refused before anything is trained, also where only the test part has it', async () => {
    const changed = join(base, 'changed');
    cpSync(images, changed, { recursive: true });
    writeFileSync(file('config.yaml'), text('config.yaml').replace(images, changed));
    const pixels = join(changed, 'train-images-idx3-ubyte');
    const bytes = readFileSync(pixels);
    for (const image of [0, 31, 77, 158]) {
      const flipped = Buffer.from(bytes);
      flipped[16 + 64 * image]! ^= 1;
      writeFileSync(pixels, flipped);
      expect(await refusal()).toMatch(
        /^\S+changed: the images of ".*" have changed since this configuration was written$/,
      );
    }
    writeFileSync(pixels, bytes);
    await resumeOneShot(run);
  });

  it('a comment, is not', async () => {
    appendFileSync(file('config.yaml'), '# a remark\n');
    await resumeOneShot(run);
    expect(existsSync(file('result.json'))).toBe(true);
  });
});

it('of two that start or resume in one folder at once, one runs and the other is refused', async () => {
  const folder = join(base, 'race');
  const start = () => startOneShot(tinyConfig(images, { references: 2 }), folder);
  const starts = await Promise.allSettled([start(), start()]);
  expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  stopAfterShrinking();
  const resumes = await Promise.allSettled([resumeOneShot(run), resumeOneShot(run)]);
  expect(resumes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = resumes.find((one) => one.status === 'rejected')!;
  expect(String(refused.reason)).toContain(`the folder is in use by process ${process.pid}`);
  await expectSame();
});
