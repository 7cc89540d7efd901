import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { byDimension, packColumn, unpackColumn } from './columns.js';

describe('columns', () => {
  it.each([
    ['uint8', [0, 1, 255, 7]],
    ['int32', [-1, 0, 2 ** 31 - 1, -(2 ** 31)]],
    ['float32', [0.5, -3, Number.NaN, Number.POSITIVE_INFINITY]],
    ['float64', [0.1, Math.PI, Number.NaN, -1e300]],
  ] as const)('%s come back exactly', (type, values) => {
    const column = packColumn(type, values);
    expect(Array.from(unpackColumn(column))).toEqual([...values]);
    expect(JSON.parse(JSON.stringify(column))).toEqual(column);
    expect(packColumn(type, values)).toEqual(column);
  });

  it('hold little-endian bytes in gzip in base64, as the pages read them', () => {
    const { data, length } = packColumn('int32', [1, -2]);
    expect(length).toBe(2);
    expect([...gunzipSync(Buffer.from(data, 'base64'))]).toEqual([1, 0, 0, 0, 254, 255, 255, 255]);
  });

  it('take at most a third more room than by the highest level of gzip, whatever they hold', () => {
    const random = createRandom(1);
    const noise = Array.from({ length: 20_000 }, () => random.integer(4));
    const runs = noise.map((_, i) => noise[i >> 4]!);
    const repeats = noise.map((_, i) => noise[i % 50]!);
    const ascending = noise.map((_, i) => i / 7);
    for (const [type, values] of [
      ['uint8', noise],
      ['uint8', runs],
      ['uint8', repeats],
      ['float32', ascending],
    ] as const) {
      const bytes = gunzipSync(Buffer.from(packColumn(type, values).data, 'base64'));
      const packed = Buffer.from(packColumn(type, values).data, 'base64').length;
      expect(packed).toBeLessThan(1.3 * gzipSync(bytes, { level: 9 }).length + 20);
    }
  });

  it('may be empty', () => {
    expect(unpackColumn(packColumn('float64', [])).length).toBe(0);
  });

  it('refuse what is not of their length, and never unpack more', () => {
    const column = packColumn('uint8', [1, 2, 3]);
    expect(() => unpackColumn({ ...column, length: 2 })).toThrow();
    expect(() => unpackColumn({ ...column, length: 4 })).toThrow(RangeError);
    expect(() => unpackColumn({ ...column, data: 'AAAA' })).toThrow();
  });

  it('take codes dimension by dimension', () => {
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect([...byDimension(2, 3, (i, d) => rows[i]![d]!)]).toEqual([1, 4, 2, 5, 3, 6]);
  });
});
