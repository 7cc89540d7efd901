import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import { defineSpace } from '../spaces/define.js';
import type { Codes } from '../spaces/space.js';
import { shrink } from './rounds.js';
import { ShrunkSpace } from './shrunk-space.js';
import { shrunkSpaceJsonSchema } from './shrunk-space-schema.js';
import { macs, smallAccuracy, smallDeclaration, smallShrink, smallSpace } from './testing/small-shrink.js';

const provenance = {
  version: '0.0.0',
  command: 'lissnas shrink --space small.yaml',
  randomSeed: 1,
  table: { file: 'small.csv', sha256: '0'.repeat(64) },
  options: { rounds: null, growth: 'pockets' },
};
let shrunk: ShrunkSpace;
let text: string;
let folder: string;

async function binnedShrink() {
  return { ...(await smallShrink()), costBins: { cost: macs, edges: [17, 21] } };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lissnas-'));
  shrunk = ShrunkSpace.fromResult(await binnedShrink(), provenance, { declaration: smallDeclaration });
  text = [...shrunk.pieces()].join('');
});

afterAll(() => rm(folder, { recursive: true }));

// biome-ignore lint/suspicious/noExplicitAny: the tests damage the document everywhere
type Document = any;

const read = (document: string) => ShrunkSpace.fromText(document, 'shrunk.json');
const changed = (change: (document: Document) => void) => {
  const document: Document = JSON.parse(text);
  change(document);
  return JSON.stringify(document);
};
const pack = (bytes: Uint8Array) => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  data: gzipSync(bytes).toString('base64'),
});
const unpack = (packed: { data: string }) => Uint8Array.from(gunzipSync(Buffer.from(packed.data, 'base64')));

describe('a file', () => {
  it('comes back as it was', async () => {
    const file = join(folder, 'shrunk-space.json');
    await writeFile(file, shrunk.pieces());
    const back = await ShrunkSpace.fromFile(file);
    const { space, members, costs, ...rest } = back.data;
    const { space: _, members: original, costs: __, ...expected } = shrunk.data;
    expect(rest).toEqual(expected);
    expect(members.packed).toEqual(original.packed);
    expect(space.dimensions).toEqual(smallSpace.dimensions);
    expect(costs.get('macs')!.of(members.codesAt(0))).toBe(macs.of(members.codesAt(0)));
    for (const { architecture } of shrunk.members())
      expect(back.predict(architecture)).toEqual(shrunk.predict(architecture));
    expect([...back.pieces()].join('') === text).toBe(true);
  });

  it('is the same for the same shrink, and tells neither time nor machine', async () => {
    const again = ShrunkSpace.fromResult(await binnedShrink(), provenance, { declaration: smallDeclaration });
    expect([...again.pieces()].join('') === text).toBe(true);
    const header = Buffer.from(JSON.parse(text).members.data, 'base64').subarray(0, 10);
    expect([...header.subarray(4, 8), header[9]]).toEqual([0, 0, 0, 0, 255]);
  });

  it('can be read by what the document says alone', () => {
    const document: Document = JSON.parse(text);
    const codes = unpack(document.members);
    const dimensions = document.space.dimensions as { choices: (string | number)[] }[];
    const first = dimensions.map(({ choices }, d) => choices[codes[d]!]);
    expect(first.join()).toBe(smallSpace.format(shrunk.member(0).architecture));
    const predicted = Buffer.from(unpack(document.predicted)).readDoubleLE(8);
    expect(predicted).toBe(shrunk.member(1).predicted);
  });

  it('needs no program where one made the space with rules, which are kept', async () => {
    const { dimensions } = smallSpace;
    const space = defineSpace({ name: 'own', dimensions, forbidden: [{ op0: 'none', expand: [6] }] });
    const own = ShrunkSpace.fromResult({ ...(await smallShrink()), space, limits: [] }, provenance);
    const { space: again } = read([...own.pieces()].join('')).data;
    expect([again.size, again.dimensions]).toEqual([space.size, space.dimensions]);
    const random = createRandom(1);
    for (let i = 0; i < 200; i++) {
      const codes = dimensions.map(({ choices }) => random.integer(choices.length));
      expect(again.isValid(codes)).toBe(space.isValid(codes));
    }
  });

  it('needs the space where a program made it with rules and a notation', async () => {
    const { dimensions } = smallSpace;
    const notation = {
      format: (codes: Codes) => Array.from(codes).join('-'),
      parse: (text: string) => text.split('-').map(Number),
    };
    const space = defineSpace({ name: 'own', dimensions, forbidden: [{ op0: 'none', expand: 6 }], notation });
    const own = ShrunkSpace.fromResult({ ...(await smallShrink()), space, limits: [] }, provenance);
    const document = [...own.pieces()].join('');
    expect(() => read(document)).toThrow('made by a program');
    expect(ShrunkSpace.fromText(document, 'shrunk.json', space).size).toBe(own.size);
    expect(() => ShrunkSpace.fromText(document, 'shrunk.json', smallSpace)).toThrow('not the one this was made from');
  });

  it('keeps the space of a program that has no rules', async () => {
    const space = defineSpace({ name: 'plain', dimensions: smallSpace.dimensions });
    const result = await shrink({
      space,
      evaluator: {
        name: 'e',
        concurrency: 1,
        evaluate: async (architecture) => ({
          kind: 'measured',
          architecture,
          accuracy: smallAccuracy(architecture),
          costs: {},
          source: '',
        }),
      },
      evaluations: 40,
      size: 10,
      random: createRandom(1),
    });
    const back = read([...ShrunkSpace.fromResult(result, provenance).pieces()].join(''));
    expect(back.data.source).toEqual({ kind: 'dimensions' });
    expect(back.space.size).toBe(space.size);
  });
});

