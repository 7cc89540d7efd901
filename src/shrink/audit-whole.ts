/** What an audit knows about the whole space: every true accuracy where it can be listed, a uniform sample where it cannot. */
import { InputError } from '../errors.js';
import type { Random } from '../math/random.js';
import { mean, quantile } from '../math/statistics.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import type { Codes } from '../spaces/space.js';
import { bestOf, diversity, measureQuality, shrinkIndex, type Truth } from './measures.js';
import type { Region } from './region.js';
import type { Shrunk } from './result.js';

/** Random architectures that stand for a space that cannot be listed. */
const SAMPLE = 20_000;

/** The truth about the whole space within the limits. */
export interface Whole {
  /** whether `truth` holds every architecture whose accuracy is known, or only a uniform sample of the space */
  readonly exact: boolean;
  readonly truth: Truth;
  readonly accuracyOf: (codes: Codes) => number;
  /** number of architectures; where it cannot be counted under limits, that of the space without them */
  readonly size: bigint;
  readonly meanAccuracy: number;
  readonly bestAccuracy: number;
  /** the accuracy that one in a hundred reaches */
  readonly top1Percent: number;
}

/** @throws InputError where the truth knows no architecture at all */
export function wholeTruth(region: Region, accuracyOf: (codes: Codes) => number, random: Random): Whole {
  const { space } = region;
  const listed = region.list();
  const candidates = listed ?? sampled(region, random);
  const architectures = new ArchitectureSet(space.dimensions.length, candidates.size);
  const accuracies: number[] = [];
  for (let i = 0; i < candidates.size; i++) {
    const accuracy = accuracyOf(candidates.codesAt(i));
    if (!Number.isFinite(accuracy)) continue;
    architectures.add(candidates.codesAt(i));
    accuracies.push(accuracy);
  }
  if (accuracies.length === 0) throw new InputError(`the true accuracy of no architecture of ${space.name} is known`);
  return {
    exact: listed !== undefined,
    truth: { architectures, accuracies },
    accuracyOf,
    size: listed === undefined ? region.size : BigInt(accuracies.length),
    meanAccuracy: mean(accuracies),
    bestAccuracy: bestOf(accuracies),
    top1Percent: quantile(accuracies, 0.99),
  };
}

function sampled(region: Region, random: Random): ArchitectureSet {
  const found = new ArchitectureSet(region.space.dimensions.length, SAMPLE);
  for (let draws = 0; found.size < SAMPLE && draws < 10 * SAMPLE; draws++) found.add(region.sample(random));
  return found;
}

/** What one shrunk space is measured by; NaN where a measure cannot be told. */
export interface AuditMeasures {
  readonly meanAccuracy: number;
  /** best of the whole - best kept; against the best of the sample where the space cannot be listed (then it may be negative) */
  readonly regret: number;
  /** share of the true top 10, 0 .. 1; NaN where the space cannot be listed, and so the other retentions */
  readonly retentionTop10: number;
  readonly retentionTop50: number;
  readonly retentionTop1Percent: number;
  /** 1 where an architecture of the highest accuracy is kept, else 0 */
  readonly optimumKept: number;
  /** share of the kept whose accuracy one in a hundred of the whole reaches */
  readonly topShare: number;
  readonly diversity: number;
  readonly pockets: number;
  readonly shrinkIndex: number;
  readonly size: number;
  /** kept architectures that exceed a limit: 0, or the shrinker is wrong */
  readonly overLimit: number;
}

/** Measures one shrunk space against the whole. */
export function auditMeasures(shrunk: Shrunk, whole: Whole, region: Region): AuditMeasures {
  const { members, space, pocketCount } = shrunk;
  const known = memberAccuracies(shrunk, whole);
  const meanKept = mean(known);
  const onePercent = Math.max(1, Math.round(whole.truth.accuracies.length / 100));
  const quality = whole.exact ? measureQuality(members, whole.truth, [10, 50, onePercent]) : undefined;
  const retention = (index: number) => {
    const kept = quality?.retained[index];
    return kept === undefined ? Number.NaN : kept.count / Math.min(kept.k, whole.truth.accuracies.length);
  };
  let overLimit = 0;
  for (let i = 0; i < members.size; i++) if (!region.allows(members.codesAt(i))) overLimit++;
  return {
    meanAccuracy: meanKept,
    regret: whole.bestAccuracy - bestOf(known),
    retentionTop10: retention(0),
    retentionTop50: retention(1),
    retentionTop1Percent: retention(2),
    optimumKept: quality === undefined ? Number.NaN : Number(quality.optimumKept),
    topShare: known.filter((accuracy) => accuracy >= whole.top1Percent).length / known.length,
    diversity: diversity(space, members),
    pockets: pocketCount,
    shrinkIndex: shrinkIndex({
      meanShrunk: meanKept,
      meanWhole: whole.meanAccuracy,
      bestWhole: whole.bestAccuracy,
      shrunk: known.length,
      whole: whole.size,
    }),
    size: members.size,
    overLimit,
  };
}

function memberAccuracies({ members }: Shrunk, { accuracyOf }: Whole): Float64Array {
  const accuracies = Float64Array.from({ length: members.size }, (_, i) => accuracyOf(members.codesAt(i)));
  return accuracies.filter((accuracy) => Number.isFinite(accuracy));
}
