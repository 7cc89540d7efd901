/** The default space for training on a small machine: one of 5 mobile blocks at each of 8 layers. */
import { defineSpace } from './define.js';
import { digitNotation } from './digit-notation.js';

const LAYERS = 8;

/** The blocks, in the order of the codes: MBConv with expansion e and kernel k. */
export const mobileTinyBlocks = ['identity', 'mbconv_e2_k3', 'mbconv_e2_k5', 'mbconv_e4_k3', 'mbconv_e4_k5'] as const;

/** 5^8 = 390,625 networks, written as 8 digits. */
export const mobileTiny = defineSpace({
  name: 'mobile-tiny',
  dimensions: Array.from({ length: LAYERS }, (_, layer) => ({ name: `b${layer}`, choices: mobileTinyBlocks })),
  notation: digitNotation(LAYERS, mobileTinyBlocks),
});