describe('refuses', () => {
  const cases: [string, () => string, string | RegExp][] = [
    ['what is not JSON', () => 'PK\u0003', 'not a JSON document'],
    ['an empty file', () => '', 'not a JSON document'],
    ['a truncated file', () => text.slice(0, text.length / 2), 'cut short'],
    ['another JSON document', () => '[1, 2]', 'not a shrunk space'],
    [
      'another version',
      () => changed((d) => (d.format = 'lissnas-shrunk-space/2')),
      'the format is "lissnas-shrunk-space/2", but this program reads "lissnas-shrunk-space/1"',
    ],
    ['an unknown key', () => changed((d) => (d.extra = 1)), 'unknown key "extra"'],
    ['a missing key', () => changed((d) => delete d.stop), '"stop"'],
    ['a wrong type', () => changed((d) => (d.rounds[0].spent = 'x')), '"rounds[0].spent" must be a whole number'],
    [
      'a number beyond all bounds',
      () => text.replace(/"accuracy":[0-9.]+/, '"accuracy":1e999'),
      'accuracy" must be a finite',
    ],
    ['a wrong size', () => changed((d) => (d.size += 1)), '"members" declares'],
    ['an impossible size', () => changed((d) => (d.size = 9e15)), 'impossible'],
    ['a size beyond the space', () => changed((d) => (d.size = 1e6)), 'the whole space has'],
    ['damaged base64', () => changed((d) => (d.members.data = `!!${d.members.data.slice(9)}`)), '"members" is damaged'],
    ['truncated gzip', () => changed((d) => (d.members.data = d.members.data.slice(0, 40))), '"members" is damaged'],
    [
      'a wrong hash',
      () => changed((d) => (d.predicted.sha256 = 'a'.repeat(64))),
      '"predicted" is damaged: its SHA-256',
    ],
    [
      'a bomb',
      () => changed((d) => (d.members.data = gzipSync(new Uint8Array(50_000_000)).toString('base64'))),
      'holds more than',
    ],
    [
      'fewer bytes than declared',
      () => changed((d) => (d.members.data = pack(new Uint8Array(3)).data)),
      'holds 3 bytes',
    ],
    [
      'a code out of range',
      () =>
        changed((d) => {
          const codes = unpack(d.members);
          codes[8] = 3;
          d.members = pack(codes);
        }),
      '3 is no choice index of dimension "kernel" (member 1); allowed are 0 to 2',
    ],
    [
      'a forbidden member',
      () =>
        changed((d) => {
          const codes = unpack(d.members);
          codes[0] = 0;
          codes[3] = 2;
          d.members = pack(codes);
        }),
      'is forbidden in space "small"',
    ],
    [
      'a member twice',
      () =>
        changed((d) => {
          const codes = unpack(d.members);
          codes.copyWithin(6, 0, 6);
          d.members = pack(codes);
        }),
      'twice',
    ],
    [
      'a pocket out of range',
      () => changed((d) => (d.pocketOf = pack(new Uint8Array(Int32Array.from({ length: d.size }, () => 7).buffer)))),
      'member 0 is in pocket 7',
    ],
    [
      'pockets of other sizes',
      () => changed((d) => (d.rounds.at(-1).pockets[0].size += 1)),
      /pocket 0 has \d+ members, but the last round says/,
    ],
    [
      'a prediction that is no number',
      () => changed((d) => (d.predicted = pack(new Uint8Array(new Float64Array(d.size).fill(Number.NaN).buffer)))),
      'member 0 is predicted at NaN',
    ],
    ['a member over the limit', () => changed((d) => (d.limits[0].max = 2)), 'over the limit of 2'],
    ['a limit without costs', () => changed((d) => (d.memberCosts = [])), 'lacks the cost "macs"'],
    ['edges out of order', () => changed((d) => (d.costBins.edges = [3, 2])), 'ascending'],
    ['a wrong sum', () => changed((d) => (d.spent += 1)), '"spent" is'],
    [
      'a round that knows too much',
      () => changed((d) => (d.rounds[0].measured = 1e6)),
      '"rounds[0].measured" is 1000000',
    ],
    ['a kernel of another shape', () => changed((d) => d.rounds[0].kernel.weights.pop()), 'kernel.weights'],
    ['a negative weight', () => changed((d) => (d.rounds[0].kernel.weights[0][0] = -1)), 'must not be negative'],
    ['a parent that is not there', () => changed((d) => (d.rounds.at(-1).pockets[0].parents = [99])), 'parents'],
    ['a seed that is not there', () => changed((d) => (d.rounds.at(-1).pockets[0].seeds = [99])), 'seed'],
    ['a seed outside', () => changed((d) => (d.rounds.at(-1).seeds[0].architecture = [1, 1, 0, 0, 0, 0])), 'seed 0'],
    ['a measurement elsewhere', () => changed((d) => (d.measurements[1].architecture = [9])), '"measurements[1]"'],
    ['a measurement twice', () => changed((d) => (d.measurements[1] = d.measurements[0])), 'measured before'],
    ['other dimensions', () => changed((d) => (d.space.dimensions[0].name = 'x')), 'do not match their hash'],
    ['no built-in space', () => changed((d) => (d.space.source = { kind: 'built-in' })), 'no built-in space "small"'],
    [
      'another declaration',
      () => changed((d) => (d.space.source.text = d.space.source.text.replace('none, expand: 6', 'none, se: 1'))),
      'its dimensions or its rules have changed',
    ],
  ];

  it.each(cases)('%s', (_, make, message) => {
    expect(() => read(make())).toThrow(InputError);
    expect(() => read(make())).toThrow(message);
    expect(() => read(make())).toThrow(/^shrunk\.json: /);
  });

  it('a file that is not there, a folder, and other than UTF-8', async () => {
    await expect(ShrunkSpace.fromFile(join(folder, 'nothing'))).rejects.toThrow('there is no such file');
    await expect(ShrunkSpace.fromFile(folder)).rejects.toThrow('this is a folder');
    await writeFile(join(folder, 'latin'), Buffer.from([0x7b, 0xff]));
    await expect(ShrunkSpace.fromFile(join(folder, 'latin'))).rejects.toThrow('UTF-8');
  });
});

it('is not harmed by __proto__', () => {
  const poisoned = text
    .replace('"costs":{', '"costs":{"__proto__":{"polluted":1},')
    .replace(/^\{/, '{"__proto__":{"size":7},');
  expect(() => read(poisoned)).toThrow(InputError);
  const inCosts = text.replace('"costs":{', '"costs":{"__proto__":5,');
  expect(Object.getPrototypeOf(read(inCosts).data.measurements[0]!.costs)).toBe(Object.prototype);
  expect(({} as Document).polluted).toBeUndefined();
});

it('has the published schema', async () => {
  const published = await readFile(new URL('../../schemas/shrunk-space.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(shrunkSpaceJsonSchema())));
});
