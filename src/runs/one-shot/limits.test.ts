/** Limits hold in every stage, and runs at the edge of what is possible end well or are refused before anything is trained. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../errors.js';
import { flops, parameterCount } from '../../networks/flops.js';
import { type BuildNetwork, networks } from '../../networks/index.js';
import { ShrunkSpace } from '../../shrink/shrunk-space.js';
import { builtInSpaces } from '../../spaces/index.js';
import type { OneShotResult } from './result.js';
import { resumeOneShot, startOneShot } from './run.js';
import { tinyConfig, writeImages } from './testing/tiny-run.js';

const space = builtInSpaces['mobile-tiny'];
const macro = builtInSpaces['nasbench-macro'];
const input = { shape: [1, 8, 8], classes: 4 } as const;
const millions = (codes: readonly number[], network: BuildNetwork = networks['mobile-tiny']) =>
  flops(network(codes, input)) / 1e6;
const macroMillions = (codes: readonly number[]) => millions(codes, networks['nasbench-macro']);
/** The cheapest networks of NAS-Bench-Macro that differ from the very cheapest in one choice, from the cheapest on; millions of FLOPs. */
const oneEdit = macro.dimensions
  .flatMap((_, d) => [1, 2].map((choice) => macroMillions(macro.dimensions.map((_, i) => (i === d ? choice : 0)))))
  .sort((a, b) => a - b);
const least = macroMillions(macro.dimensions.map(() => 0));

let base: string;
let images: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'lissnas-limits-'));
  images = writeImages(base);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

async function run(name: string, other: Readonly<Record<string, unknown>>): Promise<OneShotResult> {
  const { result } = await startOneShot(tinyConfig(images, other), join(base, name));
  return result;
}

/** Every architecture that a stage has evaluated, or trained from scratch. */
function evaluated(name: string): number[][] {
  const folder = join(base, name, 'journals');
  return readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/"key":"([\d.]+)"/g)].map(([, key]) =>
      key!.split('.').map(Number),
    ),
  );
}

const textsOf = ({ found, random, biggest, ranking, controls }: OneShotResult) =>
  [found, random, biggest, ...(ranking?.references ?? []), ...controls.map((control) => control.found)].map(
    ({ architecture }) => architecture,
  );

it('nothing beyond the limits is evaluated, kept, found, taken as a reference or trained, nor is it by any rival', async () => {
  const middling = [0, 2, 2, 2, 2, 2, 2, 0];
  const flopsMax = millions(middling);
  const parametersMax = parameterCount(networks['mobile-tiny'](middling, input)) / 1e6;
  const result = await run('limited', {
    shrink: {
      ...{ evaluations: 12, size: 20 },
      limits: [
        { cost: 'flops_m', max: flopsMax },
        { cost: 'params_m', max: parametersMax },
      ],
    },
    search: { evaluations: 8, searcher: 'nsga2', cost: 'params_m' },
    ...{ references: 3, control: true, baselines: true },
  });
  const shrunk = await ShrunkSpace.fromFile(join(base, 'limited/shrunk-space.json'));
  const all = [
    ...evaluated('limited'),
    ...textsOf(result).map((text) => [...space.parse(text)]),
    ...[...shrunk.members()].map(({ architecture }) => [...architecture]),
  ];
  expect(all.length).toBeGreaterThan(80);
  expect(Math.max(...all.map((codes) => millions(codes)))).toBeLessThanOrEqual(flopsMax);
  const parameters = all.map((codes) => parameterCount(networks['mobile-tiny'](codes, input)) / 1e6);
  expect(Math.max(...parameters)).toBeLessThanOrEqual(parametersMax);
  expect(result.controls.map(({ name }) => name)).toEqual([
    'no shrinking',
    'operator dropping',
    'angle-based shrinking',
  ]);
  expect(shrunk.contains(space.parse(result.found.architecture))).toBe(true);
  for (const { architecture } of result.ranking!.references) {
    expect(shrunk.contains(space.parse(architecture))).toBe(true);
  }
  expect(result.biggest.cost).toBeCloseTo(Math.max(...all.map((codes) => millions(codes))), 6);
});

it('without references there is no Kendall tau, and the search may be larger than what is left to search', async () => {
  const result = await run('none', { references: 0, search: { evaluations: 50 }, shrink: { evaluations: 6, size: 2 } });
  expect(result).toMatchObject({ shrunkSize: 2, controls: [] });
  expect(result.ranking).toBeUndefined();
  expect(result.accuracy.shrunk).toBeUndefined();
  const searched = readFileSync(join(base, 'none/journals/search.ndjson'), 'utf8').match(/"key"/g)!;
  expect(searched.length).toBeLessThanOrEqual(2);
  expect(result.biggest.architecture).toBe('44444444');
});

it('limits that leave a handful of networks leave them all to be found, and no more references than there are', async () => {
  const max = oneEdit[3]!;
  const result = await run('few', {
    space: 'nasbench-macro',
    shrink: { evaluations: 6, size: 2, limits: [{ cost: 'flops_m', max }] },
    references: 10,
  });
  expect(Number(result.wholeSize)).toBe(1 + oneEdit.filter((cost) => cost <= max).length);
  expect(result.ranking!.references).toHaveLength(2);
  expect(Math.max(...evaluated('few').map(macroMillions))).toBeLessThanOrEqual(max);
});

