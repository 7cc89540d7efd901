/**
 * Tables of layers: what each choice of each dimension costs, and what every network costs besides. A network costs the sum, the additive
 * model of the latency tables of ProxylessNAS (arXiv 1812.00332) and FBNet (arXiv 1812.03443).
 */
import { basename } from 'node:path';
import { InputError } from '../errors.js';
import { decimalCost } from '../spaces/additive-cost.js';
import { nearest } from '../spaces/nearest.js';
import type { Dimension, SearchSpace } from '../spaces/space.js';
import { indexReader, isNumber, labelReader } from './choice-labels.js';
import type { CostFile } from './cost-file.js';
import { isMissing, readSheet, type Sheet } from './csv.js';
import { NOT_SUPPORTED, shortened, type TableSource } from './table.js';

const DIMENSION = 'dimension';
const CHOICE = 'choice';
/** Bytes in which the end of a header is looked for. */
const LONGEST_HEADER = 100_000;

/**
 * Whether the content is a table of layers: its header has the columns `dimension` and `choice`, and not all those of a table of networks.
 * @throws InputError where it has only one of the two and nothing that could name networks
 */
export function isLayerSheet(bytes: Uint8Array, file: string, { dimensions }: SearchSpace): boolean {
  const end = bytes.subarray(0, LONGEST_HEADER).indexOf(0x0a);
  const line = Buffer.from(bytes.subarray(0, end < 0 ? LONGEST_HEADER : end)).toString('utf8');
  const header = line
    .replace(/^\uFEFF/, '')
    .split(/[,;\t]/)
    .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  if (dimensions.every(({ name }) => header.includes(name))) return false;
  const [hasDimension, hasChoice] = [header.includes(DIMENSION), header.includes(CHOICE)];
  if (hasDimension !== hasChoice && !dimensions.some(({ name }) => name === DIMENSION || name === CHOICE)) {
    throw new InputError(
      `a table of layers needs the columns "${DIMENSION}" and "${CHOICE}"; the file has ${header.join(', ')}`,
      { file },
    );
  }
  return hasDimension && hasChoice;
}

/** The costs in a table of layers. @throws InputError naming row, column, value and what is allowed */
export function layerCosts(text: string, { file, sha256, space }: TableSource): CostFile {
  const sheet = readSheet(text, file);
  const names = sheet.header.filter((name) => name !== DIMENSION && name !== CHOICE && name !== '');
  if (names.length === 0) {
    throw new InputError(`there is no column of costs beside "${DIMENSION}" and "${CHOICE}"`, { file });
  }
  const { layers, fixed } = readRows(sheet, file, space);
  const rows = space.dimensions.map((dimension, d) => rowsByChoice(dimension, layers[d]!, file));
  const valuesOf = (name: string) => numbersOf(sheet, name, file);
  return {
    file,
    sha256,
    names,
    cost(name) {
      const values = valuesOf(name);
      const unknown = fixed.find((record) => Number.isNaN(values[record]));
      if (unknown !== undefined) {
        throw new InputError('what every network has needs a number', { file, row: sheet.rows[unknown], column: name });
      }
      const of = decimalCost(
        space.dimensions.map(({ choices }) => choices.length),
        fixed.map((record) => values[record]!),
        rows.map((records, d) => ({ dimensions: [d], values: records.map((record) => values[record]!) })),
      );
      return { name, unit: '', of, sum: () => of.sum };
    },
    remarks: [],
    notes(name) {
      const values = valuesOf(name);
      const all = rows.flat();
      const unknown = all.filter((record) => Number.isNaN(values[record])).length;
      if (unknown === 0) return [];
      return [
        `${basename(file)}: cost "${name}" has no number for ${unknown} of ${all.length} choices; no network with one of them is within a limit of it`,
      ];
    },
  };
}

/** A row that is about a choice of a dimension. */
interface LayerRow {
  readonly record: number;
  readonly row: number;
  readonly choice: string;
}

