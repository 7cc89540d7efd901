/** CSV tables: one column per dimension, or one column with the architecture in the space's own notation. */
import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../errors.js';
import type { Architecture, SearchSpace } from '../spaces/space.js';
import { type ChoiceReader, indexReader, isNumber, labelReader } from './choice-labels.js';
import { placed } from './placed.js';
import { shortened, type Table, TableBuilder, type TableSource, type TextCell } from './table.js';

const MISSING = new Set(['', 'nan', 'null', 'none', 'na', 'n/a']);
const ARCHITECTURE_COLUMNS = ['arch', 'arch_str', 'architecture'];

/** Rows of cells, in text. `rows[i]` is the 1-based row of `cells[i]` in the file, the header being row 1. */
export interface Sheet {
  readonly header: readonly string[];
  readonly cells: readonly (readonly string[])[];
  readonly rows: readonly number[];
}

/** How a sheet names its architectures. */
interface Layout {
  /** columns that the naming uses up */
  readonly used: ReadonlySet<number>;
  architecture(record: number): Architecture;
  readonly notes: readonly string[];
}

/**
 * The table in a CSV text (comma, semicolon or tab between cells). Each dimension's column holds labels or choice
 * indices: labels where every cell is a label, else indices where every cell is one; where both would do, labels win and a note says so.
 * Missing cells ('', NaN, null, None, NA) are NaN.
 * @throws InputError naming row, column, value and what is allowed
 */
export function readCsv(text: string, source: TableSource): Table {
  const sheet = readSheet(text, source.file);
  const layout = dimensionLayout(sheet, source) ?? notationLayout(sheet, source);
  const numeric: number[] = [];
  const textColumns = new Map<string, TextCell>();
  sheet.header.forEach((name, c) => {
    if (layout.used.has(c) || name === '') return;
    const bad = sheet.cells.findIndex((cells) => !isNumber(cells[c]) && !isMissing(cells[c]));
    if (bad < 0) numeric.push(c);
    else textColumns.set(name, { row: sheet.rows[bad], text: sheet.cells[bad][c] });
  });

  const builder = new TableBuilder(
    source,
    numeric.map((c) => sheet.header[c]),
  );
  sheet.cells.forEach((cells, record) => {
    const values = Float64Array.from(numeric, (c) => (isMissing(cells[c]) ? Number.NaN : Number(cells[c])));
    builder.add(layout.architecture(record), values);
  });
  for (const note of layout.notes) builder.note(note);
  return builder.finish(textColumns);
}

/** Whether a cell says that there is no number. */
export function isMissing(cell: string): boolean {
  return MISSING.has(cell.toLowerCase());
}

/** The cells of a CSV text, blank rows left out. @throws InputError where it is no CSV, or rows and header differ in length */
export function readSheet(text: string, file: string): Sheet {
  const firstLine = /^\uFEFF?(.*)/.exec(text)?.[1] ?? '';
  const delimiter = [',', ';', '\t'].reduce((a, b) => (firstLine.split(b).length > firstLine.split(a).length ? b : a));
  let records: string[][];
  try {
    records = parse(text, { bom: true, delimiter, relax_column_count: true, trim: true });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const row = typeof cause.lines === 'number' ? cause.lines : undefined;
    throw new InputError(`this is not CSV: ${cause.message}`, row === undefined ? { file } : { file, row }, { cause });
  }
  const header = records[0];
  if (header === undefined || isBlank(header)) throw new InputError('the file has no header row', { file });
  const twice = header.find((name, c) => header.indexOf(name) !== c);
  if (twice !== undefined) throw new InputError('the column name occurs twice in the header', { file, column: twice });

  const cells: string[][] = [];
  const rows: number[] = [];
  records.forEach((record, index) => {
    if (index === 0 || isBlank(record)) return;
    const row = index + 1;
    if (record.length !== header.length) {
      throw new InputError(`the row has ${record.length} cells where the header has ${header.length}`, { file, row });
    }
    cells.push(record);
    rows.push(row);
  });
  if (cells.length === 0) throw new InputError('the file has a header but no rows', { file });
  return { header, cells, rows };
}

function isBlank(record: readonly string[]): boolean {
  return record.length === 1 && record[0] === '';
}

/** One column per dimension, where all are there. */
function dimensionLayout(sheet: Sheet, { space, file }: TableSource): Layout | undefined {
  const columns = space.dimensions.map(({ name }) => sheet.header.indexOf(name));
  if (columns.includes(-1)) return undefined;
  const notes: string[] = [];
  const readers = space.dimensions.map((dimension, d): ChoiceReader => {
    const column = columns[d];
    const labels = labelReader(dimension);
    const indices = indexReader(dimension);
    const distinct = new Set(sheet.cells.map((cells) => cells[column]));
    const strangersTo = (read: ChoiceReader) => [...distinct].filter((cell) => read(cell) < 0);
    const notLabels = strangersTo(labels);
    const notIndices = strangersTo(indices);
    if (notLabels.length === 0) {
      if (notIndices.length === 0 && [...distinct].some((cell) => labels(cell) !== indices(cell))) {
        notes.push(`column "${dimension.name}" reads as labels and as choice indices; it is taken as labels`);
      }
      return labels;
    }
    if (notIndices.length === 0) return indices;
    const stranger = notLabels.length <= notIndices.length ? notLabels[0] : notIndices[0];
    const allowed = dimension.choices.map((choice) => String(choice)).join(', ');
    throw new InputError(
      `${JSON.stringify(shortened(stranger))} is no choice of this dimension; allowed: ${allowed}, or an index 0 to ${dimension.choices.length - 1}`,
      { file, row: sheet.rows[sheet.cells.findIndex((cells) => cells[column] === stranger)], column: dimension.name },
    );
  });
  return {
    used: new Set(columns),
    notes,
    architecture: (record) =>
      placed({ file, row: sheet.rows[record] }, () =>
        space.architecture(columns.map((column, d) => readers[d](sheet.cells[record][column]))),
      ),
  };
}

/** One column in the space's notation: one with a usual name, or the first that parses in every row. */
function notationLayout(sheet: Sheet, { space, file }: TableSource): Layout {
  const named = ARCHITECTURE_COLUMNS.map((name) => sheet.header.indexOf(name)).find((column) => column >= 0);
  const column = named ?? sheet.header.findIndex((_, c) => sheet.cells.every((cells) => parses(space, cells[c])));
  if (column < 0) {
    const missing = space.dimensions.map(({ name }) => name).filter((name) => !sheet.header.includes(name));
    throw new InputError(
      `no architectures found: the space "${space.name}" needs columns ${missing.join(', ')} ` +
        `(or one column in its notation, such as "arch"); the file has ${sheet.header.join(', ')}`,
      { file },
    );
  }
  return {
    used: new Set([column]),
    notes: [],
    architecture: (record) =>
      placed({ file, row: sheet.rows[record], column: sheet.header[column] }, () =>
        space.parse(sheet.cells[record][column]),
      ),
  };
}

function parses(space: SearchSpace, text: string): boolean {
  try {
    space.parse(text);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}
