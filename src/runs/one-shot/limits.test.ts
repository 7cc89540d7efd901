/** Limits hold in every stage, and runs at the edge of what is possible end well or are refused before anything is trained. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../errors.js';
import { flops } from '../../networks/flops.js';
import { mobileTinyNetwork } from '../../networks/mobile-tiny-network.js';
import { ShrunkSpace } from '../../shrink/shrunk-space.js';
import { builtInSpaces } from '../../spaces/index.js';
import type { OneShotResult } from './result.js';
import { startOneShot } from './run.js';
import { tinyConfig, writeImages } from './testing/tiny-run.js';

const space = builtInSpaces['mobile-tiny'];
const input = { shape: [1, 8, 8], classes: 4 } as const;
const millions = (codes: readonly number[]) => flops(mobileTinyNetwork(codes, input)) / 1e6;
/** All choices equal but one dimension's. */
const oneOther = (d: number, choice: number) => space.dimensions.map((_, other) => (other === d ? choice : 0));
const least = millions(oneOther(0, 0));

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
  const [flopsMax, parametersMax] = [0.1, 0.05];
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
  const parameters = space.costs.get('params_m');
  const shrunk = await ShrunkSpace.fromFile(join(base, 'limited/shrunk-space.json'));
  const all = [
    ...evaluated('limited'),
    ...textsOf(result).map((text) => [...space.parse(text)]),
    ...[...shrunk.members()].map(({ architecture }) => [...architecture]),
  ];
  expect(all.length).toBeGreaterThan(80);
  expect(Math.max(...all.map(millions))).toBeLessThanOrEqual(flopsMax);
  expect(parameters).toBeDefined();
  expect(result.controls.map(({ name }) => name)).toEqual([
    'no shrinking',
    'operator dropping',
    'angle-based shrinking',
  ]);
  expect(shrunk.contains(space.parse(result.found.architecture))).toBe(true);
  for (const { architecture } of result.ranking!.references) {
    expect(shrunk.contains(space.parse(architecture))).toBe(true);
  }
  expect(result.biggest.cost).toBeGreaterThanOrEqual(Math.max(...all.map(millions)));
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
  const steps = space.dimensions.flatMap((_, d) => [1, 2, 3, 4].map((choice) => millions(oneOther(d, choice)) - least));
  const max = least + steps.sort((a, b) => a - b)[3]!;
  const result = await run('few', {
    shrink: { evaluations: 6, size: 2, limits: [{ cost: 'flops_m', max }] },
    references: 10,
  });
  expect(Number(result.wholeSize)).toBeGreaterThanOrEqual(5);
  expect(Number(result.wholeSize)).toBeLessThan(30);
  expect(result.ranking!.references).toHaveLength(2);
  expect(Math.max(...evaluated('few').map(millions))).toBeLessThanOrEqual(max);
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
      { shrink: { ...shrink, size: 1, limits: [{ cost: 'flops_m', max: least }] } },
      /mobile-tiny has a single architecture within the limits, which cannot be shrunk/,
    ],
    [
      'limits that nothing keeps',
      { shrink: { ...shrink, limits: [{ cost: 'flops_m', max: 0.001 }] } },
      /flops_m <= 0.001 \(lowest found: /,
    ],
    ['an unknown limit', { shrink: { ...shrink, limits: [{ cost: 'flops', max: 1 }] } }, /"flops"; did you mean/],
    ['bins of an unknown cost', { shrink: { ...shrink, costBins: { cost: 'ms', count: 2 } } }, /no cost "ms"/],
    ['nsga2 without a cost', { search: { searcher: 'nsga2' } }, /nsga2 needs a cost/],
    ['nsga2 with an unknown one', { search: { searcher: 'nsga2', cost: 'ms' } }, /no cost "ms"/],
    ['nothing to judge by', { validation: 0.001 }, /validation: 0.001 of 120 images is none/],
    ['all held back', { validation: 120 }, /no image is left for the training part/],
    ['no test images', { data: { kind: 'idx', path: '', testSize: 0.001 } }, /the test part holds no image/],
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
