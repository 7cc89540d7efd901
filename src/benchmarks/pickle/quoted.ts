/** Texts as protocol 0 writes them. */
import type { Cursor } from './cursor.js';

const ESCAPES = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
]);

/** The line of STRING: a literal of Python 2, each byte a character. */
export function quotedLine(cursor: Cursor): string {
  const line = cursor.line();
  const quote = line[0];
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line.at(-1) !== quote)
    cursor.refuse('has a text without quotes');
  return line.slice(1, -1).replaceAll(/\\(x[\da-fA-F]{2}|[0-7]{1,3}|.)/g, (whole, sign: string) => {
    if (sign[0] === 'x' && sign.length === 3) return String.fromCharCode(Number.parseInt(sign.slice(1), 16));
    if (/^[0-7]/.test(sign)) return String.fromCharCode(Number.parseInt(sign, 8) & 0xff);
    return ESCAPES.get(sign) ?? whole;
  });
}

/** The line of UNICODE: bytes are characters, others are written \uXXXX or \UXXXXXXXX. */
export function unicodeLine(cursor: Cursor): string {
  return cursor.line().replaceAll(/\\u([\da-fA-F]{4})|\\U([\da-fA-F]{8})/g, (_, short?: string, long?: string) => {
    const code = Number.parseInt(short ?? long ?? '', 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : cursor.refuse('has a character beyond Unicode');
  });
}
