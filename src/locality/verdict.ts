/** Is there locality enough to shrink by, and how far does it reach: an answer in words, before the budget is spent. */
import { type Random, sampleInPlace } from '../math/random.js';
import { averageRanks } from '../math/ranks.js';
import { isConstant } from '../math/statistics.js';
import type { SearchSpace } from '../spaces/space.js';
import { crossingOf } from './autocorrelation.js';
import { correlationOfPairs, type DistanceCorrelation, exactCorrelationByDistance } from './by-distance.js';
import { type CleanEvidence, cleanEvidence, type Evidence } from './evidence.js';
import { type PairList, pairsByDistance } from './pairs.js';

/**
 * strong, moderate, weak: close architectures are alike beyond chance, with a correlation of at least 0.4, at least 0.2, or less.
 * none: no sign of it, and a correlation of 0.25 is ruled out. unclear: the evidence cannot tell.
 * Correlations of a verdict are of accuracy ranks: a few failed networks would otherwise decide it, and a shrink cares for order.
 */
export type LocalityKind = 'strong' | 'moderate' | 'weak' | 'none' | 'unclear';

/** The verdict as plain data. */
export interface LocalityVerdict {
  readonly kind: LocalityKind;
  /** edits after which the correlation has fallen to 1/e; 0 without locality, NaN where it cannot be told */
  readonly reach: number;
  /** true where the correlation was still above 1/e at the furthest distance measured, `reach` */
  readonly reachIsAtLeast: boolean;
  /** the nearest distance with enough pairs, usually 1 edit, and the correlation of accuracy ranks there */
  readonly nearest: DistanceCorrelation | undefined;
  /** the correlation of accuracy ranks at every distance with enough pairs */
  readonly curve: readonly DistanceCorrelation[];
  /** chance of at least so much likeness of close architectures where there is no locality at all; NaN where it is not needed or known */
  readonly pValue: number;
  readonly measured: number;
  readonly sentence: string;
  readonly advice: string;
}

const falseAlarms = 0.01;
const enoughPairs = 20;
const strongFrom = 0.4;
const moderateFrom = 0.2;
const ruledOut = 0.25;

/**
 * Judges sampled evidence, best from `probeLocality` (50 to 300 measurements). Likeness of close architectures is tested by
 * permuting the accuracies; where there is no locality at all, about 1 % of verdicts claim it.
 */
export function localityVerdict(
  space: SearchSpace,
  evidence: Evidence,
  options: { readonly random: Random; readonly permutations?: number; readonly resamples?: number },
): LocalityVerdict {
  const { random, permutations = 999, resamples = 200 } = options;
  const clean = ranked(evidence);
  const measured = clean.accuracies.length;
  if (measured < 3 || isConstant(clean.accuracies)) {
    return inWords({ kind: 'unclear', curve: [], nearest: undefined, pValue: Number.NaN, measured });
  }
  const lists = pairsByDistance(space, clean.architectures, { maxPairs: 4000, random: random.split('pairs') });
  const curve = correlationOfPairs(clean, lists, { random: random.split('curve'), resamples });
  const solid = curve.filter(({ pairs, correlation }) => pairs >= enoughPairs && !Number.isNaN(correlation));
  const nearest = solid[0];
  if (nearest === undefined) {
    return inWords({ kind: 'unclear', curve: solid, nearest, pValue: Number.NaN, measured });
  }
  const pValue = permutationTest(clean, lists, nearest.distance, permutations, random.split('permutations'));
  return inWords({ kind: judge(nearest, pValue), curve: solid, nearest, pValue, measured });
}

/** The verdict on a complete table, where chance plays no part; undefined where the exact curve cannot be had. */
export function exactVerdict(space: SearchSpace, evidence: Evidence): LocalityVerdict | undefined {
  const clean = ranked(evidence);
  const curve = exactCorrelationByDistance(space, clean)?.filter(({ correlation }) => !Number.isNaN(correlation));
  if (!curve) return undefined;
  const nearest = curve[0];
  const kind = nearest === undefined ? 'unclear' : nearest.correlation < 0.05 ? 'none' : strength(nearest.correlation);
  return inWords({ kind, curve, nearest, pValue: Number.NaN, measured: clean.accuracies.length });
}

/** The evidence with ranks about their mean for accuracies. */
function ranked(evidence: Evidence): CleanEvidence {
  const clean = cleanEvidence(evidence);
  const middle = (clean.accuracies.length + 1) / 2;
  return { ...clean, accuracies: averageRanks(clean.accuracies).map((rank) => rank - middle) };
}

function judge(nearest: DistanceCorrelation, pValue: number): LocalityKind {
  if (pValue <= falseAlarms && nearest.correlation > 0) return strength(nearest.correlation);
  // far pairs say nothing against near ones
  return pValue > 0.05 && nearest.high < ruledOut && nearest.distance === 1 ? 'none' : 'unclear';
}

