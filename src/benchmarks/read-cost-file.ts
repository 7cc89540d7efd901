/** Files of latencies or other costs, of networks or of layers: the content decides. */
import { basename } from 'node:path';
import { InputError } from '../errors.js';
import type { Architecture, Cost, SearchSpace } from '../spaces/space.js';
import type { CostFile } from './cost-file.js';
import { fileBytes, isFolder, textOf } from './file-bytes.js';
import { isLayerSheet, layerCosts } from './layer-costs.js';
import { readTable } from './read-table.js';
import type { Table } from './table.js';

/**
 * Reads a table of networks (any that `readTable` reads) or a table of layers (a CSV with the columns `dimension` and `choice`).
 * @throws InputError with one sentence that names file, row, column, value and what was allowed
 */
export async function readCostFile(path: string, space: SearchSpace): Promise<CostFile> {
  if (!(await isFolder(path))) {
    const { bytes, sha256 } = await fileBytes(path);
    if (isLayerSheet(bytes, path, space)) return layerCosts(textOf(bytes, path), { file: path, sha256, space });
  }
  return networkCosts(await readTable(path, space));
}

/** The columns of a table of networks as costs. */
export function networkCosts(table: Table): CostFile {
  const { file, sha256, columns, space } = table;
  const dimensions = space.dimensions.map((dimension) => `column "${dimension.name}"`);
  const isGeneral = (note: string) =>
    !note.startsWith('column ') || dimensions.some((column) => note.startsWith(column));
  return {
    file,
    sha256,
    names: columns,
    cost(name) {
      const { of, values } = table.cost(name);
      const isComplete = table.complete && !values.some(Number.isNaN);
      return { name, unit: '', of, ...(isComplete ? {} : { known: () => knownIn(table, of) }) };
    },
    remarks: table.notes.filter(isGeneral).map((note) => `${basename(file)}: ${note}`),
    notes(name) {
      const known = table.cost(name).values.filter((value) => !Number.isNaN(value)).length;
      if (BigInt(known) === space.size) return [];
      return [
        `${basename(file)}: cost "${name}" is known for ${known} of ${space.size} architectures; no other is within a limit of it`,
      ];
    },
  };
}

function* knownIn(table: Table, of: Cost['of']): Generator<Architecture> {
  for (const architecture of table.architectures()) if (!Number.isNaN(of(architecture))) yield architecture;
}

/** @throws the error of a column that the file has, but which holds text */
export function refuseTextColumn(file: CostFile, name: string): void {
  try {
    file.cost(name);
  } catch (error) {
    if (error instanceof InputError && error.place.column === name) throw error;
  }
}
