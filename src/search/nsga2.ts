/** NSGA-II (Deb, Pratap, Agarwal and Meyarivan, IEEE Transactions on Evolutionary Computation 6(2), 2002), for accuracy and one cost. */
import { InputError } from '../errors.js';
import type { Random } from '../math/random.js';
import type { Outcome } from '../measurements/measurement.js';
import type { Architecture } from '../spaces/space.js';
import { Candidates } from './candidates.js';
import { type CostOf, crowdingDistances, type Objectives, sortIntoFronts } from './pareto.js';
import type { SearchRegion } from './region.js';
import type { MakeSearcher, Searcher } from './searcher.js';
import { crossover, mutate } from './variation.js';

/** Settings of `nsga2`. */
export interface Nsga2Options {
  readonly cost: CostOf;
  /** how many survive a generation, and how many children they have; 20 */
  readonly population?: number;
  /** share of the children that have two parents; 0.9 */
  readonly crossover?: number;
}

/** Attempts at a child that is inside the region and new, before one near its parent is taken. */
const ATTEMPTS = 10;

interface Individual extends Objectives {
  readonly architecture: Architecture;
}

/** A survivor: the number of its front, and how far its neighbours on it are. */
interface Ranked extends Individual {
  readonly front: number;
  readonly crowding: number;
}

/**
 * Maximizes accuracy and minimizes a cost, generation by generation: parents win binary tournaments by front, then by crowding distance;
 * children come from uniform crossover and mutation; of parents and children together the first fronts survive. Proposes the same whatever the size
 * of the batches. What failed, or has no cost, never lives. @throws InputError for settings out of range
 */
export function nsga2({ cost, population = 20, crossover: share = 0.9 }: Nsga2Options): MakeSearcher {
  if (!Number.isInteger(population) || population < 1) {
    throw new InputError(`a population of ${population} is no whole number of at least 1`);
  }
  if (!(share >= 0 && share <= 1)) throw new InputError(`crossover is ${share}, a share of 0 to 1 is needed`);
  return (region, random) => new Nsga2(region, random, { cost, population, crossover: share });
}

class Nsga2 implements Searcher {
  readonly name = 'NSGA-II';
  readonly #region: SearchRegion;
  readonly #random: Random;
  readonly #settings: Required<Nsga2Options>;
  readonly #candidates: Candidates;
  #parents: Ranked[] = [];
  /** measured since the parents were selected */
  #children: Individual[] = [];
  /** children of this generation still to be asked for */
  #due = 0;
  #awaited = 0;

  constructor(region: SearchRegion, random: Random, settings: Required<Nsga2Options>) {
    this.#region = region;
    this.#random = random;
    this.#settings = settings;
    this.#candidates = new Candidates(region, random);
  }

  ask(count: number): Architecture[] {
    const asked: Architecture[] = [];
    while (asked.length < count) {
      if (this.#due === 0) {
        if (this.#awaited > 0) break;
        this.#select();
      }
      const next = this.#next();
      if (next === undefined) break;
      this.#candidates.take(next);
      this.#awaited++;
      this.#due--;
      asked.push(next);
    }
    return asked;
  }

  tell(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      const { architecture } = outcome;
      if (!this.#candidates.take(architecture)) this.#awaited--;
      if (outcome.kind !== 'measured') continue;
      const cost = this.#settings.cost(outcome);
      if (!Number.isNaN(cost)) this.#children.push({ architecture, accuracy: outcome.accuracy, cost });
    }
  }

  /** Ends a generation: the best fronts survive, the last of them by crowding distance. */
  #select(): void {
    const { population } = this.#settings;
    const survivors: Ranked[] = [];
    for (const [front, members] of sortIntoFronts([...this.#parents, ...this.#children]).entries()) {
      const distances = crowdingDistances(members);
      const ranked = members.map((own, i) => ({ ...own, front, crowding: distances[i]! }));
      survivors.push(...ranked.sort((a, b) => b.crowding - a.crowding).slice(0, population - survivors.length));
      if (survivors.length === population) break;
    }
    this.#parents = survivors;
    this.#children = [];
    this.#due = survivors.length < population ? population - survivors.length : population;
  }

  /** A random one while the first population is not full, else a child. */
  #next(): Architecture | undefined {
    if (this.#parents.length < this.#settings.population) return this.#candidates.draw();
    const { space } = this.#region;
    let mother = this.#tournament();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const isCrossed = this.#random.float() < this.#settings.crossover;
      const child = isCrossed ? crossover(mother, this.#tournament(), this.#random) : Array.from(mother);
      mutate(space, child, this.#random);
      if (this.#candidates.isNew(child)) return space.architecture(child);
      mother = this.#tournament();
    }
    return this.#candidates.near(mother);
  }

  #tournament(): Architecture {
    const a = this.#parents[this.#random.integer(this.#parents.length)]!;
    const b = this.#parents[this.#random.integer(this.#parents.length)]!;
    const isBetter = a.front < b.front || (a.front === b.front && a.crowding >= b.crowding);
    return (isBetter ? a : b).architecture;
  }
}
