/** A searcher of your own: always something new next to the best so far. */
import type { Architecture, MakeSearcher, Measurement } from 'lissnas';
import { Candidates } from 'lissnas';

export const greedy: MakeSearcher = (region, random) => {
  const candidates = new Candidates(region, random); // what is inside the region and not yet asked for
  let best: Measurement | undefined;
  return {
    name: 'greedy search',
    ask(count) {
      const asked: Architecture[] = [];
      while (asked.length < count) {
        const next = best === undefined ? candidates.draw() : candidates.near(best.architecture);
        if (next === undefined) break; // nothing new is left
        candidates.take(next);
        asked.push(next);
      }
      return asked;
    },
    tell(outcomes) {
      for (const outcome of outcomes) {
        candidates.take(outcome.architecture);
        if (outcome.kind !== 'measured') continue; // failed, or not in the table
        if (best === undefined || outcome.accuracy > best.accuracy) best = outcome;
      }
    },
  };
};
