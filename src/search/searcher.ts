/** The interface of every searcher: it asks for evaluations and is told their outcomes; the loop outside evaluates. */
import type { Random } from '../math/random.js';
import type { Outcome } from '../measurements/measurement.js';
import type { Architecture } from '../spaces/space.js';
import type { SearchRegion } from './region.js';

/**
 * Proposes architectures and learns from what it is told. It never evaluates by itself and draws from its own random stream, so that a search
 * can be replayed: the same tells after the same asks give the same proposals.
 */
export interface Searcher {
  /** e.g. 'regularized evolution' */
  readonly name: string;
  /**
   * At most `count` architectures to evaluate next, all inside the region searched (hard limits included), none of which was asked for or told
   * of before; fewer or none where nothing new is left or the searcher must first be told.
   */
  ask(count: number): Architecture[];
  /**
   * Outcomes of what was asked for, in the order of asking; failed and unavailable ones included. All at once or one by one.
   * Also what was known of the region before, which is never asked for again.
   */
  tell(outcomes: readonly Outcome[]): void;
}

/** A searcher, its settings chosen, that still has to be set to work somewhere. `random` is the stream that it draws from. */
export type MakeSearcher = (region: SearchRegion, random: Random) => Searcher;
