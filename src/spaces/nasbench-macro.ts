/** The layer-wise space of NAS-Bench-Macro (Su et al., arXiv 2103.11922): one of 3 blocks at each of 8 layers. */
import { defineSpace } from './define.js';
import { digitNotation } from './digit-notation.js';

const LAYERS = 8;

/** The blocks, in the order of the codes: MBConv with expansion e and kernel k. */
export const nasbenchMacroBlocks = ['identity', 'mbconv_e3_k3', 'mbconv_e6_k5'] as const;

/** 3^8 = 6,561 networks, written as 8 digits. */
export const nasbenchMacro = defineSpace({
  name: 'nasbench-macro',
  dimensions: Array.from({ length: LAYERS }, (_, layer) => ({ name: `b${layer}`, choices: nasbenchMacroBlocks })),
  notation: digitNotation(LAYERS, nasbenchMacroBlocks),
});
