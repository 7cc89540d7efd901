/** A finished search as plain data: what the command line prints and `--json` gives. */
import type { Measurement } from '../measurements/measurement.js';
import type { CostOf } from '../search/pareto.js';
import { finalists, type SearchResult } from '../search/search.js';
import type { Codes, Cost, SearchSpace } from '../spaces/space.js';

/** One measured architecture. */
export interface FoundSummary {
  /** in the space's notation */
  readonly architecture: string;
  readonly accuracy: number;
  /** by a column that the search never saw; missing where there is none, NaN (null in JSON) where that has no value */
  readonly truth?: number;
  /** exact and measured costs by name; those that are not known are left out */
  readonly costs: Readonly<Record<string, number>>;
}

/** All of a finished search that a person asks for first. */
export interface SearchSummary {
  readonly space: string;
  readonly searcher: string;
  readonly evaluations: number;
  readonly spent: number;
  readonly failed: number;
  /** measurements that were paid before */
  readonly known: number;
  readonly stop: SearchResult['stop'];
  readonly limits: readonly { readonly cost: string; readonly max: number }[];
  readonly best: FoundSummary;
  /** the most accurate, best first */
  readonly finalists: readonly FoundSummary[];
  /** the cost that was minimized, and the Pareto front from cheap to costly */
  readonly pareto?: {
    readonly cost: string;
    readonly front: readonly (FoundSummary & { readonly cost: number })[];
  };
  /** the best accuracy after each evaluation; null before the first measurement */
  readonly curve: readonly (number | null)[];
  readonly measurements: readonly { readonly architecture: string; readonly accuracy: number }[];
}

/** What a summary needs to know beside the result. */
export interface SearchContext {
  readonly space: SearchSpace;
  readonly evaluations: number;
  readonly limits: readonly { readonly cost: Cost; readonly max: number }[];
  /** how many finalists to list */
  readonly finalists: number;
  readonly truth?: (codes: Codes) => number;
  readonly minimized?: { readonly name: string; readonly of: CostOf };
}

/** Summarizes a search. */
export function summarizeSearch(result: SearchResult, context: SearchContext): SearchSummary {
  const { space, truth, minimized, limits } = context;
  const exact = new Map([...space.costs.values(), ...limits.map(({ cost }) => cost)].map((cost) => [cost.name, cost]));
  const found = ({ architecture, accuracy, costs }: Measurement): FoundSummary => ({
    architecture: space.format(architecture),
    accuracy,
    ...(truth === undefined ? {} : { truth: truth(architecture) }),
    costs: Object.fromEntries(
      [...Object.entries(costs), ...[...exact].map(([name, cost]) => [name, cost.of(architecture)] as const)].filter(
        ([, value]) => !Number.isNaN(value),
      ),
    ),
  });
  return {
    space: space.name,
    searcher: result.searcher,
    evaluations: context.evaluations,
    spent: result.spent,
    failed: result.failures.length,
    known: result.known.length,
    stop: result.stop,
    limits: limits.map(({ cost, max }) => ({ cost: cost.name, max })),
    best: found(result.best),
    finalists: finalists(result, context.finalists).map(found),
    ...(minimized === undefined
      ? {}
      : {
          pareto: {
            cost: minimized.name,
            front: result.front.map((own) => ({ ...found(own), cost: minimized.of(own) })),
          },
        }),
    curve: result.curve.map((accuracy) => (Number.isFinite(accuracy) ? accuracy : null)),
    measurements: result.measurements.map(({ architecture, accuracy }) => ({
      architecture: space.format(architecture),
      accuracy,
    })),
  };
}
