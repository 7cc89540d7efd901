import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { benchmarkFile } from '../../test/benchmarks.js';
import { InputError } from '../errors.js';
import { nasbench201 } from '../spaces/nasbench201.js';
import { fileBytes } from './file-bytes.js';
import { readTable } from './read-table.js';
import { temporaryFile, temporaryFolder, tiny, tinyTable } from './testing/tiny.js';

const LABELS = 'op,kernel,se,acc,ms\nconv,3,0,90.5,1.5\npool,5,1,91.25,2\n';

async function codesAndValues(content: string | Uint8Array, column = 'acc'): Promise<(number | string)[][]> {
  const table = await tinyTable(content);
  return [...table.architectures()].map((architecture) => [...architecture, table.value(architecture, column)]);
}

describe('layouts', () => {
  const expected = [
    [1, 0, 0, 90.5],
    [2, 1, 1, 91.25],
  ];

  test('one column per dimension: labels', async () => {
    expect(await codesAndValues(LABELS)).toEqual(expected);
  });

  test('one column per dimension: choice indices, decided column by column', async () => {
    expect(await codesAndValues('op,kernel,se,acc\n1,0,False,90.5\n2,1,True,91.25\n')).toEqual(expected);
    expect(await codesAndValues('op,kernel,se,acc\nconv,0,0,90.5\npool,1,1,91.25\n')).toEqual(expected);
    expect(await codesAndValues('op,kernel,se,acc\nconv,3.0,0,90.5\npool,5.0,1,91.25\n')).toEqual(expected);
  });

  test('one column in the notation of the space, under a usual name or any other', async () => {
    for (const name of ['arch', 'arch_str', 'architecture', 'net']) {
      expect(await codesAndValues(`id,${name},acc\n7,"conv,3,0",90.5\n8,"pool,5,1",91.25\n`)).toEqual(expected);
    }
  });

  test('byte order mark, CRLF, quotes, blank lines, blanks around cells, semicolons and tabs change nothing', async () => {
    const variants = [
      `\uFEFF${LABELS}`,
      LABELS.replaceAll('\n', '\r\n'),
      `${LABELS}\n\r\n\n`,
      LABELS.replaceAll('conv', '"conv"').replace('acc', '"acc"'),
      LABELS.replaceAll(',', ', '),
      LABELS.replaceAll(',', ';'),
      LABELS.replaceAll(',', '\t'),
      gzipSync(LABELS),
    ];
    for (const variant of variants) expect(await codesAndValues(variant)).toEqual(expected);
  });

  test('labels win over indices where both would do, and a note says so', async () => {
    const space = (await import('../spaces/define.js')).defineSpace({
      name: 'ambiguous',
      dimensions: [{ name: 'layers', choices: [1, 2, 3] }],
    });
    const table = await readTable(temporaryFile('t.csv', 'layers,acc\n1,50\n2,60\n'), space);
    expect([...table.architectures()]).toEqual([[0], [1]]);
    expect(table.notes.join()).toMatch(/"layers" reads as labels and as choice indices; it is taken as labels/);
  });
});

