/** The audit: LISSNAS beside other shrinkers at equal evaluations and equal size, over many random seeds. */
import { InputError } from '../errors.js';
import { createRandom } from '../math/random.js';
import type { Interval } from '../math/statistics.js';
import type { Evaluator } from '../measurements/evaluator.js';
import type { Codes, Limit, SearchSpace } from '../spaces/space.js';
import { type Comparison, compare, intervalOf, wilsonInterval } from './audit-statistics.js';
import { type AuditMeasures, auditMeasures, wholeTruth } from './audit-whole.js';
import { Region } from './region.js';
import type { Shrinker } from './shrinker.js';

/** What to audit. */
export interface AuditTask {
  readonly space: SearchSpace;
  /** what the shrinkers may measure with; a function where every random seed has one of its own (e.g. other noise) */
  readonly evaluator: Evaluator | ((randomSeed: number) => Evaluator);
  /** true accuracy, which no shrinker sees; NaN where it is not known */
  readonly truth: (codes: Codes) => number;
  readonly evaluations: number;
  readonly size: number;
  /** runs of each method, at random seeds `randomSeed`, `randomSeed + 1`, ... */
  readonly repeats: number;
  readonly randomSeed: number;
  /** by name, the audited one first */
  readonly shrinkers: Readonly<Record<string, Shrinker>>;
  readonly limits?: readonly Limit[];
  /** called before each run and once at the end */
  readonly onProgress?: (progress: AuditProgress) => void;
  readonly signal?: AbortSignal;
}

/** How far an audit has come; for people. */
export interface AuditProgress {
  readonly done: number;
  readonly runs: number;
  /** of the run that begins; undefined at the end */
  readonly method: string | undefined;
}

/** A measure's key, what it is called, and which way is good. */
export interface AuditMeasure {
  readonly key: keyof AuditRun['values'];
  readonly label: string;
  /** 1: more is better, -1: less is better, 0: neither */
  readonly direction: 1 | -1 | 0;
}

/** All measures of an audit in the order in which they are shown. */
export const auditMeasureList: readonly AuditMeasure[] = [
  { key: 'meanAccuracy', label: 'mean accuracy', direction: 1 },
  { key: 'regret', label: 'regret', direction: -1 },
  { key: 'retentionTop10', label: 'top 10 kept', direction: 1 },
  { key: 'retentionTop50', label: 'top 50 kept', direction: 1 },
  { key: 'retentionTop1Percent', label: 'top 1 % kept', direction: 1 },
  { key: 'optimumKept', label: 'P(optimum kept)', direction: 1 },
  { key: 'topShare', label: 'of the kept in the top 1 %', direction: 1 },
  { key: 'diversity', label: 'diversity', direction: 1 },
  { key: 'pockets', label: 'pockets', direction: 0 },
  { key: 'shrinkIndex', label: 'shrink index', direction: 1 },
  { key: 'seconds', label: 'seconds', direction: 0 },
  { key: 'evaluations', label: 'evaluations spent', direction: 0 },
  { key: 'size', label: 'size kept', direction: 0 },
  { key: 'overLimit', label: 'over a limit', direction: 0 },
];

/** One run of one method. */
export interface AuditRun {
  readonly randomSeed: number;
  readonly values: AuditMeasures & {
    readonly seconds: number;
    /** counted by the audit, not by the method */
    readonly evaluations: number;
  };
}

/** One method over all random seeds. */
export interface AuditedMethod {
  readonly method: string;
  /** mean and 95 % interval of each measure: Student's t, for `optimumKept` Wilson's; NaN where it cannot be told */
  readonly measures: Readonly<Record<AuditMeasure['key'], Interval>>;
  readonly runs: readonly AuditRun[];
  /** the audited method beside this baseline; undefined for the audited method itself and for measures without a direction */
  readonly against: Readonly<Partial<Record<AuditMeasure['key'], Comparison>>> | undefined;
}

/** Plain data. */
export interface AuditReport {
  readonly space: string;
  readonly evaluator: string;
  readonly evaluations: number;
  readonly size: number;
  readonly randomSeeds: readonly number[];
  readonly limits: readonly { readonly cost: string; readonly max: number }[];
  readonly whole: {
    /** false where the figures of the whole are estimated from a uniform sample */
    readonly exact: boolean;
    /** architectures that the figures of the whole rest on */
    readonly known: number;
    readonly meanAccuracy: number;
    readonly bestAccuracy: number;
    /** the accuracy that one in a hundred reaches */
    readonly top1Percent: number;
  };
  /** the audited method first */
  readonly methods: readonly AuditedMethod[];
}

