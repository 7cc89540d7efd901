/** One door for every table format: the content decides, not the name. */

import { InputError } from '../errors.js';
import type { SearchSpace } from '../spaces/space.js';
import { readAccelFolder, readAccelTar } from './accel-nasbench.js';
import { readCsv } from './csv.js';
import { fileBytes, isFolder, textOf } from './file-bytes.js';
import { parseObject } from './json-values.js';
import { isNasBenchMacro, readNasBenchMacro } from './nasbench-macro-json.js';
import type { Table } from './table.js';
import { isTar } from './tar.js';

/**
 * Reads CSV or CSV.gz, NAS-Bench-Macro's JSON, or Accel-NASBench's folder or tar.gz, and checks every row against the space.
 * @throws InputError with one sentence that names file, row, column, value and what was allowed
 */
export async function readTable(path: string, space: SearchSpace): Promise<Table> {
  if (await isFolder(path)) return readAccelFolder(path, space);
  const { bytes, sha256 } = await fileBytes(path);
  const source = { file: path, sha256, space };
  if (isTar(bytes)) return readAccelTar(bytes, path, sha256, space);
  const text = textOf(bytes, path);
  if (!/^\s*[{[]/.test(text)) return readCsv(text, source);
  const json = parseObject(text, path);
  if (isNasBenchMacro(json)) return readNasBenchMacro(json, source);
  throw new InputError("this JSON is no table that is known; give CSV, or NAS-Bench-Macro's published JSON", {
    file: path,
  });
}
