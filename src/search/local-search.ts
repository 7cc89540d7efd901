/** Local search (White, Nolen and Savani, "Exploring the Loss Landscape in Neural Architecture Search", UAI 2021, arXiv 2005.02960). */
import { type Random, sampleInPlace } from '../math/random.js';
import type { Outcome } from '../measurements/measurement.js';
import type { Architecture } from '../spaces/space.js';
import { Candidates } from './candidates.js';
import type { SearchRegion } from './region.js';
import type { MakeSearcher, Searcher } from './searcher.js';

/** Settings of `localSearch`. */
export interface LocalSearchOptions {
  /** move as soon as a better neighbour is told of instead of measuring the whole neighbourhood; false */
  readonly firstImprovement?: boolean;
}

/**
 * Measures all neighbours of an architecture, moves to the best of them, and starts again from a random architecture where none is better.
 * Where something is known before the first ask, the first start is the best of that. Proposes the same whatever the size of the batches,
 * unless it moves at the first improvement.
 */
export function localSearch({ firstImprovement = false }: LocalSearchOptions = {}): MakeSearcher {
  return (region, random) => new LocalSearch(region, random, firstImprovement);
}

class LocalSearch implements Searcher {
  readonly name = 'local search';
  readonly #random: Random;
  readonly #firstImprovement: boolean;
  readonly #candidates: Candidates;
  readonly #accuracies = new Map<string, number>();
  /** among these the next centre is looked for, once nothing of them is waited for: a start, or all neighbours of the centre */
  #around: Architecture[] = [];
  /** the accuracy that the next centre must exceed */
  #toBeat = Number.NEGATIVE_INFINITY;
  /** those of `around` still to be asked for, the next one last */
  #queue: Architecture[] = [];
  #awaited = 0;

  constructor(region: SearchRegion, random: Random, firstImprovement: boolean) {
    this.#random = random;
    this.#firstImprovement = firstImprovement;
    this.#candidates = new Candidates(region, random);
  }

  ask(count: number): Architecture[] {
    const asked: Architecture[] = [];
    while (asked.length < count) {
      if (this.#queue.length === 0 && (this.#awaited > 0 || !this.#move())) break;
      const next = this.#queue.pop()!;
      this.#candidates.take(next);
      this.#awaited++;
      asked.push(next);
    }
    return asked;
  }

  tell(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      const { architecture } = outcome;
      if (this.#candidates.take(architecture))
        this.#around.push(architecture); // known before
      else this.#awaited--;
      if (outcome.kind !== 'measured') continue;
      this.#accuracies.set(architecture.join(), outcome.accuracy);
      if (this.#firstImprovement && outcome.accuracy > this.#toBeat) this.#queue = [];
    }
  }

  /** On to the best neighbour, or else to a new start, until there is something to ask for; false where nothing new is left. */
  #move(): boolean {
    while (this.#queue.length === 0) {
      const best = this.#bestAround();
      if (best === undefined) {
        const start = this.#candidates.draw();
        if (start === undefined) return false;
        this.#toBeat = Number.NEGATIVE_INFINITY;
        this.#around = [start];
        this.#queue = [start];
      } else {
        this.#toBeat = this.#accuracyOf(best);
        this.#around = this.#candidates.around(best);
        const fresh = this.#around.filter((own) => this.#candidates.isNew(own));
        this.#queue = sampleInPlace(fresh, fresh.length, this.#random).reverse();
      }
    }
    return true;
  }

  #bestAround(): Architecture | undefined {
    let best: Architecture | undefined;
    let most = this.#toBeat;
    for (const own of this.#around) {
      const accuracy = this.#accuracyOf(own);
      if (accuracy > most) {
        best = own;
        most = accuracy;
      }
    }
    return best;
  }

  #accuracyOf(architecture: Architecture): number {
    return this.#accuracies.get(architecture.join()) ?? Number.NEGATIVE_INFINITY;
  }
}
