/** How the learning rate changes over a training: pure functions of the step. */

/** The same rate at every step. */
export interface ConstantSchedule {
  readonly kind: 'constant';
  readonly learningRate: number;
}

/** Linear warm-up, then half a cosine down (Loshchilov and Hutter, arXiv 1608.03983, without restarts). */
export interface CosineSchedule {
  readonly kind: 'cosine';
  /** the largest, reached when the warm-up ends */
  readonly learningRate: number;
  /** share of the steps, 0 to below 1 */
  readonly warmUp: number;
  /** what the cosine goes down to, as a share of the largest; 0 to 1 */
  readonly final: number;
}

/** Half a cosine up, half a cosine down to far below the start (Smith and Topin, arXiv 1708.07120); as PyTorch's OneCycleLR. */
export interface OneCycleSchedule {
  readonly kind: 'one-cycle';
  /** the largest */
  readonly learningRate: number;
  /** share of the steps on the way up, 0 to 1 */
  readonly rise: number;
  /** the first rate as a share of the largest; 0 to 1 */
  readonly start: number;
  /** the last rate as a share of the largest; 0 to 1 */
  readonly final: number;
}

/** A learning rate for every step of a training, as plain data. */
export type Schedule = ConstantSchedule | CosineSchedule | OneCycleSchedule;

/** The learning rate of step number `step`, 0 .. steps - 1, of a training of `steps` steps. */
export function learningRateAt(schedule: Schedule, step: number, steps: number): number {
  const { learningRate } = schedule;
  switch (schedule.kind) {
    case 'constant':
      return learningRate;
    case 'cosine': {
      const warm = Math.round(schedule.warmUp * steps);
      if (step < warm) return (learningRate * (step + 1)) / warm;
      return learningRate * halfCosine(1, schedule.final, (step - warm) / (steps - warm));
    }
    case 'one-cycle': {
      const top = schedule.rise * steps - 1; // the step of the largest rate; may lie between two
      if (step < top) return learningRate * halfCosine(schedule.start, 1, step / top);
      const down = steps - 1 - top;
      return learningRate * halfCosine(1, schedule.final, down > 0 ? (step - top) / down : 0);
    }
    default:
      return schedule satisfies never;
  }
}

/** Half a cosine from one value to another; `progress` runs from 0 to 1. */
function halfCosine(from: number, to: number, progress: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * progress))) / 2;
}
