/** A finished run as plain data: what the command line prints and `--json` gives. */
import { type LocalityKind, type LocalityVerdict, localityVerdict } from '../locality/verdict.js';
import { createRandom, sampleInPlace } from '../math/random.js';
import { type Interval, mean, meanInterval } from '../math/statistics.js';
import { auditMeasures, type Whole, wholeTruth } from '../shrink/audit-whole.js';
import { choiceCounts, diversity } from '../shrink/measures.js';
import { Region } from '../shrink/region.js';
import type { Round, Shrunk } from '../shrink/result.js';
import type { ShrunkSpace } from '../shrink/shrunk-space.js';
import type { Codes, SearchSpace } from '../spaces/space.js';

/** Measurements that a verdict on locality is judged by, at most. */
const MOST_EVIDENCE = 1000;

/** One pocket, largest first. */
export interface PocketSummary {
  readonly pocket: number;
  readonly size: number;
  readonly seeds: number;
  /** the seed with the best prediction, in the space's notation */
  readonly bestSeed: string;
  readonly measured: number;
  readonly predicted: number;
}

/** How one dimension came through the shrink. */
export interface DimensionSummary {
  readonly dimension: string;
  /** share of the members that have each choice, in the order of the choices */
  readonly choices: readonly { readonly choice: string | number; readonly share: number }[];
}

/** What the shrunk space is worth against a known truth. Shares are 0 .. 1; NaN (null in JSON) where the space cannot be listed. */
export interface TruthSummary {
  /** false where the whole space is known by a random sample only */
  readonly exact: boolean;
  readonly wholeMean: number;
  readonly shrunkMean: number;
  readonly regret: number;
  readonly retentionTop10: number;
  readonly retentionTop50: number;
  readonly retentionTop1Percent: number;
  readonly optimumKept: boolean | null;
  readonly shrinkIndex: number;
}

/** All of a finished run that a person asks for first. */
export interface RunSummary {
  readonly space: string;
  readonly wholeSize: string;
  readonly size: number;
  readonly spent: number;
  readonly failed: number;
  readonly stop: string;
  readonly limits: readonly { readonly cost: string; readonly max: number }[];
  readonly bestMeasured: { readonly architecture: string; readonly accuracy: number };
  readonly bestPredicted: { readonly architecture: string; readonly predicted: number };
  /** of the first round's measurements, which are a uniform sample of the whole space within the limits */
  readonly wholeMeasuredMean: Interval;
  /** of the members, by the last round's predictor */
  readonly predictedMean: number;
  /** judged by all measurements of the run, which crowd where accuracies are high */
  readonly locality: { readonly kind: LocalityKind; readonly sentence: string };
  readonly diversity: number;
  readonly rounds: readonly {
    readonly spent: number;
    readonly size: string;
    readonly held: Round['held'];
    readonly border: number;
    readonly sampledMean?: Round['sampledMean'];
  }[];
  readonly pockets: readonly PocketSummary[];
  readonly dimensions: readonly DimensionSummary[];
  readonly truth?: TruthSummary;
}

/** @param whole what `wholeOf` gives; missing where there is no truth to compare with */
export function summarize(shrunk: ShrunkSpace, whole?: Whole): RunSummary {
  const { space, data } = shrunk;
  const last = data.rounds.at(-1)!;
  const { members, predicted } = data;
  const best = data.measurements.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  const first = shrunk.byPrediction[0]!;
  return {
    space: space.name,
    wholeSize: String(space.size),
    size: shrunk.size,
    spent: data.spent,
    failed: data.failures.length,
    stop: data.stop,
    limits: data.limits,
    bestMeasured: { architecture: space.format(best.architecture), accuracy: best.accuracy },
    bestPredicted: { architecture: space.format(members.codesAt(first)), predicted: predicted[first]! },
    wholeMeasuredMean: meanInterval(
      data.measurements.slice(0, data.rounds[0]!.measured).map(({ accuracy }) => accuracy),
    ),
    predictedMean: mean(predicted),
    locality: localityOf(shrunk),
    diversity: diversity(space, members),
    rounds: data.rounds.map(({ spent, size, held, border, sampledMean }) => ({
      spent,
      size: String(size),
      held,
      border,
      ...(sampledMean === undefined ? {} : { sampledMean }),
    })),
    pockets: last.pockets
      .map(({ size, seeds }, pocket) => {
        const seed = seeds[0] === undefined ? undefined : last.seeds[seeds[0]];
        return {
          pocket,
          size,
          seeds: seeds.length,
          bestSeed: seed === undefined ? '' : space.format(seed.architecture),
          measured: seed?.measured ?? Number.NaN,
          predicted: seed?.predicted ?? Number.NaN,
        };
      })
      .sort((a, b) => b.size - a.size || a.pocket - b.pocket),
    dimensions: choiceCounts(space, members).map((counts, d) => ({
      dimension: space.dimensions[d]!.name,
      choices: space.dimensions[d]!.choices.map((choice, c) => ({ choice, share: counts[c]! / members.size })),
    })),
    ...(whole === undefined ? {} : { truth: compareWithTruth(shrunk, whole) }),
  };
}

function localityOf({ space, data }: ShrunkSpace): RunSummary['locality'] {
  const { kind, sentence } = judgeLocality(space, data.measurements);
  return { kind, sentence };
}

/** The verdict on locality by what a run has measured, or by a random part of it where that is much. */
export function judgeLocality(
  space: SearchSpace,
  measured: readonly { readonly architecture: Codes; readonly accuracy: number }[],
): LocalityVerdict {
  const random = createRandom(0);
  const rows = measured.map((_, row) => row);
  const chosen = sampleInPlace(rows, MOST_EVIDENCE, random.split('rows')).map((row) => measured[row]!);
  const evidence = {
    architectures: chosen.map(({ architecture }) => architecture),
    accuracies: chosen.map(({ accuracy }) => accuracy),
  };
  return localityVerdict(space, evidence, { random: random.split('verdict') });
}

/**
 * The truth about the space that was shrunk, within the limits.
 * @param accuracyOf the true accuracy of any architecture, NaN where not known
 * @throws InputError where the truth knows no architecture at all
 */
export function wholeOf(shrunk: ShrunkSpace, accuracyOf: (codes: Codes) => number): Whole {
  return wholeTruth(regionOf(shrunk), accuracyOf, createRandom(0));
}

function regionOf({ data, space }: ShrunkSpace): Region {
  const limits = data.limits.flatMap(({ cost, max }) => {
    const known = data.costs.get(cost);
    return known === undefined ? [] : [{ cost: known, max }];
  });
  return new Region(space, limits);
}

function compareWithTruth(shrunk: ShrunkSpace, whole: Whole): TruthSummary {
  const region = regionOf(shrunk);
  const kept: Shrunk = { ...shrunk.data, method: 'lissnas', limits: region.limits };
  const measures = auditMeasures(kept, whole, region);
  return {
    exact: whole.exact,
    wholeMean: whole.meanAccuracy,
    shrunkMean: measures.meanAccuracy,
    regret: measures.regret,
    retentionTop10: measures.retentionTop10,
    retentionTop50: measures.retentionTop50,
    retentionTop1Percent: measures.retentionTop1Percent,
    optimumKept: Number.isNaN(measures.optimumKept) ? null : measures.optimumKept === 1,
    shrinkIndex: measures.shrinkIndex,
  };
}
