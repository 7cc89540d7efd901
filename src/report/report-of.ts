/** The report of a run from its folder. */
import { VERSION } from '../runs/version.js';
import type { ShrunkSpace } from '../shrink/shrunk-space.js';
import { spaceHash } from '../shrink/space-source.js';
import type { Codes, SearchSpace } from '../spaces/space.js';
import { byDimension, packColumn } from './columns.js';
import { factsOf } from './facts.js';
import { figuresOf } from './figures/index.js';
import { type RunContent, seeContent } from './reading/run-content.js';
import {
  type Column,
  type Evaluations,
  REPORT_FORMAT,
  type ReportedShrunkSpace,
  type ReportedSpace,
  type RunReport,
} from './run-report.js';
import { storyOf } from './story.js';

/** Significant digits of predictions and costs of members. */
const DIGITS = 5;
const DIGITS_OF_TRUTH = 6;

/**
 * What the run in a folder has come to, finished or not. Only looks: it takes no lock and changes nothing. What is damaged is said in the report.
 * @param given the space, needed only where a module makes it: a module that a run names is not run for its report
 * @throws InputError where the folder is that of no run
 */
export async function reportOf(folder: string, given?: SearchSpace): Promise<RunReport> {
  const run = await seeContent(folder, given);
  const { name, state, problem, config } = run;
  const shrunk = shrunkOf(run);
  return {
    ...{ format: REPORT_FORMAT, version: VERSION, name, kind: config.kind, state },
    ...(problem !== undefined && { problem }),
    ...{ story: storyOf(run), facts: factsOf(run), config: config.text, space: spaceOf(run) },
    evaluations: evaluationsOf(run),
    ...(shrunk && { shrunk }),
    figures: await figuresOf(run),
  };
}

function spaceOf({ space: seen }: RunContent): ReportedSpace {
  if (seen === undefined) return { name: '', size: '0', dimensions: [], hash: '', source: { kind: 'program' } };
  const { space, source } = seen;
  return {
    ...{ name: space.name, size: String(space.size), hash: spaceHash(space), source },
    dimensions: space.dimensions.map(({ name, choices, ordered }) => ({ name, choices: [...choices], ordered })),
  };
}

function evaluationsOf({ evaluations, judging, space }: RunContent): Evaluations {
  const n = evaluations.length;
  const told = new Set(evaluations.flatMap(({ costs }) => Object.keys(costs)));
  const exact = new Map(judging?.costs.map((cost) => [cost.name, cost]));
  const costs = [...new Set([...exact.keys(), ...told])].map((name): [string, Column] => {
    const values = evaluations.map(({ codes, costs: own }) => exact.get(name)?.of(codes) ?? own[name] ?? Number.NaN);
    return [name, packColumn('float64', values)];
  });
  return {
    count: n,
    codes: packColumn(
      'uint8',
      byDimension(n, space?.space.dimensions.length ?? 0, (row, d) => evaluations[row]!.codes[d]!),
    ),
    accuracy: packColumn(
      'float64',
      evaluations.map(({ accuracy }) => accuracy),
    ),
    ...(judging?.truth && { truth: truthOf(judging.truth, n, (row) => evaluations[row]!.codes) }),
    round: packColumn(
      'int32',
      evaluations.map(({ round }) => round),
    ),
    costs: Object.fromEntries(costs),
    failures: evaluations.flatMap(({ reason }, row) => (reason === undefined ? [] : [{ row, reason }])),
  };
}

function shrunkOf({ shrunk, judging }: RunContent): ReportedShrunkSpace | undefined {
  if (shrunk === undefined || judging === undefined) return undefined;
  const { data, size } = shrunk;
  const { provenance, limits, costBins, spent, stop, rounds, members, pocketOf, pocketCount, predicted } = data;
  const { packed, dimensions } = members;
  const { truth } = judging;
  const used = new Set([...limits, ...(costBins === undefined ? [] : [costBins])].map(({ cost }) => cost));
  const shown = judging.costs.filter(({ name }, place) => place === 0 || used.has(name)); // the first is that of the figure
  return {
    ...{ size, provenance, limits, spent, stop, pocketCount },
    ...(costBins && { costBins }),
    rounds: rounds.map((round) => ({
      ...round,
      size: String(round.size),
      seeds: round.seeds.map(({ architecture, ...seed }) => ({ ...seed, codes: [...architecture] })),
    })),
    codes: packColumn(
      'uint8',
      byDimension(size, dimensions, (member, d) => packed[member * dimensions + d]!),
    ),
    pocketOf: packColumn('int32', pocketOf),
    predicted: packColumn(
      'float32',
      predicted.map((value) => shortened(value)),
    ),
    better: packColumn('int32', betterThan(shrunk)),
    ...(truth && { truth: truthOf(truth, size, (member) => members.codesAt(member)) }),
    costs: Object.fromEntries(
      shown.map((cost) => {
        const known = data.memberCosts.get(cost.name);
        const max = limits.find((limit) => limit.cost === cost.name)?.max ?? Number.POSITIVE_INFINITY;
        const values = Float64Array.from({ length: size }, (_, member) =>
          Math.min(max, shortened(known?.[member] ?? cost.of(members.codesAt(member)))),
        );
        return [cost.name, packColumn('float32', values)];
      }),
    ),
  };
}

/** How many members have a better prediction than each, less its own index: members were admitted in nearly this order. */
function betterThan({ byPrediction, data: { predicted } }: ShrunkSpace): Int32Array {
  const better = new Int32Array(byPrediction.length);
  let before = 0;
  byPrediction.forEach((member, place) => {
    if (predicted[member] !== predicted[byPrediction[before]!]) before = place;
    better[member] = before - member;
  });
  return better;
}

function truthOf(truth: (codes: Codes) => number, count: number, codesAt: (i: number) => Codes): Column {
  const values = Float64Array.from({ length: count }, (_, i) => shortened(truth(codesAt(i)), DIGITS_OF_TRUTH));
  return packColumn('float32', values);
}

function shortened(value: number, digits = DIGITS): number {
  return Number(value.toPrecision(digits));
}
