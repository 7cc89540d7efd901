/** Tables in the formats of NAS-Bench-201, NATS-Bench and NASLib, as Python writes them; what they hold is worked out by Python too. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { InputError } from '../errors.js';
import { nasbench201 } from '../spaces/nasbench201.js';
import { natsSss } from '../spaces/nats-sss.js';
import type { SearchSpace } from '../spaces/space.js';
import { readTable } from './read-table.js';
import { expectedTables, newTables, storedTables } from './testing/fixtures.js';
import { temporaryFile, temporaryFolder } from './testing/tiny.js';

const FILES: [file: string, space: SearchSpace, expected: string][] = [
  ['nb201-legacy.pth', nasbench201, 'nb201'],
  ['nb201-zip.pth', nasbench201, 'nb201'],
  ['NATS-tss-simple', nasbench201, 'tss'],
  ['NATS-tss-simple.tar', nasbench201, 'tss'],
  ['NATS-sss-simple', natsSss, 'sss'],
  ['nb201_all.pickle', nasbench201, 'naslib'],
  ['nb201_cifar10_full_training.pickle', nasbench201, 'naslib_curves'],
];

/** Every architecture and column that Python names is there, and no architecture more. */
async function compare(folder: string): Promise<void> {
  const expected = expectedTables(folder);
  for (const [file, space, name] of FILES) {
    const rows = expected[name]!;
    const table = await readTable(join(folder, file), space);
    expect(table.size, file).toBe(Object.keys(rows).length);
    for (const [architecture, columns] of Object.entries(rows)) {
      const codes = space.parse(architecture);
      for (const [column, value] of Object.entries(columns)) {
        expect(table.value(codes, column), `${file} ${architecture} ${column}`).toBeCloseTo(value, 9);
      }
    }
  }
}

test('stored files', () => compare(storedTables));

test('new files of Python with all epochs', { timeout: 60_000 }, async ({ skip }) => {
  const folder = newTables(3);
  if (folder === undefined) return skip();
  await compare(folder);
});

test('columns without a value are left out; all others stand in one order', async () => {
  const table = await readTable(join(storedTables, 'nb201-zip.pth'), nasbench201);
  expect(table.columns.slice(0, 6)).toEqual([
    'c10_valid',
    'c10_test',
    'c10_valid_12ep',
    'c10_test_12ep',
    'c10_valid_run1',
    'c10_test_run1',
  ]);
  expect(table.columns.filter((name) => name.endsWith('_1ep'))).toEqual([]);
  expect(table.notes).toEqual([]);
  expect(table.complete).toBe(false);
});

test('gzip changes nothing but the hash', async () => {
  const content = readFileSync(join(storedTables, 'nb201-zip.pth'));
  const [plain, packed] = [
    await readTable(join(storedTables, 'nb201-zip.pth'), nasbench201),
    await readTable(temporaryFile('a.pth.gz', gzipSync(content)), nasbench201),
  ];
  expect(packed.column('c10_test').values).toEqual(plain.column('c10_test').values);
  expect(packed.sha256).not.toBe(plain.sha256);
  expect(plain.sha256).toMatch(/^[0-9a-f]{64}$/);
});

test('a folder without meta.pickle.pbz2 takes the names from the results', async () => {
  const folder = temporaryFolder();
  cpSync(join(storedTables, 'NATS-sss-simple'), folder, { recursive: true });
  rmSync(join(folder, 'meta.pickle.pbz2'));
  expect((await readTable(folder, natsSss)).size).toBe(2);
});

describe('refused with one sentence', () => {
  const legacy = readFileSync(join(storedTables, 'nb201-legacy.pth'));
  const zip = readFileSync(join(storedTables, 'nb201-zip.pth'));
  const refusal = async (
    content: Uint8Array | string,
    message: RegExp,
    space: SearchSpace = nasbench201,
    name = 'x.pth',
  ) => {
    const reading = readTable(temporaryFile(name, content), space);
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(/^[^\n]*$/);
  };

  test('cut files', async () => {
    await refusal(legacy.subarray(0, 5000), /x\.pth: the pickle ends too early .* at byte \d+/);
    await refusal(zip.subarray(0, 5000), /zip archive cannot be read: it ends too early/);
    await refusal(
      readFileSync(join(storedTables, 'NATS-tss-simple.tar')).subarray(0, 3000),
      /tar archive ends too early/,
    );
    const packed = readFileSync(join(storedTables, 'NATS-tss-simple', '000000.pickle.pbz2'));
    await refusal(packed.subarray(0, 2000), /bzip2 file ends too early/);
    const damaged = Buffer.from(packed);
    damaged[1500]! ^= 1;
    await refusal(damaged, /bzip2 file is damaged near byte/);
  });

  test('files for another space', async () => {
    await refusal(legacy, /none~0/, natsSss);
    await refusal(readFileSync(join(storedTables, 'nb201_all.pickle')), /has 1 numbers joined by ":"/, natsSss);
  });

  test('pickles and archives that hold something else', async () => {
    await refusal(
      readFileSync(join(storedTables, 'values-4.pickle')),
      /this pickle is no table that is known.*holds a dict of 13/,
    );
    await refusal("cos\nsystem\n(S'touch /tmp/x'\ntR.", /x\.pth: the pickle names "os\.system"/);
    await refusal(Buffer.from('\x80\x02}X\x0a\0\0\0arch2infosK\x01s.', 'latin1'), /"meta_archs" is missing/);
    const renamed = Buffer.from(zip.toString('latin1').replaceAll('data.pkl', 'data.txt'), 'latin1');
    await refusal(renamed, /holds no data\.pkl/);
  });

  test('results that are not what they should be', async () => {
    const text = legacy.toString('latin1');
    const changed = (from: string, to: string) => Buffer.from(text.replaceAll(from, to), 'latin1');
    await refusal(changed('eval_acc1es', 'eval_acc9es'), /has eval_acc1es missing, a dict is needed|eval_acc1es/);
    await refusal(changed('all_results', 'xll_results'), /all_results/);
  });

  test('a folder of NATS-Bench with a damaged file', async () => {
    const folder = temporaryFolder();
    cpSync(join(storedTables, 'NATS-tss-simple'), folder, { recursive: true });
    writeFileSync(join(folder, '000001.pickle.pbz2'), 'BZh9 no');
    await expect(readTable(folder, nasbench201)).rejects.toThrow(/000001\.pickle\.pbz2: the bzip2 file/);
    rmSync(join(folder, '000000.pickle.pbz2'));
    rmSync(join(folder, '000001.pickle.pbz2'));
    await expect(readTable(folder, nasbench201)).rejects.toThrow(/there is no 000000\.pickle\.pbz2/);
  });
});
