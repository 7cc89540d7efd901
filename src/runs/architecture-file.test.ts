import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { sourceOf } from '../shrink/space-source.js';
import { spaceFromYaml } from '../space-files/space-from-yaml.js';
import { defineSpace } from '../spaces/define.js';
import { builtInSpaces } from '../spaces/index.js';
import type { SearchSpace } from '../spaces/space.js';
import { architectureFile, type FoundArchitecture, readArchitectureFile } from './architecture-file.js';
import { architectureJsonSchema } from './architecture-schema.js';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-'));
  file = join(folder, 'best.json');
});
afterAll(() => rmSync(folder, { recursive: true }));

const space = builtInSpaces['nasbench-macro'];
const found: FoundArchitecture = {
  space,
  source: sourceOf(space),
  architecture: space.parse('21012120'),
  input: { shape: [3, 32, 32], classes: 2 },
  classNames: ['cat', 'dog'],
  normalization: { mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.2, 0.1] },
  costs: new Map([
    ['flops_m', { value: 61.5, unit: 'M' }],
    ['unknown', { value: Number.NaN, unit: 'ms' }],
  ]),
  accuracy: { value: 92.5, source: 'test part' },
  provenance: { version: '1.0.0', randomSeed: 3, options: { epochs: 5 } },
};

const readText = (text: string, given?: SearchSpace) => {
  writeFileSync(file, text);
  return readArchitectureFile(file, given);
};

describe('an architecture file', () => {
  it('comes back as it was, without unknown costs', async () => {
    const text = architectureFile(found);
    expect(architectureFile(found)).toBe(text);
    const costs = new Map([['flops_m', { value: 61.5, unit: 'M' }]]);
    const back = await readText(text);
    expect(back).toEqual({ ...found, costs });
    expect(back.space).toBe(space);
    expect(architectureFile(back)).toBe(text);
  });

  it('says in plain words what was chosen', () => {
    expect(JSON.parse(architectureFile(found))).toMatchObject({
      notation: '21012120',
      choices: { b0: 'mbconv_e6_k5', b1: 'mbconv_e3_k3', b2: 'identity' },
      architecture: [2, 1, 0, 1, 2, 1, 2, 0],
      costs: { flops_m: { value: 61.5, unit: 'M' } },
    });
  });

  it('brings its own space along, unless only a program knows it', async () => {
    const yaml =
      'name: own\ndimensions:\n  a: [x, y]\n  b: { choices: [1, 2, 3], ordered: true }\nforbidden: [{ a: x, b: 3 }]\n';
    const declared = spaceFromYaml(yaml, 'own.yaml');
    const own = { ...found, space: declared, architecture: declared.parse('y,3'), source: sourceOf(declared, yaml) };
    expect((await readText(architectureFile(own))).space.format([1, 2])).toBe('y,3');

    const dimensions = [
      { name: 'a', choices: [1, 2] },
      { name: 'b', choices: [1, 2] },
    ];
    const architecture = (space: SearchSpace) =>
      architectureFile({ ...found, space, architecture: space.parse('1,2'), source: sourceOf(space) });
    const ruled = defineSpace({ name: 'r', dimensions, forbidden: [{ a: 1, b: 1 }] });
    const restored = (await readText(architecture(ruled))).space;
    expect(restored.size).toBe(3n);
    expect(restored.isValid([0, 0])).toBe(false);

    const program = defineSpace({
      name: 'p',
      dimensions,
      validity: {
        size: 2n,
        isValid: (codes) => codes[0] !== codes[1],
        complaint: () => 'both are the same',
        sample: (random) => (random.integer(2) === 0 ? [0, 1] : [1, 0]),
      },
    });
    const secret = architecture(program);
    await expect(readText(secret)).rejects.toThrow('give the space to read this');
    expect((await readText(secret, program)).architecture).toEqual([0, 1]);
  });

  it('has the published schema', async () => {
    const published = await readFile(new URL('../../schemas/architecture.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(architectureJsonSchema())));
  });
});

describe('reading refuses with one sentence', () => {
  // biome-ignore lint/suspicious/noExplicitAny: the tests damage the document everywhere
  const wrong: [string, (document: any) => void, RegExp][] = [
    ['another format', (d) => (d.format = 'lissnas-architecture/2'), /the format is "lissnas-architecture\/2", but/],
    ['no format', (d) => delete d.format, /this is not an architecture file: it has no "format"/],
    ['an unknown key', (d) => (d.x = 1), /has the unknown key "x"/],
    ['a choice out of range', (d) => (d.architecture[1] = 3), /3 is no choice index of dimension "b1"/],
    ['too few choices', (d) => d.architecture.pop(), /has 8 choices, but 7 were given/],
    ['labels of another one', (d) => (d.choices.b0 = 'identity'), /must have the choice "mbconv_e6_k5" for "b0"/],
    ['a missing label', (d) => delete d.choices.b7, /must have the choice "identity" for "b7"/],
    ['a label too many', (d) => (d.choices.b8 = 'identity'), /"choices" names "b8", which is no dimension/],
    [
      'notation of another one',
      (d) => (d.notation = '00000000'),
      /"notation" is "00000000", but "architecture" is 21012120/,
    ],
    ['notation that is none', (d) => (d.notation = '2'), /"2" must be 8 digits|"2"/],
    ['a space of another hash', (d) => (d.space.name = 'other'), /do not match their hash/],
    ['an image without pixels', (d) => (d.input.shape = [3, 0, 32]), /"input.shape\[1\]" must be at least 1/],
    [
      'a cost that is no number',
      (d) => (d.costs.flops_m.value = '61'),
      /"costs.flops_m.value" must be a finite number/,
    ],
    ['names for other classes', (d) => d.input.classNames.pop(), /"input.classNames" has 1 names for 2 classes/],
    ['deviations for other channels', (d) => d.input.normalization.deviation.pop(), /must have 3 means and deviations/],
  ];
  it.each(wrong)('%s', async (_, damage, reason) => {
    const document: unknown = JSON.parse(architectureFile(found));
    damage(document);
    const attempt = readText(JSON.stringify(document));
    await expect(attempt).rejects.toThrow(InputError);
    await expect(attempt).rejects.toThrow(reason);
    await expect(attempt).rejects.toThrow(file);
  });

  it('half a file and no file', async () => {
    await expect(readText(architectureFile(found).slice(0, 100))).rejects.toThrow('cut short or damaged');
    await expect(readArchitectureFile(join(folder, 'none.json'))).rejects.toThrow('there is no such file');
  });
});
