/** The loop around a searcher: ask, evaluate, tell, until the budget is spent. */
import { InputError, LissnasError } from '../errors.js';
import type { Random } from '../math/random.js';
import { evaluateMeasurable } from '../measurements/evaluate-all.js';
import type { Evaluator } from '../measurements/evaluator.js';
import type { Failure, Measurement, Outcome } from '../measurements/measurement.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import type { Architecture, Codes } from '../spaces/space.js';
import { type CostOf, sortIntoFronts } from './pareto.js';
import type { SearchRegion } from './region.js';
import type { MakeSearcher, Searcher } from './searcher.js';

/** Architectures in a row that the evaluator cannot measure, after which the region counts as exhausted. */
const VAIN_PROPOSALS = 50_000;

/** How far a search has come; for people. */
export interface SearchProgress {
  readonly spent: number;
  readonly evaluations: number;
  /** the best accuracy so far, known ones included */
  readonly best?: number;
}

/** One search. */
export interface SearchTask {
  readonly region: SearchRegion;
  readonly searcher: MakeSearcher;
  readonly evaluator: Evaluator;
  /** evaluations that may be spent in all: measured and failed ones */
  readonly evaluations: number;
  readonly random: Random;
  /** measurements by the same evaluator that were paid before, e.g. while shrinking; what is outside the region is left out */
  readonly known?: readonly Measurement[];
  /** gives the result its Pareto front */
  readonly cost?: CostOf;
  /** architectures to ask for at once; as many as the evaluator measures at once. Another size may give another result */
  readonly batch?: number;
  readonly onProgress?: (progress: SearchProgress) => void;
  /** Stops at the next evaluation with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a search has found. All architectures in it are inside the region. */
export interface SearchResult {
  /** the searcher's name */
  readonly searcher: string;
  /**
   * The most accurate of all measured, the earliest of equals. Where measurements are noisy, the best of many is so partly by luck: its true
   * accuracy is lower on average. Measure `finalists` again, more exactly, before one is chosen.
   */
  readonly best: Measurement;
  /** what was known before and is inside the region, each architecture once, in the order given */
  readonly known: readonly Measurement[];
  /** in the order of asking */
  readonly measurements: readonly Measurement[];
  readonly failures: readonly Failure[];
  /** measurements and failures */
  readonly spent: number;
  /** the incumbent after each evaluation spent: the best accuracy so far, known ones included; -Infinity before the first */
  readonly curve: readonly number[];
  /** of all measured, those that none is at least as good as in accuracy and cost and better in one, from cheap to costly; empty without a cost */
  readonly front: readonly Measurement[];
  readonly stop: 'budget spent' | 'region exhausted';
}

/**
 * Searches. Deterministic: the same task with the same random stream gives the same result, in whatever order evaluations finish. To resume
 * a search, repeat it with an evaluator that answers from a journal.
 * @throws InputError for evaluations or a batch that is no whole number of at least 1, and where nothing could be measured; LissnasError where
 * the searcher breaks its promises; whatever the evaluator throws; the signal's reason
 */
export async function search(task: SearchTask): Promise<SearchResult> {
  const { region, evaluator, evaluations, random, signal, onProgress } = task;
  const batch = task.batch ?? Math.max(1, Math.floor(evaluator.concurrency));
  checkCount(evaluations, 'evaluations');
  if (batch !== Number.POSITIVE_INFINITY) checkCount(batch, 'architectures at once');
  const searcher = task.searcher(region, random);
  const asked = new ArchitectureSet(region.space.dimensions.length);
  const isNew = (codes: Codes) => region.allows(codes) && asked.add(codes) >= 0;
  const log = new Log((task.known ?? []).filter(({ architecture }) => isNew(architecture)));
  // worst first, so that the best are the youngest where age counts
  searcher.tell([...log.known].sort((a, b) => a.accuracy - b.accuracy));

  let vain = 0;
  while (log.spent < evaluations && vain < VAIN_PROPOSALS) {
    const next = searcher.ask(Math.min(batch, evaluations - log.spent));
    if (next.length === 0) break;
    for (const architecture of next) if (!isNew(architecture)) refuse(searcher, architecture, region);
    const outcomes = await evaluateMeasurable(evaluator, next, signal === undefined ? {} : { signal });
    for (const outcome of outcomes) vain = log.add(outcome) ? 0 : vain + 1;
    searcher.tell(outcomes);
    onProgress?.({ spent: log.spent, evaluations, ...(log.best === undefined ? {} : { best: log.best.accuracy }) });
  }

  const { best, known, measurements, failures, spent, curve } = log;
  if (best === undefined) {
    const reason = failures.at(-1)?.reason;
    throw new InputError(
      reason === undefined
        ? `${evaluator.name} can measure nothing that ${searcher.name} asked for in ${region.space.name}`
        : `all ${spent} evaluations failed, the last with: ${reason}`,
    );
  }
  return {
    searcher: searcher.name,
    best,
    known,
    measurements,
    failures,
    spent,
    curve,
    front: task.cost === undefined ? [] : paretoFront([...known, ...measurements], task.cost),
    stop: spent < evaluations ? 'region exhausted' : 'budget spent',
  };
}

/** The `count` most accurate of all that a search has measured or known, the best first, the earlier first where equal. */
export function finalists({ known, measurements }: SearchResult, count: number): Measurement[] {
  return [...known, ...measurements].sort((a, b) => b.accuracy - a.accuracy).slice(0, count);
}

function refuse(searcher: Searcher, architecture: Architecture, region: SearchRegion): never {
  const fault = region.allows(architecture) ? 'was asked for before' : 'is outside the region';
  throw new LissnasError('search', `${searcher.name} asks for ${region.space.format(architecture)}, which ${fault}`);
}

/** The measurements that no other dominates, from cheap to costly. A cost of NaN stays out. */
function paretoFront(measurements: readonly Measurement[], costOf: CostOf): Measurement[] {
  const points = measurements.map((own) => ({ measurement: own, accuracy: own.accuracy, cost: costOf(own) }));
  const [front = []] = sortIntoFronts(points.filter(({ cost }) => !Number.isNaN(cost)));
  return front.map(({ measurement }) => measurement);
}

/** What was measured so far, in order, and the best of it. */
class Log {
  readonly known: readonly Measurement[];
  readonly measurements: Measurement[] = [];
  readonly failures: Failure[] = [];
  readonly curve: number[] = [];
  best: Measurement | undefined;

  constructor(known: readonly Measurement[]) {
    this.known = known;
    for (const measurement of known) this.#consider(measurement);
  }

  get spent(): number {
    return this.measurements.length + this.failures.length;
  }

  /** Whether the outcome counts as spent. */
  add(outcome: Outcome): boolean {
    if (outcome.kind === 'unavailable') return false;
    if (outcome.kind === 'failed') this.failures.push(outcome);
    else {
      this.measurements.push(outcome);
      this.#consider(outcome);
    }
    this.curve.push(this.best?.accuracy ?? Number.NEGATIVE_INFINITY);
    return true;
  }

  #consider(measurement: Measurement): void {
    if (this.best === undefined || measurement.accuracy > this.best.accuracy) this.best = measurement;
  }
}

function checkCount(value: number, what: string): void {
  if (!Number.isInteger(value) || value < 1) throw new InputError(`${value} ${what} are no whole number of at least 1`);
}
