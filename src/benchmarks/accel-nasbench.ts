/** Accel-NASBench as published (afzalxo/Accel-NASBench): a folder, or a tar of it, with one result_N.json per network. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InputError } from '../errors.js';
import type { Architecture, SearchSpace } from '../spaces/space.js';
import type { ByteSource } from './byte-source.js';
import { labelReader } from './choice-labels.js';
import { textOf } from './file-bytes.js';
import { asNumber, asObject, type JsonObject, own, parseObject } from './json-values.js';
import { type Table, TableBuilder, type TableSource } from './table.js';
import { tarEntries } from './tar.js';

const RESULT = /^result_(\d+)\.json$/;
const LARGEST_RESULT = 1_000_000;

interface ResultFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Result {
  readonly architecture: Architecture;
  readonly values: ReadonlyMap<string, number>;
}

/** The table in an unpacked folder of result files. @throws InputError where there is none or one is wrong */
export async function readAccelFolder(folder: string, space: SearchSpace): Promise<Table> {
  const names = (await readdir(folder)).filter((name) => RESULT.test(name)).sort(byNumber);
  if (names.length === 0) {
    throw new InputError(
      'the folder holds no result_N.json; give a table file, or the folder of Accel-NASBench results',
      {
        file: folder,
      },
    );
  }
  const hash = createHash('sha256');
  const entries: ResultFile[] = [];
  for (const name of names) {
    const bytes = await readFile(join(folder, name));
    hash.update(`${name}\n${bytes.length}\n`).update(bytes);
    entries.push({ name, bytes });
  }
  return tableOf(entries, folder, hash.digest('hex'), space);
}

/** The table in the published tar, unpacked from its gzip. @throws InputError like the folder's */
export function readAccelTar(archive: ByteSource, { file, sha256, space }: TableSource): Table {
  const entries: ResultFile[] = [];
  for (const { name, content } of tarEntries(archive)) {
    if (!RESULT.test(basename(name))) continue;
    if (content.size > LARGEST_RESULT) throw tooLarge(content.file);
    entries.push({ name, bytes: content.bytes(0, content.size) });
  }
  if (entries.length === 0) throw new InputError('the archive holds no result_N.json of Accel-NASBench', { file });
  entries.sort((a, b) => byNumber(basename(a.name), basename(b.name)));
  return tableOf(entries, file, sha256, space);
}

function tooLarge(file: string): InputError {
  return new InputError('a result file of over 1 MB', { file });
}

function byNumber(a: string, b: string): number {
  return Number(RESULT.exec(a)?.[1]) - Number(RESULT.exec(b)?.[1]);
}

function tableOf(entries: readonly ResultFile[], file: string, sha256: string, space: SearchSpace): Table {
  const readers = space.dimensions.map((dimension) => ({ dimension, read: labelReader(dimension) }));
  const results = entries.map(({ name, bytes }): Result => {
    const place = `${file}: ${name}`;
    if (bytes.length > LARGEST_RESULT) throw tooLarge(place);
    const json = parseObject(textOf(bytes, place), place);
    return { architecture: architectureOf(json, readers, place, space), values: valuesOf(json, place) };
  });
  const columns = [...new Set(results.flatMap(({ values }) => [...values.keys()]))];
  const builder = new TableBuilder({ file, sha256, space }, columns);
  for (const { architecture, values } of results) {
    builder.add(
      architecture,
      columns.map((column) => values.get(column) ?? Number.NaN),
    );
  }
  return builder.finish();
}

/** The published names are block0_e ... where the space says b0_e. */
function architectureOf(
  json: JsonObject,
  readers: readonly { dimension: SearchSpace['dimensions'][number]; read: (text: string) => number }[],
  file: string,
  space: SearchSpace,
): Architecture {
  const published = asObject(own(json, 'architecture'), '"architecture"', { file });
  return space.architecture(
    readers.map(({ dimension: { name, choices }, read }) => {
      const key = name.replace(/^b(?=\d)/, 'block');
      const value = own(published, key);
      if (value === undefined) {
        throw new InputError(`"architecture" needs "${key}"; it has ${Object.keys(published).join(', ')}`, { file });
      }
      const code = read(String(value));
      if (code < 0) {
        throw new InputError(`${JSON.stringify(value)} is no choice; allowed: ${choices.join(', ')}`, {
          file,
          column: key,
        });
      }
      return code;
    }),
  );
}

/** val_top1, val_top5, train_time_s, macs_m, params_m, then latency (ms) and throughput (images/s) by device. */
function valuesOf(json: JsonObject, file: string): ReadonlyMap<string, number> {
  const metrics = asObject(own(json, 'metrics'), '"metrics"', { file });
  const model = asObject(own(json, 'model_info'), '"model_info"', { file });
  const number = (object: JsonObject, key: string) => asNumber(own(object, key), `"${key}"`, { file });
  const values = new Map([
    ['val_top1', number(metrics, 'val_top1')],
    ['val_top5', number(metrics, 'val_top5')],
    ['train_time_s', number(metrics, 'train_time')],
    ['macs_m', number(model, 'macs')],
    ['params_m', number(model, 'params')],
  ]);
  const platforms = asObject(own(json, 'platform_perf') ?? {}, '"platform_perf"', { file });
  for (const [name, entry] of Object.entries(platforms)) {
    if (entry === null) continue;
    const kind = name.split('_')[0];
    values.set(name, number(asObject(entry, `"${name}"`, { file }), `${kind}_mean`));
  }
  return values;
}
