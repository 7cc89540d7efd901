import { expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import type { AuditReport } from '../shrink/audit.js';
import { audit } from '../shrink/audit.js';
import { randomSubset } from '../shrink/random-subset.js';
import { topPredicted } from '../shrink/top-predicted.js';
import { defineSpace } from '../spaces/define.js';
import type { Codes } from '../spaces/space.js';
import { auditTable, formatInterval } from './audit-table.js';

const space = defineSpace({
  name: 'four',
  dimensions: ['a', 'b', 'c', 'd'].map((name) => ({ name, choices: [0, 1, 2, 3] })),
});
const truth = (codes: Codes) => Array.from(codes).reduce((sum, code) => sum + code, 0);

async function report(): Promise<AuditReport> {
  return audit({
    space,
    evaluator: {
      name: 'digit sum',
      concurrency: 1,
      evaluate: async (architecture) => ({
        kind: 'measured',
        architecture,
        accuracy: truth(architecture),
        costs: {},
        source: '',
      }),
    },
    truth,
    evaluations: 40,
    size: 15,
    repeats: 3,
    randomSeed: createRandom(1).integer(5),
    shrinkers: { 'top-predicted': topPredicted, 'random-subset': randomSubset },
  });
}

it('shows every measure of every method, and the verdicts', async () => {
  const text = auditTable(await report());
  expect(text).toContain('four, measured by digit sum: 40 evaluations, 15 kept, 3 random seeds');
  expect(text).toContain('Whole space (all 256 known architectures): mean 6.00, best 12.000');
  expect(text).toMatch(/^top-predicted +10\.\d\d.* 100\.0 % \(43\.9 % to 100\.0 %\)/m);
  expect(text).toMatch(/^random-subset +[456]\.\d\d ± \d\.\d\d/m);
  expect(text).toMatch(/^minus random-subset +[3-7]\.\d\d ± \d\.\d\d better/m);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(180);
  expect(text).not.toContain('over a limit');
});

it('writes intervals as people read them', () => {
  expect(formatInterval('meanAccuracy', { mean: 93.881, low: 93.861, high: 93.901, n: 20 })).toBe('93.88 ± 0.02');
  expect(formatInterval('retentionTop50', { mean: 0.5, low: 0.5, high: 0.5, n: 2 })).toBe('50.0 %');
  expect(formatInterval('regret', { mean: Number.NaN, low: Number.NaN, high: Number.NaN, n: 0 })).toBe('n/a');
  expect(formatInterval('seconds', { mean: 0.25, low: Number.NaN, high: Number.NaN, n: 1 })).toBe('0.250');
});