describe('cells', () => {
  test('missing cells are NaN in that column alone, and are counted in a note', async () => {
    const rows = ['', 'NaN', 'nan', 'null', 'None', 'NA'].map((cell, i) => `${i % 3},${Math.floor(i / 3)},0,${cell},1`);
    const table = await tinyTable(`op,kernel,se,acc,ms\n${rows.join('\n')}\n0,0,1,55,1\n`);
    expect(table.size).toBe(7);
    expect([...table.column('acc').values]).toEqual([NaN, NaN, NaN, NaN, NaN, NaN, 55]);
    expect([...table.column('ms').values]).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(table.notes).toContain('column "acc" has no value for 6 of 7 architectures');
  });

  test('an architecture that is not there has no value and is not in the table', async () => {
    const table = await tinyTable(LABELS);
    expect(table.has([0, 0, 0])).toBe(false);
    expect(table.value([0, 0, 0], 'acc')).toBeNaN();
    expect(table.has([1, 0, 0])).toBe(true);
    expect(table.complete).toBe(false);
  });

  test('rows of the same architecture are averaged over the cells that are there', async () => {
    const table = await tinyTable('op,kernel,se,acc,ms\nconv,3,0,90,\nconv,3,0,93,4\nconv,3,0,96,\npool,5,1,1,1\n');
    expect(table.size).toBe(2);
    expect(table.value([1, 0, 0], 'acc')).toBe(93);
    expect(table.value([1, 0, 0], 'ms')).toBe(4);
    expect(table.notes.join()).toMatch(/1 architecture occurs more than once \(3 rows\)/);
  });

  test('a table with every architecture is complete', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => `${i % 3},${Math.floor(i / 3) % 2},${Math.floor(i / 6)},${i}`);
    expect((await tinyTable(`op,kernel,se,acc\n${rows.join('\n')}`)).complete).toBe(true);
  });

  test('numeric columns are listed; asking for another names the nearest or the offending row', async () => {
    const table = await tinyTable('op,kernel,se,acc,ms,remark\nconv,3,0,90.5,1,ok\npool,5,1,oops,2,\n');
    expect(table.columns).toEqual(['ms']);
    expect(() => table.column('acc')).toThrow(/row 3, column "acc": "oops" is not a number/);
    expect(() => table.column('remark')).toThrow(/row 2, column "remark": "ok" is not a number/);
    expect(() => table.column('mss')).toThrow(/no numeric column "mss"; did you mean "ms"/);
    for (const value of ['Infinity', '0x1F', '93,1%', '1e999']) {
      const odd = await tinyTable(`op,kernel,se,acc\nconv,3,0,"${value}"\n`);
      expect(() => odd.column('acc')).toThrow(InputError);
    }
  });
});

describe('bad files get one clear sentence', () => {
  const gz = gzipSync(LABELS.repeat(50));
  const cases: [string, string, string | Uint8Array, RegExp][] = [
    ['an empty file', 't.csv', '', /the file is empty/],
    ['blank lines only', 't.csv', '\n\n', /no header row/],
    ['a header only', 't.csv', 'op,kernel,se,acc\n', /a header but no rows/],
    ['a truncated gz', 't.csv.gz', gz.subarray(0, gz.length - 20), /the gzip file ends too early/],
    [
      'a damaged gz',
      't.csv.gz',
      Uint8Array.from(gz, (b, i) => (i > 20 && i < 30 ? 255 - b : b)),
      /the gzip file is damaged/,
    ],
    ['an empty gz', 't.csv.gz', gzipSync(''), /holds nothing/],
    ['text named gz', 't.csv.gz', LABELS, /the content is not gzip/],
    [
      'binary garbage',
      't.csv',
      Uint8Array.from({ length: 500 }, (_, i) => (i * 37) % 256),
      /neither UTF-8 text nor gzip/,
    ],
    ['a zip archive', 't.csv', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), /zip archive/],
    ['UTF-16', 't.csv', Buffer.from(`\uFEFF${LABELS}`, 'utf16le'), /UTF-16/],
    [
      'a repeated column',
      't.csv',
      'op,kernel,se,acc,acc\nconv,3,0,1,2\n',
      /column "acc": the column name occurs twice/,
    ],
    [
      'a ragged row',
      't.csv',
      'op,kernel,se,acc\nconv,3,0,1\nconv,5,0\n',
      /row 3: the row has 3 cells where the header has 4/,
    ],
    ['an open quote', 't.csv', 'op,kernel,se,acc\n"conv,3,0,1\n', /not CSV/],
    [
      'an unknown choice',
      't.csv',
      'op,kernel,se,acc\nconv,3,0,1\nconv,7,0,1\n',
      /row 3, column "kernel": "7" is no choice of this dimension; allowed: 3, 5, or an index 0 to 1/,
    ],
    ['an index out of range', 't.csv', 'op,kernel,se,acc\n1,0,0,1\n3,0,0,1\n', /row 3, column "op": "3" is no choice/],
    [
      'missing dimension columns',
      't.csv',
      'op,acc\nconv,1\n',
      /needs columns kernel, se \(or one .*; the file has op, acc/,
    ],
    ['a bad architecture', 't.csv', 'arch,acc\n"conv,3,0",1\n"conv,9,0",1\n', /row 3, column "arch": .*9/],
    ['JSON of another kind', 't.json', '{"a": 1}', /no table that is known/],
    ['broken JSON', 't.json', '{"a": ', /this is not JSON/],
    ['no header but data', 't.csv', 'conv,3,0,90\npool,3,0,91\n', /needs columns op, kernel, se/],
  ];
  test.each(cases)('%s', async (_, name, content, message) => {
    const file = temporaryFile(name, content);
    const error = await readTable(file, tiny).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(file);
    expect(error.message).not.toContain('\n');
  });

  test('no such file, a folder without results, and a gzip that unpacks to too much', async () => {
    await expect(readTable('/nowhere/t.csv', tiny)).rejects.toThrow(/no such file/);
    await expect(readTable(temporaryFolder(), tiny)).rejects.toThrow(/no result_N\.json/);
    const bomb = temporaryFile('bomb.csv.gz', gzipSync(Buffer.alloc(3_000_000)));
    await expect(fileBytes(bomb, 1_000_000)).rejects.toThrow(/more than 1 MB/);
  });

  test('names such as __proto__ are ordinary column names', async () => {
    const table = await tinyTable('op,kernel,se,__proto__,constructor\nconv,3,0,90,1\n');
    expect(table.value([1, 0, 0], '__proto__')).toBe(90);
    expect(() => table.column('toString')).toThrow(/no numeric column "toString"/);
  });
});

