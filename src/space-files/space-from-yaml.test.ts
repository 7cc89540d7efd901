import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { InputError } from '../errors.js';
import { loadSpace } from './load.js';
import { spaceJsonSchema } from './space-file.js';
import { spaceFromYaml } from './space-from-yaml.js';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

describe('the page for users', () => {
  it('shows a file that is read, with the size and costs it implies', async () => {
    const page = await readFile(fromRoot('docs/own-space.md'), 'utf8');
    const example = /```yaml\n([\s\S]*?)```/.exec(page)![1]!;
    const space = spaceFromYaml(example, 'keyword-spotting.yaml');
    // 12 pairs of activation and width less one; of 4^2 pairs of layer0 and layer1 less two; 4^4 for the other layers
    expect(space.size).toBe(11n * 14n * 256n);
    expect(space.dimensions.map(({ name }) => name)).toContain('layer5');
    expect(space.dimensions[1]).toEqual({ name: 'width', choices: [16, 24, 32, 48], ordered: true });
    const architecture = space.parse('relu,32,dw3,dw3,skip,dense3,dw5,dw3');
    expect(space.costs.get('flops_m')!.of(architecture)).toBeCloseTo(3.1 + 3.2 + 0.9 * 3 + 4.2 + 1.6, 12);
    const written = /`(relu,16,[^`]*)`/.exec(page)![1]!;
    expect(space.format(space.parse(written))).toBe(written);
  });
});

describe('the published JSON Schema', () => {
  it('is the one made from the code (else: write what this test expects into schemas/space.schema.json)', async () => {
    const published: unknown = JSON.parse(await readFile(fromRoot('schemas/space.schema.json'), 'utf8'));
    expect(published).toEqual(JSON.parse(JSON.stringify(spaceJsonSchema())));
  });
});

describe('a space file', () => {
  it('keeps the order of dimensions and reads JSON too', () => {
    const json =
      '{"name": "j", "dimensions": {"z": [1, 2], "a": {"choices": ["x"], "ordered": true}, "m": ["p", "q"]}}';
    expect(spaceFromYaml(json, 'j.json').dimensions.map(({ name }) => name)).toEqual(['z', 'a', 'm']);
  });

  it('may share lists by aliases', () => {
    const space = spaceFromYaml('name: s\ndimensions:\n  a: &ops [x, y]\n  b: *ops\n', 's.yaml');
    expect(space.size).toBe(4n);
  });

  const valid = 'name: s\ndimensions:\n  a: [x, y]\n  b: [1, 2]\n';
  const cases: [string, string, RegExp][] = [
    ['empty', '', /s\.yaml: the file is empty/],
    ['comments alone', '# nothing\n', /the file is empty/],
    ['text', 'hello', /the file must be a map with name and dimensions, but is "hello"/],
    ['bad syntax', 'name: s\ndimensions:\n  a: [x, y\nforbidden: []\n', /line \d+, column \d+: Flow sequence/],
    ['a repeated key', 'name: s\nname: t\n', /line 2, column 1: Map keys must be unique/],
    ['keys that read the same', 'name: s\ndimensions: {1: [a], "1": [b]}\n', /key "1" occurs twice/],
    ['two documents', `${valid}---\n${valid}`, /line 5, column 1: .*multiple documents/],
    ['an unknown tag', 'name: !!js/function x\ndimensions: {a: [x]}\n', /line 1, column 7: Unresolved tag/],
    ['__proto__', 'name: s\ndimensions: {__proto__: [x, y]}\n', /"__proto__" is not allowed as a key/],
    ['__proto__ within', `${valid}forbidden: [{a: x, __proto__: {b: 1}}]\n`, /"__proto__" is not allowed/],
    ['a key that is a list', 'name: s\n? [a]\n: 1\n', /line 2, column 3: a key must be plain text/],
    ['no name', 'dimensions: {a: [x, y]}\n', /name must be text, but is missing/],
    ['a name of the wrong type', 'name: 7\ndimensions: {a: [x, y]}\n', /line 1, column 7: name must be text, but is 7/],
    ['no dimensions', 'name: s\n', /dimensions must be a map .* but is missing/],
    ['dimensions that are empty', 'name: s\ndimensions: {}\n', /at least one dimension, but is an empty map/],
    ['dimensions that are a list', 'name: s\ndimensions: [a]\n', /dimensions must be a map/],
    [
      'a dimension without choices',
      'name: s\ndimensions:\n  a: []\n',
      /line 3, column 6: dimensions.a must have at least one choice/,
    ],
    [
      'a dimension that is a word',
      'name: s\ndimensions: {a: x}\n',
      /dimensions.a must be a list of choices, or a map .* but is "x"/,
    ],
    ['a dimension that is nothing', 'name: s\ndimensions:\n  a:\n', /dimensions.a must be .* but is null/],
    [
      'choices that are missing',
      'name: s\ndimensions: {a: {ordered: true}}\n',
      /dimensions.a.choices must be a list of choices, but is missing/,
    ],
    ['a repeated choice', 'name: s\ndimensions: {a: [x, x]}\n', /dimension "a" has the choice "x" twice/],
    [
      'a choice that is true',
      'name: s\ndimensions: {a: [x, true]}\n',
      /dimensions.a\[1\] must be text or a finite number .* but is true/,
    ],
    [
      'a choice that is a list',
      'name: s\ndimensions: {a: [[x]]}\n',
      /dimensions.a\[0\] must be text .* but is a list of 1/,
    ],
    [
      'a choice that is not finite',
      'name: s\ndimensions: {a: {choices: [.inf]}}\n',
      /choices\[0\] must be .* but is Infinity/,
    ],
    ['a choice with a comma', 'name: s\ndimensions: {a: ["x,y"]}\n', /"x,y" of dimension "a" must not/],
    [
      '257 choices',
      `name: s\ndimensions: {a: [${Array.from({ length: 257 }, (_, i) => i)}]}\n`,
      /at most 256 choices, but is a list of 257/,
    ],
    ['an odd dimension name', 'name: s\ndimensions: {"a b": [x]}\n', /the name "a b" must begin with a letter/],
    [
      'an unknown key',
      `${valid}forbid: []\n`,
      /line 5, column 9: unknown key "forbid" in the file; allowed are format, name/,
    ],
    [
      'an unknown key of a dimension',
      'name: s\ndimensions: {a: {choices: [x], order: true}}\n',
      /unknown key "order" in dimensions.a; allowed are choices, ordered, repeat/,
    ],
    [
      'ordered of the wrong type',
      'name: s\ndimensions: {a: {choices: [x], ordered: yes}}\n',
      /dimensions.a.ordered must be true or false, but is "yes"/,
    ],
    ['repeat 0', 'name: s\ndimensions: {a: {choices: [x], repeat: 0}}\n', /repeat must be at least 1, but is 0/],
    [
      'repeat 1.5',
      'name: s\ndimensions: {a: {choices: [x], repeat: 1.5}}\n',
      /repeat must be a whole number, but is 1.5/,
    ],
    [
      'a name that a repetition makes again',
      'name: s\ndimensions: {a: {choices: [x], repeat: 2}, a1: [y]}\n',
      /dimension "a1" twice/,
    ],
    [
      'a wrong version',
      `format: lissnas-space/2\n${valid}`,
      /format must be lissnas-space\/1, .* but is "lissnas-space\/2"/,
    ],
    ['forbidden that is a map', `${valid}forbidden: {a: x}\n`, /forbidden must be a list/],
    [
      'a forbidden rule that is empty',
      `${valid}forbidden: [{}]\n`,
      /forbidden\[0\] must mention at least one dimension/,
    ],
    [
      'a forbidden unknown dimension',
      `${valid}forbidden: [{c: x}]\n`,
      /s\.yaml: forbidden rule 1 mentions the unknown dimension "c"/,
    ],
    [
      'a forbidden unknown choice',
      `${valid}forbidden: [{a: z}]\n`,
      /unknown choice "z" of dimension "a"; its choices are x, y/,
    ],
    ['everything forbidden', `${valid}forbidden: [{a: [x, y]}]\n`, /leave no architecture/],
    [
      'a cost of an unknown dimension',
      `${valid}costs: {f: {choices: {c: [1, 2]}}}\n`,
      /cost "f" mentions the unknown dimension "c"/,
    ],
    [
      'a cost with too few numbers',
      `${valid}costs: {f: {choices: {a: [1]}}}\n`,
      /cost "f" gives 1 numbers for dimension "a", which has 2/,
    ],
    [
      'a cost that is not a number',
      `${valid}costs: {f: {choices: {a: [1, x]}}}\n`,
      /costs.f.choices.a\[1\] must be a finite number, but is "x"/,
    ],
    [
      'a cost that is NaN',
      `${valid}costs: {f: {choices: {a: [1, .nan]}}}\n`,
      /costs.f.choices.a\[1\] must be a finite number/,
    ],
    ['a cost without choices', `${valid}costs: {f: {base: 1}}\n`, /costs.f.choices must be a map .* but is missing/],
    [
      'an unknown key of a cost',
      `${valid}costs: {f: {choices: {}, bass: 1}}\n`,
      /unknown key "bass" in costs.f; allowed are unit, base, choices/,
    ],
    [
      'an alias to nothing',
      'name: s\ndimensions: {a: *ops}\n',
      /line 2, column \d+: Unresolved alias|aliases cannot be resolved/,
    ],
    ['an alias bomb', bomb(), /aliases cannot be resolved/],
    ['deep nesting', `name: s\ndimensions: ${'['.repeat(50_000)}`, /nested too deeply|Flow sequence/],
    ['a huge text', `${valid}# ${'x'.repeat(10_000_000)}`, /characters; a space has at most 1000000/],
  ];
  it.each(cases)('is refused with one sentence: %s', (_, text, reason) => {
    let message = '';
    try {
      spaceFromYaml(text, 's.yaml');
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      message = (error as InputError).message;
    }
    expect(message).toMatch(reason);
    expect(message).toMatch(/^s\.yaml: /);
    expect(message).not.toMatch(/\n/);
  });

  it('is a space or an InputError, whatever the text', () => {
    const pieces = fc.constantFrom(
      'name',
      ': ',
      's',
      '\n',
      '  ',
      'dimensions',
      '[',
      ']',
      '{',
      '}',
      ',',
      '- ',
      '*a',
      '&a ',
      '!!x ',
      '"',
      '1',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            spaceFromYaml(text, 's.yaml');
          } catch (error) {
            expect(error).toBeInstanceOf(InputError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is read from a path, and refused there when it is too large or not text', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lissnas-space-'));
    try {
      await writeFile(join(folder, 'good.yml'), valid);
      expect((await loadSpace(join(folder, 'good.yml'))).size).toBe(4n);
      await writeFile(join(folder, 'large.yaml'), ' '.repeat(10_000_000));
      await expect(loadSpace(join(folder, 'large.yaml'))).rejects.toThrow(/10000000 bytes/);
      await writeFile(join(folder, 'bytes.yaml'), Uint8Array.of(0xff, 0xfe, 0x00));
      await expect(loadSpace(join(folder, 'bytes.yaml'))).rejects.toThrow(/not UTF-8/);
      await expect(loadSpace(`${folder}/x.yaml/`)).rejects.toThrow(InputError);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('cannot reach prototypes', () => {
    expect(parseYaml('{constructor: 1}')).toEqual({ constructor: 1 });
    expect(() => spaceFromYaml(`${valid}constructor: {}\n`, 's.yaml')).toThrow(/unknown key "constructor"/);
    expect(spaceFromYaml('name: s\ndimensions: {constructor: [toString, valueOf]}\n', 's.yaml').size).toBe(2n);
  });
});

/** Nine levels of ten aliases each: 10^9 values in a few hundred bytes. */
function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`);
  return `name: s\nl0: &l0 x\n${levels.join('\n')}\n`;
}
