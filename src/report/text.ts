/** Numbers, bars and small tables for people. */
import Table from 'cli-table3';
import { colors } from './colors.js';

/** Rows under a head, without lines between them; numbers should come as text. `right` lists columns to align at their right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const made = new Table({
    head: head.map((cell) => colors.bold(cell)),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    colAligns: head.map((_, column) => (right.includes(column) ? 'right' : 'left')),
    chars: NO_LINES,
  });
  made.push(...rows.map((row) => [...row]));
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const NO_LINES = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((name) => [name, '']),
);

/** A count with thousands separated; beyond 10^15 as a power of ten. */
export function count(value: bigint | number): string {
  if (value < 10 ** 15) return value.toLocaleString('en');
  const digits = String(value);
  return `${digits[0]}.${digits.slice(1, 3)} x 10^${digits.length - 1}`;
}

/** A measured number with about six digits, none of them idle. */
export function number(value: number, digits = 6): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : 'not known';
}

/** A bar of `width` cells at most, filled to `share` (0 to 1) in eighths of a cell. */
export function bar(share: number, width = 20): string {
  const eighths = Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0)) * width * 8;
  const full = Math.floor(eighths / 8);
  const rest = Math.round(eighths - 8 * full);
  return '█'.repeat(full) + (rest > 0 ? (' ▏▎▍▌▋▊▉█'[rest] as string) : '');
}
