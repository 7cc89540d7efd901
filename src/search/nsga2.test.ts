import { describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { meanInterval } from '../math/statistics.js';
import type { Measurement } from '../measurements/measurement.js';
import { Region } from '../shrink/region.js';
import { evaluatorOf, landscapeOf, weight } from '../shrink/testing/problems.js';
import { forEachArchitecture } from '../spaces/enumerate.js';
import type { Codes } from '../spaces/space.js';
import { spaceOf } from '../spaces/testing/space-of.js';
import { nsga2 } from './nsga2.js';
import { type CostOf, dominates, type Objectives } from './pareto.js';
import { randomSearch } from './random-search.js';
import { search } from './search.js';
import type { MakeSearcher } from './searcher.js';
import { hypervolume } from './testing/hypervolume.js';

const space = spaceOf([4, 4, -5, 4, 3, -4]); // 3,840
const region = new Region(space, []);
const accuracy = landscapeOf(space, 1, 11);
const cost: CostOf = ({ architecture }) => weight.of(architecture);
const reference = { accuracy: 40, cost: 19 };

const objectives = (codes: Codes): Objectives => ({ accuracy: accuracy(codes), cost: weight.of(codes) });
const pointsOf = (front: readonly Measurement[]) => front.map(({ architecture }) => objectives(architecture));

/** The front by the definition. */
function trueFront(): Objectives[] {
  const all: Objectives[] = [];
  forEachArchitecture(space, (codes) => {
    all.push(objectives(codes));
  });
  return all.filter((point) => !all.some((other) => dominates(other, point)));
}

const run = (searcher: MakeSearcher, evaluations: number, randomSeed: number, within = region) =>
  search({
    region: within,
    searcher,
    evaluator: evaluatorOf(accuracy),
    evaluations,
    cost,
    random: createRandom(randomSeed),
  });

describe('NSGA-II', () => {
  it('finds the front of brute force when it may measure everything', async () => {
    const { front, stop } = await run(nsga2({ cost }), 5000, 1);
    expect(stop).toBe('region exhausted');
    const byCost = (a: Objectives, b: Objectives) => a.cost - b.cost;
    expect(pointsOf(front).sort(byCost)).toEqual(trueFront().sort(byCost));
  });

  it('covers nearly all of its hypervolume with 400 evaluations of 3,840, and more than random search', async () => {
    const most = hypervolume(trueFront(), reference);
    const shares: number[] = [];
    const lead: number[] = [];
    for (let randomSeed = 0; randomSeed < 12; randomSeed++) {
      const ours = hypervolume(pointsOf((await run(nsga2({ cost }), 400, randomSeed)).front), reference);
      const theirs = hypervolume(pointsOf((await run(randomSearch(), 400, randomSeed)).front), reference);
      shares.push(ours / most);
      lead.push((ours - theirs) / most);
    }
    expect(meanInterval(shares).mean).toBeGreaterThan(0.96);
    expect(meanInterval(lead, 0.99).low).toBeGreaterThan(0.08);
  });

  it('keeps a hard limit, and finds the front within it', async () => {
    const limited = new Region(space, [{ cost: weight, max: 6 }]);
    const { front, measurements } = await run(nsga2({ cost }), 5000, 1, limited);
    expect(Math.max(...measurements.map(cost))).toBeLessThanOrEqual(6);
    const within = trueFront().filter(({ cost }) => cost <= 6);
    expect(pointsOf(front)).toHaveLength(within.length);
  });

  describe('selection', () => {
    const apart = spaceOf(Array(8).fill(9)); // architectures of one choice throughout are far from each other, children near a parent
    const told = (code: number, accuracy: number, c: number): Measurement => ({
      kind: 'measured',
      architecture: apart.architecture(Array(8).fill(code)),
      accuracy,
      costs: { c },
      source: 'test',
    });

    /** How often each of these is the parent when every child fails. */
    function parents(known: readonly Measurement[], population: number, children: number): number[] {
      const settings = { cost: ({ costs }: Measurement) => costs.c!, population, crossover: 0 };
      const searcher = nsga2(settings)(new Region(apart, []), createRandom(3));
      searcher.tell(known);
      const counts = known.map(() => 0);
      for (let born = 0; born < children; born++) {
        const [child] = searcher.ask(1);
        const parent = known.findIndex(
          ({ architecture }) => child!.filter((code, d) => code === architecture[d]).length >= 4,
        );
        counts[parent]!++;
        searcher.tell([{ kind: 'failed', architecture: child!, reason: 'stillborn' }]);
      }
      return counts;
    }

    it('lets the first front survive, not what it dominates', () => {
      const bad = [told(4, 5, 2), told(5, 6, 3), told(6, 7, 4), told(7, 8, 5), told(8, 9, 6)];
      const good = [told(0, 10, 1), told(1, 20, 2), told(2, 30, 3), told(3, 40, 4)];
      const counts = parents([...bad, ...good], 4, 80);
      expect(counts.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
      expect(Math.min(...counts.slice(5))).toBeGreaterThan(0);
    });

    it('thins out a front that is too large where it is most crowded', () => {
      const front = [told(0, 10, 1), told(1, 11, 1.1), told(2, 12, 1.2), told(3, 30, 5), told(4, 50, 9)];
      const isParent = parents(front, 3, 80).map((times) => times > 0);
      expect(isParent).toEqual([true, false, false, true, true]);
    });

    it('prefers the first front among the survivors: a quarter of the tournaments are between two of the second', () => {
      const [good, bad] = [
        [told(0, 10, 1), told(1, 20, 2)],
        [told(2, 9, 1.5), told(3, 19, 2.5)],
      ];
      const counts = parents([...good, ...bad], 4, 400);
      expect(Math.abs((counts[2]! + counts[3]!) / 400 - 0.25)).toBeLessThan(0.07);
    });
  });

  it('takes costs that are not always known', async () => {
    const sometimes: CostOf = (own) => (own.architecture[0] === 1 ? Number.NaN : cost(own));
    const { front } = await search({
      region,
      searcher: nsga2({ cost: sometimes, population: 10 }),
      evaluator: evaluatorOf(accuracy),
      evaluations: 200,
      cost: sometimes,
      random: createRandom(1),
    });
    expect(front.length).toBeGreaterThan(2);
    expect(front.every(({ architecture }) => architecture[0] !== 1)).toBe(true);
  });

  it('refuses settings out of range', () => {
    expect(() => nsga2({ cost, population: 0 })).toThrow('a population of 0 is no whole number of at least 1');
    expect(() => nsga2({ cost, crossover: -1 })).toThrow('crossover is -1, a share of 0 to 1 is needed');
  });
});
