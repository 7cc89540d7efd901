/** Bad input gets one sentence that says what is wrong, exit code 2 or 1, and nothing half-written stays behind. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { lissnas } from '../../test/cli.js';
import { createProgram } from './program.js';
import { Advised, exitCodeOf } from './terminal.js';

const letters = ['a', 'b', 'c', 'd'];
const codes = Array.from({ length: 64 }, (_, i) => [i >> 4, (i >> 2) & 3, i & 3] as const);
const csv = (accuracy: (i: number) => string | number, head = 'l0,l1,l2,acc,flops', end = '\n') =>
  [head, ...codes.map((own, i) => [...own.map((c) => letters[c]), accuracy(i), 10 + i].join(',')), ''].join(end);

const layers = 'dimension,choice,ms\nstem,,1\nl0 l1 l2,a,0\nl0 l1 l2,b,1\nl0 l1 l2,c,2\nl0 l1 l2,d,3\n';
const networks = csv((i) => i % 9, 'l0,l1,l2,ms,flops');
const costTables = {
  'layers.csv': layers,
  'empty.csv': '',
  'missing.csv': layers.replace('l0 l1 l2,c', 'l0 l1,c'),
  'twice.csv': `${layers}l1,b,4\n`,
  'stem-twice.csv': `${layers}stem,,4\n`,
  'choice.csv': layers.replace('l2,b', 'l2,bb'),
  'no-choice.csv': `${layers}l1,,4\n`,
  'dimension.csv': layers.replace('l1 l2,b', 'l1 l7,b'),
  'words.csv': layers.replace('b,1', 'b,fast'),
  'negative.csv': layers.replace('b,1', 'b,-0.5'),
  'no-number.csv': layers.replace('stem,,1', 'stem,,'),
  'only.csv': layers.replaceAll(',ms', '').replaceAll(/,\d$/gm, ''),
  'half.csv': layers.replace('choice', 'option'),
  'other-space.csv': networks.replace('l1', 'e1_0'),
  'networks.csv': networks,
  'high.csv': csv((i) => (i === 0 ? 9 : i % 5), 'l0,l1,l2,slack,other'),
  'nonsense.csv': networks.replace('\na,a,b,1,', '\na,a,b,-7,'),
  'network-words.csv': networks.replace('\na,a,b,1,', '\na,a,b,slow,'),
};

let base: string;
let before: string[];
const cwd = process.cwd();
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-bad-'));
  process.chdir(base);
  const good = csv((i) => 50 + (i % 7));
  const files: Record<string, string | Buffer> = {
    'space.yaml': 'name: small\ndimensions: { l0: [a, b, c, d], l1: [a, b, c, d], l2: [a, b, c, d] }\n',
    'twice.yaml': 'name: x\ndimensions:\n  a: [1, 2]\n  a: [3, 4]\n',
    'none.yaml': 'name: x\ndimensions:\n  a: []\n  b: [1, 2]\n',
    'one.yaml': 'name: x\ndimensions:\n  a: [only]\n',
    'proto.yaml': 'name: x\ndimensions:\n  __proto__: [1, 2]\n',
    'good.csv': good,
    'strange.csv': Buffer.from(`\uFEFF"l0","l1",l2,acc,flops\r\n${good.split('\n').slice(1).join('\r\n')}`),
    'empty.csv.gz': gzipSync(''),
    'zero.csv.gz': '',
    'part.csv': good.split('\n').slice(0, 41).join('\n'),
    ...costTables,
    'cut.csv.gz': gzipSync(good).subarray(0, 120),
    'nan.csv': csv(() => 'NaN'),
    'mixed.csv': csv((i) => (i % 2 ? 0.61 : 60)),
    'text.csv': csv((i) => (i === 5 ? 'great' : 60)),
    'unknown.csv': good.replace('\na,a,b,', '\na,a,z,'),
    'column.csv': good.replace('l1', 'other'),
    'config.yaml':
      'space: space.yaml\nevaluator: { kind: tabel, file: good.csv, accuracy: acc }\nshrink: { evaluations: 20 }\n',
    'dies.mjs': 'process.exit(3)',
    'garbage.mjs': "process.stdin.on('data', () => console.log('epoch 1'))",
    'nan.mjs':
      "process.stdin.on('data', (d) => { for (const l of String(d).trim().split('\\n')) console.log(JSON.stringify({ id: JSON.parse(l).id, accuracy: 'NaN' })) })",
    'hangs.mjs': 'setInterval(() => {}, 1000)',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(base, name), content);
  mkdirSync(join(base, 'full'));
  writeFileSync(join(base, 'full/mine.txt'), 'mine');
  before = everything();
});
afterAll(() => {
  process.chdir(cwd);
  rmSync(base, { recursive: true, force: true });
});

const everything = () => readdirSync(base, { recursive: true }).map(String).toSorted();

let said = '';
beforeEach(() => {
  said = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(join(base, 'out'), { recursive: true, force: true });
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
});

/** Runs a command inside this process; what it throws is what `main` prints. */
async function refusal(line: string): Promise<{ code: number; message: string }> {
  const error: unknown = await createProgram()
    .parseAsync(['node', 'lissnas', ...line.split(' ')])
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  if (!(error instanceof Error)) throw new Error(`nothing was refused: ${said}`);
  expect(error).not.toBeInstanceOf(Advised);
  if (error.constructor.name === 'CommanderError') return { code: 2, message: said };
  return { code: exitCodeOf(error), message: error.message };
}

