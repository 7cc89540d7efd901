/** The space of single-path one-shot search (Guo et al., arXiv 1904.00420, section 3.3): one of 4 ShuffleNetV2 blocks at each of 20 layers. */
import { defineSpace } from './define.js';
import { digitNotation } from './digit-notation.js';

const LAYERS = 20;

/** The choice blocks, in the order of the published codes: three by their kernel, and choice_x, which is made of three depthwise convolutions. */
export const shufflenetv2Blocks = ['choice_3', 'choice_5', 'choice_7', 'choice_x'] as const;

/** 4^20 = 1,099,511,627,776 networks, written as 20 digits. */
export const shufflenetv2 = defineSpace({
  name: 'shufflenetv2',
  dimensions: Array.from({ length: LAYERS }, (_, layer) => ({ name: `b${layer}`, choices: shufflenetv2Blocks })),
  notation: digitNotation(LAYERS, shufflenetv2Blocks),
});
