/** Updates of parameters. Each item is a segment: one parameter with its gradient and the optimizer's state. */
import { wholePower } from './exponential';
import { loadLanes, multiplyAdd, storeLanes } from './simd';

/** A row of the table of segments in instructions.ts: a view, made with `changetype`, of its words. */
@unmanaged
class Segment {
  value: usize;
  gradient: usize;
  first: usize;
  second: usize;
  length: i32;
  decays: i32;
  steps: usize;
}

function segment(table: usize, index: i32): Segment {
  return changetype<Segment>(table + (index << 5));
}

/** `gradientNorms` of instructions.ts. */
export function gradientNorms(begin: i32, end: i32, table: usize, segments: i32, partial: usize): void {
  for (let index = begin; index < end; index++) {
    const s = segment(table, index);
    let sum: f64 = 0;
    for (let i = 0; i < s.length; i++) {
      const g = <f64>load<f32>(s.gradient + (i << 2));
      sum += g * g;
    }
    store<f64>(partial + (index << 3), sum);
  }
}

/** `clipFactor` of instructions.ts. */
export function clipFactor(begin: i32, end: i32, partial: usize, segments: i32, limit: f32, factor: usize): void {
  if (begin >= end) return;
  let sum: f64 = 0;
  for (let index = 0; index < segments; index++) sum += load<f64>(partial + (index << 3));
  const norm = sqrt<f64>(sum);
  const clipped = norm > <f64>limit ? <f32>(<f64>limit / norm) : 1;
  store<f32>(factor, norm - norm == 0 ? clipped : f32.NaN); // the difference is NaN unless the norm is finite
}

/** Whether the factor is NaN, which no number equals. */
function isRefused(factor: usize): bool {
  return !(load<f32>(factor) >= 0);
}

/** `sgd` of instructions.ts. */
export function sgd(
  begin: i32, end: i32,
  table: usize, segments: i32, factor: usize, rate: f32, momentum: f32, nesterov: i32, decay: f32,
): void {
  if (isRefused(factor)) return;
  const gradientFactors = v128.load32_splat(factor);
  for (let index = begin; index < end; index++) {
    const s = segment(table, index);
    const rates = f32x4.splat(rate);
    const momenta = f32x4.splat(momentum);
    const decays = f32x4.splat(s.decays ? decay : 0);
    for (let i = 0; i < s.length; i += 4) {
      const lanes = s.length - i;
      const at = i << 2;
      const value = loadLanes(s.value + at, lanes);
      const g = f32x4.add(f32x4.mul(gradientFactors, loadLanes(s.gradient + at, lanes)), f32x4.mul(decays, value));
      const first = multiplyAdd(momenta, loadLanes(s.first + at, lanes), g);
      const step = nesterov ? multiplyAdd(momenta, first, g) : first;
      storeLanes(s.first + at, first, lanes);
      storeLanes(s.value + at, f32x4.sub(value, f32x4.mul(rates, step)), lanes);
    }
  }
}

/** `adamw` of instructions.ts. */
export function adamw(
  begin: i32, end: i32,
  table: usize, segments: i32, factor: usize, rate: f32, beta1: f32, beta2: f32, epsilon: f32, decay: f32,
): void {
  if (isRefused(factor)) return;
  const gradientFactors = v128.load32_splat(factor);
  for (let index = begin; index < end; index++) {
    const s = segment(table, index);
    const steps = <f64>load<f32>(s.steps) + 1;
    store<f32>(s.steps, <f32>steps);
    const shrink = f32x4.splat(<f32>(1 - <f64>rate * <f64>(s.decays ? decay : 0)));
    const betas1 = f32x4.splat(beta1);
    const betas2 = f32x4.splat(beta2);
    const rests1 = f32x4.splat(1 - beta1);
    const rests2 = f32x4.splat(1 - beta2);
    const stepSize = f32x4.splat(<f32>(<f64>rate / (1 - wholePower(beta1, <i32>steps))));
    const correction = f32x4.splat(<f32>sqrt<f64>(1 - wholePower(beta2, <i32>steps)));
    const epsilons = f32x4.splat(epsilon);
    for (let i = 0; i < s.length; i += 4) {
      const lanes = s.length - i;
      const at = i << 2;
      const g = f32x4.mul(gradientFactors, loadLanes(s.gradient + at, lanes));
      const first = multiplyAdd(rests1, g, f32x4.mul(betas1, loadLanes(s.first + at, lanes)));
      const second = multiplyAdd(f32x4.mul(rests2, g), g, f32x4.mul(betas2, loadLanes(s.second + at, lanes)));
      const spread = f32x4.add(f32x4.div(f32x4.sqrt(second), correction), epsilons);
      const value = f32x4.mul(shrink, loadLanes(s.value + at, lanes));
      storeLanes(s.first + at, first, lanes);
      storeLanes(s.second + at, second, lanes);
      storeLanes(s.value + at, f32x4.sub(value, f32x4.div(f32x4.mul(stepSize, first), spread)), lanes);
    }
  }
}
