/** Mean accuracy by round, and why the rounds ended. */
import type { RunContent } from '../reading/run-content.js';
import type { RoundsFigure } from '../run-report.js';
import { counted, percent } from '../words.js';

/** From the shrunk space, or from what a run under way has told so far. */
export function roundsFigure({ shrunk, isSoFar, rounds }: RunContent): RoundsFigure | undefined {
  if (rounds.length === 0) return undefined;
  const sampled = rounds.flatMap(({ mean }, index) => (mean === undefined ? [] : [{ mean: mean.mean, index }]));
  const [first, last] = [sampled[0], sampled.at(-1)];
  const rise =
    first === undefined || last === undefined || first === last
      ? ''
      : ` The mean accuracy of fresh uniform samples went from ${percent(first.mean)} in the space of round ${first.index + 1} to ${percent(last.mean)} in that of round ${last.index + 1}.`;
  const stop = isSoFar ? undefined : shrunk?.data.stop;
  const end = stop === undefined ? 'so far' : `until the end (${stop})`;
  return { caption: `${counted(rounds.length, 'round')} ${end}.${rise}`, ...(stop && { stop }), rounds };
}