function strength(correlation: number): LocalityKind {
  return correlation >= strongFrom ? 'strong' : correlation >= moderateFrom ? 'moderate' : 'weak';
}

/**
 * One-sided p-value of the summed products of ranks over close pairs, weighted (nearest / distance)^2 from the nearest
 * distance on. Exact for exchangeable accuracies: the observed arrangement counts as one of the permutations.
 */
function permutationTest(
  clean: CleanEvidence,
  allLists: readonly PairList[],
  nearest: number,
  permutations: number,
  random: Random,
): number {
  const lists = allLists.slice(nearest, nearest + 4);
  const observed = likeness(lists, clean.accuracies, nearest);
  const shuffled = Array.from(clean.accuracies);
  let asHigh = 1;
  for (let permutation = 0; permutation < permutations; permutation++) {
    sampleInPlace(shuffled, shuffled.length, random);
    if (likeness(lists, shuffled, nearest) >= observed) asHigh++;
  }
  return asHigh / (permutations + 1);
}

function likeness(lists: readonly PairList[], ranks: ArrayLike<number>, nearest: number): number {
  let sum = 0;
  lists.forEach(({ first, second }, i) => {
    const weight = (nearest / (nearest + i)) ** 2;
    for (let p = 0; p < first.length; p++) sum += weight * ranks[first[p]] * ranks[second[p]];
  });
  return sum;
}

interface Findings {
  readonly kind: LocalityKind;
  readonly curve: readonly DistanceCorrelation[];
  readonly nearest: DistanceCorrelation | undefined;
  readonly pValue: number;
  readonly measured: number;
}

function inWords({ kind, curve, nearest, pValue, measured }: Findings): LocalityVerdict {
  const local = kind !== 'none' && kind !== 'unclear';
  const crossing = crossingOf(
    curve.map(({ distance, correlation }) => ({ at: distance, correlation })),
    1 / Math.E,
  );
  const furthest = curve.at(-1)?.distance ?? Number.NaN;
  const reach = local ? (crossing ?? furthest) : kind === 'none' ? 0 : Number.NaN;
  const reachIsAtLeast = local && crossing === undefined;
  return {
    kind,
    reach,
    reachIsAtLeast,
    nearest,
    curve,
    pValue,
    measured,
    sentence: sentenceOf(kind, nearest, measured, reach, reachIsAtLeast),
    advice: adviceOf(kind, nearest, measured),
  };
}

function sentenceOf(
  kind: LocalityKind,
  nearest: DistanceCorrelation | undefined,
  measured: number,
  reach: number,
  reachIsAtLeast: boolean,
): string {
  if (nearest === undefined) {
    return measured < 3
      ? `Locality is unclear: ${count(measured, 'measured architecture')} cannot show any.`
      : `Locality is unclear: the ${measured} measured architectures are all equally accurate or hold too few pairs close to each other.`;
  }
  const exact = nearest.low === nearest.high;
  const bounds = exact
    ? ''
    : ` (95 % interval ${Math.min(1, nearest.low).toFixed(2)} to ${Math.min(1, nearest.high).toFixed(2)})`;
  const fact = `architectures ${count(nearest.distance, 'edit')} apart have accuracies whose ranks correlate ${Math.min(1, nearest.correlation).toFixed(2)}${bounds}`;
  if (kind === 'none') return `There is no sign of locality: ${fact}.`;
  if (kind === 'unclear')
    return `Locality is unclear: ${fact}, which ${measured} measurements cannot tell from chance or from locality.`;
  const until = reachIsAtLeast
    ? `and are still above 0.37 at ${count(reach, 'edit')}`
    : `and the correlation falls to 0.37 after ${reach.toFixed(1)} edits`;
  return `Locality is ${kind}: ${fact}, ${until}.`;
}

function adviceOf(kind: LocalityKind, nearest: DistanceCorrelation | undefined, measured: number): string {
  switch (kind) {
    case 'strong':
      return 'Shrinking by pockets should pay: the neighbours of good architectures are good.';
    case 'moderate':
      return 'Shrinking by pockets should pay, with smaller pockets around more seeds.';
    case 'weak':
      return 'Expect a small gain: measure accuracy with less noise, or declare dimensions so that one edit changes less.';
    case 'none':
      return 'Do not shrink by locality: a random subset would be as good. Check the accuracies, or declare dimensions so that one edit changes less.';
    case 'unclear':
      return nearest !== undefined && nearest.distance > 1
        ? 'Measure architectures that are one and two edits apart: those at hand are too far from each other.'
        : `Measure about ${Math.max(100, 2 * measured)} architectures in short chains of edits before spending more.`;
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
