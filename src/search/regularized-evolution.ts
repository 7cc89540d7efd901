/** Regularized (aging) evolution (Real, Aggarwal, Huang and Le, AAAI 2019, arXiv 1802.01548). */
import { InputError } from '../errors.js';
import { type Random, sampleInPlace } from '../math/random.js';
import type { Measurement, Outcome } from '../measurements/measurement.js';
import type { Architecture, Codes } from '../spaces/space.js';
import { Candidates } from './candidates.js';
import type { SearchRegion } from './region.js';
import type { MakeSearcher, Searcher } from './searcher.js';
import { crossover } from './variation.js';

/** Settings of `regularizedEvolution`. */
export interface EvolutionOptions {
  /** how many of the youngest live; 30 */
  readonly population?: number;
  /** how many of them compete to be a parent; 10, or all of a smaller population */
  readonly sample?: number;
  /** share of the children that have two parents; 0, as published */
  readonly crossover?: number;
}

/**
 * A random population; then always a child of the best of a random sample of it, one edit away (along an ordered dimension one step), while the
 * oldest dies. A child that is outside the region or was measured before is replaced by one a few edits on. What failed never lives.
 * @throws InputError for settings that do not fit together
 */
export function regularizedEvolution(options: EvolutionOptions = {}): MakeSearcher {
  const { population = 30, crossover: share = 0 } = options;
  const { sample = Math.min(10, population) } = options;
  if (!Number.isInteger(population) || population < 1) {
    throw new InputError(`a population of ${population} is no whole number of at least 1`);
  }
  if (!Number.isInteger(sample) || sample < 1 || sample > population) {
    throw new InputError(`a sample of ${sample} cannot be drawn from a population of ${population}`);
  }
  if (!(share >= 0 && share <= 1)) throw new InputError(`crossover is ${share}, a share of 0 to 1 is needed`);
  return (region, random) => new RegularizedEvolution(region, random, { population, sample, crossover: share });
}

class RegularizedEvolution implements Searcher {
  readonly name = 'regularized evolution';
  readonly #random: Random;
  readonly #settings: Required<EvolutionOptions>;
  readonly #candidates: Candidates;
  readonly #population: Measurement[] = []; // oldest first
  #awaited = 0;

  constructor(region: SearchRegion, random: Random, settings: Required<EvolutionOptions>) {
    this.#random = random;
    this.#settings = settings;
    this.#candidates = new Candidates(region, random);
  }

  ask(count: number): Architecture[] {
    const asked: Architecture[] = [];
    while (asked.length < count) {
      const next = this.#next();
      if (next === undefined) break;
      this.#candidates.take(next);
      this.#awaited++;
      asked.push(next);
    }
    return asked;
  }

  tell(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      if (!this.#candidates.take(outcome.architecture)) this.#awaited--;
      if (outcome.kind !== 'measured') continue;
      this.#population.push(outcome);
      if (this.#population.length > this.#settings.population) this.#population.shift();
    }
  }

  /** Random while the population is not full; undefined where it must first be told, or nothing new is left. */
  #next(): Architecture | undefined {
    const living = this.#population.length;
    if (living < this.#settings.population) {
      return living + this.#awaited < this.#settings.population ? this.#candidates.draw() : undefined;
    }
    return this.#candidates.near(this.#parents());
  }

  #parents(): Codes {
    const mother = this.#select();
    if (this.#settings.crossover === 0 || this.#random.float() >= this.#settings.crossover) return mother;
    return crossover(mother, this.#select(), this.#random);
  }

  #select(): Architecture {
    const competing = sampleInPlace([...this.#population], this.#settings.sample, this.#random);
    return competing.reduce((best, own) => (own.accuracy > best.accuracy ? own : best)).architecture;
  }
}
