/** Tables as CSV. */

/** What a cell may hold; a number that is not one is left empty. */
export type Cell = string | number | null | undefined;

/** A figure's data as people and programs read them. */
export interface Rows {
  readonly columns: readonly string[];
  /** how many rows there are */
  readonly count: number;
  row(i: number): readonly Cell[];
}

/** Rows that are there already. */
export function rowsFrom(columns: readonly string[], rows: readonly (readonly Cell[])[]): Rows {
  return { columns, count: rows.length, row: (i) => rows[i]! };
}

/** The text of a CSV file, header first (RFC 4180). */
export function csvOf({ columns, count, row }: Rows): string {
  const lines = [columns.map(quoted).join(',')];
  for (let i = 0; i < count; i++) lines.push(row(i).map(cellText).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined || Number.isNaN(cell)) return '';
  return quoted(String(cell));
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
