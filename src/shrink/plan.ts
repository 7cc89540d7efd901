/** How many rounds, how many evaluations in each, and how large the space is after each. */
import { InputError } from '../errors.js';
import type { Region } from './region.js';
import type { ShrinkTask } from './shrinker.js';

/** Rounds to spread the evaluations over where the caller does not say, and the fewest evaluations worth a round. */
const ROUNDS = 8;
const LEAST_EVALUATIONS_PER_ROUND = 8;
/** Fewer measurements than this say nothing about locality. */
const LEAST_EVALUATIONS = 5;
/** More members than this cannot be held in memory at once. */
const LARGEST_SIZE = 20_000_000;
/** Sizes fall fast at first: ln size = ln whole + (ln target - ln whole) * (round / rounds) ^ PACE. */
const PACE = 0.5;
/** Where no size is asked for, shrink at most this far. */
const SMALLEST_AUTOMATIC_SIZE = 50;
const LARGEST_AUTOMATIC_SIZE = 100_000;

/** One planned round. */
export interface PlannedRound {
  readonly evaluations: number;
  /** natural logarithm of the number of architectures to keep */
  readonly logSize: number;
}

/** The plan of a run. @throws InputError where budget, size and space do not fit together */
export function planRounds(task: Pick<ShrinkTask, 'evaluations' | 'size' | 'rounds'>, region: Region): PlannedRound[] {
  const { evaluations, size, rounds: asked } = task;
  if (!Number.isInteger(evaluations)) {
    throw new InputError(`${evaluations} evaluations are no whole number; give at least ${LEAST_EVALUATIONS}`);
  }
  if (evaluations < LEAST_EVALUATIONS) {
    throw new InputError(`${evaluations} evaluations are below one round; give at least ${LEAST_EVALUATIONS}`);
  }
  if (asked !== undefined && (!Number.isInteger(asked) || asked < 1 || asked > evaluations)) {
    throw new InputError(`${asked} rounds are not possible with ${evaluations} evaluations; give 1 to ${evaluations}`);
  }
  const whole = region.size;
  const within = region.limits.length > 0 ? ' within the limits' : '';
  if (whole === 1n) {
    throw new InputError(`${region.space.name} has a single architecture${within}, which cannot be shrunk`);
  }
  if (size !== undefined && (!Number.isInteger(size) || size < 1)) {
    throw new InputError(`size ${size} is not a whole number of at least 1`);
  }
  if (size !== undefined && BigInt(size) >= whole) {
    throw new InputError(
      `size ${size} does not shrink ${region.space.name}, which has ${whole} architectures${within}; ask for fewer`,
    );
  }
  if (size !== undefined && size > LARGEST_SIZE) {
    throw new InputError(`size ${size} is more than can be held; ask for at most ${LARGEST_SIZE}`);
  }
  const count = asked ?? Math.max(1, Math.min(ROUNDS, Math.floor(evaluations / LEAST_EVALUATIONS_PER_ROUND)));
  const about = Math.max(region.estimatedSize, size ?? 1);
  const logWhole = Math.log(about);
  const logTarget = Math.log(size ?? automaticSize(about));
  return Array.from({ length: count }, (_, round) => ({
    evaluations: Math.floor(((round + 1) * evaluations) / count) - Math.floor((round * evaluations) / count),
    logSize: logWhole + (logTarget - logWhole) * ((round + 1) / count) ** PACE,
  }));
}

/** The square root of the space, between 50 and 100,000, but always a real reduction. */
function automaticSize(whole: number): number {
  const root = Math.min(LARGEST_AUTOMATIC_SIZE, Math.max(SMALLEST_AUTOMATIC_SIZE, Math.sqrt(whole)));
  return Math.max(1, Math.min(Math.round(root), Math.floor(whole / 2)));
}
