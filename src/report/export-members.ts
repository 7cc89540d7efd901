/** Exports of the members of a shrunk space: CSV, NDJSON and Parquet, as streams that make no more than is asked for. */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ShrunkSpace } from '../shrink/shrunk-space.js';
import { blocksOf, type Cell, type MemberColumn, type MemberTableOptions, memberTable } from './member-table.js';

const ROWS_A_PIECE = 512;
const ROWS_A_GROUP = 50_000;

/** Pieces of a file, in order. Nothing is computed before it is asked for, so a slow reader slows the export down. */
export type Pieces<Piece extends string | Uint8Array> = AsyncGenerator<Piece, void, void>;

/**
 * CSV after RFC 4180, except that lines end in LF: a header, then one line a member. Fields are quoted where they hold a comma,
 * a quote, a line break, or blanks at an end. Labels that begin with = + - or @ are left as they are, so that the file can be
 * read back as a table; a spreadsheet may take them for formulas.
 */
export async function* membersAsCsv(shrunk: ShrunkSpace, options?: MemberTableOptions): Pieces<string> {
  const { columns, rows } = memberTable(shrunk, options);
  yield `${columns.map(({ name }) => csvField(name)).join(',')}\n`;
  for await (const block of blocksOf(rows, ROWS_A_PIECE)) {
    let piece = '';
    for (const index of block) piece += `${columns.map((column) => csvField(column.cell(index))).join(',')}\n`;
    yield piece;
  }
}

function csvField(value: Cell): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  return /[",\r\n]|^\s|\s$|^$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** NDJSON: one JSON object a line and member, with the columns of the CSV as keys; a key is missing where the CSV has an empty field. */
export async function* membersAsNdjson(shrunk: ShrunkSpace, options?: MemberTableOptions): Pieces<string> {
  const { columns, rows } = memberTable(shrunk, options);
  const keys = columns.map(({ name }) => JSON.stringify(name));
  for await (const block of blocksOf(rows, ROWS_A_PIECE)) {
    let piece = '';
    for (const index of block) {
      const fields = columns.flatMap((column, i) => {
        const value = column.cell(index);
        return value === undefined ? [] : [`${keys[i]}:${JSON.stringify(value)}`];
      });
      piece += `{${fields.join(',')}}\n`;
    }
    yield piece;
  }
}

/** Parquet (Snappy) in row groups of 50,000: the columns of the CSV, typed, null where the CSV has an empty field. */
export async function* membersAsParquet(shrunk: ShrunkSpace, options?: MemberTableOptions): Pieces<Uint8Array> {
  const { columns, rows } = memberTable(shrunk, options);
  const writer = new ByteWriter();
  const schema = [{ name: 'root', num_children: columns.length }, ...columns.map(parquetType)];
  const parquet = new ParquetWriter({ writer, schema, createdBy: 'lissnas' });
  for await (const block of blocksOf(rows, ROWS_A_GROUP)) {
    const columnData = columns.map((column) => ({ name: column.name, data: Array.from(block, parquetCell(column)) }));
    await parquet.write({ columnData, rowGroupSize: block.length });
    yield taken(writer);
  }
  await parquet.finish();
  yield taken(writer);
}

function parquetType({ name, kind }: MemberColumn) {
  const repetition_type = 'OPTIONAL' as const;
  if (kind === 'label') return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type } as const;
  return { name, type: kind === 'integer' ? 'INT64' : 'DOUBLE', repetition_type } as const;
}

function parquetCell({ kind, cell }: MemberColumn): (index: number) => string | number | bigint | null {
  const write = kind === 'label' ? String : kind === 'integer' ? BigInt : Number;
  return (index) => {
    const value = cell(index);
    return value === undefined ? null : write(value);
  };
}

/** The bytes written since the last call. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = Uint8Array.from(writer.getBytes());
  writer.index = 0;
  return bytes;
}
