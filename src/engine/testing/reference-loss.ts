/** Cross-entropy with label smoothing, and its gradient to the logits. */
import type { LearnResult } from '../engine.js';
import type { Maps } from './reference-maps.js';

/** The loss of a batch's logits (vectors), with its gradient to them, [count][classes]. */
export function crossEntropy(
  { count, shape: [classes], values: logits }: Maps,
  labels: ArrayLike<number>,
  labelSmoothing: number,
): LearnResult & { readonly gradient: Float64Array } {
  const gradient = new Float64Array(logits.length);
  let loss = 0;
  let correct = 0;
  for (let image = 0; image < count; image++) {
    const own = logits.subarray(image * classes, (image + 1) * classes);
    const largest = Math.max(...own);
    const logSum = largest + Math.log(own.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
    own.forEach((logit, k) => {
      const target = (k === labels[image] ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
      loss -= (target * (logit - logSum)) / count;
      gradient[image * classes + k] = (Math.exp(logit - logSum) - target) / count;
    });
    if (own.indexOf(largest) === labels[image]) correct++;
  }
  return { loss, correct, gradient };
}
