/** Loss and accuracy over the steps of each training. */
import type { RunContent } from '../reading/run-content.js';
import type { TrainingFigure } from '../run-report.js';
import { percent } from '../words.js';

/** From the lines that a run writes while it trains. */
export function trainingFigure({ trainings: lines }: RunContent): TrainingFigure | undefined {
  const names = [...new Set(lines.map(({ training }) => training))];
  if (names.length === 0) return undefined;
  const trainings = names.map((name) => {
    const own = lines.filter(({ training }) => training === name);
    return {
      name,
      steps: own.map(({ step }) => step),
      loss: own.map(({ loss }) => loss),
      accuracy: own.map(({ accuracy }) => accuracy),
    };
  });
  const ends = trainings.map(({ name, steps, loss, accuracy }) => {
    return `${name}: after ${steps.at(-1)} steps a loss of ${loss.at(-1)!.toFixed(3)} and ${percent(accuracy.at(-1)!)} of the training images right`;
  });
  return { caption: `${ends.join('; ')}.`, trainings };
}