/** By dimension the rows about it, and the rows about what every network has. */
function readRows(sheet: Sheet, file: string, { name, dimensions }: SearchSpace) {
  const dimensionColumn = sheet.header.indexOf(DIMENSION);
  const choiceColumn = sheet.header.indexOf(CHOICE);
  const indexOf = new Map(dimensions.map((dimension, d) => [dimension.name, d]));
  const layers = dimensions.map((): LayerRow[] => []);
  const fixed = new Map<string, number>();
  sheet.cells.forEach((cells, record) => {
    const row = sheet.rows[record]!;
    const [cell, choice] = [cells[dimensionColumn]!, cells[choiceColumn]!];
    const named = indexOf.has(cell) ? [cell] : cell.split(/\s+/).filter((word) => word !== '');
    if (named.length === 0)
      throw new InputError('the row says neither a dimension nor what else it is about', { file, row });
    if (choice === '') {
      const known = named.find((word) => indexOf.has(word));
      if (known !== undefined) {
        const { choices } = dimensions[indexOf.get(known)!]!;
        throw new InputError(`dimension "${known}" stands without a choice; allowed: ${choices.join(', ')}`, {
          file,
          row,
          column: CHOICE,
        });
      }
      if (fixed.has(cell)) throw new InputError(`"${cell}" occurs twice`, { file, row, column: DIMENSION });
      fixed.set(cell, record);
      return;
    }
    for (const word of named) {
      const d = indexOf.get(word);
      if (d === undefined) {
        const advice = nearest(word, [...indexOf.keys()]);
        throw new InputError(`"${shortened(word)}" is no dimension of space "${name}"; ${advice}`, {
          file,
          row,
          column: DIMENSION,
        });
      }
      layers[d]!.push({ record, row, choice });
    }
  });
  return { layers, fixed: [...fixed.values()] };
}

/** The record of each choice of a dimension: all are there, each once. Choices are labels where all cells are, else indices. */
function rowsByChoice(dimension: Dimension, layers: readonly LayerRow[], file: string): number[] {
  const { name, choices } = dimension;
  const labels = labelReader(dimension);
  const indices = indexReader(dimension);
  const stranger = layers.find(({ choice }) => labels(choice) < 0);
  const read = stranger === undefined || layers.some(({ choice }) => indices(choice) < 0) ? labels : indices;
  const found = new Map<number, LayerRow>();
  for (const own of layers) {
    const place = { file, row: own.row, column: CHOICE };
    const choice = read(own.choice);
    if (choice < 0) {
      const cell = JSON.stringify(shortened(own.choice));
      throw new InputError(`${cell} is no choice of dimension "${name}"; allowed: ${choices.join(', ')}`, place);
    }
    const before = found.get(choice);
    if (before !== undefined) {
      throw new InputError(
        `choice "${choices[choice]}" of dimension "${name}" occurs twice, before in row ${before.row}`,
        place,
      );
    }
    found.set(choice, own);
  }
  return choices.map((choice, c) => {
    const own = found.get(c);
    if (own !== undefined) return own.record;
    const missing =
      found.size === 0 ? `dimension "${name}" has no rows` : `choice "${choice}" of dimension "${name}" has no row`;
    throw new InputError(`${missing}; every choice needs one, with 0 where it costs nothing`, { file });
  });
}

/** The numbers of a column, record by record; NaN where there is none. */
function numbersOf(sheet: Sheet, name: string, file: string): Float64Array {
  const column = sheet.header.indexOf(name);
  return Float64Array.from(sheet.cells, (cells, record) => {
    const cell = cells[column]!;
    const place = { file, row: sheet.rows[record]!, column: name };
    if (isMissing(cell)) return Number.NaN;
    if (!isNumber(cell)) throw new InputError(`${JSON.stringify(shortened(cell))} is not a number`, place);
    const value = Number(cell);
    if (value === NOT_SUPPORTED) return Number.NaN;
    if (value < 0) {
      throw new InputError(
        `${value} is no cost: a number of at least 0 is needed, or ${NOT_SUPPORTED} where none is known`,
        place,
      );
    }
    return value;
  });
}
