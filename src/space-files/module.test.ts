/** Modules run in a process of their own, as the command line does it: the tests' own way to import files knows TypeScript already. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../test/sources.js';
import { InputError } from '../errors.js';
import { openShrunkSpace } from '../runs/open.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-module-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What loading each of these files gives, in one process. */
function load(...files: readonly string[]) {
  const program = [join(root, 'scripts/run.mjs'), join(root, 'src/space-files/testing/load-spaces.ts')];
  const printed = execFileSync(process.execPath, [...program, ...files], { cwd: folder, encoding: 'utf8' });
  const lines = printed.trim().split('\n');
  return lines.map((line): { readonly [key: string]: unknown; readonly message?: string } => JSON.parse(line));
}

const put = (path: string, text: string) => writeFileSync(join(folder, path), text);

it('a module may import files of its own, in TypeScript too, and leaves none behind', () => {
  mkdirSync(join(folder, 'parts'));
  put('parts/choices.ts', 'export const kernels: readonly number[] = [3, 5, 7];\n');
  put('parts/more.mjs', 'export const kernels = [3, 5];\n');
  const own = (choices: string, codes: string) => `import { defineSpace } from 'lissnas';
import { kernels } from '${choices}';
export const space = defineSpace({
  name: 'mine',
  dimensions: [0, 1].map((i) => ({ name: 'k' + i, choices: kernels })),
  costs: [{ name: 'latency_ms', unit: 'ms', of: (${codes}) => 1 + codes[0] }],
});
`;
  put('as-js.mts', own('./parts/choices.js', 'codes: ArrayLike<number>'));
  put('as-ts.ts', own('./parts/choices.ts', 'codes: any'));
  put('plain.mjs', own('./parts/more.mjs', 'codes'));
  const before = readdirSync(folder, { recursive: true });
  const mine = { name: 'mine', size: '9', costs: ['latency_ms'] };
  expect(load('as-js.mts', './as-ts.ts', join(folder, 'plain.mjs'))).toEqual([mine, mine, { ...mine, size: '4' }]);
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});

const define = `import { defineSpace, NetworkBuilder, withNetworks } from 'lissnas';
const space = defineSpace({ name: 's', dimensions: [{ name: 'a', choices: [1, 2] }, { name: 'b', choices: [1, 2] }] });
const input = { shape: [3, 8, 8], classes: 2 };
const network = (codes, { shape, classes }) => {
  const net = new NetworkBuilder('s', shape);
  const stem = net.convolution('stem', net.input, { channels: 2 + codes[0] * codes[1] });
  net.linear('classifier', net.globalPool('pool', stem), classes);
  return net.build();
};
`;

describe('a module that cannot be used', () => {
  const cases: [what: string, file: string, text: string | undefined, words: RegExp][] = [
    ['a missing file', 'none.mjs', undefined, /^none\.mjs: there is no such file$/],
    [
      'nothing',
      'bad.mjs',
      '',
      /^bad\.mjs: the module has no default export and none named "space"; .*\(it exports nothing\)$/,
    ],
    ['other exports', 'bad.mjs', 'export const a = 1, b = 2;', /none named "space".*\(it exports a, b\)$/],
    [
      'an export that is no space',
      'bad.mjs',
      'export default { name: 1 };',
      /^bad\.mjs: the default export must be a space made with defineSpace, but is an object with name$/,
    ],
    [
      'a function',
      'bad.mjs',
      'export const space = () => 1;',
      /the export "space" must be a space made with defineSpace, but is a function$/,
    ],
    [
      'a module that throws',
      'bad.mjs',
      'throw new RangeError("no such luck\\nat all");',
      /^bad\.mjs: the module cannot be run: RangeError: no such luck$/,
    ],
    [
      'a space that is refused',
      'bad.mjs',
      "import { defineSpace } from 'lissnas'; export default defineSpace({ name: 's', dimensions: [] });",
      /^bad\.mjs: space "s" has no dimensions/,
    ],
    [
      'an import that is not there',
      'bad.mjs',
      "import 'nowhere-to-be-found';",
      /cannot be run: Error: Cannot find package 'nowhere-to-be-found'/,
    ],
    ['bad syntax', 'bad.mjs', 'export default {;', /cannot be run: SyntaxError: /],
    [
      'bad TypeScript',
      'bad.ts',
      'const a = 1;\nexport const b: = 3;\n',
      /^bad\.ts: the module cannot be run: SyntaxError: line 2, column \d+: /,
    ],
    [
      'TypeScript that is more than types',
      'bad.ts',
      'export enum A { B }',
      /line 1, column 0: .*enum|line 1, column \d+: .*enum/,
    ],
    [
      'a network that is none',
      'bad.mjs',
      `${define}export default withNetworks(space, { network: () => ({ layers: 3 }), input });`,
      /^bad\.mjs: the network of \S+ in space "s": name must be text, but is missing$/,
    ],
    [
      'shapes that do not meet',
      'bad.mjs',
      `${define}export default withNetworks(space, { network, input: { shape: [3, 0, 8], classes: 2 } });`,
      /the input of space "s" must have a shape .* \[3, 0, 8\] and 2$/,
    ],
    [
      'groups that are wrong',
      'bad.mjs',
      `${define}export default withNetworks(space, { network, input, groups: [['a'], ['b']] });`,
      /the groups of space "s" are wrong: .*not a sum over the groups/,
    ],
    [
      'groups of an unknown dimension',
      'bad.mjs',
      `${define}export default withNetworks(space, { network, input, groups: [['a', 'c']] });`,
      /mention the unknown dimension "c"; /,
    ],
  ];

  it('is refused in one sentence', () => {
    const files = cases.map(([, file, text], i) => {
      if (text === undefined) return file;
      const name = `${i}-${file}`;
      put(name, text);
      return name;
    });
    const answers = load(...files);
    expect(answers).toHaveLength(cases.length);
    answers.forEach(({ refused, message }, i) => {
      const [what, , , words] = cases[i]!;
      expect({ what, refused }).toEqual({ what, refused: true });
      expect(message!.replace(/^\d+-/, '')).toMatch(words);
      expect(message).not.toContain('\n');
    });
  });
});

it('a shrunk space from a stranger that names a module is refused and runs nothing', async () => {
  const sprung = join(folder, 'sprung');
  put('trap.mjs', `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(sprung)}, '');`);
  const space = { name: 'trap', size: '2', hash: '0'.repeat(64), dimensions: [] };
  for (const kind of ['module', 'program', 'declaration', 'built-in']) {
    const source = { kind, file: join(folder, 'trap.mjs'), text: join(folder, 'trap.mjs') };
    const stranger = { ...space, name: join(folder, 'trap.mjs'), source };
    put('shrunk-space.json', JSON.stringify({ format: 'lissnas-shrunk-space/1', space: stranger }));
    await expect(openShrunkSpace(join(folder, 'shrunk-space.json'))).rejects.toThrow(InputError);
  }
  expect(existsSync(sprung)).toBe(false);
});
