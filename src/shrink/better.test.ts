/** Better is a test: LISSNAS against a random subset and operational pruning, at equal evaluations and equal size. */
import { describe, expect, it } from 'vitest';
import { benchmarkFile } from '../../test/benchmarks.js';
import { createRandom } from '../math/random.js';
import { mean, meanInterval } from '../math/statistics.js';
import { forEachArchitecture } from '../spaces/enumerate.js';
import { nasbenchMacro } from '../spaces/nasbench-macro.js';
import { nasbench201 } from '../spaces/nasbench201.js';
import type { Codes, SearchSpace } from '../spaces/space.js';
import { tableRows } from '../spaces/testing/table.js';
import { type ShrinkerName, shrinkers } from './index.js';
import { evaluatorOf, landscapeOf, listOf, spaceOf } from './testing/problems.js';

const SEEDS = 10;
/** Where a run is long. */
const FEW_SEEDS = 4;

interface Score {
  readonly mean: number;
  readonly top50: number;
  readonly best: number;
}

interface Problem {
  readonly space: SearchSpace;
  readonly search: (codes: Codes) => number;
  readonly truth: (codes: Codes) => number;
  readonly evaluations: number;
  readonly size: number;
}

async function scores(
  name: ShrinkerName,
  { space, search, truth, evaluations, size }: Problem,
  seeds = SEEDS,
): Promise<Score[]> {
  const all: { key: string; value: number }[] = [];
  forEachArchitecture(space, (codes) => all.push({ key: codes.join(), value: truth(codes) }));
  all.sort((a, b) => b.value - a.value);
  const top = all.slice(0, 50).map(({ key }) => key);
  const found: Score[] = [];
  for (let randomSeed = 0; randomSeed < seeds; randomSeed++) {
    const task = { space, evaluator: evaluatorOf(search), evaluations, size, random: createRandom(randomSeed) };
    const { members, spent } = await shrinkers[name](task);
    expect(members.size).toBe(size);
    expect(spent).toBeLessThanOrEqual(evaluations);
    const kept = listOf(members);
    const values = kept.map((key) => truth(key.split(',').map(Number)));
    const own = new Set(kept);
    found.push({ mean: mean(values), top50: top.filter((key) => own.has(key)).length, best: Math.max(...values) });
  }
  return found;
}

/** The 99 % interval of the paired differences lies above zero. */
function expectBetter(ours: readonly Score[], theirs: readonly Score[]): void {
  for (const measure of ['mean', 'top50'] as const) {
    expect(
      meanInterval(
        ours.map((score, i) => score[measure] - theirs[i]![measure]),
        0.99,
      ).low,
    ).toBeGreaterThan(0);
  }
}

const average = (found: readonly Score[], measure: keyof Score) => mean(found.map((score) => score[measure]));

describe.each([1, 2])('on NK landscapes, k = %i', (k) => {
  it('keeps a better mean and more of the top 50 than a random subset and operational pruning', async () => {
    const space = spaceOf([4, 4, 4, 4, 4, 4]);
    const accuracy = landscapeOf(space, k, 40 + k);
    const problem = { space, search: accuracy, truth: accuracy, evaluations: 160, size: 100 };
    const ours = await scores('lissnas', problem);
    expectBetter(ours, await scores('random-subset', problem));
    expectBetter(ours, await scores('operational-pruning', problem));
  });
});

/** Accuracy by table; floors: of the top 50 and mean with 230 evaluations, of the top 50 with 115, mean on the noisy column. */
const tables = [
  {
    name: 'NAS-Bench-201 CIFAR-10',
    space: nasbench201,
    file: benchmarkFile('nasbench201/nasbench201.csv.gz'),
    truth: 'c10_test',
    noisy: 'c10_valid_12ep',
    floors: { top50: 37, mean: 93.86, half: 29.5, noisyMean: 93.75 },
  },
  {
    name: 'NAS-Bench-201 CIFAR-100',
    space: nasbench201,
    file: benchmarkFile('nasbench201/nasbench201.csv.gz'),
    truth: 'c100_test',
    noisy: 'c100_valid_12ep',
    floors: { top50: 46, mean: 71.85, half: 34, noisyMean: 71.35 },
  },
  {
    name: 'NAS-Bench-Macro',
    space: nasbenchMacro,
    file: benchmarkFile('nasbench-macro/nasbench_macro.csv.gz'),
    truth: 'test_mean',
    noisy: 'test1',
    floors: { top50: 43, mean: 92.82, half: 39.5, noisyMean: 92.75 },
  },
];

for (const { name, space, file, truth, noisy, floors } of tables) {
  describe.skipIf(file === undefined)(`on ${name}`, () => {
    function column(title: string): (codes: Codes) => number {
      const values = new Map(tableRows(file!, space).map((row) => [row.codes.join(), Number(row.column(title))]));
      return (codes) => values.get(Array.from(codes).join())!;
    }

    it('keeps the optimum and the floors, and beats operational pruning', async () => {
      const accuracy = column(truth);
      const problem = { space, search: accuracy, truth: accuracy, evaluations: 230, size: 105 };
      const ours = await scores('lissnas', problem);
      expect(average(ours, 'top50')).toBeGreaterThanOrEqual(floors.top50);
      expect(average(ours, 'mean')).toBeGreaterThanOrEqual(floors.mean);
      let best = Number.NEGATIVE_INFINITY;
      forEachArchitecture(space, (codes) => {
        best = Math.max(best, accuracy(codes));
      });
      expect(ours.map((score) => score.best)).toEqual(Array(SEEDS).fill(best));
      expectBetter(ours, await scores('operational-pruning', problem));
    });

    it('keeps the floors with half the evaluations, and on a noisy column', async () => {
      const accuracy = column(truth);
      const half = await scores('lissnas', { space, search: accuracy, truth: accuracy, evaluations: 115, size: 105 });
      expect(average(half, 'top50')).toBeGreaterThanOrEqual(floors.half);
      const problem = { space, search: column(noisy), truth: accuracy, evaluations: 300, size: 150 };
      expect(average(await scores('lissnas', problem, FEW_SEEDS), 'mean')).toBeGreaterThanOrEqual(floors.noisyMean);
    });
  });
}
