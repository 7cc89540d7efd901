/** The notation of spaces that choose one of at most 10 blocks at every layer: a digit a layer. */
import { InputError } from '../errors.js';
import type { Notation } from './notation.js';

/** Writes every layer's choice as its index, e.g. 22212202. */
export function digitNotation(layers: number, blocks: readonly string[]): Notation {
  return {
    format: (codes) => Array.from(codes).join(''),
    parse: (text) => {
      if (text.length !== layers) {
        throw new InputError(`"${text}" has ${text.length} characters; a network is written as ${layers} digits`);
      }
      return Array.from(text, (digit, layer) => {
        const code = '0123456789'.indexOf(digit);
        if (code >= 0 && code < blocks.length) return code;
        throw new InputError(`character ${layer + 1} of "${text}" is "${digit}"; allowed are ${allowed(blocks)}`);
      });
    },
  };
}

function allowed(blocks: readonly string[]): string {
  const meanings = blocks.map((block, code) => `${code} (${block})`);
  return `${meanings.slice(0, -1).join(', ')} and ${meanings.at(-1)}`;
}
