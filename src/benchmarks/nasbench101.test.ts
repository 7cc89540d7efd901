import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InputError } from '../errors.js';
import { defineSpace } from '../spaces/define.js';
import { nasbench101, nasbench101Cell } from '../spaces/nasbench101.js';
import { bytesSource } from './byte-source.js';
import { type ArchitectureOf, readNasBench101 } from './nasbench101.js';
import { nasBench101Records } from './nasbench101-records.js';
import { readTable } from './read-table.js';
import { expectedTables, newTables, storedTables } from './testing/fixtures.js';
import { isTfRecord } from './tfrecord.js';

/** Three modules, told apart by their number of vertices. */
const space = defineSpace({ name: 'modules', dimensions: [{ name: 'vertices', choices: [2, 3, 4] }] });
const architectureOf: ArchitectureOf = (matrix, operations) => {
  if (operations.includes('conv5x5')) throw new InputError('there is no conv5x5');
  return space.parse(String(matrix.length));
};

const file = join(storedTables, 'nb101.tfrecord');
const content = readFileSync(file);
const tableOf = (bytes: Uint8Array) =>
  readNasBench101(bytesSource(bytes, 'x.tfrecord'), { file: 'x.tfrecord', sha256: '', space }, architectureOf);

function compare(folder: string): void {
  const table = tableOf(readFileSync(join(folder, 'nb101.tfrecord')));
  expect(table.columns.slice(0, 9)).toEqual([
    'valid_108ep',
    'test_108ep',
    'train_108ep',
    'valid_half_108ep',
    'test_half_108ep',
    'train_half_108ep',
    'train_time_s_108ep',
    'valid_run1_108ep',
    'valid_36ep',
  ]);
  for (const [hash, columns] of Object.entries(expectedTables(folder).nb101!)) {
    const architecture = space.parse(String(1 + Number(hash)));
    for (const [column, value] of Object.entries(columns)) {
      expect(table.value(architecture, column), `${hash} ${column}`).toBeCloseTo(value, 9);
    }
  }
  expect(table.complete).toBe(true);
  expect(table.notes).toEqual([]);
}

test('a stored file gives what Python worked out', () => compare(storedTables));

test('so does a file that Python writes now', { timeout: 60_000 }, ({ skip }) => {
  const folder = newTables(1);
  if (folder === undefined) return skip();
  compare(folder);
});

test('records keep matrix, operations and epochs', () => {
  const [first, , , , second] = [...nasBench101Records(bytesSource(content, 'x'))];
  expect(first).toMatchObject({
    hash: `${'0'.repeat(31)}1`,
    epochs: 4,
    matrix: [
      [0, 1],
      [0, 0],
    ],
    operations: ['input', 'output'],
    parameters: 1_500_000,
  });
  expect(second).toMatchObject({
    matrix: [
      [0, 1, 1],
      [0, 0, 1],
      [0, 0, 0],
    ],
    operations: ['input', 'conv3x3-bn-relu', 'output'],
  });
  expect(isTfRecord(content)).toBe(true);
});

test('damage is named', () => {
  const changed = (at: number) => {
    const copy = Buffer.from(content);
    copy[at]! ^= 1;
    return () => tableOf(copy);
  };
  const length = content.readUInt32LE(0);
  expect(changed(0)).toThrow(/x\.tfrecord: the record file is damaged at byte 0/);
  expect(changed(100)).toThrow(/the record at byte 0 is damaged: its checksum is wrong/);
  expect(changed(16 + length)).toThrow(`the record file is damaged at byte ${16 + length}`);
  expect(() => tableOf(content.subarray(0, content.length - 3))).toThrow(/ends too early/);
  expect(() => tableOf(content.subarray(0, 20 + length))).toThrow(/ends too early/);
});

test('records with wrong content are refused by their number', () => {
  const record = (value: unknown) => tableOf(framed(JSON.stringify(value)));
  const good: unknown[] = JSON.parse(content.subarray(12, 12 + content.readUInt32LE(0)).toString('utf8'));
  const changed = (field: number, value: unknown) => () => record(good.map((old, i) => (i === field ? value : old)));
  expect(record(good).size).toBe(1);
  expect(changed(0, 5)).toThrow(/x\.tfrecord, row 1: the record is no list of hash/);
  expect(changed(2, '0120')).toThrow(/adjacency "0120" does not fit 2 operations/);
  expect(changed(2, '010')).toThrow(/adjacency "010" does not fit/);
  expect(changed(3, 'input,conv5x5')).toThrow(/row 1: there is no conv5x5/);
  expect(changed(4, '')).toThrow(/has 0 evaluations; 3 are needed/);
  expect(changed(4, 'CgU=')).toThrow(/metrics of the record are damaged/);
  expect(() => tableOf(framed('{"a":1}'))).toThrow(/no JSON list/);
  expect(() => tableOf(framed('nonsense'))).toThrow(/"nonsense" is not JSON/);
});

test('the door reads the cells of nasbench101, whatever the numbers of their vertices', async () => {
  const table = await readTable(file, nasbench101);
  expect(table.size).toBe(3);
  const expected = expectedTables(storedTables).nb101!;
  for (const architecture of table.architectures()) {
    const vertices = nasbench101Cell(architecture).operations.length;
    expect(table.value(architecture, 'valid_108ep')).toBeCloseTo(
      expected[`${'0'.repeat(31)}${vertices - 1}`]!.valid_108ep!,
      9,
    );
  }
});

test('a space without such networks refuses the file', async () => {
  await expect(readTable(file, space)).rejects.toThrow(/nb101\.tfrecord: these are records of NAS-Bench-101/);
});

/** A record file of one record, by TensorFlow's layout; the checksum is computed bit by bit. */
function framed(text: string): Uint8Array {
  const body = Buffer.from(text);
  const out = Buffer.alloc(16 + body.length);
  out.writeUInt32LE(body.length, 0);
  out.writeUInt32LE(masked(out.subarray(0, 8)), 8);
  body.copy(out, 12);
  out.writeUInt32LE(masked(body), 12 + body.length);
  return out;
}

function masked(bytes: Uint8Array): number {
  let crc = 0xffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
  }
  crc ^= 0xffffffffn;
  return Number((((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn);
}