/**
 * Runs every shrinker once per random seed, all with the same budget, size and limits, and measures what they keep against the truth.
 * @throws InputError for repeats or shrinkers that compare nothing, and what a shrinker throws; the signal's reason
 */
export async function audit(task: AuditTask): Promise<AuditReport> {
  const { space, evaluator, evaluations, size, repeats, randomSeed, shrinkers, limits = [], signal } = task;
  const names = Object.keys(shrinkers);
  if (names.length === 0) throw new InputError('an audit needs at least one shrinker');
  if (!Number.isInteger(repeats) || repeats < 1) {
    throw new InputError(`${repeats} repeats are no whole number of at least 1`);
  }
  const region = new Region(space, limits);
  const whole = wholeTruth(region, task.truth, createRandom(randomSeed).split('whole'));
  const randomSeeds = Array.from({ length: repeats }, (_, repeat) => randomSeed + repeat);
  const runsOf = new Map<string, AuditRun[]>(names.map((name) => [name, []]));
  let evaluatorName = '';
  let done = 0;
  for (const seed of randomSeeds) {
    const shared = typeof evaluator === 'function' ? evaluator(seed) : evaluator;
    evaluatorName = shared.name;
    for (const method of names) {
      signal?.throwIfAborted();
      task.onProgress?.({ done: done++, runs: repeats * names.length, method });
      const counted = counting(shared);
      const started = performance.now();
      const shrunk = await shrinkers[method]!({
        space,
        evaluator: counted.evaluator,
        evaluations,
        size,
        limits,
        random: createRandom(seed),
        ...(signal === undefined ? {} : { signal }),
      });
      const seconds = (performance.now() - started) / 1000;
      const values = { ...auditMeasures(shrunk, whole, region), seconds, evaluations: counted.spent() };
      runsOf.get(method)!.push({ randomSeed: seed, values });
    }
    if (typeof evaluator === 'function') await shared.close?.();
  }
  task.onProgress?.({ done, runs: done, method: undefined });
  return {
    space: space.name,
    evaluator: evaluatorName,
    evaluations,
    size,
    randomSeeds,
    limits: limits.map(({ cost, max }) => ({ cost: cost.name, max })),
    whole: {
      exact: whole.exact,
      known: whole.truth.accuracies.length,
      meanAccuracy: whole.meanAccuracy,
      bestAccuracy: whole.bestAccuracy,
      top1Percent: whole.top1Percent,
    },
    methods: summarize(names, runsOf),
  };
}

function summarize(names: readonly string[], runsOf: ReadonlyMap<string, readonly AuditRun[]>): AuditedMethod[] {
  const valuesOf = (method: string, key: AuditMeasure['key']) => runsOf.get(method)!.map(({ values }) => values[key]);
  const intervals = new Map(
    names.map((method) => [
      method,
      recordOf(auditMeasureList, ({ key }) =>
        key === 'optimumKept' ? wilsonInterval(valuesOf(method, key)) : intervalOf(valuesOf(method, key)),
      ),
    ]),
  );
  const audited = names[0]!;
  return names.map((method) => ({
    method,
    measures: intervals.get(method)!,
    runs: runsOf.get(method)!,
    against:
      method === audited
        ? undefined
        : recordOf(
            auditMeasureList.filter(({ direction }) => direction !== 0),
            ({ key, direction }) =>
              compare(valuesOf(audited, key), valuesOf(method, key), direction as 1 | -1, {
                own: intervals.get(audited)![key],
                other: intervals.get(method)![key],
              }),
          ),
  }));
}

function recordOf<T>(measures: readonly AuditMeasure[], value: (measure: AuditMeasure) => T) {
  return Object.fromEntries(measures.map((measure) => [measure.key, value(measure)])) as Record<AuditMeasure['key'], T>;
}

/** The evaluator, with a count of what is really spent. */
function counting(evaluator: Evaluator): { readonly evaluator: Evaluator; spent(): number } {
  let spent = 0;
  return {
    spent: () => spent,
    evaluator: {
      name: evaluator.name,
      concurrency: evaluator.concurrency,
      canMeasure: (architecture) => evaluator.canMeasure?.(architecture) ?? true,
      async evaluate(architecture, signal) {
        const outcome = await evaluator.evaluate(architecture, signal);
        if (outcome.kind !== 'unavailable') spent++;
        return outcome;
      },
    },
  };
}
