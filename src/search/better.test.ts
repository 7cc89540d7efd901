/** Better is a test: searchers against random search, and the shrunk space against the whole one, at equal evaluations in all. */
import { describe, expect, it } from 'vitest';
import { benchmarkFile } from '../../test/benchmarks.js';
import { createRandom } from '../math/random.js';
import { type Interval, meanInterval } from '../math/statistics.js';
import { Region } from '../shrink/region.js';
import { shrink } from '../shrink/rounds.js';
import { evaluatorOf } from '../shrink/testing/problems.js';
import { nasbenchMacro } from '../spaces/nasbench-macro.js';
import { nasbench201 } from '../spaces/nasbench201.js';
import type { Codes, SearchSpace } from '../spaces/space.js';
import { tableRows } from '../spaces/testing/table.js';
import { searchers } from './index.js';
import { membersRegion } from './region.js';
import { search } from './search.js';

const SEEDS = 30;
const EVALUATIONS = 150;
/** Share of the evaluations that shrinking spends; the search inside gets the others, and knows what shrinking measured. */
const SHRINKING_SHARE = 0.75;
const SIZE = 105;

interface Problem {
  readonly space: SearchSpace;
  /** what the search sees */
  readonly measured: (codes: Codes) => number;
  /** how far an architecture is truly below the best */
  readonly regret: (codes: Codes) => number;
}

const names = ['random', 'local-search', 'regularized-evolution'] as const;

type Found = Record<(typeof names)[number], number[]>;

/** The regrets of every searcher in the whole space, one a random seed. */
async function searchWhole({ space, measured, regret }: Problem): Promise<Found> {
  const found = noneFound();
  for (let randomSeed = 0; randomSeed < SEEDS; randomSeed++) {
    for (const name of names) {
      const { best } = await search({
        region: new Region(space, []),
        searcher: searchers[name].make(),
        evaluator: evaluatorOf(measured),
        evaluations: EVALUATIONS,
        random: createRandom(randomSeed),
      });
      found[name].push(regret(best.architecture));
    }
  }
  return found;
}

/** As `searchWhole`, but in the space that a shrink leaves; both together spend as many evaluations. */
async function searchShrunk({ space, measured, regret }: Problem): Promise<Found> {
  const found = noneFound();
  const first = Math.round(SHRINKING_SHARE * EVALUATIONS);
  for (let randomSeed = 0; randomSeed < SEEDS; randomSeed++) {
    const random = createRandom(randomSeed);
    const evaluator = evaluatorOf(measured);
    const shrunk = await shrink({ space, evaluator, evaluations: first, size: SIZE, random: random.split('shrink') });
    for (const name of names) {
      const { best, spent } = await search({
        region: membersRegion(space, shrunk.members),
        known: shrunk.measurements,
        searcher: searchers[name].make(),
        evaluator,
        evaluations: EVALUATIONS - first,
        random: random.split('search'),
      });
      expect(shrunk.spent + spent).toBeLessThanOrEqual(EVALUATIONS);
      found[name].push(regret(best.architecture));
    }
  }
  return found;
}

const noneFound = (): Found => ({ random: [], 'local-search': [], 'regularized-evolution': [] });

/** By how much less we regret than they do, with the 95 % interval of the paired differences. */
function advantage(ours: readonly number[], theirs: readonly number[]): Interval {
  return meanInterval(ours.map((regret, i) => theirs[i]! - regret));
}

const nb201 = benchmarkFile('nasbench201/nasbench201.csv.gz');
const macro = benchmarkFile('nasbench-macro/nasbench_macro.csv.gz');
const tables = [
  { what: 'NAS-Bench-201 CIFAR-10', space: nasbench201, file: nb201, seen: 'c10_test', truth: 'c10_test' },
  {
    what: 'NAS-Bench-201 CIFAR-100, 12 epochs',
    space: nasbench201,
    file: nb201,
    seen: 'c100_valid_12ep',
    truth: 'c100_test',
  },
  { what: 'NAS-Bench-Macro, one run', space: nasbenchMacro, file: macro, seen: 'test1', truth: 'test_mean' },
] as const;

for (const { what, space, file, seen, truth } of tables) {
  describe.skipIf(file === undefined)(`on ${what}`, () => {
    function problem(): Problem {
      const rows = new Map(
        tableRows(file!, space).map((row) => [
          row.codes.join(),
          [Number(row.column(seen)), Number(row.column(truth))] as const,
        ]),
      );
      const optimum = Math.max(...[...rows.values()].map(([, value]) => value));
      const at = (codes: Codes) => rows.get(Array.from(codes).join())!;
      return { space, measured: (codes) => at(codes)[0], regret: (codes) => optimum - at(codes)[1] };
    }

    it('every other searcher beats random search, and any inside the shrunk space beats random search of the whole', async () => {
      const whole = await searchWhole(problem());
      const inside = await searchShrunk(problem());
      for (const name of ['local-search', 'regularized-evolution'] as const) {
        expect(advantage(whole[name], whole.random).low).toBeGreaterThan(0);
      }
      for (const name of names) expect(advantage(inside[name], whole.random).low).toBeGreaterThan(0);
      // local search gains by shrinking first; regularized evolution of the whole is good enough not to lose
      expect(advantage(inside['local-search'], whole['local-search']).mean).toBeGreaterThan(0);
      expect(advantage(inside['regularized-evolution'], whole['regularized-evolution']).high).toBeGreaterThanOrEqual(0);
    });
  });
}
