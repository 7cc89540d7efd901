/** Accuracy of every evaluation in its order. */
import type { RunContent } from '../reading/run-content.js';
import type { ProgressFigure } from '../run-report.js';
import { count, counted, percent } from '../words.js';

/** Absent before the first evaluation. */
export function progressFigure({ evaluations, config }: RunContent): ProgressFigure | undefined {
  if (evaluations.length === 0) return undefined;
  const planned = (config.shrink ?? config.oneShot)?.shrink.evaluations;
  let best = -1;
  let failed = 0;
  evaluations.forEach(({ accuracy }, row) => {
    if (Number.isNaN(accuracy)) failed++;
    else if (best < 0 || accuracy > evaluations[best]!.accuracy) best = row;
  });
  const failures = failed === 0 ? '' : `, of which ${count(failed)} failed`;
  const found =
    best < 0 ? '' : ` The best, ${percent(evaluations[best]!.accuracy)}, came as number ${count(best + 1)}.`;
  const caption = `${counted(evaluations.length, 'evaluation')}${failures}.${found}`;
  return { caption, ...(planned !== undefined && { planned }) };
}
