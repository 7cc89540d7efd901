/** What a run's architectures are judged by beside their measured accuracy: costs, and the truth where a table tells it. */
import type { CostFile } from '../../benchmarks/cost-file.js';
import { buildMeasuring } from '../../runs/build.js';
import { costNamed, readCostFiles } from '../../runs/named-costs.js';
import type { ShrunkSpace } from '../../shrink/shrunk-space.js';
import type { RecordedLimit } from '../../shrink/shrunk-space-data.js';
import type { Codes, Cost, SearchSpace } from '../../spaces/space.js';
import type { Attempt } from './attempt.js';
import type { SeenConfig } from './configuration.js';

/** Costs and truth. */
export interface Judging {
  /** what is shown of every architecture; the first one is what accuracies are shown against */
  readonly costs: readonly Cost[];
  readonly limits: readonly RecordedLimit[];
  /** the true accuracy of an architecture, NaN where it is not known; absent where nothing tells it */
  readonly truth?: (codes: Codes) => number;
}

type FindCost = (name: string) => Cost | undefined;

/**
 * The costs of limits and bins, then the space's first cost and its parameters. Of tables that cannot be read the attempt notes why; then those
 * costs are known for the members only.
 */
export async function judgingOf(
  config: SeenConfig,
  space: SearchSpace,
  shrunk: ShrunkSpace | undefined,
  attempt: Attempt,
): Promise<Judging> {
  const asked = (config.shrink ?? config.oneShot)?.shrink;
  const limits = shrunk?.data.limits ?? asked?.limits ?? [];
  const bins = shrunk?.data.costBins ?? asked?.costBins;
  const used = [...limits.map(({ cost }) => cost), ...(bins === undefined ? [] : [bins.cost])];
  const byTable = shrunk === undefined ? undefined : await byTableOf(config, space, shrunk, used, attempt);
  const isMissing = (name: string) => !space.costs.has(name) && byTable?.find(name) === undefined;
  const byFiles = used.some(isMissing) ? await byFilesOf(config, space, attempt) : undefined;
  const find: FindCost = (name) =>
    space.costs.get(name) ?? byTable?.find(name) ?? byFiles?.(name) ?? shrunk?.recordedCosts.get(name);
  const [first] = space.costs.keys();
  const shown = [...used, ...(first === undefined ? [] : [first]), 'params_m'];
  return {
    costs: [...new Set(shown)].flatMap((name) => find(name) ?? []),
    limits: limits.map(({ cost, max }) => ({ cost, max, unit: find(cost)?.unit ?? '' })),
    ...(byTable?.truth && { truth: byTable.truth }),
  };
}

/** What the table or the landscape of the run tells; the table is read only where there is something to ask it. */
async function byTableOf(
  { shrink: config }: SeenConfig,
  space: SearchSpace,
  shrunk: ShrunkSpace,
  used: readonly string[],
  attempt: Attempt,
): Promise<{ find: FindCost; truth?: (codes: Codes) => number } | undefined> {
  if (config === undefined) return undefined;
  const { queue: _, ...own } = config; // nothing is evaluated here
  const { kind } = own.evaluator;
  const isAsked = config.truth !== undefined || used.some((name) => !space.costs.has(name));
  if (kind !== 'nk' && !(kind === 'table' && isAsked)) return undefined;
  const measuring = await attempt(() => buildMeasuring(own, { space, costs: shrunk.recordedCosts }));
  if (measuring === undefined) return undefined;
  return {
    find: (name) => (measuring.knowsCost(name) ? measuring.costNamed(name) : undefined),
    ...(measuring.truth && { truth: measuring.truth }),
  };
}

/** What the cost tables of the run tell. */
async function byFilesOf(
  { shrink, oneShot }: SeenConfig,
  space: SearchSpace,
  attempt: Attempt,
): Promise<FindCost | undefined> {
  const named = (shrink ?? oneShot)?.costTables;
  if (named === undefined) return undefined;
  const files: readonly CostFile[] | undefined = await attempt(() => readCostFiles(named, space));
  if (files === undefined) return undefined;
  const sources = { space, files, evaluator: shrink?.evaluator.kind ?? 'supernet' } as const;
  return (name) => (files.some(({ names }) => names.includes(name)) ? costNamed(name, sources) : undefined);
}
