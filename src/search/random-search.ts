/** Random search without replacement: the baseline that every other searcher has to beat. */
import { Candidates } from './candidates.js';
import type { MakeSearcher } from './searcher.js';

/** Asks for random architectures of the region, each once. What it is told changes nothing but what is left. */
export function randomSearch(): MakeSearcher {
  return (region, random) => {
    const candidates = new Candidates(region, random);
    return {
      name: 'random search',
      ask(count) {
        const asked = [];
        while (asked.length < count) {
          const drawn = candidates.draw();
          if (drawn === undefined) break;
          candidates.take(drawn);
          asked.push(drawn);
        }
        return asked;
      },
      tell(outcomes) {
        for (const { architecture } of outcomes) candidates.take(architecture);
      },
    };
  };
}
