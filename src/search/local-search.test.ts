import { describe, expect, it } from 'vitest';
import { benchmarkFile } from '../../test/benchmarks.js';
import { createRandom } from '../math/random.js';
import { mean } from '../math/statistics.js';
import { Region } from '../shrink/region.js';
import { evaluatorOf } from '../shrink/testing/problems.js';
import { editDistance, neighbours } from '../spaces/edits.js';
import { nasbench201 } from '../spaces/nasbench201.js';
import type { Architecture, Codes } from '../spaces/space.js';
import { spaceOf } from '../spaces/testing/space-of.js';
import { tableRows } from '../spaces/testing/table.js';
import { localSearch } from './local-search.js';
import { search } from './search.js';

const space = spaceOf([4, 4, -5, 4]);
const region = new Region(space, []);
const peak = [3, 1, 4, 0];
/** One hill, whose only local optimum is the peak. */
const hill = (codes: Codes) => -peak.reduce((sum, code, d) => sum + Math.abs(code - codes[d]!), 0);
const measure = (architecture: Architecture) =>
  ({ kind: 'measured', architecture, accuracy: hill(architecture), costs: {}, source: 'hill' }) as const;

const keys = (architectures: readonly Architecture[]) => architectures.map((own) => own.join()).sort();

describe('local search', () => {
  it('measures a start, then all its neighbours, then all of the best of them, and restarts from the top', () => {
    const searcher = localSearch()(region, createRandom(4));
    const [start] = searcher.ask(100) as [Architecture];
    expect(searcher.ask(100)).toEqual([]); // it must first be told
    searcher.tell([measure(start)]);
    const seen = new Set([start.join()]);
    let centre = start;
    for (let climb = 0; climb < 20; climb++) {
      const fresh = neighbours(space, centre).filter((own) => !seen.has(own.join()));
      if (fresh.length > 0) {
        const asked = [...searcher.ask(2), ...searcher.ask(100)];
        expect(keys(asked)).toEqual(keys(fresh));
        searcher.tell(asked.map(measure));
        for (const own of asked) seen.add(own.join());
      }
      const best = neighbours(space, centre).reduce((a, b) => (hill(b) > hill(a) ? b : a), centre);
      if (best === centre) break;
      centre = best;
    }
    expect(centre).toEqual(peak);
    const restart = searcher.ask(100);
    expect(restart).toHaveLength(1);
  });

  it('by first improvement moves on at the first better neighbour', () => {
    const searcher = localSearch({ firstImprovement: true })(region, createRandom(4));
    let [here] = searcher.ask(1) as [Architecture];
    searcher.tell([measure(here)]);
    for (let step = 0; step < 60 && hill(here) < 0; step++) {
      const [next] = searcher.ask(1) as [Architecture];
      expect(editDistance(space, here, next)).toBe(1);
      searcher.tell([measure(next)]);
      if (hill(next) > hill(here)) here = next;
    }
    expect(here).toEqual(peak);
  });

  it('starts from the best of what is known', () => {
    const searcher = localSearch()(region, createRandom(4));
    const known = [
      space.architecture([0, 3, 0, 3]),
      space.architecture([3, 1, 4, 1]),
      space.architecture([1, 1, 1, 1]),
    ];
    searcher.tell(known.map(measure));
    const asked = searcher.ask(100);
    expect(keys(asked)).toEqual(keys(neighbours(space, known[1]!)));
  });

  it('looks for another start where one fails', () => {
    const searcher = localSearch()(region, createRandom(4));
    const [start] = searcher.ask(5) as [Architecture];
    searcher.tell([{ kind: 'failed', architecture: start, reason: 'out of memory' }]);
    expect(searcher.ask(5)).toHaveLength(1);
  });
});

const file = benchmarkFile('nasbench201/nasbench201.csv.gz');

describe.skipIf(file === undefined)('on NAS-Bench-201 CIFAR-100', () => {
  it('reaches the optimum in about 127 evaluations, as published (White et al., arXiv 2005.02960)', async () => {
    const accuracies = new Map(
      tableRows(file!, nasbench201).map((row) => [row.codes.join(), Number(row.column('c100_test'))]),
    );
    const optimum = Math.max(...accuracies.values());
    const needed: number[] = [];
    for (let randomSeed = 0; randomSeed < 60; randomSeed++) {
      const { curve } = await search({
        region: new Region(nasbench201, []),
        searcher: localSearch(),
        evaluator: evaluatorOf((codes) => accuracies.get(codes.join())),
        evaluations: 1500,
        random: createRandom(randomSeed),
      });
      needed.push(1 + curve.indexOf(optimum));
    }
    expect(Math.min(...needed)).toBeGreaterThan(0);
    expect(mean(needed)).toBeGreaterThan(95); // the standard error is about 9
    expect(mean(needed)).toBeLessThan(160);
  });
});
