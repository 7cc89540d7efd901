/** Why an architecture was kept or dropped, as plain data. */
import { editDistance } from '../spaces/edits.js';
import type { Architecture, Codes } from '../spaces/space.js';
import { binOf } from './member-groups.js';
import { type DroppedOperator, pruneOperators, survives } from './operational-pruning.js';
import type { Seed } from './result.js';
import type { ShrunkSpaceView } from './shrunk-space-view.js';

/** What is asked about and what is known of it whatever became of it. */
interface Known {
  readonly codes: readonly number[];
  /** the architecture as the space writes it */
  readonly text: string;
  /** mean and deviation by the predictor that made the members; absent where the architecture is not in the space */
  readonly predicted?: { readonly mean: number; readonly deviation: number };
  readonly measured?: number;
  /** why its measurement failed, where it did */
  readonly failed?: string;
}

/** A kept architecture: where it is and where that came from. */
export interface WhyKept extends Known {
  readonly outcome: 'kept';
  readonly pocket: number;
  readonly pocketSize: number;
  /** 1 for the member predicted best */
  readonly rank: number;
  /** the seed of its pocket that is nearest; absent where the pocket has none */
  readonly seed?: Seed & { readonly distance: number };
  /** the pockets that its pocket descends from, the latest round first, its own included; rounds count from 0 */
  readonly lineage: readonly { readonly round: number; readonly pockets: readonly number[] }[];
}

/** How a dropped architecture stood in one round. */
export interface Standing {
  /** counted from 0 */
  readonly round: number;
  /** by the predictor of that round */
  readonly predicted: number;
  /** the lowest prediction that the round admitted, in the last round into the same cost bin */
  readonly border: number;
  readonly below: boolean;
}

/** A limit that is broken. */
export interface BrokenLimit {
  readonly cost: string;
  readonly unit: string;
  readonly max: number;
  /** NaN where it is not known, and so cannot be within the limit */
  readonly value: number;
}

/** The kept architecture with the fewest edits to the one asked about. */
export interface NearestMember {
  readonly architecture: Architecture;
  readonly pocket: number;
  readonly distance: number;
}

/** A dropped architecture, when and why. */
export interface WhyDropped extends Known {
  readonly outcome: 'dropped';
  readonly reason: 'invalid' | 'over limit' | 'below border' | 'never reached';
  /** limits that it breaks; may be incomplete where a cost is not recorded (`unknownCosts`) */
  readonly broken: readonly BrokenLimit[];
  /** costs with a limit of which nothing is known for this architecture, because only the table of the run had them */
  readonly unknownCosts: readonly string[];
  /** in every round; empty for 'invalid' and 'over limit' */
  readonly standings: readonly Standing[];
  /** for 'below border': the first round from which on it stayed below; counted from 0 */
  readonly decided?: number;
  /** absent where nothing was kept */
  readonly nearest?: NearestMember;
}

/** What accuracy-ranked operational pruning makes of the architecture, on the same measurements and down to the same size. */
export interface OperationalVerdict {
  readonly keeps: boolean;
  /** those of its choices that are deleted, the first deleted first */
  readonly deleted: readonly DroppedOperator[];
  /** how many choices are deleted in all */
  readonly deletedInAll: number;
}

/** The whole answer. */
export type Why = (WhyKept | WhyDropped) & { readonly operationalPruning: OperationalVerdict };

/**
 * Explains what became of an architecture.
 * @param codes choice indices in range, one per dimension; they may break the rules of the space
 */
export function why(shrunk: ShrunkSpaceView, codes: Codes): Why {
  const { space, failures } = shrunk.data;
  const isValid = space.isValid(codes);
  const measured = shrunk.measured(codes)?.accuracy;
  const failed = failures.find(({ architecture }) => equal(architecture, codes))?.reason;
  const known: Known = {
    codes: Array.from(codes),
    text: space.format(codes),
    ...(isValid && { predicted: shrunk.predict(codes) }),
    ...(measured !== undefined && { measured }),
    ...(failed !== undefined && { failed }),
  };
  const index = shrunk.data.members.indexOf(codes);
  const story = index >= 0 ? kept(shrunk, index, known) : dropped(shrunk, codes, isValid, known);
  return { ...story, operationalPruning: pruned(shrunk, codes) };
}

function equal(a: Codes, b: Codes): boolean {
  return Array.from(a).every((code, d) => code === b[d]);
}

