/** Shrinks a space with half of the evaluations and searches inside what is left with the others. */
import { createRandom, finalists, membersRegion, regularizedEvolution, search, shrink } from 'lissnas';
import { evaluator } from './own-evaluator.js';
import { space } from './own-space.js';

export async function shrinkAndSearch(evaluations: number) {
  const random = createRandom(1);
  const half = Math.round(evaluations / 2);
  const shrunk = await shrink({ space, evaluator, evaluations: half, size: 100, random: random.split('shrink') });
  const result = await search({
    region: membersRegion(space, shrunk.members),
    searcher: regularizedEvolution(),
    evaluator,
    evaluations: evaluations - half,
    known: shrunk.measurements, // paid for already
    random: random.split('search'),
  });
  return { result, again: finalists(result, 5) }; // to be measured once more, longer, before one is chosen
}
