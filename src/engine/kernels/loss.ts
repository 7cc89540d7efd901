/** The loss and its gradient to the logits. */
import { exponentialDouble, logarithmDouble } from './exponential';

/** `crossEntropy` of instructions.ts. */
export function crossEntropy(
  begin: i32, end: i32,
  x: usize, xImage: i32, classes: i32, labels: usize, smoothing: f32, loss: usize, right: usize, dx: usize,
  dxImage: i32, images: i32, weight: f32,
): void {
  const even = <f64>smoothing / classes; // what every class gets of the target
  const scale = <f64>weight / images;
  for (let n = begin; n < end; n++) {
    const logits = x + n * xImage;
    const gradient = dx + n * dxImage;
    const label = load<i32>(labels + (n << 2));
    let largest = 0;
    for (let k = 1; k < classes; k++) if (logit(logits, k) > logit(logits, largest)) largest = k;
    let powers: f64 = 0;
    let mean: f64 = 0;
    for (let k = 0; k < classes; k++) {
      powers += exponentialDouble(logit(logits, k) - logit(logits, largest));
      mean += logit(logits, k) / classes;
    }
    const logPowers = logit(logits, largest) + logarithmDouble(powers);
    store<f32>(loss + (n << 2), <f32>(logPowers - (1 - <f64>smoothing) * logit(logits, label) - <f64>smoothing * mean));
    store<i32>(right + (n << 2), <i32>(largest == label));
    for (let k = 0; k < classes; k++) {
      const softmax = exponentialDouble(logit(logits, k) - logPowers);
      const target = even + (k == label ? 1 - <f64>smoothing : 0);
      store<f32>(gradient + (k << 2), <f32>(scale * (softmax - target)));
    }
  }
}

function logit(logits: usize, k: i32): f64 {
  return <f64>load<f32>(logits + (k << 2));
}
