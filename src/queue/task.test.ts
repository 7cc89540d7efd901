import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isNetworkSpace } from '../costs/network-space.js';
import { runIdentity } from '../journal/identity.js';
import { restoreSpace } from '../shrink/space-source.js';
import { spaceFromYaml } from '../space-files/space-from-yaml.js';
import { defineSpace } from '../spaces/define.js';
import { builtInSpaces } from '../spaces/index.js';
import type { SearchSpace } from '../spaces/space.js';
import { trainingRecipeSchema } from '../supernet/recipe.js';
import { programWork } from './program-work.js';
import { createTask, evaluationKey, readJob, readTask, taskText, type Work } from './task.js';

const space = builtInSpaces['nasbench-macro'];
const codes = [0, 1, 2, 0, 1, 2, 0, 1];

const program: Work = { kind: 'command', words: ['python3', 'a.py'], files: { 'a.py': 'aa' }, timeoutS: 60 };
const training: Work = {
  ...{ kind: 'training', engine: 'wasm', build: 'b1', sha256: 'cc', validation: 0.1, randomSeed: 1 },
  ...{ data: { kind: 'shapes', train: 100, test: 10 }, evaluation: { calibrationBatches: 1, calibrationSize: 8 } },
  recipe: trainingRecipeSchema.parse({ steps: 3, batch: 8 }),
};
const landscape: Work = { kind: 'nk', k: 2, landscapeSeed: 1 };
const key = (work: Work, of = space, version = '1.0.0', network?: unknown, own: readonly number[] = codes) =>
  evaluationKey(createTask(of, work, version), Uint8Array.from(own), network);

describe('the key of an evaluation', () => {
  it('is the same for the same, whoever asks, of whichever version, in whatever order it is written', () => {
    const again = Object.fromEntries(Object.entries(structuredClone(training)).reverse()) as Work;
    expect(key(again)).toBe(key(training));
    expect(key(training, space, '2.0.0')).toBe(key(training));
    expect(key(training, space, '1.0.0', { b: [1], a: 2 })).toBe(key(training, space, '1.0.0', { a: 2, b: [1] }));
    expect(key(program)).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is another one for whatever could give another result', () => {
    if (training.kind !== 'training' || program.kind !== 'command') throw new TypeError();
    const { name, dimensions } = space;
    const renamed = defineSpace({ name: `${name}-2`, dimensions });
    const fewer = defineSpace({ name, dimensions: dimensions.map((own) => ({ ...own, choices: ['a', 'b', 'd'] })) });
    const keys = [
      ...[key(training), key(program), key(landscape)],
      ...[key(program, renamed), key(program, fewer)],
      key(training, space, '1.0.0', { layers: 1 }),
      key(training, space, '1.0.0', undefined, [1, ...codes.slice(1)]),
      key({ ...training, sha256: 'dd' }),
      key({ ...training, build: 'b2' }),
      key({ ...training, engine: 'other' }),
      key({ ...training, randomSeed: 2 }),
      key({ ...training, validation: 0.2 }),
      key({ ...training, recipe: { ...training.recipe, batch: 9 } }),
      key({ ...training, evaluation: { ...training.evaluation, calibrationBatches: 2 } }),
      key({ ...training, data: { ...training.data, train: 101 } }),
      key({ ...program, words: ['python3', 'b.py'] }),
      key({ ...program, words: ['python3', 'a.py', '--fast'] }),
      key({ ...program, files: { 'a.py': 'ab' } }),
      key({ ...landscape, landscapeSeed: 2 }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('knows a program by its words and the content of its files, not by the folder', async () => {
    const base = mkdtempSync(join(tmpdir(), 'lissnas-task-'));
    onTestFinished(() => rmSync(base, { recursive: true }));
    const inFolder = (name: string, content: string) => {
      mkdirSync(join(base, name));
      writeFileSync(join(base, name, 'a.py'), content);
      return programWork({ program: 'python3', args: ['a.py'], cwd: join(base, name) });
    };
    const [one, same, other] = [await inFolder('one', 'x'), await inFolder('same', 'x'), await inFolder('other', 'y')];
    expect(key(same)).toBe(key(one));
    expect(key(other)).not.toBe(key(one));
    expect(JSON.stringify(one)).not.toContain(base);
  });
});

describe('createTask', () => {
  const declaration = `
name: pixels
dimensions: { kernel: { choices: [3, 5], repeat: 2 } }
network:
  input: { shape: [1, 8, 8], classes: 4 }
  stem: { block: conv, channels: 4 }
  layers: [{ block: mbconv, expansion: 2, kernel: $kernel, channels: 4, depth: 2 }]
`;
  const declared = spaceFromYaml(declaration, 'a test');

  it('tells workers the networks of a declared space, which are trained', () => {
    const { text, hash } = taskText(createTask(declared, training, '1.0.0', declaration));
    expect(isNetworkSpace(restoreSpace(readTask(text, hash).space))).toBe(true);
  });

  it('refuses what only a program knows: rules, a notation, networks to be trained', () => {
    const { name, dimensions } = declared;
    const own = defineSpace({ name, dimensions });
    expect(createTask(own, program, '1.0.0').space.source).toEqual({ kind: 'dimensions' });
    const others: (readonly [SearchSpace, Work])[] = [
      [{ ...own, size: own.size - 1n, unconstrained: false }, program],
      [{ ...own, format: (codes) => Array.from(codes).join('') }, program],
      [own, training],
      [declared, training], // as a module would give it: without the text
    ];
    for (const [of, work] of others) {
      expect(() => createTask(of, work, '1.0.0')).toThrow(
        'space "pixels" is known to its program alone, so that workers',
      );
    }
  });
});

describe('readTask', () => {
  it('gives the task back', () => {
    for (const work of [program, training, landscape]) {
      const task = createTask(space, work, '1.0.0');
      const { text, hash } = taskText(task);
      expect(readTask(text, hash)).toEqual(task);
    }
  });

  it('knows nothing of another form, nor what the hash does not say', () => {
    const { text, hash } = taskText(createTask(space, program, '1.0.0'));
    const stored = JSON.parse(text);
    const forged = [
      [text, 'another hash'],
      [text.replace('a.py', 'b.py'), hash],
      ...['', 'null', '[]', '{', '"text"', '{"__proto__":1}'].map((own) => [own, hash]),
      ...[
        { ...stored, extra: 1 },
        { ...stored, format: 'lissnas-task/2' },
        { ...stored, work: { ...stored.work, cwd: '/' } },
        { ...stored, work: { ...stored.work, env: { PATH: '/tmp' } } },
        { ...stored, work: { kind: 'module', file: '/tmp/x.js' } },
        { ...stored, space: { ...stored.space, size: '-1' } },
      ].map((own) => [JSON.stringify(own), runIdentity(own)]),
    ];
    for (const [own, named] of forged) expect(() => readTask(own!, named!)).toThrow('of a form that this version');
  });
});

it('readJob takes a key and the indices of choices, and nothing else', () => {
  expect(readJob({ key: 'k', codes })).toEqual({ key: 'k', codes });
  const others: unknown[] = [null, 'k', [], { codes }, { key: 1, codes }, { key: 'k', codes: 'rm' }];
  others.push(...[[-1], [1.5], [256], ['0'], [Number.NaN]].map((own) => ({ key: 'k', codes: own })));
  others.push({ key: 'k', codes, program: 'rm' });
  for (const other of others) expect(readJob(other)).toBeUndefined();
});
