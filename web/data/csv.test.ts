import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { csvOf, rowsFrom } from './csv.js';

it('writes what a CSV reader reads back', () => {
  const texts = ['plain', 'a,b', 'say "x"', 'two\nlines', ' blanks ', '=1+1', '', 'ü', '\r'];
  const read = parse(
    csvOf(
      rowsFrom(
        ['te,xt', 'number'],
        texts.map((text, i) => [text, i / 3]),
      ),
    ),
  ) as string[][];
  expect(read).toEqual([['te,xt', 'number'], ...texts.map((text, i) => [text, String(i / 3)])]);
});

it('leaves empty what is not known', () => {
  expect(csvOf(rowsFrom(['a', 'b', 'c'], [[null, undefined, Number.NaN]]))).toBe('a,b,c\r\n,,\r\n');
});
