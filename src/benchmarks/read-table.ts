/** One door for every table format: the content decides, not the name. */
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { InputError } from '../errors.js';
import { nasbench101, nasbench101Codes } from '../spaces/nasbench101.js';
import type { SearchSpace } from '../spaces/space.js';
import { readAccelFolder, readAccelTar } from './accel-nasbench.js';
import { type ByteSource, bytesSource, withFile } from './byte-source.js';
import { bunzip2, isBzip2 } from './bzip2.js';
import { readCsv } from './csv.js';
import { fileBytes, isFolder, LARGEST_FILE, sha256Of, textOf } from './file-bytes.js';
import { parseObject } from './json-values.js';
import { isNasBenchMacro, readNasBenchMacro } from './nasbench-macro-json.js';
import { readNasBench101 } from './nasbench101.js';
import { readPickledTable } from './nasbench201-pickles.js';
import { shrinkResults } from './nasbench201-results.js';
import { isNatsBenchName, readNatsFolder, readNatsTar } from './nats-bench.js';
import { isPickle, readPickle } from './pickle/pickle.js';
import { isTorchFile, readTorchFile } from './pickle/torch.js';
import type { Table, TableSource } from './table.js';
import { isTar, tarEntries } from './tar.js';
import { isTfRecord } from './tfrecord.js';

const HEAD = 512;

/**
 * Reads CSV, and the published files of NAS-Bench-Macro (JSON), NAS-Bench-101 (TFRecord), NAS-Bench-201 (.pth), NATS-Bench (folder or tar), NASLib (pickle) and
 * Accel-NASBench (folder or tar); all but folders also in gzip. Every row is checked against the space.
 * Files that are not text are read by ranges, so that they may be larger than the memory.
 * @throws InputError with one sentence that names file, row, column, value and what was allowed
 */
export async function readTable(path: string, space: SearchSpace): Promise<Table> {
  if (await isFolder(path)) {
    const isNats = (await readdir(path)).some(isNatsBenchName);
    return isNats ? readNatsFolder(path, space) : readAccelFolder(path, space);
  }
  return withFile(path, async (file) => {
    if (isReadByRanges(headOf(file))) return readBinary(file, { file: path, sha256: await sha256Of(path), space });
    const { bytes, sha256 } = await fileBytes(path);
    const source = { file: path, sha256, space };
    return isReadByRanges(bytes.subarray(0, HEAD))
      ? readBinary(bytesSource(bytes, path), source)
      : readText(bytes, source);
  });
}

function headOf(content: ByteSource): Uint8Array {
  return content.bytes(0, Math.min(HEAD, content.size));
}

function isReadByRanges(head: Uint8Array): boolean {
  return isTorchFile(head) || isPickle(head) || isBzip2(head) || isTfRecord(head) || isTar(head);
}

function readBinary(content: ByteSource, source: TableSource): Table {
  const head = headOf(content);
  if (isTorchFile(head)) return readPickledTable(readTorchFile(content, shrinkResults), source);
  if (isPickle(head)) return readPickledTable(readPickle(content, { onEntries: shrinkResults }).value, source);
  if (isBzip2(head)) {
    if (content.size > LARGEST_FILE) {
      throw new InputError('more than 500 MB of packed content; give the folder that ends in -simple', {
        file: source.file,
      });
    }
    const unpacked = bytesSource(bunzip2(content.bytes(0, content.size), source.file, LARGEST_FILE), source.file);
    if (!isBzip2(headOf(unpacked)) && isReadByRanges(headOf(unpacked))) return readBinary(unpacked, source);
    return readText(unpacked.bytes(0, unpacked.size), source);
  }
  if (isTfRecord(head)) return readRecords(content, source);
  for (const { name } of tarEntries(content)) if (isNatsBenchName(basename(name))) return readNatsTar(content, source);
  return readAccelTar(content, source);
}

function readRecords(content: ByteSource, source: TableSource): Table {
  const { file, space } = source;
  if (space.name !== nasbench101.name) {
    throw new InputError(`these are records of NAS-Bench-101; the space "${space.name}" has no networks of it`, {
      file,
    });
  }
  return readNasBench101(content, source, (matrix, operations) =>
    space.architecture(nasbench101Codes({ matrix, operations })),
  );
}

function readText(bytes: Uint8Array, source: TableSource): Table {
  const { file } = source;
  const text = textOf(bytes, file);
  if (!/^\s*[{[]/.test(text)) return readCsv(text, source);
  const json = parseObject(text, file);
  if (isNasBenchMacro(json)) return readNasBenchMacro(json, source);
  throw new InputError("this JSON is no table that is known; give CSV, or NAS-Bench-Macro's published JSON", { file });
}
