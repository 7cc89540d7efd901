/** From the raw numbers of NAS-Bench-Macro supernets to what docs/results.md says of them. */
import { kendallTau } from '../../src/math/kendall.js';
import { type Interval, mean, meanInterval } from '../../src/math/statistics.js';
import type { Found, MacroResult, Reference, SupernetName } from '../one-shot/macro-result.js';
import { supernetNames } from '../one-shot/macro-result.js';
import { bootstrapped, overRandomSeeds } from './intervals.js';

/** How a supernet judges subnets of the shrunk space. */
export interface Judging {
  /** Kendall tau-b with the truth */
  readonly tau: Interval;
  /** mean accuracy of the subnets, percent of the validation images */
  readonly accuracy: Interval;
}

/** One supernet over all random seeds; within one seed the intervals are over the subnets. */
export interface SupernetSummary extends Judging {
  readonly name: SupernetName;
  /** minus the supernet trained on the whole space, judging the same subnets; absent for that one */
  readonly difference?: Judging;
}

/** What one way to search has found, over all random seeds. */
export interface FoundSummary {
  readonly supernet: SupernetName;
  readonly searched: Found['searched'];
  readonly truth: Interval;
  /** paired by random seed, minus searching the whole space by the supernet trained there; absent for that one */
  readonly difference?: Interval;
  /** in the order of the random seeds */
  readonly ranks: readonly number[];
}

/** All of it. */
export interface MacroSummary {
  /** of the first random seed; the others have the same settings */
  readonly example: MacroResult;
  readonly results: readonly MacroResult[];
  readonly bySeed: readonly { readonly randomSeed: number; readonly supernets: readonly SupernetSummary[] }[];
  readonly supernets: readonly SupernetSummary[];
  /** of the supernet trained on the whole space, over a sample of it */
  readonly tauOverWhole: Interval;
  readonly found: readonly FoundSummary[];
  readonly bestMeasured: { readonly truth: Interval; readonly ranks: readonly number[] };
  /** true mean accuracy of the whole space and of the shrunk one */
  readonly meanTruth: { readonly whole: number; readonly shrunk: Interval };
  readonly agreement: Interval;
  /** tau-b that a judge who knew the true accuracies without noise would reach: an estimate from the agreement */
  readonly ceiling: number;
}

/** @param results of the same settings, one of each random seed, at least one */
export function foldMacro(results: readonly MacroResult[]): MacroSummary {
  const names = supernetNames.filter((name) => results[0]!.found.some(({ supernet }) => supernet === name));
  const bySeed = results.map(({ randomSeed, references }) => ({
    randomSeed,
    supernets: names.map((name) => judgedBy(references.inside, name)),
  }));
  const agreement = overRandomSeeds(results.map((result) => single(result.agreement)));
  return {
    example: results[0]!,
    ...{ results, bySeed, agreement },
    supernets: names.map((name, i) => ({ name, ...over(bySeed.map(({ supernets }) => supernets[i]!)) })),
    tauOverWhole: overRandomSeeds(results.map(({ references }) => judgedBy(references.whole, 'whole').tau)),
    found: results[0]!.found.map((found) => foundBy(results, found)),
    bestMeasured: {
      truth: meanInterval(results.map(({ bestMeasured }) => bestMeasured.truth)),
      ranks: results.map(({ bestMeasured }) => bestMeasured.rank),
    },
    meanTruth: {
      whole: results[0]!.whole.meanTruth,
      shrunk: meanInterval(results.map(({ shrunk }) => shrunk.meanTruth)),
    },
    ceiling: ceilingOf(agreement.mean),
  };
}

interface Judged {
  readonly truth: number;
  readonly own: number;
  readonly whole: number;
}

/** Subnets that either supernet could not judge are left out. */
function judgedBy(references: readonly Reference[], name: SupernetName): SupernetSummary {
  const judged = references.flatMap(({ truth, accuracies }): Judged[] => {
    const own = accuracies[name] ?? null;
    const whole = accuracies.whole ?? null;
    return own === null || whole === null ? [] : [{ truth, own, whole }];
  });
  const tau = (drawn: readonly Judged[], of: (subnet: Judged) => number) =>
    kendallTau(
      drawn.map(of),
      drawn.map(({ truth }) => truth),
    );
  const own = ({ own }: Judged) => own;
  const whole = ({ whole }: Judged) => whole;
  return {
    name,
    tau: bootstrapped(judged, (drawn) => tau(drawn, own)),
    accuracy: bootstrapped(judged, (drawn) => mean(drawn.map(own))),
    ...(name !== 'whole' && {
      difference: {
        tau: bootstrapped(judged, (drawn) => tau(drawn, own) - tau(drawn, whole)),
        accuracy: bootstrapped(judged, (drawn) => mean(drawn.map(own)) - mean(drawn.map(whole))),
      },
    }),
  };
}

function over(judgings: readonly SupernetSummary[]): Omit<SupernetSummary, 'name'> {
  const both = (of: readonly Judging[]): Judging => ({
    tau: overRandomSeeds(of.map(({ tau }) => tau)),
    accuracy: overRandomSeeds(of.map(({ accuracy }) => accuracy)),
  });
  const differences = judgings.flatMap(({ difference }) => (difference === undefined ? [] : [difference]));
  return { ...both(judgings), ...(differences.length > 0 && { difference: both(differences) }) };
}

function foundBy(results: readonly MacroResult[], { supernet, searched }: Found): FoundSummary {
  const of = ({ found }: MacroResult, by: SupernetName, where: Found['searched']) =>
    found.find((other) => other.supernet === by && other.searched === where)!;
  const own = results.map((result) => of(result, supernet, searched));
  const base = results.map((result) => of(result, 'whole', 'whole'));
  const isBase = supernet === 'whole' && searched === 'whole';
  return {
    ...{ supernet, searched },
    truth: meanInterval(own.map(({ truth }) => truth)),
    ranks: own.map(({ rank }) => rank),
    ...(!isBase && { difference: meanInterval(own.map(({ truth }, i) => truth - base[i]!.truth)) }),
  };
}

/**
 * From the tau-b between two single trainings. For normal accuracies a correlation is sin(pi tau / 2) (Greiner); the mean of three trainings then
 * has the reliability 3 r / (1 + 2 r) (Spearman and Brown), and its correlation with the noise-free truth is the root of that.
 */
function ceilingOf(agreement: number): number {
  const single = Math.sin((Math.PI / 2) * agreement);
  if (!(single > 0)) return Number.NaN; // two trainings that do not agree tell nothing about a truth
  const ofThree = (3 * single) / (1 + 2 * single);
  return (2 / Math.PI) * Math.asin(Math.sqrt(ofThree));
}

function single(value: number): Interval {
  return { mean: value, low: Number.NaN, high: Number.NaN, n: 1 };
}