const shrink = 'shrink --space space.yaml --table good.csv --accuracy acc --evaluations 20 --size 10 --out out';
const measure = (program: string) =>
  `shrink --space space.yaml --command ${program} --evaluations 20 --size 10 --out out`;
const node = process.execPath;

describe.each<[what: string, line: string, words: RegExp]>([
  ['an empty gz', shrink.replace('good.csv', 'empty.csv.gz'), /empty\.csv\.gz: .*holds nothing/],
  ['an empty file', shrink.replace('good.csv', 'zero.csv.gz'), /zero\.csv\.gz: .*empty/],
  ['a truncated gz', shrink.replace('good.csv', 'cut.csv.gz'), /cut\.csv\.gz: .*ends too early/],
  ['a missing table', shrink.replace('good.csv', 'no.csv'), /no\.csv: /],
  ['a missing column', shrink.replace('acc ', 'ac '), /good\.csv: .*"ac"; did you mean "acc"/],
  ['a column of NaN', shrink.replace('good.csv', 'nan.csv'), /nan\.csv, column "acc": .*no values/],
  ['a column of text', shrink.replace('good.csv', 'text.csv'), /text\.csv, row 7, column "acc": "great"/],
  ['fractions beside percent', shrink.replace('good.csv', 'mixed.csv'), /mixed\.csv, column "acc": .*fractions/],
  ['an unknown choice', shrink.replace('good.csv', 'unknown.csv'), /unknown\.csv, row 3, column "l2": .*z/],
  ['a missing dimension column', shrink.replace('good.csv', 'column.csv'), /column\.csv/],
  [
    'an unknown space',
    shrink.replace('space.yaml', 'nasbnch201'),
    /unknown space "nasbnch201"; did you mean "nasbench201"/,
  ],
  ['a missing space file', shrink.replace('space.yaml', 'no.yaml'), /no\.yaml: there is no such file/],
  ['repeated YAML keys', shrink.replace('space.yaml', 'twice.yaml'), /twice\.yaml: line 4, .*unique/],
  [
    'a dimension without choices',
    shrink.replace('space.yaml', 'none.yaml'),
    /none\.yaml: line 3, .*at least one choice/,
  ],
  ['__proto__', shrink.replace('space.yaml', 'proto.yaml'), /proto\.yaml: .*__proto__/],
  ['a space smaller than the target', shrink.replace('--size 10', '--size 100'), /size 100 .*64 architectures/],
  [
    'one architecture',
    'shrink --space one.yaml --command x --evaluations 20 --size 1 --out out',
    /single architecture/,
  ],
  ['a limit that nothing satisfies', `${shrink} --cost flops --max-cost 9`, /flops <= 9 \(lowest possible: 10\)/],
  ['a budget below one round', shrink.replace('20', '3'), /3 evaluations .*at least 5/],
  ['no budget', shrink.replace('20', '0'), /--evaluations 0 .*at least 1/],
  ['a size that is no number', shrink.replace('--size 10', '--size ten'), /--size ten .*whole number/],
  ['an unknown growth', `${shrink} --growth sideways`, /--growth sideways .*pockets, radius/],
  ['an unknown cost', `${shrink} --cost flop --max-cost 9`, /"flop".*"flops"/],
  ['a cost without a limit', `${shrink} --cost flops`, /--cost flops has no limit/],
  ['a limit without a cost', `${shrink} --max-cost 9`, /--max-cost 9 has no cost/],
  ['two costs, one limit', `${shrink} --cost flops --max-cost 99 --cost c --cost-bins 2`, /--cost c has no limit/],
  ['noise below nothing', `${shrink} --noise -1`, /noise is -1, at least 0/],
  ['a folder that cannot be made', shrink.replace(/--out \S+/, '--out /proc/lissnas/run'), /\/proc\/lissnas/],
  ...(
    [
      ['an empty cost table', 'empty', /empty\.csv: the file is empty/],
      ['a choice without a row', 'missing', /missing\.csv: choice "c" of dimension "l2" has no row; every choice/],
      ['a choice twice', 'twice', /twice\.csv, row 7, column "choice": choice "b" of .*"l1" .*before in row 4/],
      ['a fixed part twice', 'stem-twice', /stem-twice\.csv, row 7, column "dimension": "stem" occurs twice/],
      ['an unknown choice of a layer', 'choice', /choice\.csv, row 4, .*"bb" is no choice .*allowed: a, b, c, d/],
      ['a layer without a choice', 'no-choice', /no-choice\.csv, row 7, .*"l1" stands without a choice/],
      ['an unknown dimension', 'dimension', /dimension\.csv, row 4, .*"l7" is no dimension of space "small"/],
      ['text for a cost', 'words', /words\.csv, row 4, column "ms": "fast" is not a number/],
      ['a negative cost', 'negative', /negative\.csv, row 4, column "ms": -0\.5 is no cost: .*or -1/],
      ['a fixed part without a number', 'no-number', /no-number\.csv, row 2, column "ms": .*needs a number/],
      ['a table of layers without costs', 'only', /only\.csv: there is no column of costs/],
      ['a table of layers without choices', 'half', /half\.csv: .*needs the columns "dimension" and "choice"/],
      ['a table of another space', 'other-space', /other-space\.csv: no architectures found: .*"small"/],
      ['nonsense for the cost of a network', 'nonsense', /nonsense\.csv, column "ms": -7, of a,a,b, is no cost/],
      ['text for the cost of a network', 'network-words', /network-words\.csv, row 3, column "ms": "slow"/],
      [
        'a cost that two tables have',
        'layers.csv --cost-table networks',
        /layers\.csv: cost "ms" is also a column of /,
      ],
      ['no such cost table', 'nowhere', /nowhere\.csv: there is no such file/],
    ] as const
  ).map(([what, file, words]): [string, string, RegExp] => [
    what,
    `${shrink} --cost-table ${file}.csv --cost ms --max-cost 5`,
    words,
  ]),
  [
    'a cost that table and cost table have',
    `${shrink} --cost-table networks.csv --cost flops --max-cost 20`,
    /networks\.csv: cost "flops" is also a column of .*good\.csv; rename/,
  ],
  [
    'an unknown name of a cost table',
    `${shrink} --cost-table layers.csv --cost msec --max-cost 5`,
    /small has no cost "msec"; did you mean "ms"\?/,
  ],
  [
    'a limit below the sum of layers',
    `${shrink} --cost-table layers.csv --cost ms --max-cost 0.5`,
    /ms <= 0\.5 \(lowest possible: 1\)/,
  ],
  [
    'limits that only by themselves can be met',
    `${shrink} --cost-table layers.csv --cost-table high.csv --cost ms --max-cost 1 --cost slack --max-cost 1`,
    /ms <= 1 .* and slack <= 1 \(lowest possible: 0\); each can be met by itself, but not all together: the nearest found has/,
  ],
  ['bins without a cost', `${shrink} --cost-bins 3`, /--cost-bins needs --cost/],
  ['a table and a program', `${shrink} --command x`, /exclude each other/],
  ['nothing to measure with', shrink.replace(/--table.*acc /, ''), /nothing to measure with/],
  ['a table without a column', shrink.replace('--accuracy acc ', ''), /--accuracy COLUMN/],
  ['a truth without a table', `${measure('x')} --truth acc`, /truth "acc" .*table/],
  [
    'a surrogate limited by a column',
    `${shrink.replace('good.csv', 'part.csv')} --surrogate --cost flops --max-cost 20`,
    /cost "flops" is known for 40 networks only, so it cannot limit all of small/,
  ],
  [
    'a folder with something in it',
    shrink.replace('--out out', '--out full'),
    /^full: is not empty \(it holds "mine\.txt"\)/,
  ],
  ['a file in place of the folder', shrink.replace('--out out', '--out space.yaml'), /space\.yaml: is a file/],
  ['a folder that cannot be made', shrink.replace('--out out', '--out good.csv/out'), /good\.csv/],
  [
    'a program that does not exist',
    measure('no-such-program'),
    /"no-such-program" cannot be started: there is no such program/,
  ],
  [
    'a misspelt option',
    shrink.replace('--evaluations', '--evalutions'),
    /^lissnas: unknown option '--evalutions'; did you mean --evaluations\?$/m,
  ],
  ['a misspelt command', 'shrnik', /^lissnas: unknown command 'shrnik'; did you mean shrink\?$/m],
  ['a missing option', shrink.replace('--out out', ''), /--out DIR is missing/],
  ['a wrong configuration', 'run config.yaml --out out', /^config\.yaml: line 2, .*tabel/],
  ['a folder without a run', 'resume full', /^full: holds no run/],
  ['no folder', 'resume nowhere', /^nowhere: does not exist/],
  ['no shrunk space', 'members full', /^full: holds no shrunk-space\.json/],
  ['what is no shrunk space', 'why config.yaml a,a,a', /^config\.yaml: /],
  [
    'an unknown shrinker',
    `${shrink.replace('shrink', 'audit').replace('--out out', '--truth acc --shrinkers lissna')}`,
    /"lissna"; did you mean "lissnas"/,
  ],
  [
    'a locality of one evaluation',
    'locality --space space.yaml --table good.csv --accuracy acc --evaluations 1',
    /--evaluations 1 .*at least 2/,
  ],
])('%s', (_, line, words) => {
  it('is refused', async () => {
    const { code, message } = await refusal(line);
    expect(message).toMatch(words);
    expect(message.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
    expect(everything()).toEqual(before);
  });
});

describe.each<[what: string, line: string, code: number, words: RegExp]>([
  ['dies', `${measure(node)} --arg dies.mjs`, 1, /3 times in a row.*exit code 3|ended with/],
  ['hangs', `${measure(node)} --arg hangs.mjs --timeout 0.2`, 1, /no answer within 0\.2 s/],
  [
    'prints garbage',
    `${measure(node)} --arg garbage.mjs`,
    2,
    /all of the first \d+ evaluations failed, .*no JSON object: epoch 1/,
  ],
  ['answers NaN', `${measure(node)} --arg nan.mjs`, 2, /all of the first \d+ evaluations failed, .*accuracy is "NaN"/],
])('a program that %s', (_, line, code, words) => {
  it('ends the run, and leaves no run that holds nothing', async () => {
    const refused = await refusal(line);
    expect(refused.message).toMatch(words);
    expect(refused.message.split('\n')).toHaveLength(1);
    expect(refused.code).toBe(code);
    expect(everything()).toEqual(before);
  });
});

it('a byte order mark, CRLF and quoted fields are read', async () => {
  await createProgram().parseAsync([
    'node',
    'lissnas',
    ...shrink.replace('good.csv', 'strange.csv').replace('--out out', '--out fine').split(' '),
  ]);
  expect(existsSync(join(base, 'fine/shrunk-space.json'))).toBe(true);
  rmSync(join(base, 'fine'), { recursive: true });
});

it('the process itself says one sentence on standard error, nothing on standard output, and exits with 2', async () => {
  const ended = await lissnas(shrink.replace('20', '3').split(' '), base);
  expect(ended).toEqual({
    code: 2,
    signal: null,
    stdout: '',
    stderr: 'lissnas: 3 evaluations are below one round; give at least 5\n',
  });
});