function kept(shrunk: ShrunkSpaceView, index: number, known: Known): WhyKept {
  const { pocketOf, predicted, rounds, members, space } = shrunk.data;
  const pocket = pocketOf[index]!;
  const { seeds, pockets } = rounds.at(-1)!;
  const codes = members.codesAt(index);
  const near = pockets[pocket]!.seeds.map((seed) => ({
    ...seeds[seed]!,
    distance: editDistance(space, seeds[seed]!.architecture, codes),
  }));
  const seed = near.reduce<(typeof near)[number] | undefined>(
    (best, own) => (best === undefined || own.distance < best.distance ? own : best),
    undefined,
  );
  let better = 0;
  for (const mean of predicted) if (mean > predicted[index]!) better++;
  return {
    ...known,
    outcome: 'kept',
    pocket,
    pocketSize: pockets[pocket]!.size,
    rank: better + 1,
    ...(seed && { seed }),
    lineage: lineageOf(shrunk, pocket),
  };
}

function lineageOf(shrunk: ShrunkSpaceView, pocket: number): { round: number; pockets: number[] }[] {
  const { rounds } = shrunk.data;
  const lineage = [{ round: rounds.length - 1, pockets: [pocket] }];
  for (let round = rounds.length - 1; round > 0; round--) {
    const parents = new Set(lineage.at(-1)!.pockets.flatMap((child) => rounds[round]!.pockets[child]!.parents));
    if (parents.size === 0) break;
    lineage.push({ round: round - 1, pockets: [...parents].sort((a, b) => a - b) });
  }
  return lineage;
}

function dropped(shrunk: ShrunkSpaceView, codes: Codes, isValid: boolean, known: Known): WhyDropped {
  const nearest = nearestMember(shrunk, codes);
  const { broken, unknownCosts } = isValid ? limitsOf(shrunk, codes) : { broken: [], unknownCosts: [] };
  const common = { ...known, outcome: 'dropped', broken, unknownCosts, ...(nearest && { nearest }) } as const;
  if (!isValid) return { ...common, reason: 'invalid', standings: [] };
  if (broken.length > 0) return { ...common, reason: 'over limit', standings: [] };
  const standings = standingsOf(shrunk, codes);
  if (!standings.at(-1)!.below || isByRadius(shrunk)) return { ...common, reason: 'never reached', standings };
  const lastAbove = standings.findLastIndex(({ below }) => !below);
  return { ...common, reason: 'below border', standings, decided: lastAbove + 1 };
}

/** Whether whole neighbourhoods were kept, whatever was predicted for them. */
export function isByRadius({ data }: ShrunkSpaceView): boolean {
  return data.provenance.options?.growth === 'radius';
}

function limitsOf({ data }: ShrunkSpaceView, codes: Codes): Pick<WhyDropped, 'broken' | 'unknownCosts'> {
  const broken: BrokenLimit[] = [];
  const unknownCosts: string[] = [];
  for (const { cost, unit, max } of data.limits) {
    const value = data.costs.get(cost)?.of(codes);
    if (value === undefined) unknownCosts.push(cost);
    else if (!(value <= max)) broken.push({ cost, unit, max, value });
  }
  return { broken, unknownCosts };
}

/** Predictions made in different orders of summation differ in the last digits. */
const ROUNDING = 1e-9;

function standingsOf(shrunk: ShrunkSpaceView, codes: Codes): Standing[] {
  const { rounds } = shrunk.data;
  return rounds.map((round, index) => {
    const border = index === rounds.length - 1 ? lastBorder(shrunk, codes, round.border) : round.border;
    const predicted = shrunk.modelOf(index).mean(codes);
    // whatever is level with the border had to wait until the size was reached
    return { round: index, predicted, border, below: predicted <= border + ROUNDING * (1 + Math.abs(border)) };
  });
}

/** Where there are cost bins every bin has a border of its own. */
function lastBorder(shrunk: ShrunkSpaceView, codes: Codes, border: number): number {
  const { costBins, costs, predicted } = shrunk.data;
  const value = costBins && costs.get(costBins.cost)?.of(codes);
  if (costBins === undefined || value === undefined) return border;
  const bin = binOf(value, costBins.edges);
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < predicted.length; index++) {
    if (predicted[index]! < least && shrunk.costBinOf(index) === bin) least = predicted[index]!;
  }
  return least === Number.POSITIVE_INFINITY ? border : least;
}

function nearestMember(shrunk: ShrunkSpaceView, codes: Codes): NearestMember | undefined {
  const { members, space, pocketOf } = shrunk.data;
  let nearest = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < members.size && least > 1; index++) {
    const distance = editDistance(space, members.codesAt(index), codes);
    if (distance < least) {
      least = distance;
      nearest = index;
    }
  }
  if (nearest < 0) return undefined;
  return {
    architecture: space.architecture(members.codesAt(nearest)),
    pocket: pocketOf[nearest]!,
    distance: least,
  };
}

function pruned({ data, size }: ShrunkSpaceView, codes: Codes): OperationalVerdict {
  const pruning = pruneOperators(data.space, data.measurements, Math.max(1, size));
  const deleted = pruning.dropped.filter(({ dimension, choice }) => codes[dimension] === choice);
  return { keeps: survives(pruning, codes), deleted, deletedInAll: pruning.dropped.length };
}
