import { describe, expect, it } from 'vitest';
import { benchmarkFile } from '../../test/benchmarks.js';
import { createRandom } from '../math/random.js';
import { nasbench201 } from '../spaces/nasbench201.js';
import { tableRows } from '../spaces/testing/table.js';
import { bestFound } from './best-found.js';

const file = benchmarkFile('nasbench201/nasbench201.csv.gz');

describe.skipIf(file === undefined)('local search on NAS-Bench-201 CIFAR-100', () => {
  it('reaches the optimum in about 127 evaluations, as published (White et al., arXiv 2005.02960)', async () => {
    const accuracies = new Map<string, number>();
    for (const row of tableRows(file!, nasbench201)) {
      accuracies.set(nasbench201.format(row.codes), Number(row.column('c100_test')));
    }
    const optimum = Math.max(...accuracies.values());
    const needed: number[] = [];
    for (let randomSeed = 0; randomSeed < 60; randomSeed++) {
      const { measurements } = await bestFound({
        space: nasbench201,
        evaluator: {
          name: 'the table',
          concurrency: 1,
          evaluate: async (architecture) => ({
            kind: 'measured',
            architecture,
            accuracy: accuracies.get(nasbench201.format(architecture))!,
            costs: {},
            source: 'the table',
          }),
        },
        evaluations: 1500,
        size: 10,
        random: createRandom(randomSeed),
      });
      needed.push(1 + measurements.findIndex(({ accuracy }) => accuracy === optimum));
    }
    expect(Math.min(...needed)).toBeGreaterThan(0);
    const mean = needed.reduce((sum, count) => sum + count, 0) / needed.length;
    expect(mean).toBeGreaterThan(95); // the standard error is about 9
    expect(mean).toBeLessThan(160);
  });
});