it('a network found whose training diverges is told as such, and no network is exported', async () => {
  const scratch = { batch: 4, steps: 6, schedule: { kind: 'constant', learningRate: 1e30 } };
  const result = await run('diverged', { scratch, references: 2 });
  expect(result).toMatchObject({ found: { accuracy: null }, random: { accuracy: null }, biggest: { accuracy: null } });
  const files = readdirSync(join(base, 'diverged'));
  expect(files.filter((name) => name.startsWith('best'))).toEqual([]);
  expect(files).toContain('result.json');
});

describe('what cannot be done is refused before anything is trained', () => {
  const shrink = { evaluations: 6, size: 8 };
  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ['a size above the space', { shrink: { ...shrink, size: 390_625 } }, /size 390625 does not shrink mobile-tiny/],
    ['too few evaluations', { shrink: { evaluations: 2 } }, /2 evaluations are below one round; give at least 5/],
    [
      'limits that one network keeps',
      { space: 'nasbench-macro', shrink: { ...shrink, size: 1, limits: [{ cost: 'flops_m', max: least }] } },
      /nasbench-macro has a single architecture within the limits, which cannot be shrunk/,
    ],
    [
      'limits that nothing keeps',
      { shrink: { ...shrink, limits: [{ cost: 'flops_m', max: 0.001 }] } },
      /flops_m <= 0.001 \(lowest possible: /,
    ],
    ['an unknown limit', { shrink: { ...shrink, limits: [{ cost: 'flops', max: 1 }] } }, /"flops"; did you mean/],
    ['bins of an unknown cost', { shrink: { ...shrink, costBins: { cost: 'ms', count: 2 } } }, /no cost "ms"/],
    ['nsga2 without a cost', { search: { searcher: 'nsga2' } }, /nsga2 needs a cost/],
    ['nsga2 with an unknown one', { search: { searcher: 'nsga2', cost: 'ms' } }, /no cost "ms"/],
    ['nothing to judge by', { validation: 0.001 }, /validation: 0.001 of 120 images is none/],
    ['all held back', { validation: 120 }, /no image is left for the training part/],
    ['no test images', { data: { kind: 'idx', path: '', testSize: 0.001 } }, /the test part holds no image/],
    [
      'baselines in too few steps',
      { baselines: true, supernet: { warmUp: { batch: 4, steps: 3 }, training: { batch: 4, steps: 3 } } },
      /supernet.warmUp: the baselines need at least 4 steps, and there are 3/,
    ],
    ['a batch above the data', { scratch: { batch: 81, steps: 2 } }, /scratch: the batch is 81, .* only 80 images/],
  ])('%s', async (name, { data, ...other }, words) => {
    const folder = join(base, name.replaceAll(' ', '-'));
    const config = tinyConfig(images, { ...other, ...(data !== undefined && { data: { ...data, path: images } }) });
    const error: unknown = await startOneShot(config, folder).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toMatch(words);
    expect((error as InputError).message).not.toContain('\n');
    expect(existsSync(folder)).toBe(false);
  });
});

it('keeps a limit by a table of layers in every stage, and goes on with that table only', async () => {
  const phone = join(base, 'phone.csv');
  const milliseconds = (d: number, choice: number) => ((7 * choice + 3 * d) % 5) / 10;
  const rows = space.dimensions.flatMap(({ name, choices }, d) =>
    choices.map((choice, c) => `${name},${choice},${milliseconds(d, c)}`),
  );
  writeFileSync(phone, `dimension,choice,ms\nstem,,1\n${rows.join('\n')}\n`);
  const limits = [
    { cost: 'ms', max: 2 },
    { cost: 'flops_m', max: 0.4 },
  ];
  const result = await run('timed', { costTables: [phone], shrink: { evaluations: 8, size: 10, limits } });
  const all = [...evaluated('timed'), ...textsOf(result).map((text) => [...space.parse(text)])];
  const tenths = all.map((codes) => 10 + codes.reduce((sum, c, d) => sum + Math.round(10 * milliseconds(d, c)), 0));
  expect(all.length).toBeGreaterThan(10);
  expect(Math.max(...tenths)).toBeLessThanOrEqual(20);
  expect(Math.max(...all.map((codes) => millions(codes)))).toBeLessThanOrEqual(0.4);
  const { costs } = JSON.parse(readFileSync(join(base, 'timed/best.json'), 'utf8'));
  expect(costs.ms.value).toBe(
    tenths[all.findIndex((codes) => space.format(codes) === result.found.architecture)]! / 10,
  );
  const moved = join(base, 'moved.csv');
  renameSync(phone, moved);
  const config = join(base, 'timed/config.yaml');
  writeFileSync(config, readFileSync(config, 'utf8').replace(phone, moved));
  expect((await resumeOneShot(join(base, 'timed'))).result).toEqual(result);
  writeFileSync(moved, readFileSync(moved, 'utf8').replace('stem,,1', 'stem,,1.1'));
  await expect(resumeOneShot(join(base, 'timed'))).rejects.toThrow(/moved\.csv: has changed since this run began/);
}, 120_000);
