import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { python } from '../../test/optional.js';
import { InputError } from '../errors.js';
import type { Tensors } from '../math/tensor.js';
import { readSafetensors, safetensorsPieces } from './safetensors.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lissnas-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const bytesOf = (tensors: Tensors, metadata?: ReadonlyMap<string, string>) =>
  Buffer.concat([...safetensorsPieces(tensors, metadata)]);

function written(bytes: Uint8Array, name = 'weights.safetensors'): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

/** A file of this header and this many bytes of data. */
function fileOf(header: string | Uint8Array, dataBytes: number, declared?: bigint): string {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(declared ?? BigInt(text.length));
  return written(Buffer.concat([length, text, Buffer.alloc(dataBytes)]));
}

const example: Tensors = new Map([
  ['b.weight', { shape: [2, 3], values: Float32Array.from([1, -2, 0.1, 3e38, -0, Number.MIN_VALUE]) }],
  ['10', { shape: [1], values: Float32Array.from([Number.POSITIVE_INFINITY]) }],
  ['2', { shape: [], values: Float32Array.from([Number.NaN]) }],
  ['ä "quoted"\n', { shape: [0, 4], values: new Float32Array(0) }],
]);

describe('a file', () => {
  it('comes back as it was', async () => {
    const metadata = new Map([['format', 'pt']]);
    const back = await readSafetensors(written(bytesOf(example, metadata)));
    expect(back.metadata).toEqual(metadata);
    expect(new Map([...back.tensors].sort())).toEqual(new Map([...example].sort()));
  });

  it('comes back whatever the names, shapes and values', async () => {
    const name = fc.string({ unit: 'binary' }).filter((text) => text !== '__proto__' && text !== '__metadata__');
    const tensor = fc
      .array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 })
      .chain((shape) =>
        fc
          .float32Array({ minLength: product(shape), maxLength: product(shape) })
          .map((values) => ({ shape, values: new Float32Array(values) })),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, tensor)), async (entries) => {
        const tensors = new Map(entries);
        const { tensors: back } = await readSafetensors(written(bytesOf(tensors)));
        expect(new Map([...back].sort())).toEqual(new Map([...tensors].sort()));
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('is the same for the same tensors in another order, with aligned data', () => {
    const bytes = bytesOf(example);
    expect(bytesOf(new Map([...example].reverse())).equals(bytes)).toBe(true);
    expect(Number(bytes.readBigUInt64LE()) % 8).toBe(0);
  });

  const reader = `
import json, struct, sys, numpy
data = open(sys.argv[1], 'rb').read()
(length,) = struct.unpack('<Q', data[:8])
header = json.loads(data[8:8 + length])
rest = data[8 + length:]
out = {'metadata': header.pop('__metadata__')}
for name, entry in header.items():
    begin, end = entry['data_offsets']
    array = numpy.frombuffer(rest[begin:end], '<f4').reshape(entry['shape'])
    out[name] = [list(array.shape), [float(value).hex() for value in array.reshape(-1)]]
print(json.dumps(out))`;
  const interpreter = python();
  it.skipIf(interpreter === undefined)('is read alike by NumPy', () => {
    const file = written(bytesOf(example, new Map([['a', 'b']])));
    const said = JSON.parse(execFileSync(interpreter!, ['-c', reader, file], { encoding: 'utf8' })) as object;
    expect(said).toEqual({
      metadata: { a: 'b' },
      'b.weight': [
        [2, 3],
        ['0x1.0000000000000p+0', '-0x1.0000000000000p+1', '0x1.99999a0000000p-4'].concat(
          '0x1.c363cc0000000p+127',
          '-0x0.0p+0',
          '0x0.0p+0',
        ),
      ],
      '10': [[1], ['inf']],
      '2': [[], ['nan']],
      'ä "quoted"\n': [[0, 4], []],
    });
  });
});

describe('writing refuses', () => {
  const values = new Float32Array(3);
  it.each(['__proto__', '__metadata__'])('a tensor named %s', (name) => {
    expect(() => bytesOf(new Map([[name, { shape: [3], values }]]))).toThrow(InputError);
  });
  it('values that do not fit their shape', () => {
    expect(() => bytesOf(new Map([['a', { shape: [2], values }]]))).toThrow(
      'tensor "a" of shape [2] has 3 values instead of 2',
    );
  });
});

