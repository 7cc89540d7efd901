/** The ProxylessNAS space as Once-for-All trains it (Cai et al., arXiv 1812.00332 and 1908.09791): 5 stages of 2 to 4 layers, and a last layer. */
import { elasticSpace } from './elastic-stages.js';

/** (9^2 + 9^3 + 9^4)^5 * 9, about 2.0 * 10^20 networks. */
export const { space: proxyless, stages: proxylessStages } = elasticSpace('proxyless', [
  ...Array.from({ length: 5 }, () => ({ least: 2, most: 4 })),
  { least: 1, most: 1 },
]);
