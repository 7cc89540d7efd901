/** A benchmark table: measured numbers of many architectures, compact in memory, whatever file they came from. */
import { InputError } from '../errors.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { nearest } from '../spaces/nearest.js';
import type { Architecture, Codes, SearchSpace } from '../spaces/space.js';

/** What published tables write instead of a cost where a device does not support a network. */
export const NOT_SUPPORTED = -1;

/** One numeric column. */
export interface TableColumn {
  readonly name: string;
  /** one value per distinct architecture, in the order of `architectures()`; NaN where the cell is missing */
  readonly values: Float64Array;
  /** the value of these codes; NaN where the table has none */
  of(codes: Codes): number;
}

/** Rows of a published or own file, checked against a space. Never changes. */
export interface Table {
  /** the path as it was given */
  readonly file: string;
  /** of the file's bytes as they lie on the disk; of all names and bytes where it is a folder */
  readonly sha256: string;
  readonly space: SearchSpace;
  /** names of the columns whose cells are all numbers or missing */
  readonly columns: readonly string[];
  /** distinct architectures */
  readonly size: number;
  /** whether every architecture of the space has a row */
  readonly complete: boolean;
  /** what the reader found worth saying: duplicates averaged, missing cells, columns that could be read two ways */
  readonly notes: readonly string[];
  has(codes: Codes): boolean;
  /** NaN where the architecture or the cell is missing. @throws InputError like `column` */
  value(codes: Codes, column: string): number;
  /** @throws InputError where there is no such column (naming the nearest) or it holds text (naming the row) */
  column(name: string): TableColumn;
  /**
   * The column read as a cost: -1 means not known where it is the only negative number, as benchmarks write what a device does not support.
   * @throws InputError for any other negative number, and like `column`
   */
  cost(name: string): TableColumn;
  /** the distinct architectures, in the order in which the file first names them */
  architectures(): IterableIterator<Architecture>;
}

/** The first cell of a column that is not a number. */
export interface TextCell {
  readonly row: number;
  readonly text: string;
}

/** Where a table comes from. */
export interface TableSource {
  readonly file: string;
  readonly sha256: string;
  readonly space: SearchSpace;
}

/** Collects rows into a table. Rows of the same architecture are averaged, column by column, over the cells that are there. */
export class TableBuilder {
  readonly #source: TableSource;
  readonly #columns: readonly string[];
  readonly #index: ArchitectureSet;
  readonly #values: number[][];
  readonly #repeats = new Map<number, ArrayLike<number>[]>();
  readonly #notes: string[] = [];
  #rows = 0;

  constructor(source: TableSource, columns: readonly string[]) {
    this.#source = source;
    this.#columns = columns;
    this.#index = new ArchitectureSet(source.space.dimensions.length);
    this.#values = columns.map(() => []);
  }

  /** Adds a row; `values` in the order of the builder's columns. */
  add(architecture: Architecture, values: ArrayLike<number>): void {
    this.#rows++;
    const added = this.#index.add(architecture);
    if (added >= 0) {
      for (let c = 0; c < this.#values.length; c++) this.#values[c].push(values[c]);
      return;
    }
    const row = this.#index.indexOf(architecture);
    const repeats = this.#repeats.get(row);
    if (repeats === undefined) this.#repeats.set(row, [values]);
    else repeats.push(values);
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  /** The table of all rows added. `textColumns` are known but hold no numbers; asking for one is an error. */
  finish(textColumns: ReadonlyMap<string, TextCell> = new Map()): Table {
    const values = this.#values.map((column, c) => this.#averaged(column, c, (value) => value));
    const columns = new Map(this.#columns.map((name, c) => [name, tableColumn(name, values[c], this.#index)]));
    this.#describe(values);
    const { file, sha256, space } = this.#source;
    const index = this.#index;

    function column(name: string): TableColumn {
      const found = columns.get(name);
      if (found !== undefined) return found;
      const text = textColumns.get(name);
      if (text !== undefined) {
        throw new InputError(`${JSON.stringify(shortened(text.text))} is not a number, so the column cannot be used`, {
          file,
          row: text.row,
          column: name,
        });
      }
      throw new InputError(`there is no numeric column "${name}"; ${nearest(name, [...columns.keys()])}`, { file });
    }

    const cost = (name: string): TableColumn => {
      column(name); // refuses unknown ones
      const c = this.#columns.indexOf(name);
      this.#checkCost(c);
      const known = this.#averaged(this.#values[c], c, (value) => (value === NOT_SUPPORTED ? Number.NaN : value));
      return tableColumn(name, known, index);
    };

    return Object.freeze<Table>({
      file,
      sha256,
      space,
      columns: Object.freeze([...this.#columns]),
      size: index.size,
      complete: BigInt(index.size) === space.size,
      notes: Object.freeze([...this.#notes]),
      has: (codes) => index.has(codes),
      value: (codes, name) => column(name).of(codes),
      column,
      cost,
      *architectures() {
        for (let row = 0; row < index.size; row++) yield space.architecture(index.codesAt(row));
      },
    });
  }

  /** @throws InputError naming the first architecture whose cost in column `c` is a negative number that means nothing */
  #checkCost(c: number): void {
    const { file, space } = this.#source;
    for (let row = 0; row < this.#index.size; row++) {
      const cells = [this.#values[c][row], ...(this.#repeats.get(row) ?? []).map((repeat) => repeat[c])];
      const wrong = cells.find((value) => value < 0 && value !== NOT_SUPPORTED);
      if (wrong === undefined) continue;
      throw new InputError(
        `${wrong}, of ${space.format(this.#index.codesAt(row))}, is no cost: a number of at least 0 is needed, or ${NOT_SUPPORTED} where none is known`,
        { file, column: this.#columns[c] },
      );
    }
  }

  /** @param read what a cell means; NaN where nothing */
  #averaged(column: readonly number[], c: number, read: (value: number) => number): Float64Array {
    const values = Float64Array.from(column, read);
    for (const [row, repeats] of this.#repeats) {
      const cells = [column[row], ...repeats.map((repeat) => repeat[c])].map(read);
      const present = cells.filter((value) => !Number.isNaN(value));
      values[row] = present.length === 0 ? Number.NaN : present.reduce((sum, value) => sum + value, 0) / present.length;
    }
    return values;
  }

  #describe(values: readonly Float64Array[]): void {
    if (this.#repeats.size > 0) {
      const rows = this.#rows - this.#index.size + this.#repeats.size;
      this.note(
        `${this.#repeats.size} architecture${this.#repeats.size === 1 ? ' occurs' : 's occur'} more than once ` +
          `(${rows} rows); their values are averaged column by column`,
      );
    }
    this.#columns.forEach((name, c) => {
      const missing = values[c].reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
      if (missing > 0) this.note(`column "${name}" has no value for ${missing} of ${this.#index.size} architectures`);
    });
  }
}

function tableColumn(name: string, values: Float64Array, index: ArchitectureSet): TableColumn {
  return Object.freeze({
    name,
    values,
    of(codes: Codes) {
      const row = index.indexOf(codes);
      return row < 0 ? Number.NaN : values[row];
    },
  });
}

/** At most 60 characters of a cell, for messages. */
export function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