describe('reading refuses with one sentence', () => {
  const entry = (begin: number, end: number) =>
    `{"dtype":"F32","shape":[${(end - begin) / 4}],"data_offsets":[${begin},${end}]}`;

  const wrong: [string, string, number, RegExp][] = [
    ['an overlap', `{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 12, /"b" begins at byte 4 and overlaps .* ends at 8$/],
    ['the same bytes twice', `{"a":${entry(0, 8)},"b":${entry(0, 8)}}`, 8, /overlaps the tensor before it/],
    ['a gap', `{"a":${entry(0, 8)},"b":${entry(12, 16)}}`, 16, /"b" begins at byte 12 and leaves a gap/],
    ['data that are cut short', `{"a":${entry(0, 8)}}`, 7, /need 8 bytes after the header, but the file has 7$/],
    ['data left over', `{"a":${entry(0, 8)}}`, 9, /need 8 bytes after the header, but the file has 9$/],
    ['a name twice', `{"a":${entry(0, 4)},"\\u0061":${entry(0, 4)}}`, 4, /the header has the key "a" twice/],
    [
      'a field twice',
      `{"a":{"dtype":"F16","dtype":"F32","shape":[1],"data_offsets":[0,4]}}`,
      4,
      /the key "dtype" twice/,
    ],
    ['__proto__', `{"__proto__":${entry(0, 4)}}`, 4, /a tensor may not be named "__proto__"/],
    ['__proto__ in the metadata', `{"__metadata__":{"__proto__":"x"}}`, 0, /may not have the key "__proto__"/],
    ['metadata that are no texts', `{"__metadata__":{"a":1}}`, 0, /"__metadata__" must be a map of texts/],
    ['metadata that are a list', `{"__metadata__":[]}`, 0, /"__metadata__" must be a map of texts/],
    ['another type', `{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}`, 4, /dtype "BF16"; only "F32"/],
    ['no type', `{"a":{"shape":[1],"data_offsets":[0,4]}}`, 4, /dtype undefined; only "F32"/],
    [
      'a shape that does not fit',
      `{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`,
      4,
      /shape \[2\] needs 8 bytes/,
    ],
    [
      'a shape beyond all numbers',
      `{"a":{"dtype":"F32","shape":[9007199254740991,9007199254740991],"data_offsets":[0,4]}}`,
      4,
      /needs .* bytes, but has 4/,
    ],
    [
      'a negative size',
      `{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`,
      4,
      /the shape of tensor "a" must be/,
    ],
    ['an odd size', `{"a":{"dtype":"F32","shape":[0.5],"data_offsets":[0,2]}}`, 2, /the shape of tensor "a" must be/],
    ['offsets backwards', `{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`, 4, /"data_offsets" of tensor "a"/],
    [
      'offsets that are text',
      `{"a":{"dtype":"F32","shape":[1],"data_offsets":"04"}}`,
      4,
      /"data_offsets" of tensor "a"/,
    ],
    ['an unknown key', `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}`, 4, /has the unknown key "x"/],
    ['a tensor that is no map', `{"a":[]}`, 0, /tensor "a" must be a map/],
    ['a header that is no object', '[]', 0, /its header is not a JSON object/],
    ['a header with blanks before it', ' {}', 0, /its header is not a JSON object/],
    ['half a header', `{"a":${entry(0, 4)}`, 4, /it is not whole JSON/],
  ];
  it.each(wrong)('%s', async (_, header, dataBytes, reason) => {
    const file = fileOf(header, dataBytes);
    await expect(readSafetensors(file)).rejects.toThrow(InputError);
    await expect(readSafetensors(file)).rejects.toThrow(reason);
    await expect(readSafetensors(file)).rejects.toThrow(file);
  });

  it.each([
    [3n, /it is not whole JSON|not a JSON object/],
    [1000n, /declares a header of 1000 bytes, and at most 12 are possible/],
    [2n ** 64n - 1n, /declares a header of 18446744073709551615 bytes/],
  ])('a header length of %d', async (declared, reason) => {
    await expect(readSafetensors(fileOf('{}', 10, declared))).rejects.toThrow(reason);
  });

  it('what is not UTF-8, too short, not there or a folder', async () => {
    await expect(readSafetensors(fileOf(Uint8Array.of(0x7b, 0xff, 0x7d), 0))).rejects.toThrow('not UTF-8');
    await expect(readSafetensors(written(new Uint8Array(7)))).rejects.toThrow('the file has 7 bytes');
    await expect(readSafetensors(join(folder, 'nothing'))).rejects.toThrow('there is no such file');
    await expect(readSafetensors(folder)).rejects.toThrow('this is a folder');
  });

  it('with no other kind of error, whatever byte is damaged', async () => {
    const bytes = bytesOf(example);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Uint8Array.from(bytes);
        damaged[at]! ^= change;
        await readSafetensors(written(damaged)).catch((error: unknown) => expect(error).toBeInstanceOf(InputError));
      }),
      { numRuns: 200, seed: 2 },
    );
  });
});

function product(sizes: readonly number[]): number {
  return sizes.reduce((result, size) => result * size, 1);
}
