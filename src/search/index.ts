/** The table of searchers, all behind one interface. */
import { InputError } from '../errors.js';
import { localSearch } from './local-search.js';
import { nsga2 } from './nsga2.js';
import type { CostOf } from './pareto.js';
import { randomSearch } from './random-search.js';
import { regularizedEvolution } from './regularized-evolution.js';
import type { MakeSearcher } from './searcher.js';

/** A searcher as the table lists it. */
export interface SearcherEntry {
  /** one line, for people who choose */
  readonly description: string;
  /** With its usual settings. @throws InputError where a cost is needed and not given */
  make(cost?: CostOf): MakeSearcher;
}

/** Searchers by the names that the command line and configurations use. */
export const searchers = {
  random: {
    description: 'random architectures, each once: the baseline',
    make: () => randomSearch(),
  },
  'local-search': {
    description: 'whole neighbourhoods, on to the best neighbour, again from a random start at each local optimum',
    make: () => localSearch(),
  },
  'regularized-evolution': {
    description: 'children of the best of a random sample, one edit away, while the oldest die',
    make: () => regularizedEvolution(),
  },
  nsga2: {
    description: 'the Pareto front of accuracy and one cost, generation by generation',
    make: (cost?: CostOf) => {
      if (cost === undefined) throw new InputError('nsga2 needs a cost to minimize beside the accuracy');
      return nsga2({ cost });
    },
  },
} as const satisfies Record<string, SearcherEntry>;

/** A name in the table of searchers. */
export type SearcherName = keyof typeof searchers;
