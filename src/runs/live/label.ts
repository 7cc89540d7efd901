/** What a shrink is doing, in words. */
import type { ShrinkProgress } from '../../shrink/shrinker.js';

/** E.g. 'round 2 of 8, measuring: 60 of 300 evaluations, best 91.20'. */
export function shrinkLabel(progress: ShrinkProgress): string {
  const { round, rounds, step, spent, evaluations, members, bestMeasured } = progress;
  const best = bestMeasured === undefined ? '' : `, best ${bestMeasured.toFixed(2)}`;
  const detail = members === undefined ? '' : ` (${members.toLocaleString('en-US')} so far)`;
  const what = { measure: 'measuring', fit: 'fitting the predictor', grow: `growing pockets${detail}` }[step];
  return `round ${round} of ${rounds}, ${what}: ${spent} of ${evaluations} evaluations${best}`;
}
