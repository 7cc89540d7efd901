/** NATS-Bench as published (D-X-Y/NATS-Bench): a folder, or a tar of it, with `meta.pickle.pbz2` and one `000000.pickle.pbz2` for each architecture. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InputError } from '../errors.js';
import type { SearchSpace } from '../spaces/space.js';
import { type ByteSource, bytesSource } from './byte-source.js';
import { bunzip2 } from './bzip2.js';
import { LARGEST_FILE } from './file-bytes.js';
import { architectureNames, nameOf, resultsByBudget, tableOfColumns } from './nasbench201-pickles.js';
import { type ArchitectureResults, RESULT_COLUMNS, resultColumns, shrinkResults } from './nasbench201-results.js';
import { readPickle } from './pickle/pickle.js';
import { entriesOf } from './pickle/values.js';
import type { Table, TableSource } from './table.js';
import { tarEntries } from './tar.js';

const RESULT = /^(meta|\d+)\.pickle\.pbz2$/;

/** Whether a file's name, without folders, is one of NATS-Bench. */
export function isNatsBenchName(name: string): boolean {
  return RESULT.test(name);
}

/** The table in an unpacked folder. @throws InputError naming the file that is wrong */
export async function readNatsFolder(folder: string, space: SearchSpace): Promise<Table> {
  const names = (await readdir(folder)).filter(isNatsBenchName).sort();
  const hash = createHash('sha256');
  const collected = new NatsResults();
  for (const name of names) {
    const bytes = await readFile(join(folder, name));
    hash.update(`${name}\n${bytes.length}\n`).update(bytes);
    collected.add(name, bytes, join(folder, name));
  }
  return collected.table({ file: folder, sha256: hash.digest('hex'), space });
}

/** The table in the tar of such a folder; one file of it is in memory at a time. @throws InputError naming the file that is wrong */
export function readNatsTar(archive: ByteSource, source: TableSource): Table {
  const collected = new NatsResults();
  for (const { name, content } of tarEntries(archive)) {
    if (!isNatsBenchName(basename(name))) continue;
    if (content.size > LARGEST_FILE) throw new InputError('a file of over 500 MB', { file: content.file });
    collected.add(basename(name), content.bytes(0, content.size), content.file);
  }
  return collected.table(source);
}

class NatsResults {
  #names: readonly string[] | undefined;
  readonly #results = new Map<number, ReadonlyMap<string, ArchitectureResults>>();

  add(name: string, packed: Uint8Array, file: string): void {
    const pickle = bytesSource(bunzip2(packed, file, LARGEST_FILE), file);
    const { value } = readPickle(pickle, { onEntries: shrinkResults });
    const stem = RESULT.exec(name)?.[1] ?? '';
    if (stem === 'meta') this.#names = architectureNames(entriesOf(value, 'the file', file), file);
    else this.#results.set(Number(stem), resultsByBudget(value, file));
  }

  table(source: TableSource): Table {
    const { file } = source;
    if (this.#results.size === 0) throw new InputError('there is no 000000.pickle.pbz2, so no results', { file });
    const rows = [...this.#results]
      .sort(([a], [b]) => a - b)
      .map(([index, byBudget]) => ({
        name: nameOf(index, this.#names, byBudget, file),
        columns: resultColumns(byBudget),
      }));
    return tableOfColumns(rows, RESULT_COLUMNS, source);
  }
}
