/** The figures of a run. */
import { attemptsNotedIn } from '../reading/attempt.js';
import type { RunContent } from '../reading/run-content.js';
import type { Figures } from '../run-report.js';
import { choicesFigure } from './choices.js';
import { costFigure } from './cost.js';
import { distributionFigure } from './distribution.js';
import { localityFigure } from './locality.js';
import { mapFigure } from './map.js';
import { networkFigure } from './network.js';
import { progressFigure } from './progress.js';
import { rankingFigure } from './ranking.js';
import { roundsFigure } from './rounds.js';
import { trainingFigure } from './training.js';

const makers: { readonly [Name in keyof Figures]-?: (run: RunContent) => MaybePromise<Figures[Name]> } = {
  distribution: distributionFigure,
  cost: costFigure,
  map: mapFigure,
  locality: localityFigure,
  choices: choicesFigure,
  rounds: roundsFigure,
  ranking: rankingFigure,
  training: trainingFigure,
  network: networkFigure,
  progress: progressFigure,
};

type MaybePromise<T> = T | Promise<T>;

/** All figures that have something to show; one for which a file of the run is wrong is left out. */
export async function figuresOf(run: RunContent): Promise<Figures> {
  const attempt = attemptsNotedIn([]);
  const figures: [string, unknown][] = [];
  for (const [name, make] of Object.entries(makers)) {
    const figure = await attempt<unknown>(() => make(run));
    if (figure !== undefined) figures.push([name, figure]);
  }
  return Object.fromEntries(figures);
}
