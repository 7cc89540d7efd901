/** Random walks over the edit graph that measure as they go. */
import { InputError } from '../errors.js';
import type { Random } from '../math/random.js';
import type { Evaluator } from '../measurements/evaluator.js';
import { mapConcurrent } from '../measurements/map-concurrent.js';
import type { Failure, Measurement, Outcome } from '../measurements/measurement.js';
import { neighbours } from '../spaces/edits.js';
import type { Architecture, SearchSpace } from '../spaces/space.js';
import { codesKey } from './evidence.js';

/** How many walks, how long, and where they begin. */
export interface WalkOptions {
  readonly walks: number;
  /** edits per walk; a walk visits steps + 1 architectures */
  readonly steps: number;
  readonly random: Random;
  readonly signal?: AbortSignal;
  /** called after every evaluation spent, with how many have been */
  readonly onProgress?: (spent: number) => void;
  /** draws a start; a uniform sample of the space unless told */
  readonly sample?: (random: Random) => Architecture;
}

/** The path of one walk. */
export interface Walk {
  readonly architectures: readonly Architecture[];
  /** one per architecture; NaN where its evaluation failed */
  readonly accuracies: readonly number[];
}

/** What the walks saw and what they cost. */
export interface Walks {
  readonly walks: readonly Walk[];
  /** every architecture measured, once */
  readonly measurements: readonly Measurement[];
  readonly failures: readonly Failure[];
  /** evaluations spent: measured and failed ones, each architecture once however often it was met */
  readonly spent: number;
}

const startTries = 1000;

/**
 * Walks at random: every step goes to one of the neighbours, all equally likely. A neighbour that cannot be measured is
 * stepped around; a walk none of whose neighbours can ends early. The path depends on the random stream alone,
 * not on the evaluator's speed.
 * @throws InputError when none of 1,000 random starts can be measured
 */
export async function walkRandomly(space: SearchSpace, evaluator: Evaluator, options: WalkOptions): Promise<Walks> {
  const { walks, steps, random, signal, onProgress, sample = (stream) => space.sample(stream) } = options;
  const known = new Map<string, Promise<Outcome>>();
  let spent = 0;

  const measure = (architecture: Architecture): Promise<Outcome> => {
    const key = codesKey(architecture);
    let outcome = known.get(key);
    if (outcome === undefined) {
      outcome = askOnce(architecture);
      known.set(key, outcome);
    }
    return outcome;
  };
  const askOnce = async (architecture: Architecture): Promise<Outcome> => {
    signal?.throwIfAborted();
    const outcome = await evaluator.evaluate(architecture, signal);
    if (outcome.kind !== 'unavailable') {
      spent++;
      onProgress?.(spent);
    }
    return outcome;
  };
  const firstAvailable = async (candidates: Iterable<Architecture>): Promise<Outcome | undefined> => {
    for (const candidate of candidates) {
      if (evaluator.canMeasure?.(candidate) === false) continue;
      const outcome = await measure(candidate);
      if (outcome.kind !== 'unavailable') return outcome;
    }
    return undefined;
  };

  const walk = async (stream: Random): Promise<Walk> => {
    const path: Outcome[] = [];
    let here = await firstAvailable(starts(sample, stream));
    if (here === undefined) {
      throw new InputError(`none of ${startTries} random architectures can be measured by ${evaluator.name}`);
    }
    path.push(here);
    while (path.length <= steps) {
      here = await firstAvailable(shuffled(neighbours(space, here.architecture), stream));
      if (here === undefined) break;
      path.push(here);
    }
    return { architectures: path.map(({ architecture }) => architecture), accuracies: path.map(accuracyOf) };
  };

  const streams = Array.from({ length: walks }, (_, i) => random.split('walk').split(i));
  const found = await mapConcurrent(streams, evaluator.concurrency, walk);
  return { walks: found, ...collect(found, await Promise.all(known.values())), spent };
}

function* starts(sample: (random: Random) => Architecture, random: Random): Generator<Architecture> {
  for (let tried = 0; tried < startTries; tried++) yield sample(random);
}

/** The items in random order, drawn one at a time, so that the usual first one costs a single draw. */
function* shuffled<T>(items: T[], random: Random): Generator<T> {
  while (items.length > 0) yield items.splice(random.integer(items.length), 1)[0];
}

function accuracyOf(outcome: Outcome): number {
  return outcome.kind === 'measured' ? outcome.accuracy : Number.NaN;
}

/** Outcomes in the order the walks visit them, each architecture once. */
function collect(walks: readonly Walk[], outcomes: readonly Outcome[]) {
  const byKey = new Map(outcomes.map((outcome) => [codesKey(outcome.architecture), outcome]));
  const visited = new Set(walks.flatMap(({ architectures }) => architectures.map(codesKey)));
  const inOrder = [...visited].flatMap((key) => byKey.get(key) ?? []);
  return {
    measurements: inOrder.filter((outcome) => outcome.kind === 'measured'),
    failures: inOrder.filter((outcome) => outcome.kind === 'failed'),
  };
}
