/** The MobileNetV3 space of Once-for-All (Cai et al., arXiv 1908.09791, section 4.1): 5 stages of 2 to 4 layers, kernels 3, 5, 7, expansions 3, 4, 6. */
import { elasticSpace } from './elastic-stages.js';

/** (9^2 + 9^3 + 9^4)^5, about 2.2 * 10^19 networks. */
export const { space: mobilenetv3, stages: mobilenetv3Stages } = elasticSpace(
  'mobilenetv3',
  Array.from({ length: 5 }, () => ({ least: 2, most: 4 })),
);
