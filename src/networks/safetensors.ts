/** Files of named tensors in the safetensors format, which nearly every toolkit reads and which can hold nothing but numbers. */
import { type FileHandle, open } from 'node:fs/promises';
import { InputError, LissnasError } from '../errors.js';
import { float32In, littleEndian } from '../math/little-endian.js';
import type { Tensor, Tensors } from '../math/tensor.js';
import { readFault } from '../spaces/text-file.js';
import { checkTensorName, METADATA_KEY, parseHeader } from './safetensors-header.js';

const LENGTH_BYTES = 8;
/** The format's own limit. */
const LARGEST_HEADER = 100_000_000;
const ALIGNMENT = 8;

/** What a file holds. */
export interface SafetensorsFile {
  readonly tensors: Tensors;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * The file in pieces, one for the header and one for each tensor, without copying the tensors. Tensors stand in the order of their names
 * and the data begin at a multiple of 8 bytes, so equal contents give equal files.
 * @param metadata text about the file, by key
 * @throws LissnasError when a tensor's values do not fit its shape; InputError for a name that the format cannot hold
 */
export function* safetensorsPieces(
  tensors: Tensors,
  metadata: ReadonlyMap<string, string> = new Map(),
): Generator<Uint8Array> {
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const header: [string, unknown][] = metadata.size > 0 ? [[METADATA_KEY, Object.fromEntries(metadata)]] : [];
  let end = 0;
  for (const [name, tensor] of sorted) {
    checkTensorName(name);
    checkLength(name, tensor);
    const begin = end;
    end += 4 * tensor.values.length;
    header.push([name, { dtype: 'F32', shape: tensor.shape, data_offsets: [begin, end] }]);
  }
  // a list of pairs and not an object: objects put keys that look like numbers first
  const json = `{${header.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
  yield headerBytes(json);
  for (const [, { values }] of sorted) yield littleEndian(values);
}

function checkLength(name: string, { shape, values }: Tensor): void {
  const expected = shape.reduce((product, size) => product * size, 1);
  if (values.length !== expected) {
    const problem = `tensor "${name}" of shape [${shape.join(', ')}] has ${values.length} values instead of ${expected}`;
    throw new LissnasError('tensor', problem);
  }
}

function headerBytes(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const padded = Math.ceil((LENGTH_BYTES + text.length) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(padded).fill(0x20); // blanks, which JSON ignores
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded - LENGTH_BYTES), true);
  bytes.set(text, LENGTH_BYTES);
  return bytes;
}

/**
 * Reads a file. Every tensor is read into its own memory, so no more is needed than the tensors take.
 * @throws InputError naming the file, where it is missing, unreadable, breaks the format, or holds tensors that are not F32
 */
export async function readSafetensors(file: string): Promise<SafetensorsFile> {
  const handle = await open(file).catch((error: unknown) => {
    throw new InputError(readFault(error), { file }, { cause: error });
  });
  try {
    return await readFrom(handle, file);
  } catch (error) {
    if (error instanceof LissnasError) throw error;
    throw new InputError(readFault(error), { file }, { cause: error });
  } finally {
    await handle.close();
  }
}

async function readFrom(handle: FileHandle, file: string): Promise<SafetensorsFile> {
  const { size } = await handle.stat();
  if (size < LENGTH_BYTES)
    throw new InputError(`the file has ${size} bytes; a safetensors file has at least 8`, { file });
  const length = new DataView((await bytesAt(handle, 0, LENGTH_BYTES, file)).buffer).getBigUint64(0, true);
  const most = Math.min(LARGEST_HEADER, size - LENGTH_BYTES);
  if (length > most) {
    throw new InputError(
      `this is not a safetensors file: it declares a header of ${length} bytes, and at most ${most} are possible`,
      { file },
    );
  }
  const dataStart = LENGTH_BYTES + Number(length);
  const text = utf8(await bytesAt(handle, LENGTH_BYTES, Number(length), file), file);
  const { entries, metadata } = parseHeader(text, size - dataStart, file);
  const tensors = new Map<string, Tensor>();
  for (const { name, shape, begin, end } of entries) {
    const values = float32In(await bytesAt(handle, dataStart + begin, end - begin, file));
    tensors.set(name, { shape, values });
  }
  return { tensors, metadata };
}

async function bytesAt(handle: FileHandle, position: number, length: number, file: string) {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw new InputError('the file became shorter while it was read', { file });
    done += bytesRead;
  }
  return bytes;
}

function utf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new InputError('this is not a safetensors file: its header is not UTF-8 text', { file }, { cause: error });
  }
}
