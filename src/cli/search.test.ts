/** `lissnas search` as a process of its own, and what it refuses. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { lissnas } from '../../test/cli.js';
import { InputError } from '../errors.js';
import { createProgram } from './program.js';

const letters = ['a', 'b', 'c', 'd'];
const rows = Array.from({ length: 256 }, (_, i) => [i >> 6, (i >> 4) & 3, (i >> 2) & 3, i & 3] as const);
const accuracyOf = (codes: readonly number[]) =>
  50 + 3 * codes[0]! + 2 * codes[1]! + codes[2]! - 2 * Math.abs(codes[3]! - 1);
const sizeOf = (codes: readonly number[]) => 1 + codes.reduce((sum, code) => sum + code, 0);
const codesOf = (architecture: string) => architecture.split(',').map((letter) => letters.indexOf(letter));

const home = process.cwd();
let cwd: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'lissnas-search-'));
  writeFileSync(
    join(cwd, 'space.yaml'),
    'name: mine\ndimensions: { layer: { choices: [a, b, c, d], repeat: 4 } }\ncosts: { size: { unit: M, base: 1, choices: { layer: [0, 1, 2, 3] } } }\n',
  );
  const lines = rows.map((codes) => [...codes.map((c) => letters[c]), accuracyOf(codes), accuracyOf(codes) - 1].join());
  writeFileSync(join(cwd, 'table.csv'), `layer0,layer1,layer2,layer3,acc,later\n${lines.join('\n')}\n`);
  const shrunk = await lissnas(
    ['shrink', '--space', 'space.yaml', ...table, '--evaluations', '40', '--size', '60', '--out', 'shrunk'],
    cwd,
  );
  expect(shrunk.code).toBe(0);
  process.chdir(cwd);
}, 60_000);
afterAll(() => {
  process.chdir(home);
  rmSync(cwd, { recursive: true, force: true });
});
afterEach(() => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
});

const table = ['--table', 'table.csv', '--accuracy', 'acc'];
const whole = ['search', '--space', 'space.yaml', ...table, '--evaluations', '60'];

async function json(...args: string[]) {
  const ended = await lissnas([...args, '--json'], cwd);
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  return JSON.parse(ended.stdout);
}

it('searches a whole space under a limit that it keeps, and leaves the document in a file', async () => {
  const limits = ['--cost', 'size', '--max-cost', '7'];
  const found = await json(...whole, ...limits, '--truth', 'later', '--finalists', '3', '--out', 'found.json');
  expect(found).toMatchObject({ space: 'mine', spent: 60, known: 0, limits: [{ cost: 'size', max: 7 }] });
  const allowed = rows.filter((codes) => sizeOf(codes) <= 7);
  expect(found.best.accuracy).toBe(Math.max(...allowed.map(accuracyOf)));
  expect(found.best.truth).toBe(found.best.accuracy - 1);
  expect(found.best.costs).toEqual({ size: sizeOf(codesOf(found.best.architecture)) });
  expect(found.finalists).toHaveLength(3);
  expect(found.measurements).toHaveLength(60);
  for (const { architecture } of found.measurements) expect(sizeOf(codesOf(architecture))).toBeLessThanOrEqual(7);
  expect(JSON.parse(readFileSync(join(cwd, 'found.json'), 'utf8'))).toEqual(found);
  expect(await json(...whole, ...limits, '--truth', 'later', '--finalists', '3')).toEqual(found);
});

it('searches inside a shrunk space, where what the same table told the shrink is known', async () => {
  const members = (await lissnas(['members', 'shrunk', '--no-deviation'], cwd)).stdout.trim().split('\n').slice(1);
  const inside = new Set(members.map((line) => line.split(',').slice(0, 4).join()));
  const run = ['search', 'shrunk', ...table, '--evaluations', '1000', '--searcher', 'local-search'];
  const found = await json(...run);
  expect(found.known).toBeGreaterThan(5);
  expect(found.known + found.spent).toBe(60);
  expect(found.stop).toBe('region exhausted');
  expect(found.measurements.every(({ architecture }: { architecture: string }) => inside.has(architecture))).toBe(true);
  const other = await json('search', 'shrunk', '--table', 'table.csv', '--accuracy', 'later', '--evaluations', '10');
  expect(other.known).toBe(0);
});

it('tells a person the best, the finalists and the Pareto front', async () => {
  const ended = await lissnas([...whole, '--searcher', 'nsga2', '--minimize', 'size'], cwd);
  expect(ended.code).toBe(0);
  expect(ended.stdout).toMatch(/^Best of mine, found by NSGA-II: {2}\S+$/m);
  expect(ended.stdout).toContain('Evaluations spent: 60.\n');
  const front = ended.stdout.split('Pareto front of accuracy and size\n')[1]!.trim().split('\n').slice(1);
  const sizes = front.map((line) => Number(line.trim().split(/\s+/)[0]));
  expect(sizes.length).toBeGreaterThan(4);
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
});

it('measures with a program after --, and minimizes a cost that it reports', async () => {
  const program = resolve(import.meta.dirname, '../runs/testing/slow-program.mjs');
  const ended = await lissnas(
    [
      ...['search', '--space', 'space.yaml', '--evaluations', '30', '--searcher', 'nsga2', '--minimize', 'seconds'],
      ...['--json', '--', process.execPath, program, 'asked', '0'],
    ],
    cwd,
  );
  expect(ended.stderr).toBe('');
  const found = JSON.parse(ended.stdout);
  expect(found.spent).toBe(30);
  expect(found.pareto.front.length).toBeGreaterThan(0);
  expect(found.pareto.front[0].cost).toBe(1.5);
  expect(readFileSync(join(cwd, 'asked'), 'utf8').trim().split('\n')).toHaveLength(30);
});

it.each<[what: string, args: string[], words: RegExp]>([
  ['nowhere to search', ['search', ...table, '--evaluations', '9'], /^where to search .*--space SPACE\) is missing$/],
  ['two places', ['search', 'shrunk', ...whole.slice(1)], /^shrunk and --space exclude each other/],
  ['no budget', whole.slice(0, -2), /^--evaluations N is missing$/],
  ['a budget of none', [...whole.slice(0, -1), '0'], /--evaluations 0 is not a whole number of at least 1/],
  ['nothing to measure with', ['search', 'shrunk', '--evaluations', '9'], /nothing to measure with/],
  ['an unknown searcher', [...whole, '--searcher', 'nsga3'], /--searcher nsga3 .*random, local-search, regularized/],
  ['nsga2 without a cost', [...whole, '--searcher', 'nsga2'], /--minimize COST, which nsga2 needs, is missing/],
  ['an unknown cost', [...whole, '--minimize', 'sise'], /"sise".*"size"|"sise"/],
  [
    'a limit that nothing satisfies',
    [...whole, '--cost', 'size', '--max-cost', '0'],
    /size <= 0 \(lowest possible: 1\)/,
  ],
  [
    'a limit that no member satisfies',
    ['search', 'shrunk', ...table, '--evaluations', '9', '--cost', 'size', '--max-cost', '1'],
    /none of the 60 members of mine satisfies size <= 1/,
  ],
  ['cost bins', [...whole, '--cost', 'size', '--cost-bins', '2'], /--cost-bins is not part of a search/],
  ['a folder that holds nothing', ['search', 'nowhere', ...table, '--evaluations', '9'], /^nowhere: there is no such/],
  ['a surplus word', ['search', 'shrunk', 'twice', ...table, '--evaluations', '9'], /unexpected argument "twice"/],
  ['an impossible file', [...whole, '--out', 'no/where.json'], /no\/where\.json: cannot be written/],
])('refuses %s in one sentence', async (_, args, words) => {
  const before = readdirSync(cwd).sort();
  const error: unknown = await createProgram()
    .parseAsync(['node', 'lissnas', ...args])
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as InputError;
  expect(message).toMatch(words);
  expect(message.split('\n')).toHaveLength(1);
  expect(readdirSync(cwd).sort()).toEqual(before);
});
