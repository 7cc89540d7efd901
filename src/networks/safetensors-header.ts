/**
 * The header of a safetensors file (format of Hugging Face: an 8-byte little-endian length, that many bytes of JSON, then the tensors' bytes),
 * read with every promise of the format checked: nothing out of bounds, overlapping, left over or named twice.
 */
import { InputError } from '../errors.js';

/** The JSON key that holds text about the file instead of a tensor. */
export const METADATA_KEY = '__metadata__';

/** Names that become something else in a plain object of JavaScript. */
const FORBIDDEN_NAME = '__proto__';

/** Where a tensor's values stand: from byte `begin` up to byte `end`, counted from the end of the header. */
export interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** What a header says. */
export interface SafetensorsHeader {
  /** in the order of their bytes */
  readonly entries: readonly TensorEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads a header.
 * @param dataBytes bytes that the file has after the header
 * @param file where the text came from, for error messages
 * @throws InputError naming the file, for everything that breaks the format, and for tensors that are not F32
 */
export function parseHeader(text: string, dataBytes: number, file: string): SafetensorsHeader {
  try {
    const header = jsonObject(text);
    const metadata = metadataOf(header.get(METADATA_KEY));
    header.delete(METADATA_KEY);
    const entries = [...header].map(([name, value]) => entryOf(name, value));
    entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
    checkCoverage(entries, dataBytes);
    return { entries, metadata };
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.message, { file }, { cause: error });
    throw error;
  }
}

/** @throws InputError when a tensor of this name could not be stored or read back */
export function checkTensorName(name: string): void {
  if (name === FORBIDDEN_NAME || name === METADATA_KEY) {
    throw new InputError(`a tensor may not be named "${name}"`);
  }
}

function jsonObject(text: string): Map<string, unknown> {
  let value: unknown;
  try {
    value = text.startsWith('{') ? JSON.parse(text) : undefined;
  } catch (error) {
    throw new InputError('the header is damaged: it is not whole JSON', {}, { cause: error });
  }
  const object = objectOf(value);
  if (object === undefined) throw new InputError('this is not a safetensors file: its header is not a JSON object');
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw new InputError(`the header has the key ${JSON.stringify(repeated)} twice`);
  return object;
}

/** The first key that stands twice in one object of a well-formed JSON text; JSON.parse keeps silent about it. */
function repeatedKey(text: string): string | undefined {
  const objects: Set<string>[] = [];
  for (const [token, key] of text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")\s*:|"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/g)) {
    if (token === '{') objects.push(new Set());
    else if (token === '}') objects.pop();
    else if (key !== undefined) {
      const name = JSON.parse(key) as string;
      const names = objects.at(-1)!;
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return undefined;
}

function objectOf(value: unknown): Map<string, unknown> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? new Map(Object.entries(value)) : undefined;
}

function metadataOf(value: unknown): ReadonlyMap<string, string> {
  const metadata = value === undefined ? new Map<string, unknown>() : objectOf(value);
  const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string';
  const texts = metadata && [...metadata].filter(isText);
  if (metadata === undefined || texts?.length !== metadata.size) {
    throw new InputError(`"${METADATA_KEY}" must be a map of texts`);
  }
  if (metadata.has(FORBIDDEN_NAME)) throw new InputError(`"${METADATA_KEY}" may not have the key "${FORBIDDEN_NAME}"`);
  return new Map(texts);
}

function entryOf(name: string, value: unknown): TensorEntry {
  checkTensorName(name);
  const where = `tensor ${JSON.stringify(name)}`;
  const fields = objectOf(value);
  if (fields === undefined) throw new InputError(`${where} must be a map with dtype, shape and data_offsets`);
  const unknown = [...fields.keys()].find((key) => !['dtype', 'shape', 'data_offsets'].includes(key));
  if (unknown !== undefined) throw new InputError(`${where} has the unknown key ${JSON.stringify(unknown)}`);
  const dtype = fields.get('dtype');
  if (dtype !== 'F32') {
    throw new InputError(
      `${where} has the dtype ${String(JSON.stringify(dtype)).slice(0, 40)}; only "F32" can be read`,
    );
  }
  const shape = wholeNumbers(fields.get('shape'));
  if (shape === undefined) throw new InputError(`the shape of ${where} must be a list of whole numbers of at least 0`);
  const offsets = wholeNumbers(fields.get('data_offsets'));
  if (offsets?.length !== 2 || offsets[0]! > offsets[1]!) {
    throw new InputError(`"data_offsets" of ${where} must be two ascending whole numbers of at least 0`);
  }
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, size) => product * size, 4);
  if (bytes !== end - begin) {
    throw new InputError(`${where} of shape [${shape.join(', ')}] needs ${bytes} bytes, but has ${end - begin}`);
  }
  return { name, shape, begin, end };
}

function wholeNumbers(value: unknown): number[] | undefined {
  const valid = Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
  return valid ? (value as number[]) : undefined;
}

/** The tensors follow one another without gap or overlap and fill the file. */
function checkCoverage(entries: readonly TensorEntry[], dataBytes: number): void {
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      const fault = begin < covered ? 'overlaps the tensor before it' : 'leaves a gap after the tensor before it';
      throw new InputError(
        `tensor ${JSON.stringify(name)} begins at byte ${begin} and ${fault}, which ends at ${covered}`,
      );
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw new InputError(`the tensors need ${covered} bytes after the header, but the file has ${dataBytes}`);
  }
}
