/** The table of shrinkers: LISSNAS and what it is compared with, all behind one interface. */
import { bestFound } from './best-found.js';
import { operationalPruning } from './operational-pruning.js';
import { randomSubset } from './random-subset.js';
import { shrink } from './rounds.js';
import type { Shrinker } from './shrinker.js';
import { topPredicted } from './top-predicted.js';

/** Shrinkers by the names that the command line and the results use. */
export const shrinkers = {
  lissnas: shrink,
  'whole-neighbourhoods': async (task) => ({
    ...(await shrink({ ...task, growth: 'radius' })),
    method: 'whole-neighbourhoods',
  }),
  'operational-pruning': operationalPruning,
  'top-predicted': topPredicted,
  'best-found': bestFound,
  'random-subset': randomSubset,
} as const satisfies Record<string, Shrinker>;

/** A name in the table of shrinkers. */
export type ShrinkerName = keyof typeof shrinkers;
