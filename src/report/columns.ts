/** Numbers of one kind as text, small enough for a document: bytes, gzip, base64. The pages have a reader of their own for them. */
import { constants, gunzipSync, gzipSync, type ZlibOptions } from 'node:zlib';
import { littleEndian } from '../math/little-endian.js';
import type { Column } from './run-report.js';

const arrays = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array, float64: Float64Array } as const;

/** The array that a column holds. */
export type ColumnValues = InstanceType<(typeof arrays)[keyof typeof arrays]>;

/** Runs alone suit the codes of many members, within 5 % of the highest level in a hundredth of its time; repeated strings suit all else. The smaller is taken. */
const WAYS: readonly ZlibOptions[] = [{ level: 4 }, { strategy: constants.Z_RLE }];
const OPERATING_SYSTEM = 9; // place in the gzip header
const UNKNOWN = 255;

/** Packs numbers; a float32 column rounds them. The same numbers give the same text, on every machine. */
export function packColumn(type: Column['type'], values: ArrayLike<number>): Column {
  const typed = arrays[type].from(values);
  const bytes = typed instanceof Uint8Array ? typed : littleEndian(typed);
  const [compressed] = WAYS.map((way) => gzipSync(bytes, way)).sort((a, b) => a.length - b.length) as [Buffer];
  compressed[OPERATING_SYSTEM] = UNKNOWN;
  return { type, length: typed.length, data: compressed.toString('base64') };
}

/** The numbers of a column. @throws RangeError where it holds another number of them; Error of zlib where it is damaged */
export function unpackColumn({ type, length, data }: Column): ColumnValues {
  const width = arrays[type].BYTES_PER_ELEMENT;
  const bytes = gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: Math.max(1, length * width) });
  if (bytes.length !== length * width) {
    throw new RangeError(`a column of ${length} numbers holds ${bytes.length} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const read = {
    uint8: (i: number) => view.getUint8(i),
    int32: (i: number) => view.getInt32(4 * i, true),
    float32: (i: number) => view.getFloat32(4 * i, true),
    float64: (i: number) => view.getFloat64(8 * i, true),
  }[type];
  const values = new arrays[type](length);
  for (let i = 0; i < length; i++) values[i] = read(i);
  return values;
}

/**
 * The codes of architectures, dimension by dimension, as reports hold them: in this order they take a fifth less room.
 * @param codes of architecture i in dimension d
 */
export function byDimension(count: number, dimensions: number, codes: (i: number, d: number) => number): Uint8Array {
  const turned = new Uint8Array(count * dimensions);
  for (let d = 0; d < dimensions; d++) for (let i = 0; i < count; i++) turned[d * count + i] = codes(i, d);
  return turned;
}