test('the layouts in which copies of NAS-Bench-201 go round', async () => {
  const [first, second] = [
    '|none~0|+|skip_connect~0|nor_conv_1x1~1|+|nor_conv_3x3~0|avg_pool_3x3~1|none~2|',
    '|none~0|+|none~0|none~1|+|none~0|none~1|none~2|',
  ];
  const edges = nasbench201.dimensions.map(({ name }) => name).join();
  const layouts = [
    `arch_str,acc\n${first},90\n${second},10\n`,
    `,arch_str,uid,acc\n0,"${first}",a7,90\n1,"${second}",b8,10\n`, // a data frame with its index
    `index,cell,acc\n0,${first},90\n1,${second},10\n`, // any name of the column
    `${edges},acc\nnone,skip_connect,nor_conv_1x1,nor_conv_3x3,avg_pool_3x3,none,90\nnone,none,none,none,none,none,10\n`,
    `${edges},arch_str,acc\n0,1,2,3,4,0,"${first}",90\n0,0,0,0,0,0,"${second}",10\n`,
  ];
  for (const layout of layouts) {
    const table = await readTable(temporaryFile('nb201.csv', layout), nasbench201);
    expect(table.size).toBe(2);
    expect(table.value(nasbench201.parse(first!), 'acc')).toBe(90);
    expect(table.value(nasbench201.parse(second!), 'acc')).toBe(10);
  }
});

const nb201 = benchmarkFile('nasbench201/nasbench201.csv.gz');
describe.skipIf(nb201 === undefined)('the real NAS-Bench-201 table', () => {
  test('is complete, and its best architectures are the published ones', async () => {
    const table = await readTable(nb201 as string, nasbench201);
    expect(table.size).toBe(15_625);
    expect(table.complete).toBe(true);
    expect(table.notes).toEqual([]);
    expect(Math.max(...table.column('c10_test').values)).toBeCloseTo(94.373, 3);
    expect(Math.max(...table.column('c100_test').values)).toBeCloseTo(73.513, 3);
  });

  const hardware = benchmarkFile('hw-nas-bench/hw_nas_bench_nb201.csv.gz');
  test.skipIf(hardware === undefined)('and HW-NAS-Bench reads by its architecture strings', async () => {
    const table = await readTable(hardware as string, nasbench201);
    expect(table.complete).toBe(true);
    const first = nasbench201.parse(
      '|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|',
    );
    expect(table.value(first, 'c10_edgegpu_latency')).toBe(5.80742);
  });
});
