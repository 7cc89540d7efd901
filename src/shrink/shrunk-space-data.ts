/** All that a shrunk space holds, as plain data: what the file stores and the class ShrunkSpace works on. */
import type { Failure, Measurement } from '../measurements/measurement.js';
import type { ArchitectureSet } from '../spaces/architecture-set.js';
import type { Cost, SearchSpace } from '../spaces/space.js';
import type { Round, ShrinkResult, StopReason } from './result.js';
import { type SpaceSource, sourceOf } from './space-source.js';

/** How a shrunk space was made; nothing in it depends on when or on which machine, unless the caller says so. */
export interface Provenance {
  /** version of the program */
  readonly version: string;
  /** the command line as given */
  readonly command?: string;
  readonly randomSeed?: number;
  /** the evaluator's name */
  readonly evaluator?: string;
  /** the table that was searched on */
  readonly table?: { readonly file: string; readonly sha256: string };
  /** the tables of costs that were given */
  readonly costTables?: readonly { readonly file: string; readonly sha256: string }[];
  /** all other settings by name */
  readonly options?: Readonly<Record<string, string | number | boolean | null>>;
}

/** What the result of a shrink does not say about itself. */
export interface ShrunkSpaceDetails {
  /** the YAML text of a user's own space, so that the artifact outlives the file */
  readonly declaration?: string;
}

/** A hard limit that every member keeps. */
export interface RecordedLimit {
  readonly cost: string;
  readonly unit: string;
  readonly max: number;
}

/** The bins of a cost, from cheap to costly; there is one more bin than edges. */
export interface RecordedCostBins {
  readonly cost: string;
  readonly unit: string;
  readonly edges: readonly number[];
}

/** The content of a shrunk space. */
export interface ShrunkSpaceData {
  readonly provenance: Provenance;
  readonly space: SearchSpace;
  readonly source: SpaceSource;
  readonly limits: readonly RecordedLimit[];
  readonly costBins?: RecordedCostBins;
  readonly spent: number;
  readonly stop: StopReason;
  /** at least one; the last one made the members */
  readonly rounds: readonly Round[];
  readonly measurements: readonly Measurement[];
  readonly failures: readonly Failure[];
  readonly members: ArchitectureSet;
  readonly pocketOf: Int32Array;
  readonly pocketCount: number;
  /** predicted mean of each member */
  readonly predicted: Float64Array;
  /** the costs that limits and bins are about, of each member */
  readonly memberCosts: ReadonlyMap<string, Float64Array>;
  /** ways to compute costs of other architectures, as far as they are known */
  readonly costs: ReadonlyMap<string, Cost>;
}

/** The data of a shrink that has just ended. @throws InputError when the declaration is of another space */
export function dataOfResult(
  result: ShrinkResult,
  provenance: Provenance,
  { declaration }: ShrunkSpaceDetails = {},
): ShrunkSpaceData {
  const { space, members, limits, costBins } = result;
  const used = [...limits.map(({ cost }) => cost), ...(costBins === undefined ? [] : [costBins.cost])];
  const named = new Map(used.map((cost) => [cost.name, cost]));
  return {
    provenance,
    space,
    source: sourceOf(space, declaration),
    limits: limits.map(({ cost, max }) => ({ cost: cost.name, unit: cost.unit, max })),
    ...(costBins && {
      costBins: { cost: costBins.cost.name, unit: costBins.cost.unit, edges: [...costBins.edges] },
    }),
    spent: result.spent,
    stop: result.stop,
    rounds: result.rounds,
    measurements: result.measurements,
    failures: result.failures,
    members,
    pocketOf: result.pocketOf,
    pocketCount: result.pocketCount,
    predicted: result.predicted,
    memberCosts: new Map([...named].map(([name, cost]) => [name, costsOf(members, cost)])),
    costs: new Map([...space.costs, ...named]),
  };
}

function costsOf(members: ArchitectureSet, cost: Cost): Float64Array {
  return Float64Array.from({ length: members.size }, (_, member) => cost.of(members.codesAt(member)));
}
