/** Training that has come to numbers which are not finite. */
import { LissnasError } from '../errors.js';

/** What was seen: the first that applies is named. */
interface Evidence {
  readonly loss?: number;
  readonly gradientNorm?: number;
  /** name of a tensor of the engine's state */
  readonly tensor?: string;
}

/** Thrown at the step that met it; the last checkpoint before it is good. */
export class DivergedError extends LissnasError {
  /** the step, counted from 0 */
  readonly step: number;

  constructor(step: number, { loss, gradientNorm, tensor }: Evidence) {
    const what =
      tensor !== undefined
        ? `"${tensor}" holds a number that is not finite`
        : loss !== undefined && !Number.isFinite(loss)
          ? `the loss is ${loss}`
          : `the norm of the gradients is ${gradientNorm}`;
    super(
      'diverged',
      `training diverged at step ${step}: ${what}; a lower learning rate or a limit on the gradients may help`,
    );
    this.step = step;
  }
}
