/** The layer-wise space of NAS-Bench-Macro (Su et al., arXiv 2103.11922): one of 3 blocks at each of 8 layers. */
import { InputError } from '../errors.js';
import { defineSpace } from './define.js';

const LAYERS = 8;

/** The blocks, in the order of the codes: MBConv with expansion e and kernel k. */
export const nasbenchMacroBlocks = ['identity', 'mbconv_e3_k3', 'mbconv_e6_k5'] as const;

/** 3^8 = 6,561 networks, written as 8 digits. */
export const nasbenchMacro = defineSpace({
  name: 'nasbench-macro',
  dimensions: Array.from({ length: LAYERS }, (_, layer) => ({ name: `b${layer}`, choices: nasbenchMacroBlocks })),
  notation: {
    format: (codes) => Array.from(codes).join(''),
    parse: (text) => {
      if (text.length !== LAYERS) {
        throw new InputError(`"${text}" has ${text.length} characters; a network is written as ${LAYERS} digits`);
      }
      return Array.from(text, (digit, layer) => {
        if (/^[0-2]$/.test(digit)) return Number(digit);
        throw new InputError(
          `character ${layer + 1} of "${text}" is "${digit}"; allowed are 0 (${nasbenchMacroBlocks[0]}), 1 (${nasbenchMacroBlocks[1]}) and 2 (${nasbenchMacroBlocks[2]})`,
        );
      });
    },
  },
});
