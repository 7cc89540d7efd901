/** The published files equal their CSV copies. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { benchmarkFile } from '../../test/benchmarks.js';
import { accelMnasnet } from '../spaces/accel-mnasnet.js';
import { nasbenchMacro } from '../spaces/nasbench-macro.js';
import { bytesSource } from './byte-source.js';
import { fileBytes } from './file-bytes.js';
import { readTable } from './read-table.js';
import type { Table } from './table.js';
import { tarEntries } from './tar.js';
import { temporaryFile, temporaryFolder } from './testing/tiny.js';

/** Every cell agrees to the digits of the CSV. */
function expectEqual(published: Table, csv: Table, relative: number): void {
  expect(published.size).toBe(csv.size);
  expect(published.complete).toBe(csv.complete);
  for (const column of published.columns) {
    const copy = csv.column(column);
    const own = published.column(column);
    let worst = 0;
    for (const architecture of published.architectures()) {
      const [a, b] = [own.of(architecture), copy.of(architecture)];
      if (Number.isNaN(a) && Number.isNaN(b)) continue;
      const error = Math.abs(a - b) / Math.max(1, Math.abs(b));
      worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
    }
    expect(worst, column).toBeLessThan(relative);
  }
}

const macroJson = benchmarkFile('nasbench-macro/nas-bench-macro_cifar10.json');
const macroCsv = benchmarkFile('nasbench-macro/nasbench_macro.csv.gz');
describe.skipIf(macroJson === undefined || macroCsv === undefined)('NAS-Bench-Macro', () => {
  test('JSON equals CSV', async () => {
    const json = await readTable(macroJson as string, nasbenchMacro);
    expect(json.columns).toEqual(['test1', 'test2', 'test3', 'test_mean', 'test_std', 'flops_m', 'params_m']);
    expectEqual(json, await readTable(macroCsv as string, nasbenchMacro), 1e-6);
    expect(json.value(nasbenchMacro.parse('22212202'), 'test_mean')).toBeCloseTo(93.127, 3);
    expect(json.value(nasbenchMacro.parse('00000000'), 'flops_m')).toBe(7.71328);
  });
});

const accelTar = benchmarkFile('accel-nasbench/anb_dataset_jsons.tar.gz');
const accelCsv = benchmarkFile('accel-nasbench/accel_nasbench_mnasnet_imagenet.csv.gz');
describe.skipIf(accelTar === undefined || accelCsv === undefined)('Accel-NASBench', () => {
  test('archive and folder equal CSV', async () => {
    const [tar, csv] = [
      await readTable(accelTar as string, accelMnasnet),
      await readTable(accelCsv as string, accelMnasnet),
    ];
    expect([...tar.columns].sort()).toEqual(csv.columns.filter((name) => name !== 'id').sort());
    expectEqual(tar, csv, 1e-5);
    expect(tar.size).toBe(5125);
    expect(tar.notes[0]).toMatch(/^13 architectures occur more than once \(26 rows\)/);

    const folder = temporaryFolder();
    for (const { name, content } of tarEntries(bytesSource((await fileBytes(accelTar as string)).bytes, 'tar'))) {
      writeFileSync(join(folder, name.split('/').at(-1) as string), content.bytes(0, content.size));
    }
    expectEqual(await readTable(folder, accelMnasnet), tar, 1e-12);
  });
});

