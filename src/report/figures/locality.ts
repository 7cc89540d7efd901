/** How accuracy stays alike over edits, by what the run has measured. */
import type { RunContent } from '../reading/run-content.js';
import type { LocalityFigure } from '../run-report.js';
import { judgeLocality } from '../run-summary.js';

const FEWEST = 10;

/** The same verdict as the command line's, with the curve that it rests on. */
export function localityFigure({ space, evaluations }: RunContent): LocalityFigure | undefined {
  if (space === undefined) return undefined;
  const measured = evaluations
    .filter(({ accuracy }) => Number.isFinite(accuracy))
    .map(({ codes, accuracy }) => ({ architecture: codes, accuracy }));
  if (measured.length < FEWEST) return undefined;
  const { kind, sentence, curve } = judgeLocality(space.space, measured);
  if (curve.length === 0) return undefined;
  const caption = `${sentence} Judged by the ${measured.length} measurements of this run, which crowd around good networks.`;
  return { caption, kind, sentence, curve };
}
