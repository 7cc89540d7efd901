/** NumPy's numbers and arrays inside pickles: what numpy.core.multiarray's scalar and _reconstruct, and numpy.core.numeric's _frombuffer mean. */
import { InputError } from '../../errors.js';
import type { CopyBudget } from './values.js';

/** A type of number; the byte order comes with its state. */
export class NumpyDtype {
  readonly code: string;
  littleEndian: boolean;

  /** @throws InputError for types that are no numbers or booleans */
  constructor(description: unknown) {
    const match = typeof description === 'string' ? /^([<>|=]?)(b1|[iu][1248]|f[248])$/.exec(description) : null;
    if (match === null) {
      throw new InputError(`NumPy's type ${JSON.stringify(description)?.slice(0, 20)}; numbers and booleans are read`);
    }
    this.code = match[2]!;
    this.littleEndian = match[1] !== '>';
  }

  /** Bytes of one number. */
  get size(): number {
    return Number(this.code.slice(1));
  }

  /** Takes `(version, byte order, ...)`. */
  setState(state: unknown): void {
    const order = Array.isArray(state) ? state[1] : undefined;
    if (order === '>') this.littleEndian = false;
    else if (order === '<') this.littleEndian = true;
    else if (order !== '|' && order !== '=') throw new InputError('a NumPy type without a byte order');
  }

  /** The number at a byte: boolean, number, or bigint where 64 bits are beyond 2^53. */
  numberAt(view: DataView, at: number): number | bigint | boolean {
    const little = this.littleEndian;
    switch (this.code) {
      case 'b1':
        return view.getUint8(at) !== 0;
      case 'i1':
        return view.getInt8(at);
      case 'u1':
        return view.getUint8(at);
      case 'i2':
        return view.getInt16(at, little);
      case 'u2':
        return view.getUint16(at, little);
      case 'i4':
        return view.getInt32(at, little);
      case 'u4':
        return view.getUint32(at, little);
      case 'i8':
        return exact(view.getBigInt64(at, little));
      case 'u8':
        return exact(view.getBigUint64(at, little));
      case 'f2':
        return half(view.getUint16(at, little));
      case 'f4':
        return view.getFloat32(at, little);
      default:
        return view.getFloat64(at, little);
    }
  }
}

/** An array; its numbers are decoded when they are asked for. */
export class NumpyArray {
  shape: readonly number[] = [];
  #dtype: NumpyDtype | undefined;
  #bytes: Uint8Array = new Uint8Array(0);

  /** Takes `(version, shape, dtype, is Fortran order, bytes)`, or the same without the version. */
  setState(state: unknown, budget: CopyBudget): void {
    const parts = Array.isArray(state) ? state.slice(state.length === 5 ? 1 : 0) : [];
    if (parts.length !== 4) throw new InputError('a NumPy array without shape, type and bytes');
    this.setContent(parts[0], parts[1], parts[3], budget);
  }

  /** @throws InputError where the bytes do not fill the shape exactly */
  setContent(shape: unknown, dtype: unknown, content: unknown, budget: CopyBudget): void {
    if (!(dtype instanceof NumpyDtype)) throw new InputError('a NumPy array without a type');
    const sizes = sizesOf(shape, 'a NumPy array');
    const bytes = bytesOf(content, budget);
    const count = sizes.reduce((product, size) => product * size, 1);
    if (count * dtype.size !== bytes.length) {
      throw new InputError(
        `a NumPy array of ${sizes.join(' x ')} numbers of ${dtype.size} bytes in ${bytes.length} bytes`,
      );
    }
    this.shape = sizes;
    this.#dtype = dtype;
    this.#bytes = bytes;
  }

  /** All numbers, in the order of the bytes. */
  numbers(): (number | bigint | boolean)[] {
    const dtype = this.#dtype;
    if (dtype === undefined) return [];
    const { size } = dtype;
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length);
    return Array.from({ length: this.#bytes.length / size }, (_, i) => dtype.numberAt(view, i * size));
  }
}

/** One number of a type. @throws InputError where the bytes are not those of one */
export function numpyScalar([dtype, content]: readonly unknown[], budget: CopyBudget): number | bigint | boolean {
  if (!(dtype instanceof NumpyDtype)) throw new InputError('a NumPy number without a type');
  const bytes = bytesOf(content, budget);
  if (bytes.length !== dtype.size) throw new InputError(`a NumPy number of ${dtype.size} bytes in ${bytes.length}`);
  return dtype.numberAt(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0);
}

/** Bytes of a text of single-byte characters. */
export function bytesOfText(text: string, budget: CopyBudget): Uint8Array {
  budget.charge(text.length);
  return Buffer.from(text, 'latin1');
}

/** The sizes of a shape. @throws InputError where they are no counts */
export function sizesOf(shape: unknown, what: string): number[] {
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new InputError(`${what} without a shape`);
  }
  return shape.map(Number);
}

/** Python 2 wrote bytes as text of single-byte characters. */
function bytesOf(content: unknown, budget: CopyBudget): Uint8Array {
  if (content instanceof Uint8Array) return content;
  if (typeof content === 'string') return bytesOfText(content, budget);
  throw new InputError('a NumPy value without bytes');
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
