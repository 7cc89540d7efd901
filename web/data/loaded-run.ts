/** A report made ready to be drawn and asked: its columns unpacked, its space able to write and read architectures. */
import { withCosts } from '../../src/costs/built-in.js';
import type { Measurement } from '../../src/measurements/measurement.js';
import type {
  Column,
  Evaluations,
  ReportedShrunkSpace,
  ReportedSpace,
  RunReport,
} from '../../src/report/run-report.js';
import type { ShrunkSpaceData } from '../../src/shrink/shrunk-space-data.js';
import { ShrunkSpaceView } from '../../src/shrink/shrunk-space-view.js';
import { spaceFromYaml } from '../../src/space-files/space-from-yaml.js';
import { ArchitectureSet } from '../../src/spaces/architecture-set.js';
import { defineSpace } from '../../src/spaces/define.js';
import { builtInSpaces, isBuiltInSpace } from '../../src/spaces/index.js';
import type { Codes, SearchSpace } from '../../src/spaces/space.js';
import { numbersOf } from './columns.js';

/** Architectures in rows, each with numbers of its own. */
export interface Architectures {
  readonly count: number;
  /** the choice indices of row i; do not change them */
  codesAt(i: number): Codes;
  readonly costs: ReadonlyMap<string, ArrayLike<number>>;
}

/** What was evaluated. */
export interface LoadedEvaluations extends Architectures {
  /** NaN where it failed */
  readonly accuracy: ArrayLike<number>;
  /** NaN where not known; absent where no column tells it */
  readonly truth?: ArrayLike<number>;
  /** from 0; -1 where not known */
  readonly round: ArrayLike<number>;
}

/** What was kept, in the order of admission. */
export interface LoadedMembers extends Architectures {
  readonly pocketOf: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  /** NaN where not known; absent where no column tells it */
  readonly truth?: ArrayLike<number>;
  /** the same, to be asked why */
  readonly view: ShrunkSpaceView;
}

/** A run as the pages hold it. */
export interface LoadedRun {
  readonly report: RunReport;
  readonly space: SearchSpace;
  readonly evaluations: LoadedEvaluations;
  readonly members?: LoadedMembers;
}

/** Predictions that are equal as rounded are kept in their order by this share of them a place, which no digit shows. */
const TIE = 1e-13;
const UNKNOWN = defineSpace({ name: 'unknown', dimensions: [{ name: 'unknown', choices: ['unknown'] }] });

/** Makes a report ready. @throws Error where its columns are damaged */
export async function loadRun(report: RunReport): Promise<LoadedRun> {
  const space = spaceOf(report.space);
  const evaluations = await loadEvaluations(report.evaluations, space);
  const { shrunk } = report;
  const members = shrunk && (await loadMembers(shrunk, report, space, evaluations));
  return { report, space, evaluations, ...(members && { members }) };
}

/** The space again; one that only a program knows is taken for all combinations of its dimensions, written by their labels. */
function spaceOf({ name, dimensions, source }: ReportedSpace): SearchSpace {
  if (dimensions.length === 0) return UNKNOWN; // a damaged run may not tell it
  if (source.kind === 'built-in' && isBuiltInSpace(name)) return withCosts(builtInSpaces[name]);
  if (source.kind === 'declaration') return spaceFromYaml(source.text, 'the space of this run');
  return defineSpace({ name, dimensions });
}

async function loadEvaluations(
  { count, codes, accuracy, truth, round, costs }: Evaluations,
  space: SearchSpace,
): Promise<LoadedEvaluations> {
  return {
    count,
    codesAt: await rowsOf(codes, space),
    accuracy: await numbersOf(accuracy as Column & { type: 'float64' }),
    ...(truth && { truth: await numbersOf(truth as Column & { type: 'float32' }) }),
    round: await numbersOf(round as Column & { type: 'int32' }),
    costs: await columnsOf(costs),
  };
}

async function loadMembers(
  shrunk: ReportedShrunkSpace,
  { space: { source }, evaluations: { failures } }: RunReport,
  space: SearchSpace,
  evaluations: LoadedEvaluations,
): Promise<LoadedMembers> {
  const codesAt = await rowsOf(shrunk.codes, space);
  const pocketOf = await numbersOf(shrunk.pocketOf as Column & { type: 'int32' });
  const predicted = await numbersOf(shrunk.predicted as Column & { type: 'float32' });
  const better = await numbersOf(shrunk.better as Column & { type: 'int32' });
  const costs = await columnsOf(shrunk.costs);
  const truth = shrunk.truth && (await numbersOf(shrunk.truth as Column & { type: 'float32' }));
  const members = new ArchitectureSet(space.dimensions.length, shrunk.size);
  for (let i = 0; i < shrunk.size; i++) members.add(codesAt(i));
  const reasons = new Map(failures.map(({ row, reason }) => [row, reason]));
  const rows = Array.from({ length: evaluations.count }, (_, row) => row);
  const data: ShrunkSpaceData = {
    provenance: shrunk.provenance,
    space,
    source,
    limits: shrunk.limits,
    ...(shrunk.costBins && { costBins: shrunk.costBins }),
    spent: shrunk.spent,
    stop: shrunk.stop,
    rounds: shrunk.rounds.map(({ size, seeds, ...round }) => ({
      ...round,
      size: BigInt(size),
      seeds: seeds.map(({ codes, ...seed }) => ({ ...seed, architecture: space.architecture(codes) })),
    })),
    measurements: rows
      .filter((row) => !reasons.has(row))
      .map(
        (row): Measurement => ({
          kind: 'measured',
          architecture: space.architecture(evaluations.codesAt(row)),
          accuracy: evaluations.accuracy[row]!,
          costs: {},
          source: '',
        }),
      ),
    failures: [...reasons].map(([row, reason]) => ({
      kind: 'failed',
      architecture: space.architecture(evaluations.codesAt(row)),
      reason,
    })),
    members,
    pocketOf,
    pocketCount: shrunk.pocketCount,
    predicted: Float64Array.from(predicted, (mean, i) => mean - Math.abs(mean) * TIE * (i + better[i]!)),
    memberCosts: new Map([...costs].map(([name, values]) => [name, Float64Array.from(values)])),
    costs: space.costs,
  };
  return {
    ...{ count: shrunk.size, codesAt, pocketOf, predicted, costs, view: new ShrunkSpaceView(data) },
    ...(truth && { truth }),
  };
}

async function columnsOf(columns: Readonly<Record<string, Column>>): Promise<Map<string, ArrayLike<number>>> {
  const loaded = Object.entries(columns).map(async ([name, column]) => [name, await numbersOf(column)] as const);
  return new Map(await Promise.all(loaded));
}

/** Turns codes that come dimension by dimension into architectures. */
async function rowsOf(column: Column, { dimensions }: SearchSpace): Promise<(i: number) => Codes> {
  const turned = await numbersOf(column as Column & { type: 'uint8' });
  const width = dimensions.length;
  const count = turned.length / width;
  const codes = new Uint8Array(turned.length);
  for (let d = 0; d < width; d++) for (let i = 0; i < count; i++) codes[i * width + d] = turned[d * count + i]!;
  return (i) => codes.subarray(i * width, (i + 1) * width);
}
