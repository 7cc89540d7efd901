/** Numbers that pickles write as text or as two's complement of any length. */
import { isNumber } from '../choice-labels.js';
import type { Cursor } from './cursor.js';

/** Longest integer, bytes or decimal digits: none of a table is nearly as long, and longer ones cost more than they have bytes. */
const LONGEST_INTEGER = 1000;

/** A number where it is exact as one, else a bigint. */
export function exactInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The little-endian two's complement of LONG1 and LONG4. */
export function twosComplement(cursor: Cursor, length: number): number | bigint {
  if (length > LONGEST_INTEGER) cursor.refuse(`has an integer of ${length} bytes`);
  if (length === 0) return 0;
  const bytes = cursor.bytes(length);
  const hex = Buffer.from(bytes).reverse().toString('hex');
  return exactInteger(BigInt.asIntN(8 * length, BigInt(`0x${hex}`)));
}

/** The line of INT and LONG; `00` and `01` are False and True in INT. */
export function integerLine(cursor: Cursor, isLong: boolean): number | bigint | boolean {
  const text = cursor.line();
  if (!isLong && (text === '00' || text === '01')) return text === '01';
  const digits = /^([+-]?\d+)L?$/.exec(text)?.[1];
  if (digits === undefined || digits.length > LONGEST_INTEGER) {
    cursor.refuse(`has ${JSON.stringify(text.slice(0, 20))} for an integer`);
  }
  return exactInteger(BigInt(digits));
}

/** The line of FLOAT. */
export function floatLine(cursor: Cursor): number {
  const text = cursor.line();
  if (isNumber(text)) return Number(text);
  const special = new Map([
    ['nan', Number.NaN],
    ['inf', Number.POSITIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
  ]).get(text);
  return special ?? cursor.refuse(`has ${JSON.stringify(text.slice(0, 20))} for a number`);
}
