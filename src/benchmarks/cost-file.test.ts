import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { benchmarkFile } from '../../test/benchmarks.js';
import { createRandom } from '../math/random.js';
import { Region } from '../shrink/region.js';
import { defineSpace } from '../spaces/define.js';
import { forEachArchitecture } from '../spaces/enumerate.js';
import { builtInSpaces } from '../spaces/index.js';
import type { SearchSpace } from '../spaces/space.js';
import { readCostFile } from './read-cost-file.js';

const small = defineSpace({
  name: 'small',
  dimensions: [
    { name: 'op', choices: ['conv', 'pool', 'none'] },
    { name: 'kernel', choices: [3, 5] },
    { name: 'kernel2', choices: [3, 5] },
  ],
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-costs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(content: string | Buffer, space: SearchSpace = small) {
  const file = join(folder, 'costs.csv');
  writeFileSync(file, content);
  return readCostFile(file, space);
}

const LAYERS = `choice,dimension,ms,mj,remark
,stem,1.5,4,before
conv,op,2,10,
pool,op,0.5,,
none,op,0,-1,
3,kernel kernel2,0.25,1,the same twice
5.0,kernel kernel2,0.75,3,
,head,0.125,1,after
`;

it('adds up the rows of a table of layers', async () => {
  const file = await read(LAYERS);
  expect(file.names).toEqual(['ms', 'mj', 'remark']);
  const ms = file.cost('ms');
  // stem 1.5 + head 0.125 + conv 2 + kernel 5 0.75 + kernel2 3 0.25
  expect(ms.of([0, 1, 0])).toBe(4.625);
  expect(ms.of([2, 0, 0])).toBe(1.5 + 0.125 + 0 + 0.25 + 0.25);
  const mj = file.cost('mj');
  expect(mj.of([0, 1, 1])).toBe(4 + 1 + 10 + 3 + 3);
  expect([mj.of([1, 0, 0]), mj.of([2, 0, 0])]).toEqual([Number.NaN, Number.NaN]);
  expect(file.notes('ms')).toEqual([]);
  expect(file.notes('mj')[0]).toMatch(/^costs\.csv: cost "mj" has no number for 2 of 7 choices/);
  expect(() => file.cost('remark')).toThrow(/costs\.csv, row 2, column "remark": "before" is not a number/);
  expect(() => file.cost('remark')).toThrow(/costs/);
  const region = new Region(small, [{ cost: mj, max: 1000 }]);
  expect(region.size).toBe(4n); // conv only
});

it('takes indices for choices where not all are labels, semicolons, a byte order mark, gzip', async () => {
  const indices = LAYERS.replace('3,kernel', '0,kernel').replace('5.0,kernel', '1,kernel').replaceAll(',', ';');
  const file = await read(gzipSync(`\uFEFF${indices}`));
  expect(file.cost('ms').of([0, 1, 0])).toBe(4.625);
});

it('takes -1 for the cost of a network for none, also beside other measurements of the same', async () => {
  const file = await read(`op,kernel,kernel2,ms,log
conv,3,3,4,-2
conv,3,3,-1,-3
conv,3,3,6,1
pool,3,3,-1,1
conv,5,3,7,-1
`);
  const ms = file.cost('ms');
  expect([ms.of([0, 0, 0]), ms.of([1, 0, 0]), ms.of([0, 1, 0]), ms.of([2, 0, 0])]).toEqual([
    5,
    Number.NaN,
    7,
    Number.NaN,
  ]);
  expect([...ms.known!()].map((architecture) => architecture.join())).toEqual(['0,0,0', '0,1,0']);
  expect(file.notes('ms')).toEqual([
    'costs.csv: cost "ms" is known for 2 of 12 architectures; no other is within a limit of it',
  ]);
  expect(file.remarks[0]).toMatch(/^costs\.csv: .*1 architecture occurs more than once \(3 rows\)/);
  expect(() => file.cost('log')).toThrow(/column "log": -2, of conv,3,3, is no cost/);
});

it('lists what a table of a sample leaves of a large space', async () => {
  const { mobilenetv3 } = builtInSpaces;
  const random = createRandom(1);
  const rows = Array.from({ length: 30 }, (_, i) => [mobilenetv3.format(mobilenetv3.sample(random)), i] as const);
  const file = await read(`arch,ms\n${rows.map((row) => row.join()).join('\n')}\n`, mobilenetv3);
  const region = new Region(mobilenetv3, [{ cost: file.cost('ms'), max: 9 }]);
  expect(region.size).toBe(10n);
  const drawn = new Set(Array.from({ length: 200 }, () => mobilenetv3.format(region.sample(random))));
  expect([...drawn].sort()).toEqual(
    rows
      .slice(0, 10)
      .map(([text]) => text)
      .sort(),
  );
  const none = () => new Region(mobilenetv3, [{ cost: file.cost('ms'), max: -5 }]).list();
  expect(none).toThrow('ms <= -5 (lowest possible: 0)');
});

it('reads the table of layers on the page about tables', async () => {
  const page = readFileSync(new URL('../../docs/own-table.md', import.meta.url), 'utf8');
  const text = /```csv\n(dimension,choice,[\s\S]*?)```/.exec(page)![1]!;
  const layer = (name: string) => ({ name, choices: ['skip', 'dw3', 'dense3'] });
  const space = defineSpace({ name: 'page', dimensions: ['layer0', 'layer1', 'layer2'].map(layer) });
  const file = await read(text, space);
  expect(file.names).toEqual(['latency_ms', 'energy_mj']);
  expect(file.cost('latency_ms').of([1, 2, 1])).toBeCloseTo(1.92 + 0.44 + 0.61 + 1.44 + 0.35, 12);
});

const hardware = benchmarkFile('hw-nas-bench/hw_nas_bench_nb201.csv.gz');
it.skipIf(hardware === undefined)('takes -1 of HW-NAS-Bench for what a device does not support', async () => {
  const { nasbench201 } = builtInSpaces;
  const file = await readCostFile(hardware!, nasbench201);
  const cost = file.cost('c10_edgetpu_latency');
  let [known, least] = [0, Number.POSITIVE_INFINITY];
  forEachArchitecture(nasbench201, (codes) => {
    const value = cost.of(codes);
    if (Number.isNaN(value)) return;
    known++;
    least = Math.min(least, value);
  });
  expect(known).toBe(15_625 - 4699); // the cells of -1, counted with awk
  expect(least).toBeGreaterThan(0.3);
  expect(
    cost.of(
      nasbench201.parse(
        '|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|',
      ),
    ),
  ).toBe(0.957181);
});
