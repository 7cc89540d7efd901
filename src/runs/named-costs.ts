/** From the name of a cost to the cost: of the space, of a cost table, of the table that is measured with, or of a shrunk space. */
import type { CostFile } from '../benchmarks/cost-file.js';
import { networkCosts, readCostFile, refuseTextColumn } from '../benchmarks/read-cost-file.js';
import type { Table } from '../benchmarks/table.js';
import { InputError } from '../errors.js';
import { nearest } from '../spaces/nearest.js';
import type { Cost, SearchSpace } from '../spaces/space.js';

/** A cost table as a configuration names it: a path, and the hash of what it must hold. */
export type NamedCostFile = string | { readonly file: string; readonly sha256?: string | undefined };

/** What a cost may be named in. */
export interface CostSources {
  readonly space: SearchSpace;
  readonly files: readonly CostFile[];
  /** what accuracies are looked up in, where they are */
  readonly table?: Table;
  /** what answers for accuracies */
  readonly evaluator: 'table' | 'surrogate' | 'command' | 'nk' | 'training' | 'supernet';
  /** costs that are recorded for the members of a shrunk space */
  readonly recorded?: ReadonlyMap<string, Cost>;
}

/** Reads the cost tables of a configuration. @throws InputError as `readCostFile`, and where one has changed since its hash was taken */
export async function readCostFiles(named: readonly NamedCostFile[], space: SearchSpace): Promise<CostFile[]> {
  const files: CostFile[] = [];
  for (const own of named) {
    const { file, sha256 = undefined } = typeof own === 'string' ? { file: own } : own;
    const read = await readCostFile(file, space);
    if (sha256 !== undefined && sha256 !== read.sha256) {
      throw new InputError('has changed since this run began; restore it, or start a new run', { file });
    }
    files.push(read);
  }
  return files;
}

/** The cost tables with their hashes, for a configuration that is kept. */
export function recordedFiles(files: readonly CostFile[]): { file: string; sha256: string }[] {
  return files.map(({ file, sha256 }) => ({ file, sha256 }));
}

/** A cost by its name. @throws InputError where there is none, where it means two things, or where it is known for too little to limit the space */
export function costNamed(name: string, sources: CostSources): Cost {
  const { space, evaluator, recorded } = sources;
  const file = fileWith(name, sources);
  const own = space.costs.get(name);
  if (own !== undefined) return own;
  const found = file?.cost(name) ?? columnOf(name, sources);
  if (found === undefined) return recorded?.get(name) ?? refuseUnknown(name, sources);
  if (found.known !== undefined && evaluator === 'surrogate') {
    const known = [...found.known()].length;
    throw new InputError(
      `cost "${name}" is known for ${known} networks only, so it cannot limit all of ${space.name}; ${listed(space)}, and a table of layers would know it for all`,
    );
  }
  return found;
}

/** Whether a cost of this name is known before anything is measured. */
export function knowsCost(name: string, { space, files, table, evaluator, recorded }: CostSources): boolean {
  const isColumn = evaluator === 'table' && table?.columns.includes(name) === true;
  return (
    isColumn || space.costs.has(name) || files.some(({ names }) => names.includes(name)) || recorded?.has(name) === true
  );
}

/** What a user should know about the costs that are used. */
export function costNotes(names: readonly string[], { files, space, table, evaluator }: CostSources): string[] {
  const notes = names.flatMap((name) => {
    const used = files.filter((file) => file.names.includes(name));
    const isColumn = evaluator === 'table' && table?.columns.includes(name) === true && !space.costs.has(name);
    const own = isColumn && used.length === 0 ? networkCosts(table).notes(name) : [];
    return [...own, ...used.flatMap((file) => [...file.remarks, ...file.notes(name)])];
  });
  return [...new Set(notes)];
}

/** The cost table that has a column of this name. @throws InputError where it is not the only thing of this name */
function fileWith(name: string, { files, space, table, evaluator }: CostSources): CostFile | undefined {
  const [file, other] = files.filter(({ names }) => names.includes(name));
  if (file === undefined) return undefined;
  const isColumn = evaluator === 'table' && table?.columns.includes(name) === true;
  const elsewhere = space.costs.has(name)
    ? `known to ${space.name} itself`
    : (other?.file ?? (isColumn ? table?.file : undefined));
  if (elsewhere === undefined) return file;
  const place = space.costs.has(name) ? elsewhere : `a column of ${elsewhere}`;
  throw new InputError(`cost "${name}" is also ${place}; rename the column in one of them`, { file: file.file });
}

function columnOf(name: string, { table, evaluator }: CostSources): Cost | undefined {
  if (table === undefined || !table.columns.includes(name)) return undefined;
  return evaluator === 'table' || evaluator === 'surrogate' ? networkCosts(table).cost(name) : undefined;
}

function refuseUnknown(name: string, { space, files, table, evaluator, recorded }: CostSources): never {
  for (const file of files) refuseTextColumn(file, name);
  const columns = evaluator === 'table' && table !== undefined ? networkCosts(table) : undefined;
  if (columns !== undefined) refuseTextColumn(columns, name);
  const known = [
    ...new Set([
      ...space.costs.keys(),
      ...(recorded?.keys() ?? []),
      ...files.flatMap(({ names }) => names),
      ...(columns?.names ?? []),
    ]),
  ];
  const advice = known.length === 0 ? listed(space) : nearest(name, known);
  const reported = evaluator === 'command' ? '; a cost that the program reports comes too late to be a limit' : '';
  throw new InputError(`${space.name} has no cost "${name}"; ${advice}${reported}`);
}

function listed({ costs }: SearchSpace): string {
  return costs.size === 0 ? 'it knows none' : `it knows ${[...costs.keys()].join(', ')}`;
}