describe('damaged published files', () => {
  const entry = { test_acc: [90, 91, 92], mean_acc: 91, std: 1, params: 1e6, flops: 2e7 };
  const macro = (json: unknown) => readTable(temporaryFile('m.json', JSON.stringify(json)), nasbenchMacro);

  test('NAS-Bench-Macro: unknown architecture, short or wrong numbers', async () => {
    expect((await macro({ '01201201': entry })).value(nasbenchMacro.parse('01201201'), 'params_m')).toBe(1);
    await expect(macro({ '01201209': entry })).rejects.toThrow(/m\.json: .*9/);
    await expect(macro({ '01201201': { ...entry, test_acc: [1] } })).rejects.toThrow(
      /"01201201" needs "test_acc" with three/,
    );
    await expect(macro({ '01201201': { ...entry, flops: 'x' } })).rejects.toThrow(
      /"flops" of the entry "01201201" is "x"/,
    );
    const polluted = temporaryFile('m.json', `{"__proto__": ${JSON.stringify(entry)}}`);
    await expect(readTable(polluted, nasbenchMacro)).rejects.toThrow(/__proto__/);
    expect(Object.hasOwn(Object.prototype, 'test_acc')).toBe(false);
  });

  const result = {
    architecture: Object.fromEntries(
      accelMnasnet.dimensions.map(({ name, choices }) => [
        name.replace('b', 'block'),
        name.endsWith('se') ? true : choices[0],
      ]),
    ),
    metrics: { val_top1: 60, val_top5: 80, train_time: 1 },
    model_info: { macs: 1, params: 2 },
    platform_perf: { throughput_a100: { throughput_mean: 5, throughput_std: null }, latency_x: { latency_mean: null } },
  };
  const text = JSON.stringify(result);

  test('Accel-NASBench folder: reads, and names the file that is wrong', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'result_0.json'), text);
    writeFileSync(join(folder, 'README'), 'not a result');
    const table = await readTable(folder, accelMnasnet);
    expect(table.size).toBe(1);
    expect(table.column('throughput_a100').values[0]).toBe(5);
    expect(table.column('latency_x').values[0]).toBeNaN();
    writeFileSync(join(folder, 'result_1.json'), text.replace('"block3_e":1', '"block3_e":2'));
    await expect(readTable(folder, accelMnasnet)).rejects.toThrow(
      /result_1\.json, column "block3_e": 2 is no choice; allowed: 1, 4, 6/,
    );
    writeFileSync(join(folder, 'result_1.json'), text.replace('"block3_e"', '"block9_e"'));
    await expect(readTable(folder, accelMnasnet)).rejects.toThrow(/result_1\.json: "architecture" needs "block3_e"/);
    writeFileSync(join(folder, 'result_1.json'), text.slice(0, 100));
    await expect(readTable(folder, accelMnasnet)).rejects.toThrow(/result_1\.json: this is not JSON/);
  });

  test('tar: long names, links and paths outside are handled; damage is named', async () => {
    const good = [
      tarFile('a/result_0.json', text),
      tarFile('x/../../result_1.json', 'evil'),
      tarFile('/result_2.json', 'evil'),
    ];
    const link = tarFile('result_3.json', '', '2');
    const long = [tarFile('././@LongLink', `${'d/'.repeat(80)}result_4.json\0`, 'L'), tarFile('cut', text)];
    const path = `${'p/'.repeat(80)}result_5.json`;
    const record = ` path=${path}\n`;
    const pax = [tarFile('PaxHeader', `${record.length + 3}${record}`, 'x'), tarFile('cut', text)];
    const archive = Buffer.concat([...good, link, ...long, ...pax, Buffer.alloc(1024)]);
    expect([...tarEntries(bytesSource(archive, 't'))].map(({ name }) => name.split('/').at(-1))).toEqual([
      'result_0.json',
      'result_4.json',
      'result_5.json',
    ]);
    const table = await readTable(temporaryFile('a.tar.gz', gzipSync(archive)), accelMnasnet);
    expect(table.notes[0]).toMatch(/1 architecture occurs more than once \(3 rows\)/);

    const cut = temporaryFile('a.tar.gz', gzipSync(archive.subarray(0, 700)));
    await expect(readTable(cut, accelMnasnet)).rejects.toThrow(/tar archive ends too early/);
    const damaged = Buffer.from(archive);
    damaged[good[0].length + 5] ^= 1;
    await expect(readTable(temporaryFile('a.tar', damaged), accelMnasnet)).rejects.toThrow(/damaged at byte/);
    const empty = Buffer.concat([tarFile('readme', 'x'), Buffer.alloc(1024)]);
    await expect(readTable(temporaryFile('a.tar', empty), accelMnasnet)).rejects.toThrow(/no result_N\.json/);
  });
});

/** One tar entry, by the ustar layout. */
function tarFile(name: string, content: string, type = '0'): Buffer {
  const body = Buffer.from(content);
  const block = Buffer.alloc(512 + Math.ceil(body.length / 512) * 512);
  block.write(name, 0, 100);
  block.write('0000644\0', 100);
  block.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\u000000', 257);
  let sum = 0;
  for (let i = 0; i < 512; i++) sum += block[i];
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  body.copy(block, 512);
  return block;
}
