/** The macro-level space of TransNAS-Bench-101 (Duan et al., arXiv 2105.11871): where a residual network of 4 to 6 modules widens and where it shrinks the image. */
import { InputError } from '../errors.js';
import { defineSpace } from './define.js';
import type { Codes } from './space.js';

const LEAST = 4;
const MOST = 6;
const NONE = 'none';

/** What a module does, by its published digit. */
export const transnasbench101Modules = {
  1: { widens: false, halves: false },
  2: { widens: true, halves: false },
  3: { widens: false, halves: true },
  4: { widens: true, halves: true },
} as const;

const DIGITS = [1, 2, 3, 4] as const;
const PLAIN = [1];
const WIDENING = [2, 4];
const HALVING = [3, 4];
/** The image is halved 1 to 4 times, and the channels are doubled 1 to 3 times. */
const MOST_HALVINGS = 4;
const MOST_WIDENINGS = 3;

const names = Array.from({ length: MOST }, (_, module) => `m${module}`);
const isOptional = (module: number) => module >= LEAST;
const all = (digits: readonly number[]) =>
  Object.fromEntries(names.map((name, module) => [name, isOptional(module) ? [...digits, NONE] : digits]));

/** 3,256 networks, written `64-1234-basic`: 64 channels to begin with, the modules' digits, and what a module is made of. */
export const transnasbench101Macro = defineSpace({
  name: 'transnasbench101-macro',
  dimensions: names.map((name, module) => ({ name, choices: isOptional(module) ? [...DIGITS, NONE] : DIGITS })),
  forbidden: [
    { m4: NONE, m5: DIGITS },
    all([...PLAIN, 2]), // never halved
    all([...PLAIN, 3]), // never widened
    ...subsets(names, MOST_HALVINGS + 1).map((modules) => Object.fromEntries(modules.map((name) => [name, HALVING]))),
    ...subsets(names, MOST_WIDENINGS + 1).map((modules) => Object.fromEntries(modules.map((name) => [name, WIDENING]))),
  ],
  notation: { format: (codes) => `64-${transnasbench101Digits(codes).join('')}-basic`, parse },
});

/** The digits of the modules that are there. */
export function transnasbench101Digits(codes: Codes): (typeof DIGITS)[number][] {
  return Array.from(codes).flatMap((code) => DIGITS[code] ?? []);
}

function parse(text: string): number[] {
  const digits = /^64-([1-4]{4,6})-basic$/.exec(text)?.[1];
  if (digits === undefined) {
    throw new InputError(`"${text}" must be written like 64-1234-basic, with 4 to 6 digits from 1 to 4`);
  }
  return names.map((_, module) => (module < digits.length ? Number(digits[module]) - 1 : DIGITS.length));
}

/** All subsets of so many items. */
function subsets<Item>(items: readonly Item[], size: number): Item[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}
